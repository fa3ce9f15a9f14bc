"""Spaces: observables with the limits, gaps and binning over which densities are normalised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isfinite, isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from wilks.errors import SpaceError
from wilks.func import Func, Operand
from wilks.typing import Array


@dataclass(frozen=True)
class Axis:
    """One observable.

    Args:
        name: Name of the observable.
        intervals: Disjoint intervals (lower, upper) in ascending order.
        edges: Edges of the bins, if it is binned.
        label: What plots print, with the unit; by default the name.
    """

    name: str
    intervals: tuple[tuple[float, float], ...]
    edges: tuple[float, ...] | None = None
    label: str = ""


@dataclass(frozen=True, init=False, repr=False)
class Space(Func):
    """One observable between limits; products (``x * y``) have several.

    A one-dimensional space is also the observable itself: with a number, a parameter or a function
    it makes a `Func`.

    Args:
        name: Name of the observable.
        lower: Lower limit, or the intervals of a union: ``Space("x", [(0, 3), (7, 10)])``.
        upper: Upper limit; not given for a union.
        label: What plots print, with the unit; by default the name.

    Raises:
        SpaceError: If limits are NaN or reversed, or intervals overlap.

    Example:
        >>> import wilks
        >>> x, y = wilks.Space("x", 0, 10), wilks.Space("y", -1, 1)
        >>> (x * y).names
        ('x', 'y')
    """

    axes: tuple[Axis, ...]

    def __init__(
        self,
        name: str,
        lower: float | Sequence[tuple[float, float]],
        upper: float | None = None,
        *,
        label: str = "",
    ) -> None:
        if not isinstance(name, str) or not name:  # type: ignore[redundant-expr]
            raise SpaceError(f"the name of an observable must be a non-empty string, got {name!r}")
        if upper is None and not isinstance(lower, Sequence):
            raise SpaceError(f"{name!r}: give a lower and an upper limit, or a list of (lower, upper) intervals")
        pairs = [(lower, upper)] if upper is not None else lower
        object.__setattr__(self, "axes", (Axis(name, _intervals(name, pairs), label=label),))  # type: ignore[arg-type]

    @property
    def is_symbol(self) -> bool:  # type: ignore[override]
        """Whether it is a single observable, which can stand in a formula."""
        return len(self.axes) == 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the observables, in order."""
        return tuple(axis.name for axis in self.axes)

    @property
    def name(self) -> str:
        """Name of the only observable."""
        return self._axis.name

    @property
    def label(self) -> str:
        """What plots print: the label, or else the name."""
        return self._axis.label or self._axis.name

    @property
    def intervals(self) -> tuple[tuple[float, float], ...]:
        """Intervals of the only observable, ascending."""
        return self._axis.intervals

    @property
    def lower(self) -> float:
        """Lower limit of the only observable."""
        return self._axis.intervals[0][0]

    @property
    def upper(self) -> float:
        """Upper limit of the only observable."""
        return self._axis.intervals[-1][1]

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit of the only observable; a union's gaps lie between."""
        return self.lower, self.upper

    @property
    def edges(self) -> Array | None:
        """Edges of the bins of the only observable, or None."""
        edges = self._axis.edges
        return None if edges is None else np.array(edges)

    @property
    def volume(self) -> float:
        """Length of the intervals, multiplied over the observables."""
        return float(np.prod([sum(upper - lower for lower, upper in axis.intervals) for axis in self.axes]))

    def __getitem__(self, name: str) -> Space:
        """Return the one-dimensional space of an observable."""
        for axis in self.axes:
            if axis.name == name:
                return from_axes(axis)
        raise SpaceError(f"no observable {name!r} in {self}")

    def __iter__(self) -> Any:
        return (from_axes(axis) for axis in self.axes)

    def __len__(self) -> int:
        return len(self.axes)

    def __mul__(self, other: Operand) -> Any:
        """Product of two spaces; with a number, parameter or function, a Func."""
        if not isinstance(other, Space):
            return super().__mul__(other)
        if common := set(self.names) & set(other.names):
            raise SpaceError(f"a product of spaces needs different observables, both have {sorted(common)}")
        return from_axes(*self.axes, *other.axes)

    def binned(self, binning: int | Iterable[Any]) -> Space:
        """Return the space with bins: a number of equal ones, edges, or any axis that follows UHI.

        The space ends where the bins end, which may be inside of its limits but not beyond.

        Raises:
            SpaceError: If the edges do not ascend or lie outside of the limits, or the space is a
                union or a product, or has no limit to make equal bins up to.
        """
        axis = self._axis
        if len(axis.intervals) != 1:
            raise SpaceError(f"{self} is a union of intervals; bin each interval on its own")
        if isinstance(binning, (int, np.integer)):
            edges = _equal_edges(axis, int(binning))
        else:
            edges = _within(axis, bin_edges(axis.name, binning))
        limits = (float(edges[0]), float(edges[-1]))
        return from_axes(replace(axis, intervals=(limits,), edges=tuple(map(float, edges))))

    def contains(self, columns: Mapping[str, npt.ArrayLike]) -> npt.NDArray[np.bool_]:
        """Return for each row whether it lies inside; both limits belong to an interval."""
        inside = np.asarray(True)
        for axis in self.axes:
            column = np.asarray(columns[axis.name])
            within = [(column >= lower) & (column <= upper) for lower, upper in axis.intervals]
            inside = inside & np.any(within, axis=0)
        return inside

    def covers(self, other: Space) -> bool:
        """Return whether another space of the same observables lies inside."""
        return set(self.names) == set(other.names) and all(
            any(lo <= low and high <= hi for lo, hi in self[axis.name].intervals)
            for axis in other.axes
            for low, high in axis.intervals
        )

    def __repr__(self) -> str:
        return " * ".join(_describe(axis) for axis in self.axes)

    @property
    def _axis(self) -> Axis:
        if len(self.axes) != 1:
            raise SpaceError(f"{self} has {len(self.axes)} observables; take one, such as space[{self.names[0]!r}]")
        return self.axes[0]


