"""Integrals that owe nothing to what they check: Gauss-Legendre rules on panels that are halved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isinf

import numpy as np

from wilks.typing import Array

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_PANELS = 128
_ROUNDS = 60
_TOLERANCE = 1e-11


def integral(function: Callable[[Array], Array], lower: float, upper: float, *, scale: float = 1.0) -> float:
    """Return an integral to about 1e-10, through kinks, jumps and poles at the ends.

    Args:
        function: Maps points to values.
        lower: Lower limit; both limits may be infinite.
        upper: Upper limit.
        scale: Where most of the integral is, in case they are.
    """
    if isinf(lower) and isinf(upper):
        return integral(lambda t: _on_the_line(function, t, scale), -1.0, 1.0)
    edges = np.linspace(lower, upper, _PANELS + 1)
    left, right = edges[:-1], edges[1:]
    coarse = _panels(function, left, right)
    total, done = coarse.sum(), 0.0
    for _ in range(_ROUNDS):
        middle = 0.5 * (left + right)
        halves = _panels(function, np.append(left, middle), np.append(middle, right))
        fine = halves.reshape(2, -1).sum(axis=0)
        total = done + fine.sum()
        open_ = np.abs(fine - coarse) > _TOLERANCE * abs(total) / _PANELS
        done += fine[~open_].sum()
        if not open_.any():
            break
        left, right = np.append(left, middle), np.append(middle, right)
        both = np.tile(open_, 2)
        left, right, coarse = left[both], right[both], halves[both]
    return float(total)


def cell_integrals(function: Callable[[Array], Array], edges: Sequence[Array]) -> Array:
    """Return the integrals of a function of rows over the cells of a grid, from 12 nodes a side."""
    rules = [_nodes(row[:-1], row[1:]) for row in edges]
    mesh = np.meshgrid(*(nodes.ravel() for nodes, _ in rules), indexing="ij")
    values = function(np.stack([axis.ravel() for axis in mesh], axis=-1))
    # Axes of cells and of nodes in turns; the latter are summed away from the last to the first.
    grid = values.reshape([size for nodes, _ in rules for size in nodes.shape])
    for axis, (_, half) in reversed(list(enumerate(rules))):
        grid = np.moveaxis(np.moveaxis(grid, 2 * axis + 1, -1) @ _WEIGHTS, axis * 2, -1) * half
        grid = np.moveaxis(grid, -1, axis * 2)
    return grid


def whole_numbers(lower: float, upper: float) -> Array:
    """Return the integers in a range, as floats."""
    return np.arange(np.ceil(lower), np.floor(upper) + 1)


def _on_the_line(function: Callable[[Array], Array], t: Array, scale: float) -> Array:
    x = scale * t / (1 - t**2)
    values: Array = function(x) * scale * (1 + t**2) / (1 - t**2) ** 2
    return values


def _panels(function: Callable[[Array], Array], left: Array, right: Array) -> Array:
    nodes, half = _nodes(left, right)
    values: Array = half * (function(nodes.ravel()).reshape(nodes.shape) @ _WEIGHTS)
    return values


def _nodes(left: Array, right: Array) -> tuple[Array, Array]:
    half = 0.5 * (right - left)
    return left[:, None] + half[:, None] * (1 + _NODES), half
