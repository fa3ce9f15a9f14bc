"""An independent look at a minimum: exact derivatives, Newton steps where they help, and the EDM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from wilks.minimize.minimizer import Objective
from wilks.typing import Array

Flags: TypeAlias = npt.NDArray[np.bool_]

EDM_GOAL = 1e-9
"""Newton steps are taken until the expected distance to the minimum is below this."""

_MOST_STEPS = 10


@dataclass(frozen=True, eq=False)
class Certificate:
    """What is known of a point that should be a minimum.

    Args:
        point: The floating parameters.
        value: The function there.
        gradient: Its gradient.
        hessian: Its matrix of second derivatives.
        pinned: Which parameters sit at a limit that keeps them from going lower.
        edm: Expected vertical distance to the minimum inside the bounds, half of g V g if none is near; NaN if there is
            no minimum.
        evaluations: How many gradients were computed.
    """

    point: Array
    value: float
    gradient: Array
    hessian: Array
    pinned: Flags
    edm: float
    evaluations: int

    @property
    def free(self) -> npt.NDArray[np.intp]:
        """Indices of the parameters that no limit keeps."""
        return np.flatnonzero(~self.pinned)

    @property
    def is_minimum(self) -> bool:
        """Whether the function curves upwards in every free direction."""
        return bool(np.isfinite(self.edm))


def certify(objective: Objective, point: Array) -> Certificate:
    """Look at a point, and improve it by damped Newton steps inside the bounds as long as they lower the function."""
    value, gradient = objective.value_and_gradient(point)
    evaluations = 1
    for _ in range(_MOST_STEPS):
        current, step = _look(objective, point, value, gradient, evaluations)
        meets_bound = _meets_bound(objective, point + step) & ~current.pinned
        close = current.edm <= EDM_GOAL
        if not current.is_minimum or (close and not meets_bound.any()):
            return current
        for damping in (1.0, 0.3, 0.1):
            trial = np.clip(point + damping * step, objective.lower, objective.upper)
            trial_value, trial_gradient = objective.value_and_gradient(trial)
            evaluations += 1
            if trial_value < value or (close and trial_value <= value + EDM_GOAL):
                point, value, gradient = trial, trial_value, trial_gradient
                break
        else:
            return current
    return _look(objective, point, value, gradient, evaluations)[0]


def _look(
    objective: Objective, point: Array, value: float, gradient: Array, evaluations: int
) -> tuple[Certificate, Array]:
    """Return what is known of a point, and the Newton step from it."""
    hessian = objective.hessian(point)
    pinned = _pinned(objective, point, gradient)
    edm, step = _newton_step(objective, point, gradient, hessian, pinned)
    return Certificate(point, value, gradient, hessian, pinned, edm, evaluations), step


def _meets_bound(objective: Objective, point: Array) -> Flags:
    meets: Flags = (point <= objective.lower) | (point >= objective.upper)
    return meets


def _pinned(objective: Objective, point: Array, gradient: Array) -> Flags:
    pinned: Flags = ((point <= objective.lower) & (gradient > 0)) | ((point >= objective.upper) & (gradient < 0))
    return pinned


def _newton_step(
    objective: Objective, point: Array, gradient: Array, hessian: Array, pinned: Flags
) -> tuple[float, Array]:
    """Return by how much the quadratic model falls to its minimum inside the bounds, and the step there.

    Parameters whose step would leave the bounds are put on them, round after round, and the rest is solved again.
    """
    step = np.where(pinned, 0.0, np.nan)
    while (free := np.flatnonzero(np.isnan(step))).size:
        moved = np.flatnonzero(~np.isnan(step))
        factor = cholesky(hessian[np.ix_(free, free)])
        if factor is None:
            return float("nan"), np.zeros_like(point)
        slope = gradient[free] + hessian[np.ix_(free, moved)] @ step[moved]
        trial = -np.linalg.solve(factor.T, np.linalg.solve(factor, slope))
        inside = np.clip(point[free] + trial, objective.lower[free], objective.upper[free]) - point[free]
        crossing = np.abs(inside - trial) > 1e-12 * np.abs(trial)
        if not crossing.any():
            step[free] = trial
        step[free[crossing]] = inside[crossing]
    return -float(gradient @ step + 0.5 * step @ hessian @ step), step


def cholesky(matrix: Array) -> Array | None:
    """Return the Cholesky factor, computed in units of the diagonal; None where the matrix is not positive definite."""
    diagonal = np.diag(matrix)
    if not np.all(np.isfinite(matrix)) or np.any(diagonal <= 0):
        return None
    scale = np.sqrt(diagonal)
    try:
        factor: Array = np.linalg.cholesky(matrix / np.outer(scale, scale)) * scale[:, None]
    except np.linalg.LinAlgError:
        return None
    return factor