def from_axes(*axes: Axis) -> Space:
    """Return the space of given axes."""
    space = object.__new__(Space)
    object.__setattr__(space, "axes", axes)
    return space


def bin_edges(name: str, binning: Iterable[Any]) -> Array:
    """Return the edges of the bins of an observable.

    Args:
        name: Name of the observable, for the message of an error.
        binning: Edges, or an axis that follows UHI.

    Raises:
        SpaceError: If the edges are not finite and ascending.
    """
    edges = getattr(binning, "edges", binning)
    try:
        bins = list(edges() if callable(edges) else edges)  # a method in uproot
    except TypeError:
        raise SpaceError(f"{name!r}: a binning is a number of bins, edges or an axis, got {binning!r}") from None
    pairs = _pairs(bins)
    if any(upper != lower for (_, upper), (lower, _) in pairwise(pairs)):
        raise SpaceError(f"{name!r}: bins must adjoin each other, got {bins!r}")
    try:
        array = np.array([pairs[0][0], *(u for _, u in pairs)] if pairs else bins, dtype=np.float64)
    except (TypeError, ValueError):
        raise SpaceError(f"{name!r}: bin edges must be numbers, got {bins!r}") from None
    if array.ndim != 1 or len(array) < 2 or not np.all(np.isfinite(array)):
        raise SpaceError(f"{name!r}: bins need two or more finite edges, got {bins!r}")
    if not np.all(np.diff(array) > 0):
        raise SpaceError(f"{name!r}: bin edges must ascend, got {bins!r}")
    return array


def _intervals(name: str, pairs: Iterable[Any]) -> tuple[tuple[float, float], ...]:
    try:
        intervals = tuple(sorted((float(lower), float(upper)) for lower, upper in pairs))
    except (TypeError, ValueError):
        raise SpaceError(f"{name!r}: limits must be pairs of numbers (lower, upper), got {pairs!r}") from None
    if not intervals:
        raise SpaceError(f"{name!r}: a space needs at least one interval")
    for lower, upper in intervals:
        if isnan(lower) or isnan(upper) or not lower < upper:
            raise SpaceError(f"{name!r}: lower limit must be below the upper limit, got ({lower:g}, {upper:g})")
    for (_, first), (second, _) in pairwise(intervals):
        if second < first:
            raise SpaceError(f"{name!r}: intervals overlap at ({second:g}, {first:g})")
    return intervals


def _pairs(bins: Iterable[Any]) -> list[tuple[float, float]]:
    """Return bins as pairs if they are such: a bare UHI axis is a sequence of (lower, upper)."""
    try:
        return [(float(lower), float(upper)) for lower, upper in bins]
    except (TypeError, ValueError):
        return []


def _equal_edges(axis: Axis, n: int) -> Array:
    lower, upper = axis.intervals[0]
    if n < 1:
        raise SpaceError(f"{axis.name!r}: the number of bins must be positive, got {n}")
    if not (isfinite(lower) and isfinite(upper)):
        raise SpaceError(f"{axis.name!r}: equal bins need finite limits, got ({lower:g}, {upper:g})")
    return np.linspace(lower, upper, n + 1)


def _within(axis: Axis, edges: Array) -> Array:
    lower, upper = axis.intervals[0]
    slack = 1e-9 * (edges[-1] - edges[0])  # edges computed elsewhere differ by rounding
    if edges[0] < lower - slack or edges[-1] > upper + slack:
        raise SpaceError(
            f"{axis.name!r}: the bins reach from {edges[0]:g} to {edges[-1]:g}, "
            f"beyond the limits ({lower:g}, {upper:g})"
        )
    edges[0], edges[-1] = max(edges[0], lower), min(edges[-1], upper)
    return edges


def _describe(axis: Axis) -> str:
    if len(axis.intervals) == 1:
        limits = ", ".join(f"{limit:g}" if isfinite(limit) else str(limit) for limit in axis.intervals[0])
    else:
        limits = "[" + ", ".join(f"({lower:g}, {upper:g})" for lower, upper in axis.intervals) + "]"
    binned = f".binned({len(axis.edges) - 1})" if axis.edges else ""
    return f"Space({axis.name!r}, {limits}){binned}"
