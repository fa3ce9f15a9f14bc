"""A native second-order minimiser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from wilks.errors import FitError
from wilks.minimize.certify import look_at
from wilks.minimize.descent import Descent, descend
from wilks.minimize.minimizer import Expansion, Minimum
from wilks.minimize.minuit import Minuit
from wilks.minimize.start import require_finite
from wilks.typing import Array, Indices

_ERROR_DEFINITION = 0.5


@dataclass(frozen=True, kw_only=True)
class Newton:
    """Newton's method in a trust region, on exact second derivatives, with limits.

    Far from the minimum the sum over events of the products of their scores may stand for the second derivatives: it
    costs less and never curves downwards. The last steps, and the EDM, always use the second derivatives themselves.
    Where it does not converge, Minuit goes on from the best point, or from the start, and the result says so.

    Args:
        tolerance: Aim at an EDM below 0.002 times this times the error definition, as Minuit does.
        max_steps: Number of steps at most.
        curvature: What is used far from the minimum: ``scores`` or ``hessian``; by default whichever takes less time
            for the likelihood at hand. With few parameters that is ``hessian``, which saves compiling scores, unless
            `nll.compile()` did so ahead.

    Raises:
        FitError: If an option is out of range.
    """

    tolerance: float = 0.1
    max_steps: int = 100
    curvature: Literal["auto", "scores", "hessian"] = "auto"

    name: ClassVar[str] = "newton"

    def __post_init__(self) -> None:
        if not 0 < self.tolerance < float("inf"):
            raise FitError(f"the tolerance of a minimizer must be positive and finite, got {self.tolerance!r}")
        if self.max_steps < 1:
            raise FitError(f"max_steps must be at least 1, got {self.max_steps!r}")
        if self.curvature not in ("auto", "scores", "hessian"):
            raise FitError(f"curvature is 'auto', 'scores' or 'hessian', got {self.curvature!r}")

    @property
    def goal(self) -> float:
        """EDM at which it stops."""
        return 0.002 * self.tolerance * _ERROR_DEFINITION

    def minimize(self, objective: Any) -> Minimum:
        """Minimise an objective; see `Minimizer`."""

        def expand(points: Array, members: Indices, exact: bool) -> Expansion:  # noqa: ARG001 (there is one member)
            found: Expansion = objective.expand(points, exact=exact)
            if first.pop("look", False):
                require_finite(objective, found.value[0], found.gradient[0])
            return found

        first = {"look": True}
        found = self.descend(
            expand, objective.start[None], objective.lower[None], objective.upper[None], cheap=objective.cheap_hessian
        )
        evaluations = int(found.evaluations[0])
        if found.converged[0]:
            return Minimum(
                found.point[0],
                float(found.value[0]),
                True,
                "",
                evaluations,
                slopes=found.gradient[0],
                hessian=found.matrix[0],
            )
        rescue = self._rescued(objective, found.point[0])
        message = f"Newton's method did not converge in {evaluations} evaluations: Minuit went on; {rescue.message}"
        return Minimum(
            rescue.point,
            rescue.value,
            rescue.converged,
            message.rstrip("; "),
            evaluations + rescue.evaluations,
            by="newton, minuit",
        )

    def _rescued(self, objective: Any, point: Array) -> Minimum:
        """Let Minuit go on from a point; where that leads to no minimum, from the start."""
        minuit = Minuit(tolerance=self.tolerance)
        found = minuit.minimize(objective.starting_at(point))
        if look_at(objective, found.point).is_minimum:
            return found
        # It may be lost where the function is flat, such as where a component of a model has no events.
        again = minuit.minimize(objective)
        lowest = again if again.value < found.value else found
        return replace(lowest, evaluations=found.evaluations + again.evaluations)

    def descend(self, expand: Any, start: Array, lower: Array, upper: Array, *, cheap: bool) -> Descent:
        """Minimise many functions at once; see `descend`.

        Args:
            expand: Evaluates them.
            start: Start values, of shape [B, P].
            lower: Lower limits, likewise.
            upper: Upper limits, likewise.
            cheap: Whether second derivatives cost hardly more than products of scores.
        """
        exact = cheap if self.curvature == "auto" else self.curvature == "hessian"
        return descend(expand, start, lower, upper, goal=self.goal, most_steps=self.max_steps, exact=exact)
