"""Minuit, with exact gradients and Hessians."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from wilks.minimize.descent import descend
from wilks.minimize.minimizer import Expansion, Minimum, Objective
from wilks.minimize.start import require_finite
from wilks.typing import Array, Indices

if TYPE_CHECKING:
    import iminuit

_CALL_LIMIT = "call limit reached"

_ERROR_DEFINITION = 0.5

_MOST_STEPS = 50

_LOOKS = 3
"""Minuit's own criterion fails at limits, in its own variables: up to this many evaluations only look at it."""

_FORBIDDEN = 1e15
"""What Minuit is told where the function is not finite, above its start value."""


@dataclass(frozen=True, kw_only=True)
class Minuit:
    """MIGRAD of Minuit2 through iminuit.

    Args:
        strategy: 0 fast, 1 default, 2 careful.
        tolerance: Aim at an EDM below 0.002 times this times the error definition.
        max_evaluations: Number of function evaluations at most; by default Minuit's choice.
    """

    strategy: int = 1
    tolerance: float = 0.1
    max_evaluations: int | None = None

    name: ClassVar[str] = "minuit"

    def minimize(self, objective: Objective) -> Minimum:
        """Run MIGRAD, once more if the first run does not converge; then let Newton's method go on from there."""
        found = self.migrad(objective)
        if found.converged or _CALL_LIMIT in found.message:
            return found

        def expand(points: Array, members: Indices, exact: bool) -> Expansion:  # noqa: ARG001 (there is one member)
            return objective.expand(points, exact=exact)

        goal = 0.002 * self.tolerance * _ERROR_DEFINITION
        state = descend(
            expand,
            found.point[None],
            objective.lower[None],
            objective.upper[None],
            goal=goal,
            most_steps=_MOST_STEPS,
            exact=True,
        )
        evaluations = found.evaluations + int(state.evaluations[0])
        if not state.converged[0]:
            return replace(found, evaluations=evaluations)
        return Minimum(
            state.point[0],
            float(state.value[0]),
            True,
            "",
            evaluations,
            by="" if state.evaluations[0] <= _LOOKS else f"{self.name}, newton",
            slopes=state.gradient[0],
            hessian=state.matrix[0],
        )

    def migrad(self, objective: Objective) -> Minimum:
        """Run MIGRAD alone, once more if the first run does not converge."""
        counted = CountedFunction(objective)
        counted.value(objective.start)  # Minuit's own first point may differ from it in the last digit
        minuit = self.prepare(counted, objective.start)
        minuit.migrad(ncall=self.max_evaluations, iterate=2)
        point = np.array(minuit.values)
        state = minuit.fmin
        messages = {
            _CALL_LIMIT: state.has_reached_call_limit,
            "EDM above the tolerance": state.is_above_max_edm,
            "covariance not positive definite": not state.has_posdef_covar and state.has_covariance,
        }
        return Minimum(
            point=point,
            value=counted.objective.value_and_gradient(point)[0],
            converged=minuit.valid,
            message="" if minuit.valid else ", ".join(text for text, applies in messages.items() if applies),
            evaluations=counted.evaluations,
        )

    def prepare(self, counted: CountedFunction, point: Array) -> iminuit.Minuit:
        """Return an iminuit object at a point."""
        import iminuit  # noqa: PLC0415 (0.2 s that no document command should pay)

        objective = counted.objective
        with warnings.catch_warnings():
            # Minuit prefers the Hessian, as it should; but where its diagonal is negative it asks for g2 all the same.
            warnings.filterwarnings("ignore", message=".*hessian.*", category=RuntimeWarning)
            minuit = iminuit.Minuit(
                counted.value,
                point,
                grad=counted.gradient,
                g2=counted.curvature,
                hessian=counted.hessian,
                name=objective.names,
            )
        minuit.errordef = iminuit.Minuit.LIKELIHOOD
        minuit.strategy = self.strategy
        minuit.tol = self.tolerance
        minuit.print_level = 0
        minuit.limits = list(zip(objective.lower, objective.upper, strict=True))
        minuit.errors = np.where(np.isnan(objective.steps), np.maximum(0.1 * np.abs(point), 1e-3), objective.steps)
        return minuit


@dataclass(eq=False)
class CountedFunction:
    """An objective as Minuit calls it: value and gradient apart, counted, relative to the start, always finite."""

    objective: Objective
    evaluations: int = field(default=0, init=False)
    _point: Array | None = field(default=None, init=False)
    _known: tuple[float, Array] = field(default=(np.nan, np.empty(0)), init=False)
    _offset: float | None = field(default=None, init=False)

    def value(self, point: Array) -> float:
        return self._at(point)[0]

    def gradient(self, point: Array) -> Array:
        return self._at(point)[1]

    def hessian(self, point: Array) -> Array:
        return self.objective.hessian(point)

    def curvature(self, point: Array) -> Array:
        return np.diag(self.hessian(point)).copy()

    def _at(self, point: Array) -> tuple[float, Array]:
        if self._point is None or not np.array_equal(point, self._point):
            value, gradient = self.objective.value_and_gradient(point)
            self.evaluations += 1
            if self._offset is None:
                require_finite(self.objective, value, gradient)
                self._offset = value
            finite = np.isfinite(value) and bool(np.all(np.isfinite(gradient)))
            self._known = (value - self._offset, gradient) if finite else (_FORBIDDEN, np.zeros_like(gradient))
            self._point = np.array(point)
        return self._known
