"""Drawing events from nothing but a density: by its inverse cdf in one dimension, by rejection in two or three."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import numpy.typing as npt

from wilks.compile.integrals import whole_numbers
from wilks.errors import IntegrationError
from wilks.space import Space
from wilks.typing import Array

Density = Callable[[Mapping[str, Array]], Array]
Function = Callable[[Array], Array]
"""Density at points of shape [..., dimensions]."""

_CELLS = 4096
"""Cells of the table of a cdf; refined where the probability is."""

_CELLS_PER_AXIS = {0: 1, 1: 256, 2: 100, 3: 24}
"""Cells before any is split, by the number of observables that are no integers."""

_PROBES = 8
_MARGIN = 1.5
_ELSEWHERE = 0.05
_VARIATION = 4.0
_SMALLEST_SHARE = 1e-5
_MOST_CELLS = 1_000_000
_RESTARTS = 100

_GAUSS_NODES, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)


def sample_line(density: Density, space: Space, size: int, random: np.random.Generator) -> dict[str, Array]:
    """Draw from a one-dimensional density by inverting its cdf, tabulated and interpolated monotonically."""
    _require_finite([space])
    widths = [upper - lower for lower, upper in space.intervals]
    edges = [
        np.linspace(*pair, max(2, round(_CELLS * width / space.volume)))
        for pair, width in zip(space.intervals, widths, strict=True)
    ]
    for _ in range(2):
        lower, upper = (np.concatenate([row[part] for row in edges]) for part in (slice(None, -1), slice(1, None)))
        cells = _integrals(density, space.name, lower, upper)
        # Split cells in proportion to what they hold, so that narrow peaks get as many as they need.
        pieces = 1 + np.minimum(np.ceil(_CELLS * cells / cells.sum()), 64).astype(int)
        starts = np.cumsum([0, *(len(row) - 1 for row in edges)])
        edges = [_split(row, pieces[start : start + len(row) - 1]) for row, start in zip(edges, starts, strict=False)]
    per_interval = [_integrals(density, space.name, row[:-1], row[1:]) for row in edges]
    shares = np.array([cells.sum() for cells in per_interval])
    counts = random.multinomial(size, shares / shares.sum())
    drawn = [
        _invert(row, cells, density({space.name: row}), random.uniform(size=count))
        for row, cells, count in zip(edges, per_interval, counts, strict=True)
    ]
    return {space.name: np.concatenate(drawn)}


def sample_counts(density: Density, space: Space, size: int, random: np.random.Generator) -> dict[str, Array]:
    """Draw integers with their probabilities."""
    counts = whole_numbers(space.intervals)
    probability = density({space.name: counts})
    return {space.name: random.choice(counts, size, p=probability / probability.sum())}


def sample_grid(
    density: Density,
    spaces: Sequence[Space],
    size: int,
    random: np.random.Generator,
    *,
    counts: frozenset[str] = frozenset(),
) -> dict[str, Array]:
    """Draw from a density in two or three dimensions: propose uniformly in cells, then accept or reject.

    Where a proposal shows that the density exceeds the bound of its cell, the sample starts again with better cells.

    Args:
        density: The density, in any units.
        spaces: Its observables.
        size: How many events to draw.
        random: Source of random numbers.
        counts: Names of the observables that are integers.

    Raises:
        IntegrationError: If there are more dimensions, infinite limits, or no bounds for the density are found.
    """
    continuous = [space for space in spaces if space.name not in counts]
    _require_finite(continuous)
    if len(spaces) > max(_CELLS_PER_AXIS):
        raise IntegrationError(f"sampling a density without a sampler works in up to 3 dimensions, not {len(spaces)}")
    names = [space.name for space in spaces]

    def at(points: Array) -> Array:
        return density({name: points[..., i].ravel() for i, name in enumerate(names)}).reshape(points.shape[:-1])

    number = _CELLS_PER_AXIS[len(continuous)]
    rows = [_integer_cells(space) if space.name in counts else _equal_cells(space, number) for space in spaces]
    lower, width = (_product(list(part)) for part in zip(*rows, strict=True))
    cells = _probed(at, lower, width, random)
    for _ in range(_RESTARTS):
        cells = _refined(at, cells, random)
        drawn, exceeded = _accepted(at, cells, size, random)
        if not exceeded:
            return {name: drawn[:, i] for i, name in enumerate(names)}
    raise IntegrationError(
        f"the density of {', '.join(names)} has no bounds that sampling could find: it has peaks that are too narrow, "
        f"or is infinite somewhere"
    )


@dataclass(frozen=True, eq=False)
class _Cells:
    """Boxes that fill a space, and what is known about a density in each.

    Args:
        lower: Lower corners, of shape [cells, dimensions].
        width: Widths, likewise; zero for integers.
        highest: Largest density seen.
        lowest: Smallest density seen.
        peak: Where the largest was seen.
    """

    lower: Array
    width: Array
    highest: Array
    lowest: Array
    peak: Array

    def take(self, index: npt.NDArray[np.bool_]) -> _Cells:
        return _Cells(self.lower[index], self.width[index], self.highest[index], self.lowest[index], self.peak[index])

    def joined(self, other: _Cells) -> _Cells:
        return _Cells(
            np.concatenate([self.lower, other.lower]),
            np.concatenate([self.width, other.width]),
            np.concatenate([self.highest, other.highest]),
            np.concatenate([self.lowest, other.lowest]),
            np.concatenate([self.peak, other.peak]),
        )

    def volume(self) -> Array:
        volume: Array = np.prod(np.where(self.width > 0, self.width, 1.0), axis=1)
        return volume


def _accepted(at: Function, cells: _Cells, size: int, random: np.random.Generator) -> tuple[Array, bool]:
    """Return events and whether a bound was exceeded; then the cells have learnt where."""
    volume = cells.volume()
    bound = _MARGIN * cells.highest
    # Some proposals go everywhere, to find what the probes have missed.
    bound = np.maximum(bound, _ELSEWHERE * np.sum(bound * volume) / np.sum(volume))
    share = bound * volume / np.sum(bound * volume)
    kept: list[Array] = [np.empty((0, cells.lower.shape[1]))]
    while (missing := size - sum(map(len, kept))) > 0:
        chosen = random.choice(len(share), size=min(2 * missing + 1000, _MOST_CELLS), p=share)
        points = cells.lower[chosen] + cells.width[chosen] * random.uniform(size=(len(chosen), cells.lower.shape[1]))
        values = at(points)
        if np.any(values > bound[chosen]):
            order = np.argsort(values)  # the largest is assigned last
            order = order[values[order] > cells.highest[chosen[order]]]
            cells.highest[chosen[order]], cells.peak[chosen[order]] = values[order], points[order]
            return kept[0], True
        kept.append(points[random.uniform(size=len(values)) * bound[chosen] < values])
    return np.concatenate(kept)[:size], False


def _refined(at: Function, cells: _Cells, random: np.random.Generator) -> _Cells:
    """Split cells that hold much of the probability, and in which the density varies, until there are none."""
    while True:
        mass = cells.highest * cells.volume()
        if not (np.all(np.isfinite(mass)) and np.any(mass > 0)):
            raise IntegrationError("a density that is infinite somewhere, or zero everywhere, cannot be sampled")
        largest = np.max(cells.highest)
        ratio = cells.highest / np.maximum(cells.lowest, 1e-300 * largest)
        # Where the density rises steeply, it may well rise further between the probes.
        possible = np.minimum(cells.highest * ratio, largest) * cells.volume()
        split = (ratio > _VARIATION) & (possible > _SMALLEST_SHARE * np.sum(mass)) & np.any(cells.width > 0, axis=1)
        if not np.any(split) or len(mass) > _MOST_CELLS:
            return cells
        cells = cells.take(~split).joined(_halves(at, cells.take(split), random))


def _halves(at: Function, cells: _Cells, random: np.random.Generator) -> _Cells:
    """Split cells in two along each axis."""
    sides = _product([np.array([0.0, 1.0]) if wide else np.zeros(1) for wide in np.any(cells.width > 0, axis=0)])
    half = 0.5 * cells.width
    lower = cells.lower[:, None] + sides * half[:, None]
    parts = _probed(at, lower.reshape(-1, lower.shape[-1]), np.repeat(half, len(sides), axis=0), random)
    # What was seen before is in one of the parts.
    highest, peak = np.repeat(cells.highest, len(sides)), np.repeat(cells.peak, len(sides), axis=0)
    inside = np.all((peak >= parts.lower) & (peak <= parts.lower + parts.width), axis=1) & (highest > parts.highest)
    parts.highest[inside], parts.peak[inside] = highest[inside], peak[inside]
    return parts


def _probed(at: Function, lower: Array, width: Array, random: np.random.Generator) -> _Cells:
    """Look at the density at the corners, at the centre, and here and there in each cell."""
    if len(lower) > _MOST_CELLS:
        raise IntegrationError(f"sampling needs up to {_MOST_CELLS} cells, these ranges have {len(lower)}")
    dimensions = lower.shape[1]
    fixed = np.concatenate([_product([np.array([0.0, 1.0])] * dimensions), np.full((1, dimensions), 0.5)])
    scattered = random.uniform(size=(len(lower), _PROBES, dimensions))
    places = np.concatenate([np.broadcast_to(fixed, (len(lower), *fixed.shape)), scattered], axis=1)
    points = lower[:, None] + width[:, None] * places
    values = at(points)
    best = np.argmax(values, axis=1)
    every = np.arange(len(lower))
    return _Cells(lower, width, values[every, best], np.min(values, axis=1), points[every, best])


def _equal_cells(space: Space, number: int) -> tuple[Array, Array]:
    """Return lower ends and widths."""
    rows = [
        np.linspace(lower, upper, 2 + round(number * (upper - lower) / space.volume))
        for lower, upper in space.intervals
    ]
    return np.concatenate([row[:-1] for row in rows]), np.concatenate([np.diff(row) for row in rows])


def _integer_cells(space: Space) -> tuple[Array, Array]:
    integers = whole_numbers(space.intervals)
    return integers, np.zeros_like(integers)


def _product(rows: Sequence[Array]) -> Array:
    """Return all combinations of coordinates, of shape [points, dimensions]."""
    return np.stack([axis.ravel() for axis in np.meshgrid(*rows, indexing="ij")], axis=-1)


def _integrals(density: Density, name: str, lower: Array, upper: Array) -> Array:
    half = 0.5 * (upper - lower)
    nodes = lower[:, None] + half[:, None] * (1 + _GAUSS_NODES)
    values = density({name: nodes.ravel()}).reshape(nodes.shape)
    integrals: Array = half * (values @ _GAUSS_WEIGHTS)
    return integrals


def _split(edges: Array, pieces: npt.NDArray[np.int_]) -> Array:
    steps = np.repeat(np.diff(edges) / pieces, pieces)
    place = np.arange(len(steps)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.append(np.repeat(edges[:-1], pieces) + place * steps, edges[-1])


def _invert(edges: Array, cells: Array, at_edges: Array, uniform: Array) -> Array:
    """Return where a cdf is ``uniform``; inside a cell the density is a line between its values at the edges."""
    cdf = np.concatenate([[0.0], np.cumsum(cells)]) / cells.sum()
    cell = np.clip(np.searchsorted(cdf, uniform, side="right") - 1, 0, len(cells) - 1)
    share = (uniform - cdf[cell]) / np.maximum(cdf[cell + 1] - cdf[cell], np.finfo(float).tiny)
    left, right = at_edges[cell], at_edges[cell + 1]
    # left t + (right - left) t^2 / 2 = share (left + right) / 2, solved without cancellation.
    root = np.sqrt(left**2 + share * (right**2 - left**2))
    total = np.maximum(left + root, np.finfo(float).tiny)
    step = np.clip(share * (left + right) / total, 0.0, 1.0)
    drawn: Array = edges[cell] + step * (edges[cell + 1] - edges[cell])
    return drawn


def _require_finite(spaces: Sequence[Space]) -> None:
    for space in spaces:
        if not (isfinite(space.lower) and isfinite(space.upper)):
            raise IntegrationError(f"sampling needs finite limits without a sampler of its own, got {space}")
