"""What a minimiser sees of a likelihood: a function of a vector with bounds, and its derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from wilks.compile.evaluator import Derivatives, Evaluator
from wilks.compile.layout import Order
from wilks.compile.program import Program
from wilks.typing import Array, Indices


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

    def expand(self, points: Array, *, exact: bool, sets: Indices | None = None) -> Derivatives:
        """Return values, gradients and matrices at points [B, P]: second derivatives, or products of scores.

        Args:
            points: Where.
            exact: Whether the matrices hold second derivatives.
            sets: Which data set each point sees, where there are several.
        """
        return self.evaluator.at(points, Order.HESSIAN if exact else Order.SCORES, sets=sets)

    @property
    def cheap_hessian(self) -> bool:
        """Whether one fit does best with second derivatives only: they cost little, and compiling scores costs more."""
        return self.evaluator.cheap_hessian and not self.evaluator.is_compiled

    @property
    def cheap_hessians(self) -> bool:
        """Whether a batch of fits does: with few events each, products of scores come nearer in more steps."""
        return self.evaluator.cheap_hessian

    @property
    def compile_seconds(self) -> float:
        """How long tracing and compiling took so far."""
        return self.evaluator.compile_seconds

    def row_outer_product(self, point: Array) -> Array:
        return self.evaluator.row_outer_product(point)

    def row_outer_products(self, points: Array, sets: Indices) -> Array:
        """Return the same for points [B, P] that each see one data set."""
        matrix: Array = self.evaluator.at(points, Order.SCORES, sets=sets, squared=True).matrix
        return matrix

    def squared_weights_hessian(self, point: Array) -> Array:
        """Return the Hessian of the function with squared weights; it has the same structure: nothing is compiled."""
        return replace(self.evaluator, program=self.squared_weights()).hessian(point)

    def integral_error(self, point: Array) -> float:
        """Return the relative error estimate of the numerical normalisations."""
        return self.evaluator.integral_error(point)

    def starting_at(self, point: Array) -> Objective:
        """Return the objective with another start."""
        return replace(self, start=point)

    def seeing(self, number: int) -> Objective:
        """Return the objective for one of several data sets."""
        return replace(self, evaluator=self.evaluator.seeing(number))

    def refined(self, point: Array) -> Objective:
        """Return the objective that starts at a point, with its numerical integrals planned there."""
        return replace(self, start=point, evaluator=self.evaluator.replanned(point))
