"""Where a quadratic model of a function has its minimum inside limits."""

from __future__ import annotations

import numpy as np

from wilks.minimize.cholesky import cholesky
from wilks.typing import Array, Flags

_LEAVES = 1e-8
"""Slope, per standard deviation of a parameter, at which it leaves its limit; less is worth half its square."""


def step_inside(gradient: Array, hessian: Array, lower: Array, upper: Array) -> Array | None:
    """Return the step s between its limits that minimises g s + s H s / 2; None if the model has no minimum.

    Limits are met and left one at a time, and the model falls all the way, so that this ends at its one minimum. To put
    whatever leaves the box onto its sides at once can end in a corner that is higher than the start.

    Args:
        gradient: The gradient g.
        hessian: The matrix of second derivatives H; it has to be positive definite where no limit holds.
        lower: How far each parameter may go down: zero or negative.
        upper: How far each parameter may go up: zero or positive.
    """
    if not (np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian))):
        return None
    step = np.zeros_like(gradient)
    held: Flags = ((lower >= 0) & (gradient > 0)) | ((upper <= 0) & (gradient < 0)) | (lower >= upper)
    for _ in range(10 * len(step)):
        newton = _newton(gradient + hessian @ step, hessian, ~held)
        if newton is None:
            return None
        way = np.where(newton > 0, upper, lower) - step
        room = np.divide(way, newton, out=np.full_like(step, np.inf), where=newton != 0)
        nearest = int(np.argmin(room))
        if room[nearest] < 1:
            step = step + room[nearest] * newton
            step[nearest] = upper[nearest] if newton[nearest] > 0 else lower[nearest]
            held[nearest] = True
            continue
        step = step + newton
        leaving = _leaving(gradient + hessian @ step, hessian, held & (lower < upper), step <= lower)
        if leaving is None:
            break
        held[leaving] = False
    return step


def _newton(slope: Array, hessian: Array, free: Flags) -> Array | None:
    """Return the step to the minimum over the free parameters."""
    step = np.zeros_like(slope)
    factor = cholesky(hessian[np.ix_(free, free)])
    if factor is None:
        return None
    step[free] = -np.linalg.solve(factor.T, np.linalg.solve(factor, slope[free]))
    return step


def _leaving(slope: Array, hessian: Array, held: Flags, at_lower: Flags) -> int | None:
    """Return the parameter at a limit that the model would most like to take off it."""
    unit = np.sqrt(np.maximum(np.diag(hessian), np.finfo(float).tiny))
    inwards = np.where(held, np.where(at_lower, -slope, slope) / unit, 0.0)
    most = int(np.argmax(inwards))
    return most if inwards[most] > _LEAVES else None
