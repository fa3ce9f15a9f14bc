"""The adaptive choice of the panels of a quadrature, on the host.

The number of panels is a shape of the compiled program, so it is a power of two times the initial
number, and the integrand is only ever asked about one and the same number of panels.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wilks.errors import IntegrationError
from wilks.numeric.quadrature import NODES_PER_PANEL
from wilks.typing import Array

PanelIntegrals: TypeAlias = tuple[Array, Array]
"""Integral and error estimate of each panel."""

# Rounds over all dimensions before giving up; two or three are enough for what can be done.
_SWEEPS = 6

Mask: TypeAlias = npt.NDArray[np.bool_]
Index: TypeAlias = Mask | npt.NDArray[np.intp] | slice


@dataclass(frozen=True)
class _Panels:
    """Panels in increasing order with what is known about each."""

    lower: Array
    upper: Array
    estimate: Array
    error: Array

    def take(self, index: Index) -> _Panels:
        return _Panels(*(row[index] for row in self.rows()))

    def rows(self) -> tuple[Array, Array, Array, Array]:
        return self.lower, self.upper, self.estimate, self.error

    def edges(self) -> Array:
        return np.append(self.lower, self.upper[-1])


def choose_panels(
    errors_of: Callable[[Array], PanelIntegrals],
    lower: float,
    upper: float,
    *,
    tolerance: float,
    initial: int = 32,
    probes: int = 8,
    max_panels: int = 1024,
) -> Array:
    """Return the edges of panels on which an integral reaches a relative error.

    The range is scanned with ``probes`` panels in each initial one, so that peaks are found whose
    width is a thousandth of an initial panel's (1e-4 of the range, or less without background);
    what does not need them is merged again. Then panels with the largest errors are bisected.

    Args:
        errors_of: Maps ``probes * initial + 1`` edges to the integral and the error estimate of
            each panel between them. The panels may have no width, and need not cover the range.
        lower: Lower limit.
        upper: Upper limit.
        tolerance: Bound on the sum of errors, relative to the integral.
        initial: Number of panels at least; the answer has a power of two times as many.
        probes: Refinement of the first scan, a power of two.
        max_panels: Number of panels at most.

    Raises:
        IntegrationError: The tolerance needs more panels, or the integrand is not finite.
    """
    size = probes * initial
    panels = _scan(errors_of, lower, upper, tolerance=tolerance, initial=initial, size=size)
    while panels.error.sum() > tolerance * abs(panels.estimate.sum()):
        chosen = _worst(panels, tolerance)
        if not chosen.any() or len(chosen) + chosen.sum() > max_panels:
            raise _failure(panels, tolerance, max_panels)
        children = _evaluate(errors_of, *_halves(panels.take(chosen)), size)
        panels = _merge(panels.take(~chosen), children)
    return _pad(panels, initial)


def _scan(
    errors_of: Callable[[Array], PanelIntegrals],
    lower: float,
    upper: float,
    *,
    tolerance: float,
    initial: int,
    size: int,
) -> _Panels:
    """Return the coarsest panels of a binary tree that agree with its finest ones."""
    counts = [initial << level for level in range((size // initial).bit_length())]
    grids = [np.linspace(lower, upper, count + 1) for count in counts]
    tree = _evaluate(
        errors_of,
        np.concatenate([grid[:-1] for grid in grids]),
        np.concatenate([grid[1:] for grid in grids]),
        size,
    )
    starts = np.cumsum([0, *counts])
    levels = [tree.take(slice(*span)) for span in itertools.pairwise(starts)]
    finest = levels[-1]
    # Half of what is allowed, shared out by width.
    allowed = 0.5 * tolerance * abs(finest.estimate.sum())
    kept, covered = [], np.zeros(size, dtype=bool)
    for count, level in zip(counts, levels, strict=True):
        missed = np.abs(level.estimate - finest.estimate.reshape(count, -1).sum(axis=1))
        error = np.maximum(level.error, missed)
        good = (error <= allowed / count) | (count == size)
        good &= ~covered.reshape(count, -1).any(axis=1)
        covered |= np.repeat(good, size // count)
        kept.append(_Panels(*level.rows()[:3], error).take(good))
    return _merge(*kept)


def _evaluate(errors_of: Callable[[Array], PanelIntegrals], lower: Array, upper: Array, size: int) -> _Panels:
    """Ask for panels in any order, always ``size`` at a time."""
    estimate, error = np.empty_like(lower), np.empty_like(lower)
    edges: list[float] = []
    asked: list[tuple[int, int]] = []

    def ask() -> None:
        # Filled up with panels of no width, at an inner edge: an end may be a singularity.
        unused = size + 1 - len(edges)
        integrals = errors_of(np.array(edges[:-1] + edges[-2:-1] * unused + edges[-1:]))
        places, rows = np.array(asked).T
        places[-1] += unused
        estimate[rows], error[rows] = (np.asarray(row)[places] for row in integrals)

    for row, (left, right) in enumerate(zip(lower.tolist(), upper.tolist(), strict=True)):
        # A panel that does not continue the last one costs an unused panel in between.
        if edges and (left < edges[-1] or len(edges) + (left > edges[-1]) > size):
            ask()
            edges, asked = [], []
        if not edges or edges[-1] != left:
            edges.append(left)
        edges.append(right)
        asked.append((len(edges) - 2, row))
        if len(edges) == size + 1:
            ask()
            edges, asked = [], []
    if edges:
        ask()
    bad = ~(np.isfinite(estimate) & np.isfinite(error))
    if bad.any():
        first = np.flatnonzero(bad)[0]
        raise IntegrationError(f"the integrand is not finite between {lower[first]:.17g} and {upper[first]:.17g}")
    return _Panels(lower, upper, estimate, error)


def _worst(panels: _Panels, tolerance: float) -> Mask:
    """Return which panels to bisect, so that the others have half of the allowed error."""
    order = np.argsort(panels.error)
    target = 0.5 * tolerance * abs(panels.estimate.sum())
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[np.cumsum(panels.error[order]) > target]] = True
    # The outermost node is a 460th of the width away from the edge: it must not fall on it.
    ulp = np.spacing(np.maximum(np.abs(panels.lower), np.abs(panels.upper)))
    chosen &= panels.upper - panels.lower > 1024 * ulp
    return chosen


def _halves(panels: _Panels) -> tuple[Array, Array]:
    middle = 0.5 * (panels.lower + panels.upper)
    lower = np.stack([panels.lower, middle], axis=1).ravel()
    upper = np.stack([middle, panels.upper], axis=1).ravel()
    return lower, upper


def _merge(*parts: _Panels) -> _Panels:
    joined = [np.concatenate(rows) for rows in zip(*(part.rows() for part in parts), strict=True)]
    return _Panels(*joined).take(np.argsort(joined[0]))


def _pad(panels: _Panels, initial: int) -> Array:
    """Bisect panels, worst and then widest first, until their number is allowed."""
    bucket = initial
    while bucket < len(panels.error):
        bucket *= 2
    # Halving a panel of a smooth integrand gains far more; a kink gains about this much.
    gain = 2.0**-4
    floor = np.finfo(np.float64).eps * abs(panels.estimate.sum())
    heap = [
        (-max(error, floor), lower - upper, lower, upper)
        for lower, upper, _, error in zip(*(row.tolist() for row in panels.rows()), strict=True)
    ]
    heapq.heapify(heap)
    while len(heap) < bucket:
        badness, width, left, right = heapq.heappop(heap)
        middle = 0.5 * (left + right)
        badness = min(badness * gain, -floor)
        heapq.heappush(heap, (badness, width / 2, left, middle))
        heapq.heappush(heap, (badness, width / 2, middle, right))
    return np.append(np.sort([left for _, _, left, _ in heap]), panels.upper[-1])


def _failure(panels: _Panels, tolerance: float, max_panels: int) -> IntegrationError:
    worst = int(np.argmax(panels.error))
    return IntegrationError(
        f"integral {panels.estimate.sum():.15g} +- {panels.error.sum():.2g} on "
        f"{len(panels.error)} panels misses the relative tolerance {tolerance:g} (at most "
        f"{max_panels} panels); it is worst between {panels.lower[worst]:.17g} and "
        f"{panels.upper[worst]:.17g}: is the integrand smooth and integrable there?"
    )


def choose_panels_nd(
    errors_of: Callable[[tuple[Array, ...]], Sequence[PanelIntegrals]],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    tolerance: float,
    max_nodes: int = 2**24,
) -> tuple[Array, ...]:
    """Return the edges of panels in each dimension of a product quadrature.

    Each dimension is refined in turn by :func:`choose_panels`, integrating over the others on their
    present panels, until all of them are good enough together.

    Args:
        errors_of: Maps the edges in each dimension to the integrals and error estimates of each
            dimension's panels, the other dimensions being integrated over.
        lower: Lower limits, at most three.
        upper: Upper limits.
        tolerance: Bound on the sum of all errors, relative to the integral.
        max_nodes: Number of nodes of the whole grid at most.

    Raises:
        IntegrationError: The tolerance needs more nodes, or there are too many dimensions.
    """
    if not 1 <= len(lower) <= 3:
        raise IntegrationError(f"integrals over 1 to 3 dimensions are possible, not {len(lower)}")
    initial, probes = {1: (32, 8), 2: (8, 8), 3: (2, 4)}[len(lower)]
    edges = [np.linspace(a, b, initial + 1) for a, b in zip(lower, upper, strict=True)]

    def integrals(trial: Sequence[Array]) -> Sequence[PanelIntegrals]:
        if np.prod([(len(row) - 1.0) * NODES_PER_PANEL for row in trial]) > max_nodes:
            shape = " x ".join(str(len(row) - 1) for row in trial)
            raise IntegrationError(
                f"the relative tolerance {tolerance:g} needs more than {shape} panels, that is "
                f"more than {max_nodes} nodes"
            )
        return errors_of(tuple(trial))

    for _ in range(_SWEEPS):
        before = [len(row) for row in edges]
        for axis in range(len(edges)):

            def marginal(row: Array, axis: int = axis) -> PanelIntegrals:
                return integrals([*edges[:axis], row, *edges[axis + 1 :]])[axis]

            edges[axis] = choose_panels(
                marginal,
                lower[axis],
                upper[axis],
                tolerance=0.5 * tolerance / len(edges),
                initial=initial,
                probes=probes,
            )
        parts = integrals(edges)
        total, error = abs(parts[0][0].sum()), sum(part[1].sum() for part in parts)
        # Panels of one dimension are chosen on the others' panels: once more if those changed.
        if error <= tolerance * total and before == [len(row) for row in edges]:
            return tuple(edges)
    raise IntegrationError(
        f"integral {total:.15g} +- {error:.2g} in {len(edges)} dimensions misses the relative tolerance {tolerance:g}"
    )
