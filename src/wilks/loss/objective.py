"""What a minimiser sees of a likelihood: a function of a vector with bounds, and its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wilks.compile.evaluator import Evaluator
from wilks.compile.program import Program
from wilks.typing import Array


@dataclass(frozen=True, eq=False)
class Objective:
    """A function to be minimised over a box.

    Args:
        names: Names of the floating parameters; every vector follows their order.
        start: Start values.
        lower: Lower bounds.
        upper: Upper bounds.
        steps: First steps, NaN where the minimiser may choose.
        fixed: Values of the parameters that do not float.
        weighted: Whether data carry weights, so that the inverse Hessian is not the covariance.
        evaluator: The compiled function.
        squared_weights: Makes the same program with squared weights.
    """

    names: tuple[str, ...]
    start: Array
    lower: Array
    upper: Array
    steps: Array
    fixed: dict[str, float]
    weighted: bool
    evaluator: Evaluator
    squared_weights: Callable[[], Program]

    def value(self, point: Array) -> float:
        return self.evaluator.value(point)

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        return self.evaluator.value_and_gradient(point)

    def hessian(self, point: Array) -> Array:
        return self.evaluator.hessian(point)

    def row_outer_product(self, point: Array) -> Array:
        return self.evaluator.row_outer_product(point)

    def squared_weights_hessian(self, point: Array) -> Array:
        """Return the Hessian of the function with squared weights; it has the same structure: nothing is compiled."""
        return replace(self.evaluator, program=self.squared_weights()).hessian(point)

    def integral_error(self, point: Array) -> float:
        """Return the relative error estimate of the numerical normalisations."""
        return self.evaluator.integral_error(point)

    def refined(self, point: Array) -> Objective:
        """Return the objective that starts at a point, with its numerical integrals planned there."""
        return replace(self, start=point, evaluator=self.evaluator.replanned(point))
