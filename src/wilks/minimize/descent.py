"""Newton's method in a trust region, for many functions at once.

Each member takes its own steps with its own damping (Levenberg, Q. Appl. Math. 2 (1944) 164; Marquardt, SIAM J. Appl.
Math. 11 (1963) 431; in units of the diagonal of its matrix), and is left out as soon as it has converged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wilks.minimize.box import step_inside
from wilks.minimize.minimizer import Expansion
from wilks.typing import Array, Flags, Indices

_CLOSE = 1e-8
"""EDM down to which products of scores stand for second derivatives, as long as they come nearer fast."""

_NEAR = 0.01
_FAST = 0.1
"""EDM below which, and part of the last EDM above which, they no longer do."""

_ROUNDING = 8 * np.finfo(float).eps
"""By how much, relative to its value, a function may rise in a step that ought to lower it by less."""

_LARGEST_DAMPING = 1e10

_CURVED = 1e-12
"""Smallest eigenvalue, in units of the diagonal, of a matrix that counts as positive definite."""


Expand: TypeAlias = Callable[[Array, Indices, bool], Expansion]
"""Evaluates some members at points: with second derivatives, or with products of scores in their place."""


@dataclass(eq=False)
class Descent:
    """Where each of B members is.

    Args:
        point: Of shape [B, P].
        value: Of shape [B].
        gradient: Of shape [B, P].
        matrix: Of shape [B, P, P].
        exact: Whether the matrix holds second derivatives.
        edm: Expected distance to the minimum inside the limits; infinite where the function does not curve upwards.
        pinned: Which parameters sit at a limit that keeps them from going lower, of shape [B, P].
        converged: Whether the member has reached the goal.
        evaluations: How often it was evaluated.
    """

    point: Array
    value: Array
    gradient: Array
    matrix: Array
    exact: Flags
    edm: Array
    pinned: Flags
    converged: Flags
    evaluations: npt.NDArray[np.int64]


def descend(
    expand: Expand,
    start: Array,
    lower: Array,
    upper: Array,
    *,
    goal: float,
    most_steps: int,
    exact: bool,
    known: Expansion | None = None,
) -> Descent:
    """Minimise functions of P parameters.

    Args:
        expand: Evaluates the functions.
        start: Start values, of shape [B, P].
        lower: Lower limits, of shape [B, P]; a parameter whose limits agree is kept.
        upper: Upper limits, likewise.
        goal: EDM at which a member has converged.
        most_steps: How many steps are tried.
        exact: Whether second derivatives are used from the start; else near the minimum.
        known: The functions at their start values, if they were evaluated there.
    """
    count, size = start.shape
    everyone = np.arange(count)
    state = Descent(
        point=np.clip(start, lower, upper),
        value=np.full(count, np.nan),
        gradient=np.zeros((count, size)),
        matrix=np.zeros((count, size, size)),
        exact=np.full(count, exact),
        edm=np.full(count, np.inf),
        pinned=np.zeros((count, size), dtype=np.bool_),
        converged=np.zeros(count, dtype=np.bool_),
        evaluations=np.zeros(count, dtype=np.int64),
    )
    damping, before = np.zeros(count), np.full(count, np.inf)
    if known is None:
        _store(state, everyone, expand(state.point, everyone, exact))
    else:
        _keep(state, everyone, known, everyone)
    active = everyone[np.isfinite(state.value)]
    for _ in range(most_steps):
        low, high = lower[active] - state.point[active], upper[active] - state.point[active]
        plain, fall, state.pinned[active] = newton_steps(state.gradient[active], state.matrix[active], low, high)
        state.edm[active] = fall
        # A parameter that is about to meet its limit shall be on it, not beside it.
        meets = (((plain <= low) | (plain >= high)) & ~state.pinned[active] & (low < high)).any(axis=1)
        state.converged[active] = state.exact[active] & (fall <= goal) & ~meets
        slow = (fall <= _NEAR) & (fall > _FAST * before[active])
        closing = ~state.exact[active] & ((fall <= _CLOSE) | slow)
        before[active] = fall
        moving = ~state.converged[active] & ~closing
        _look_again(expand, state, active[closing])
        stay = ~state.converged[active]
        moved, plain, fall, low, high = active[moving], plain[moving], fall[moving], low[moving], high[moving]
        if len(moved):
            _step(expand, state, moved, damping, plain, fall, low, high)
        active = active[stay]
        active = active[(damping[active] < _LARGEST_DAMPING)]
        if not len(active):
            break
    return state


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
    size = gradient.shape[1]
    pinned = ((low >= 0) & (gradient > 0)) | ((high <= 0) & (gradient < 0)) | (low >= high)
    if not size:
        return gradient, np.zeros(len(gradient)), pinned
    free = ~pinned
    diagonal = np.abs(np.einsum("bii->bi", matrix))
    unit = np.where(free & (diagonal > 0), np.sqrt(diagonal), 1.0)
    both = free[:, :, None] & free[:, None, :]
    scaled = np.where(both, matrix, 0.0) / (unit[:, :, None] * unit[:, None, :])
    scaled[~np.isfinite(scaled).all(axis=(1, 2))] = 0.0
    identity = np.eye(size)
    scaled += np.where(free, 0.0, 1.0)[:, :, None] * identity
    slope = np.where(free, gradient / unit, 0.0)
    values, vectors = np.linalg.eigh(scaled)
    curved = values[:, 0] > _CURVED
    shift = np.broadcast_to(np.asarray(damping, dtype=np.float64), curved.shape)[:, None]
    # Where the function is flat or curves downwards, the same curvature upwards makes a step of a sensible length.
    stretched = (
        np.where(
            curved[:, None],
            values,
            np.maximum(np.abs(values), 1e-3 * np.abs(values).max(axis=1, keepdims=True) + 1e-300),
        )
        + shift
    )
    step = -np.einsum("bij,bj->bi", vectors, np.einsum("bji,bj->bi", vectors, slope) / stretched) / unit
    crossing = np.flatnonzero(((step < low) | (step > high)).any(axis=1))
    for member in crossing:
        effective = (vectors[member] * stretched[member]) @ vectors[member].T * np.outer(unit[member], unit[member])
        inside = step_inside(gradient[member], effective, low[member], high[member])
        step[member] = np.clip(step[member], low[member], high[member]) if inside is None else inside
    fall = -np.einsum("bi,bi->b", gradient, step) - 0.5 * np.einsum("bi,bij,bj->b", step, matrix, step)
    return step, np.where(curved, fall, np.inf), pinned


def _look_again(expand: Expand, state: Descent, members: Indices) -> None:
    """Replace products of scores by second derivatives."""
    if len(members):
        state.exact[members] = True
        _store(state, members, expand(state.point[members], members, True))


def _step(
    expand: Expand, state: Descent, members: Indices, damping: Array, plain: Array, fall: Array, low: Array, high: Array
) -> None:
    """Try a step of each member, keep it where the function falls, and adapt the damping."""
    step = plain
    damped = damping[members] > 0
    if damped.any():
        again = members[damped]
        step = plain.copy()
        step[damped] = newton_steps(
            state.gradient[again], state.matrix[again], low[damped], high[damped], damping[again]
        )[0]
    trial = state.point[members] + step
    # A step onto a limit ends on it, not beside it.
    trial = np.where(
        step <= low, state.point[members] + low, np.where(step >= high, state.point[members] + high, trial)
    )
    predicted = -np.einsum("bi,bi->b", state.gradient[members], step) - 0.5 * np.einsum(
        "bi,bij,bj->b", step, state.matrix[members], step
    )
    before = state.value[members]
    accepted = np.zeros(len(members), dtype=np.bool_)
    ratio = np.zeros(len(members))
    for exact in (False, True):
        some = np.flatnonzero(state.exact[members] == exact)
        if not len(some):
            continue
        found = expand(trial[some], members[some], exact)
        state.evaluations[members[some]] += 1
        gain = before[some] - found.value
        tolerance = np.where(np.abs(fall[some]) < 1e-3, _ROUNDING * np.abs(before[some]) + 1e-10, 0.0)
        finite = np.isfinite(found.value) & np.isfinite(found.gradient).all(axis=1)
        good = finite & ((gain > 1e-4 * np.maximum(predicted[some], 0.0)) | (gain >= -tolerance) & (tolerance > 0))
        ratio[some] = np.divide(gain, predicted[some], out=np.ones(len(some)), where=predicted[some] > 1e-6)
        keep = some[good]
        accepted[keep] = True
        state.point[members[keep]] = trial[keep]
        _keep(state, members[keep], found, np.flatnonzero(good))
    old = damping[members]
    eased = np.where(
        ratio > 0.5, np.where(old < 1e-3, 0.0, 0.1 * old), np.where(ratio > 0.25, old, np.maximum(3 * old, 0.01))
    )
    damping[members] = np.where(accepted, eased, np.maximum(8 * old, 0.1))


def _store(state: Descent, members: Indices, found: Expansion) -> None:
    state.evaluations[members] += 1
    _keep(state, members, found, np.arange(len(members)))


def _keep(state: Descent, members: Indices, found: Expansion, rows: Indices) -> None:
    state.value[members] = found.value[rows]
    state.gradient[members] = found.gradient[rows]
    state.matrix[members] = found.matrix[rows]
