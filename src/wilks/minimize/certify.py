"""An independent look at a minimum: exact derivatives, Newton steps where they help, and the EDM."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wilks.minimize.descent import descend
from wilks.minimize.minimizer import Expansion, Minimum, Objective
from wilks.minimize.steps import newton_steps
from wilks.typing import Array, Flags, Indices

EDM_GOAL = 1e-9
"""Newton steps are taken until the expected distance to the minimum is below this."""

_MOST_STEPS = 20


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
    """Look at a minimum with exact derivatives, and improve it as long as Newton's method can."""

    def expand(points: Array, members: Indices, exact: bool) -> Expansion:  # noqa: ARG001 (there is one member)
        return objective.expand(points, exact=exact)

    known: Expansion
    if found.slopes is None or found.hessian is None:
        known, evaluations = objective.expand(found.point[None], exact=True), 1
    else:
        known, evaluations = Known(np.array([found.value]), found.slopes[None], found.hessian[None]), 0
    here = _certificate(objective, found.point, known, evaluations)
    if not here.is_minimum:
        return here  # there is nothing to improve: what a minimiser left far from a minimum is its own affair
    state = descend(
        expand,
        found.point[None],
        objective.lower[None],
        objective.upper[None],
        goal=EDM_GOAL,
        most_steps=_MOST_STEPS,
        exact=True,
        known=known,
    )
    there = Known(state.value, state.gradient, state.matrix)
    return _certificate(objective, state.point[0], there, evaluations + int(state.evaluations[0]))


def look_at(objective: Objective, point: Array, evaluations: int = 0) -> Certificate:
    """Return what is known of a point, without improving it.

    Args:
        objective: The function.
        point: Where.
        evaluations: How many were made before.
    """
    return _certificate(objective, point, objective.expand(point[None], exact=True), evaluations + 1)


def _certificate(objective: Objective, point: Array, found: Expansion, evaluations: int) -> Certificate:
    low, high = (objective.lower - point)[None], (objective.upper - point)[None]
    _, fall, pinned = newton_steps(found.gradient, found.matrix, low, high)
    return Certificate(
        point,
        float(found.value[0]),
        found.gradient[0],
        found.matrix[0],
        pinned[0] & (found.gradient[0] != 0),  # where limits agree they keep nothing from going lower
        float(fall[0]) if np.isfinite(fall[0]) else float("nan"),
        evaluations,
    )


class Known(NamedTuple):
    """A function at one point, to second order; see `Expansion`."""

    value: Array
    gradient: Array
    matrix: Array
