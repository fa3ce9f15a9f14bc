"""Drawing events from nothing but a density: by its inverse cdf in one dimension, by rejection in two or three."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite

import numpy as np
import numpy.typing as npt

from wilks.errors import IntegrationError
from wilks.space import Space
from wilks.typing import Array

Density = Callable[[Mapping[str, Array]], Array]

_CELLS = 4096
"""Cells of the table of a cdf; refined where the probability is."""

_CELLS_PER_AXIS = {2: 200, 3: 40}
_MARGIN = 1.5
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
    _require_finite([space])
    parts = [np.arange(np.ceil(lower), np.floor(upper) + 1) for lower, upper in space.intervals]
    counts = np.unique(np.concatenate(parts))
    probability = density({space.name: counts})
    return {space.name: random.choice(counts, size, p=probability / probability.sum())}


def sample_grid(density: Density, spaces: Sequence[Space], size: int, random: np.random.Generator) -> dict[str, Array]:
    """Draw from a density in two or three dimensions: propose uniformly in cells of a grid, then accept or reject.

    Raises:
        IntegrationError: If there are more dimensions, or infinite limits.
    """
    _require_finite(spaces)
    if len(spaces) not in _CELLS_PER_AXIS:
        raise IntegrationError(f"sampling a density without a sampler works in up to 3 dimensions, not {len(spaces)}")
    number = _CELLS_PER_AXIS[len(spaces)]
    edges = [np.linspace(space.lower, space.upper, number + 1) for space in spaces]
    corners = _on_grid(density, spaces, edges)
    centres = _on_grid(density, spaces, [0.5 * (row[1:] + row[:-1]) for row in edges])
    bound = _MARGIN * np.maximum(_largest_corner(corners), centres)
    bound = np.maximum(bound, 1e-12 * bound.max())
    widths = np.array([row[1] - row[0] for row in edges])
    kept: list[Array] = [np.empty((0, len(spaces)))]
    while sum(map(len, kept)) < size:
        cells = random.choice(bound.size, size=2 * size + 1000, p=bound.ravel() / bound.sum())
        corner = np.stack([row[i] for row, i in zip(edges, np.unravel_index(cells, bound.shape), strict=True)], axis=-1)
        rows = corner + widths * random.uniform(size=corner.shape)
        columns = {space.name: rows[:, i] for i, space in enumerate(spaces)}
        inside = np.all([space.contains(columns) for space in spaces], axis=0)
        accepted = random.uniform(size=len(rows)) * bound.ravel()[cells] < density(columns)
        kept.append(rows[inside & accepted])
    rows = np.concatenate(kept)[:size]
    return {space.name: rows[:, i] for i, space in enumerate(spaces)}


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


def _on_grid(density: Density, spaces: Sequence[Space], rows: Sequence[Array]) -> Array:
    mesh = np.meshgrid(*rows, indexing="ij")
    columns = {space.name: axis.ravel() for space, axis in zip(spaces, mesh, strict=True)}
    return density(columns).reshape(mesh[0].shape)


def _largest_corner(corners: Array) -> Array:
    largest = corners
    for axis in range(corners.ndim):
        low = np.take(largest, range(largest.shape[axis] - 1), axis)
        high = np.take(largest, range(1, largest.shape[axis]), axis)
        largest = np.maximum(low, high)
    return largest


def _require_finite(spaces: Sequence[Space]) -> None:
    for space in spaces:
        if not (isfinite(space.lower) and isfinite(space.upper)):
            raise IntegrationError(f"sampling needs finite limits without a sampler of its own, got {space}")
