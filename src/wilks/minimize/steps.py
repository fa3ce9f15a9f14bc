"""Newton steps inside limits, for many functions at once."""

from __future__ import annotations

import numpy as np

from wilks.minimize.box import step_inside
from wilks.typing import Array, Flags

_CURVED = 1e-12
"""Smallest eigenvalue, in units of the diagonal, of a matrix that counts as positive definite."""

_FLATTEST = 1e-3
"""Curvature, relative to the largest, that is assumed where a function does not curve upwards."""

_TINY = 1e-300


def newton_steps(
    gradient: Array, matrix: Array, low: Array, high: Array, damping: Array | float = 0.0
) -> tuple[Array, Array, Flags]:
    """Return steps inside limits, by how much the quadratic model falls in each, and what is pinned to a limit.

    Where a matrix is not positive definite the fall is infinite, and the step goes down all the same: along the
    directions in which the function curves downwards as far as if it curved upwards.

    Args:
        gradient: Of shape [B, P].
        matrix: Of shape [B, P, P].
        low: How far each parameter may go down, zero or negative, of shape [B, P].
        high: How far each parameter may go up, zero or positive.
        damping: What is added to the matrices in units of their diagonals, of shape [B].
    """
    pinned = ((low >= 0) & (gradient > 0)) | ((high <= 0) & (gradient < 0)) | (low >= high)
    if not gradient.shape[1]:
        return gradient, np.zeros(len(gradient)), pinned
    scaled, unit = _in_units(matrix, ~pinned)
    slope = np.where(pinned, 0.0, gradient / unit)
    values, vectors = np.linalg.eigh(scaled)
    curved = values[:, 0] > _CURVED
    upwards = np.maximum(np.abs(values), _FLATTEST * np.abs(values).max(axis=1, keepdims=True) + _TINY)
    values = np.where(curved[:, None], values, upwards) + np.reshape(damping, (-1, 1))
    step = -np.einsum("bij,bj->bi", vectors, np.einsum("bji,bj->bi", vectors, slope) / values) / unit
    for member in np.flatnonzero(((step < low) | (step > high)).any(axis=1)):
        model = (vectors[member] * values[member]) @ vectors[member].T * np.outer(unit[member], unit[member])
        inside = step_inside(gradient[member], model, low[member], high[member])
        step[member] = np.clip(step[member], low[member], high[member]) if inside is None else inside
    falls = fall(gradient, matrix, step)
    return step, np.where(curved & (falls >= 0), falls, np.inf), pinned


def fall(gradient: Array, matrix: Array, step: Array) -> Array:
    """Return by how much quadratic models fall in steps."""
    linear, quadratic = np.einsum("bi,bi->b", gradient, step), np.einsum("bi,bij,bj->b", step, matrix, step)
    result: Array = -linear - 0.5 * quadratic
    return result


def _in_units(matrix: Array, free: Flags) -> tuple[Array, Array]:
    """Return matrices in units of their diagonals, the identity where parameters are not free; and these units."""
    diagonal = np.abs(np.einsum("bii->bi", matrix))
    unit = np.where(free & (diagonal > 0), np.sqrt(diagonal), 1.0)
    both = free[:, :, None] & free[:, None, :]
    scaled = np.where(both, matrix, 0.0) / (unit[:, :, None] * unit[:, None, :])
    scaled[~np.isfinite(scaled).all(axis=(1, 2))] = 0.0
    return scaled + np.where(free, 0.0, 1.0)[:, :, None] * np.eye(matrix.shape[1]), unit
