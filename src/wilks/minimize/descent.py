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

from wilks.minimize.minimizer import Expansion
from wilks.minimize.steps import fall, newton_steps
from wilks.typing import Array, Flags, Indices

_CLOSE = 1e-8
"""EDM down to which products of scores stand for second derivatives, as long as they come nearer fast."""

_NEAR = 0.01
_FAST = 0.1
"""EDM below which, and part of the last EDM above which, they no longer do."""

_ROUNDING = 8 * np.finfo(float).eps
"""By how much, relative to its value, a function may rise in a step that ought to lower it by less."""

_SMALL = 1e-3
_SMALLEST = 1e-10
"""What it ought to be lowered by for that, and how much it may rise at any value."""

_LARGEST_DAMPING = 1e10


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
        plain, falls, state.pinned[active] = newton_steps(state.gradient[active], state.matrix[active], low, high)
        state.edm[active] = falls
        # A parameter that is about to meet its limit shall be on it, not beside it.
        meets = (((plain <= low) & (low < 0)) | ((plain >= high) & (high > 0))).any(axis=1)
        state.converged[active] = state.exact[active] & (falls <= goal) & ~meets
        slow = (falls <= _NEAR) & (falls > _FAST * before[active])
        closing = ~state.exact[active] & ((falls <= _CLOSE) | slow)
        before[active] = falls
        moving = ~state.converged[active] & ~closing
        _look_again(expand, state, active[closing])
        stay = ~state.converged[active]
        moved = active[moving]
        if len(moved):
            _step(expand, state, moved, damping, plain[moving], lower[moved], upper[moved])
        active = active[stay]
        active = active[(damping[active] < _LARGEST_DAMPING)]
        if not len(active):
            break
    return state


def _look_again(expand: Expand, state: Descent, members: Indices) -> None:
    """Replace products of scores by second derivatives."""
    if len(members):
        state.exact[members] = True
        _store(state, members, expand(state.point[members], members, True))


def _step(
    expand: Expand, state: Descent, members: Indices, damping: Array, plain: Array, lower: Array, upper: Array
) -> None:
    """Try a step of each member, keep it where the function falls, and adapt the damping."""
    low, high = lower - state.point[members], upper - state.point[members]
    step, damped = plain.copy(), damping[members] > 0
    if damped.any():
        some = members[damped]
        step[damped] = newton_steps(state.gradient[some], state.matrix[some], low[damped], high[damped], damping[some])[
            0
        ]
    trial = np.where(step <= low, lower, np.where(step >= high, upper, state.point[members] + step))
    predicted = fall(state.gradient[members], state.matrix[members], step)
    accepted, ratio = np.zeros(len(members), dtype=np.bool_), np.zeros(len(members))
    for exact in (False, True):
        some = np.flatnonzero(state.exact[members] == exact)
        if not len(some):
            continue
        found = expand(trial[some], members[some], exact)
        state.evaluations[members[some]] += 1
        good, ratio[some] = _judge(state.value[members[some]], predicted[some], found)
        accepted[some] = good
        kept = some[good]
        state.point[members[kept]] = trial[kept]
        _keep(state, members[kept], found, np.flatnonzero(good))
    damping[members] = _adapted(damping[members], ratio, accepted)


def _judge(before: Array, predicted: Array, found: Expansion) -> tuple[Flags, Array]:
    """Return which steps are good, and what they gain relative to what was predicted."""
    gain = before - found.value
    rounding = np.where(np.abs(predicted) < _SMALL, _ROUNDING * np.abs(before) + _SMALLEST, 0.0)
    finite = np.isfinite(found.value) & np.isfinite(found.gradient).all(axis=1)
    falls = (gain > 1e-4 * np.maximum(predicted, 0.0)) | (gain >= -rounding) & (rounding > 0)
    ratio = np.divide(gain, predicted, out=np.ones(len(gain)), where=predicted > 1e-6)
    return finite & falls, ratio


def _adapted(damping: Array, ratio: Array, accepted: Flags) -> Array:
    """Return the next damping: less where the quadratic model is right, more where it is not."""
    eased = np.where(damping < 1e-3, 0.0, 0.1 * damping)
    kept = np.where(ratio > 0.5, eased, np.where(ratio > 0.25, damping, np.maximum(3 * damping, 0.01)))
    result: Array = np.where(accepted, kept, np.maximum(8 * damping, 0.1))
    return result


def _store(state: Descent, members: Indices, found: Expansion) -> None:
    state.evaluations[members] += 1
    _keep(state, members, found, np.arange(len(members)))


def _keep(state: Descent, members: Indices, found: Expansion, rows: Indices) -> None:
    state.value[members] = found.value[rows]
    state.gradient[members] = found.gradient[rows]
    state.matrix[members] = found.matrix[rows]
