"""Binned data: contents, and perhaps variances, of the bins of a space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import zip_longest
from math import isfinite, prod
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from wilks.columns import frozen
from wilks.errors import DataError, MissingDependencyError, SpaceError
from wilks.histogram import BinAxis, axis_names, is_histogram, read_histogram, sum_outside
from wilks.space import Axis, Space, from_axes
from wilks.typing import Array, ArrayLike


@dataclass(frozen=True, eq=False, init=False, repr=False)
class BinnedData:
    """Contents of the bins of a space. Follows UHI, so that histogram libraries can plot it.

    Args:
        space: Observables, all of them binned.
        contents: Contents of the bins: an array with an axis for each observable, or flat in
            row-major order (the last observable runs fastest).
        variances: Variances of the contents; not given for counts.
        name: Name of the data set.
        n_outside: What is known to lie outside of the bins (underflow and overflow).

    Raises:
        SpaceError: If an observable is not binned.
        DataError: If shapes disagree, contents are not finite, or variances negative.

    Example:
        >>> import wilks
        >>> x = wilks.Space("x", 0, 3).binned(3)
        >>> wilks.BinnedData(x, [5, 3, 1]).sum_weights
        9.0
    """

    space: Space
    contents: Array
    given_variances: Array | None
    name: str
    n_outside: float

    is_binned: ClassVar[bool] = True
    kind: ClassVar[str] = "COUNT"

    def __init__(
        self,
        space: Space,
        contents: ArrayLike,
        *,
        variances: ArrayLike | None = None,
        name: str = "",
        n_outside: float = 0.0,
    ) -> None:
        shape = bin_shape(space)
        set_ = object.__setattr__
        set_(self, "space", space)
        set_(self, "contents", _bins("contents", contents, shape))
        given = None if variances is None else _bins("variances", variances, shape)
        set_(self, "given_variances", given)
        set_(self, "name", name)
        set_(self, "n_outside", float(n_outside))
        if given is not None and np.any(given < 0):
            raise DataError(f"variances must not be negative, got {np.min(given):g}")

    @staticmethod
    def from_hist(histogram: Any, *, names: Sequence[str] | None = None, name: str = "") -> BinnedData:
        """Read a histogram of any library that follows UHI: hist, boost-histogram, uproot and more.

        Underflow and overflow are left out and counted in `n_outside`.

        Args:
            histogram: Histogram of counts.
            names: Names of the observables in the order of the axes; by default the axes' own,
                and x, y, z where these have none.
            name: Name of the data set; by default the histogram's.

        Raises:
            DataError: If it is no histogram, a profile, or has an axis of categories.
        """
        if not is_histogram(histogram):
            raise DataError(f"{type(histogram).__name__} is no histogram that follows UHI")
        held = read_histogram(histogram, _default_names(histogram) if names is None else names)
        return BinnedData(
            held.space,
            held.contents,
            variances=held.variances,
            name=name or str(getattr(histogram, "name", None) or ""),
            n_outside=held.outside,
        )

    def to_hist(self) -> Any:
        """Return a `hist.Hist`, with a storage of weights if variances were given.

        Raises:
            MissingDependencyError: If hist is not installed.
        """
        try:
            hist = import_module("hist")
        except ImportError:
            raise MissingDependencyError("to_hist needs hist: pip install wilks[plot]") from None
        axes = [hist.axis.Variable(a.limits, name=a.name, label=a.label) for a in self.axes]
        if self.given_variances is None:
            histogram = hist.Hist(*axes, storage=hist.storage.Double(), name=self.name or None)
            histogram[...] = self.contents
        else:
            histogram = hist.Hist(*axes, storage=hist.storage.Weight(), name=self.name or None)
            histogram[...] = np.stack([self.contents, self.given_variances], axis=-1)
        return histogram

    def restrict(self, space: Space) -> BinnedData:
        """Return the data in a smaller range, or in coarser bins, of the same observables.

        Args:
            space: Its limits, and its edges where it is binned, must be edges of the bins; an
                infinite limit stands for the end of the bins.

        Raises:
            SpaceError: If the observables differ, or an edge is none of the bins'.
        """
        if set(space.names) != set(self.space.names):
            raise SpaceError(f"the data have the observables {self.space.names}, not {space.names}")
        order = [self.space.names.index(name) for name in space.names]
        edges = [np.array(self.space.axes[i].edges) for i in order]
        axes = [_with_edges(axis, e) for axis, e in zip(space.axes, edges, strict=True)]
        positions = [_positions(axis, e) for axis, e in zip(axes, edges, strict=True)]
        contents = np.transpose(self.contents, order)
        lost = sum_outside(contents, [slice(p[0], p[-1]) for p in positions])
        given = self.given_variances
        return BinnedData(
            from_axes(*axes),
            _merge(contents, positions),
            variances=None if given is None else _merge(np.transpose(given, order), positions),
            name=self.name,
            n_outside=self.n_outside + lost,
        )

    @property
    def is_weighted(self) -> bool:
        """Whether the contents have other variances than counts have."""
        return self.given_variances is not None

    @property
    def sum_weights(self) -> float:
        """Sum of the contents."""
        return float(np.sum(self.contents))

    @property
    def sum_weights_squared(self) -> float:
        """Sum of the variances."""
        return float(np.sum(self.variances()))

    @property
    def axes(self) -> tuple[BinAxis, ...]:
        """Axes in the sense of UHI."""
        return tuple(BinAxis(axis.name, axis.label or axis.name, axis.edges or ()) for axis in self.space.axes)

    def values(self) -> Array:
        """Contents, by UHI's name."""
        return self.contents

    def variances(self) -> Array:
        """Variances as given; for counts, the contents."""
        return self.contents if self.given_variances is None else self.given_variances

    def counts(self) -> Array:
        """Effective numbers of entries: contents squared over variances."""
        if self.given_variances is None:
            return self.contents
        filled = self.given_variances > 0
        variances = np.where(filled, self.given_variances, 1.0)
        return np.where(filled, np.square(self.contents) / variances, 0.0)

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        weighted = ", weighted" if self.is_weighted else ""
        outside = f", {self.n_outside:g} outside" if self.n_outside else ""
        return f"BinnedData({name}{self.space}, sum {self.sum_weights:g}{weighted}{outside})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor: pickled arrays forget that they are read-only.
        state = (self.space, self.contents, self.given_variances, self.name, self.n_outside)
        return _rebuild, state


