"""The Unified Histogram Interface (UHI): reading histograms of any library, and axes of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wilks.errors import DataError
from wilks.space import Axis, Space, bin_edges, from_axes
from wilks.typing import Array


@dataclass(frozen=True)
class Histogram:
    """What a histogram holds.

    Args:
        space: Observables with their bins.
        contents: Contents of the bins.
        variances: Variances of the contents; None where they are those of counts.
        outside: Contents of underflow and overflow together.
    """

    space: Space
    contents: Array
    variances: Array | None
    outside: float


@dataclass(frozen=True)
class Traits:
    """Traits of an axis in the sense of UHI."""

    circular: bool = False
    discrete: bool = False


@dataclass(frozen=True)
class BinAxis:
    """Axis of bins that follows UHI: a sequence of (lower, upper).

    Args:
        name: Name of the observable.
        label: What plots print.
        limits: Edges of the bins.
    """

    name: str
    label: str
    limits: tuple[float, ...]

    @property
    def traits(self) -> Traits:
        """Neither circular nor discrete."""
        return Traits()

    @property
    def edges(self) -> Array:
        """Edges of the bins."""
        return np.array(self.limits)

    @property
    def centers(self) -> Array:
        """Centres of the bins."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    @property
    def widths(self) -> Array:
        """Widths of the bins."""
        return np.diff(self.edges)

    def __len__(self) -> int:
        return len(self.limits) - 1

    def __getitem__(self, index: int) -> tuple[float, float]:
        lower, upper = self.limits[:-1][index], self.limits[1:][index]
        return lower, upper

    def __iter__(self) -> Iterator[tuple[float, float]]:
        return zip(self.limits[:-1], self.limits[1:], strict=True)


def is_histogram(values: object) -> bool:
    """Return whether an object follows UHI's protocol of histograms."""
    # A pandas frame has axes and values too, but its values are no method.
    return (
        hasattr(values, "axes")
        and hasattr(values, "kind")
        and callable(getattr(values, "values", None))
        and callable(getattr(values, "variances", None))
    )


def axis_names(histogram: Any) -> tuple[str, ...]:
    """Return the names of the axes; empty where an axis has none, as in ROOT."""
    return tuple(getattr(axis, "name", None) or "" for axis in histogram.axes)


def read_histogram(histogram: Any, names: Sequence[str]) -> Histogram:
    """Return what a histogram of any library holds.

    Args:
        histogram: Follows UHI: of hist, boost-histogram, uproot or anything else.
        names: Names of the observables, in the order of the axes.

    Raises:
        DataError: If it is a profile, has an axis of categories, or the names do not fit.
    """
    axes = tuple(histogram.axes)
    if str(getattr(histogram.kind, "value", histogram.kind)) != "COUNT":
        raise DataError("a profile holds means, not counts; data need a histogram of kind 'COUNT'")
    if len(names) != len(axes) or len(set(names)) != len(names):
        raise DataError(f"the {len(axes)} axes of a histogram need as many different names, got {tuple(names)}")
    contents = np.asarray(histogram.values(), dtype=np.float64)
    variances = histogram.variances()
    return Histogram(
        space=from_axes(*(_read_axis(axis, name) for axis, name in zip(axes, names, strict=True))),
        contents=contents,
        # Variances that equal the contents say no more than that these are counts.
        variances=None if variances is None or np.array_equal(variances, contents) else variances,
        outside=_outside(histogram, axes, contents.shape),
    )


def sum_outside(contents: Array, window: Sequence[slice]) -> float:
    """Return the sum of what lies outside of a window: exactly zero if nothing does."""
    rest = contents.copy()
    rest[tuple(window)] = 0
    return float(np.sum(rest))


def _read_axis(axis: Any, name: str) -> Axis:
    if isinstance(axis[0], str) or not getattr(axis.traits, "ordered", True):
        raise DataError(f"axis {name!r} is one of categories; select one or sum over them before")
    edges = bin_edges(name, axis)
    limits = (float(edges[0]), float(edges[-1]))
    return Axis(name, (limits,), tuple(map(float, edges)), _label(axis, name))


def _label(axis: Any, name: str) -> str:
    title = getattr(axis, "all_members", {}).get("fTitle")  # what uproot has of ROOT's TAxis
    label = str(getattr(axis, "label", None) or title or "")
    # hist makes up labels where there are none: the name, or "Axis 0".
    return "" if label == name or label.startswith("Axis ") else label


def _outside(histogram: Any, axes: Sequence[Any], shape: tuple[int, ...]) -> float:
    if hasattr(histogram, "n_outside"):
        return float(histogram.n_outside)
    try:
        everything = np.asarray(histogram.values(flow=True), dtype=np.float64)
    except TypeError:  # `flow` is no part of the protocol
        return 0.0
    window = []
    for axis, inside, whole in zip(axes, shape, everything.shape, strict=True):
        below = whole - inside == 2 or (whole > inside and getattr(axis.traits, "underflow", False))
        window.append(slice(int(below), int(below) + inside))
    return sum_outside(everything, window)
