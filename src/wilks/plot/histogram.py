"""Data in bins of one observable, with the errors that a plot shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, isfinite

import numpy as np
from scipy.special import gammaincinv, ndtr

from wilks.binned_data import BinnedData
from wilks.data import Data
from wilks.errors import SpaceError
from wilks.space import Space, from_axes
from wilks.typing import Array

FEWEST, MOST = 20, 100
"""Numbers of bins that are chosen for unbinned data."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Contents of bins, ascending; between the intervals of a union there are none.

    Args:
        lower: Lower edges.
        upper: Upper edges.
        contents: Numbers of events, or sums of weights.
        error_down: Distance down to the end of the error bar.
        error_up: Distance up.
        is_weighted: Whether the contents are not counts.
    """

    lower: Array
    upper: Array
    contents: Array
    error_down: Array
    error_up: Array
    is_weighted: bool

    @property
    def centres(self) -> Array:
        """Centres of the bins."""
        return 0.5 * (self.lower + self.upper)

    @property
    def widths(self) -> Array:
        """Widths of the bins."""
        return self.upper - self.lower

    @property
    def width(self) -> float | None:
        """The width of all bins, or None if they differ."""
        first = float(self.widths[0])
        return first if np.allclose(self.widths, first, rtol=1e-6) else None

    def pulls(self, expected: Array) -> Array:
        """Return the differences to what is expected, in units of the error on that side; NaN where there is none."""
        error = np.where(expected > self.contents, self.error_up, self.error_down)
        return np.where(error > 0, self.contents - expected, np.nan) / np.where(error > 0, error, 1.0)


def histogram(
    data: Data | BinnedData, name: str, bins: int | Iterable[float] | None, *, integers: bool = False
) -> Histogram:
    """Count data in bins of one of their observables.

    Args:
        data: The data; those that are binned keep their bins by default.
        name: The observable.
        bins: A number of bins or their edges; by default a number that suits the data.
        integers: Whether the observable is a count, whose bins are by default around integers.

    Raises:
        SpaceError: If bins lie outside the range of the data, or do not fit the bins that these have.
    """
    if isinstance(data, BinnedData):
        return _projected(data, name, bins)
    column = data[name]
    edges = _edges_of_counts(data.space[name], column) if integers and bins is None else None
    edges = edges or _edges(data.space[name], column, bins)
    counts = np.concatenate([np.histogram(column, e, weights=data.weights)[0] for e in edges]).astype(float)
    squares = None
    if data.weights is not None:
        squares = np.concatenate([np.histogram(column, e, weights=np.square(data.weights))[0] for e in edges])
    lower, upper = np.concatenate([e[:-1] for e in edges]), np.concatenate([e[1:] for e in edges])
    return _with_errors(lower, upper, counts, squares)


def poisson_errors(counts: Array) -> tuple[Array, Array]:
    """Return the distances to the ends of the central 68.3 % intervals of Poisson means (Garwood's)."""
    tail = float(ndtr(-1.0))
    n = np.maximum(counts, 0.0)
    lower = np.where(n > 0, gammaincinv(np.where(n > 0, n, 1.0), tail), 0.0).astype(np.float64)
    upper = gammaincinv(n + 1.0, 1.0 - tail).astype(np.float64)
    return n - lower, upper - n


def _projected(data: BinnedData, name: str, bins: int | Iterable[float] | None) -> Histogram:
    axis = data.space.names.index(name)
    others = tuple(i for i in range(len(data.space)) if i != axis)
    given = data.given_variances
    variances = None if given is None else given.sum(axis=others)
    projected = BinnedData(data.space[name], data.contents.sum(axis=others), variances=variances)
    if bins is not None:
        projected = projected.restrict(_unbinned(data.space[name]).binned(bins))
    edges = np.array(projected.space.edges)
    return _with_errors(edges[:-1], edges[1:], projected.contents, projected.given_variances)


def _with_errors(lower: Array, upper: Array, contents: Array, variances: Array | None) -> Histogram:
    if variances is None:
        return Histogram(lower, upper, contents, *poisson_errors(contents), is_weighted=False)
    error = np.sqrt(variances)
    return Histogram(lower, upper, contents, error, error, is_weighted=True)


def _edges(space: Space, column: Array, bins: int | Iterable[float] | None) -> list[Array]:
    """Return the edges of the bins in each interval of an observable."""
    if bins is not None and not isinstance(bins, (int, np.integer)):
        return [np.array(_unbinned(space).binned(bins).edges)]
    intervals = _finite(space, column)
    spans = [upper - lower for lower, upper in intervals]
    number = _suitable_number(column, sum(spans)) if bins is None else int(bins)
    if number < 1:
        raise SpaceError(f"{space.name!r}: the number of bins must be positive, got {number}")
    shares = [max(1, round(number * span / sum(spans))) for span in spans]
    return [np.linspace(lower, upper, n + 1) for (lower, upper), n in zip(intervals, shares, strict=True)]


def _edges_of_counts(space: Space, column: Array) -> list[Array]:
    """Return edges between integers, with as many integers in each bin as it takes."""
    lower, upper = np.ceil(_finite(space, column)[0][0]), np.floor(_finite(space, column)[-1][1])
    each = ceil((upper - lower + 1) / MOST)
    return [np.arange(lower - 0.5, upper + 0.5 + each, each)]


def _finite(space: Space, column: Array) -> list[tuple[float, float]]:
    """Return the intervals of an observable; where they are infinite, as far as there are data."""
    ends = [
        (lower if isfinite(lower) else float(np.min(column)), upper if isfinite(upper) else float(np.max(column)))
        for lower, upper in space.intervals
    ]
    some = [(lower, upper) for lower, upper in ends if lower < upper]
    return some or [(float(column[0]) - 0.5, float(column[0]) + 0.5)]


def _suitable_number(column: Array, span: float) -> int:
    """Return a number of bins that resolves the bulk of the data, such that their width has few digits."""
    quartiles = np.percentile(column, [25, 75])
    # 3 n^0.4 for a peak on a background; more, by the rule of Freedman and Diaconis, where the data fill a small part.
    narrow = 2.0 * float(quartiles[1] - quartiles[0]) / len(column) ** (1 / 3)
    target = max(3.0 * len(column) ** 0.4, span / narrow if narrow > 0 else 0.0)
    target = min(max(target, FEWEST), MOST)
    numbers = range(round(0.75 * target), round(1.5 * target) + 1)
    return min(numbers, key=lambda n: (len(f"{span / n:.6g}"), abs(n - target)))


def _unbinned(space: Space) -> Space:
    axis = space.axes[0]
    return from_axes(type(axis)(axis.name, axis.intervals, label=axis.label))