def _rebuild(space: Space, contents: Array, variances: Array | None, name: str, n_outside: float) -> BinnedData:
    return BinnedData(space, contents, variances=variances, name=name, n_outside=n_outside)


def bin_shape(space: Space) -> tuple[int, ...]:
    """Return the numbers of bins of the observables.

    Raises:
        SpaceError: If one is not binned.
    """
    if not isinstance(space, Space):
        raise SpaceError(f"data need a Space first, got {type(space).__name__}")
    for axis in space.axes:
        if axis.edges is None:
            raise SpaceError(f"{axis.name!r} is not binned: use {axis.name}.binned(50), or edges")
    return tuple(len(axis.edges or ()) - 1 for axis in space.axes)


def _bins(what: str, values: ArrayLike, shape: tuple[int, ...]) -> Array:
    try:
        array = frozen(values)
    except (TypeError, ValueError):
        raise DataError(f"{what} must be an array of numbers, got {values!r}") from None
    if array.shape not in (shape, (prod(shape),)):
        raise DataError(f"{what} must have the shape of the bins {shape}, got {array.shape}")
    if not np.all(np.isfinite(array)):
        n = int(np.sum(~np.isfinite(array)))
        raise DataError(f"{what} must be finite, got {n} of {array.size} bins that are not")
    return array.reshape(shape)


def _default_names(histogram: Any) -> tuple[str, ...]:
    own = axis_names(histogram)
    if len(own) > 3 and not all(own):
        raise DataError(f"give names: the {len(own)} axes of the histogram have the names {own}")
    return tuple(name or default for name, default in zip_longest(own, "xyz"[: len(own)]))


def _with_edges(axis: Axis, edges: Array) -> Axis:
    """Return an axis with those of the edges that lie in it."""
    if len(axis.intervals) != 1:
        raise SpaceError(f"{axis.name!r} is a union of intervals, which bins cannot fill")
    if axis.edges is not None:
        return axis
    lower, upper = axis.intervals[0]
    lower = lower if isfinite(lower) else float(edges[0])
    upper = upper if isfinite(upper) else float(edges[-1])
    slack = _slack(edges)
    inner = edges[(edges > lower + slack) & (edges < upper - slack)]
    wanted = (lower, *map(float, inner), upper)
    return replace(axis, intervals=((lower, upper),), edges=wanted)


def _positions(axis: Axis, edges: Array) -> npt.NDArray[np.intp]:
    """Return where the edges of an axis stand among those of the bins."""
    wanted, slack = np.array(axis.edges), _slack(edges)
    positions = np.minimum(np.searchsorted(edges, wanted - slack), len(edges) - 1)
    wrong = wanted[np.abs(edges[positions] - wanted) > slack]
    if len(wrong):
        shown = ", ".join(f"{edge:g}" for edge in edges[:8]) + (", ..." if len(edges) > 8 else "")
        raise SpaceError(
            f"{axis.name!r}: {wrong[0]:g} is no edge of the data's bins, which are {shown}; they end at {edges[-1]:g}"
        )
    return positions


def _slack(edges: Array) -> float:
    """Return how far edges that are meant to be the same may differ: ROOT keeps some in float32."""
    return 1e-6 * float(np.min(np.diff(edges)))


def _merge(array: Array, positions: Sequence[npt.NDArray[np.intp]]) -> Array:
    """Add up bins between positions, axis by axis."""
    for i, position in enumerate(positions):
        inside = np.take(array, np.arange(position[0], position[-1]), axis=i)
        array = np.add.reduceat(inside, position[:-1] - position[0], axis=i)
    return array
