"""An independent look at a minimum: exact derivatives, Newton steps where they help, and the EDM."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wilks.minimize.box import step_inside
from wilks.minimize.minimizer import Minimum, Objective
from wilks.typing import Array, Flags

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


def certify(objective: Objective, found: Minimum) -> Certificate:
    """Look at a minimum, and improve it by damped Newton steps inside the bounds as long as they lower the function."""
    point, value, gradient, hessian = found.point, found.value, found.slopes, found.hessian
    evaluations = 0
    if gradient is None or hessian is None:
        value, gradient, hessian = _expand(objective, point)
        evaluations = 1
    for _ in range(_MOST_STEPS):
        current, step = _look(objective, point, value, gradient, hessian, evaluations)
        meets_bound = _meets_bound(objective, point + step) & ~current.pinned
        close = current.edm <= EDM_GOAL
        if not current.is_minimum or (close and not meets_bound.any()):
            return current
        for damping in (1.0, 0.3, 0.1):
            trial = np.clip(point + damping * step, objective.lower, objective.upper)
            trial_value, trial_gradient, trial_hessian = _expand(objective, trial)
            evaluations += 1
            if trial_value < value or (close and trial_value <= value + EDM_GOAL):
                point, value, gradient, hessian = trial, trial_value, trial_gradient, trial_hessian
                break
        else:
            return current
    return _look(objective, point, value, gradient, hessian, evaluations)[0]


def look_at(objective: Objective, point: Array, evaluations: int = 0) -> Certificate:
    """Return what is known of a point, without improving it.

    Args:
        objective: The function.
        point: Where.
        evaluations: How many were made before.
    """
    return _look(objective, point, *_expand(objective, point), evaluations + 1)[0]


def _expand(objective: Objective, point: Array) -> tuple[float, Array, Array]:
    """Return value, gradient and Hessian, all from one evaluation."""
    found = objective.expand(point[None], exact=True)
    return float(found.value[0]), found.gradient[0], found.matrix[0]


def _look(
    objective: Objective, point: Array, value: float, gradient: Array, hessian: Array, evaluations: int
) -> tuple[Certificate, Array]:
    """Return what is known of a point, and the Newton step from it."""
    pinned = ((point <= objective.lower) & (gradient > 0)) | ((point >= objective.upper) & (gradient < 0))
    step = step_inside(gradient, hessian, objective.lower - point, objective.upper - point)
    if step is None:
        return Certificate(point, value, gradient, hessian, pinned, np.nan, evaluations), np.zeros_like(point)
    edm = -float(gradient @ step + 0.5 * step @ hessian @ step)
    return Certificate(point, value, gradient, hessian, pinned, edm, evaluations), step


def _meets_bound(objective: Objective, point: Array) -> Flags:
    meets: Flags = (point <= objective.lower) | (point >= objective.upper)
    return meets
