"""What a minimiser is: something that takes an objective and returns a minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wilks.typing import Array


class Expansion(Protocol):
    """A function at B points, to second order."""

    @property
    def value(self) -> Array:
        """Values, of shape [B]."""

    @property
    def gradient(self) -> Array:
        """Gradients, of shape [B, P]."""

    @property
    def matrix(self) -> Array:
        """Second derivatives, or what stands for them, of shape [B, P, P]."""


class Objective(Protocol):
    """A function of a vector over a box, with exact derivatives."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the floating parameters."""

    @property
    def start(self) -> Array:
        """Start values."""

    @property
    def lower(self) -> Array:
        """Lower bounds."""

    @property
    def upper(self) -> Array:
        """Upper bounds."""

    @property
    def steps(self) -> Array:
        """First steps, NaN where the minimiser may choose."""

    def value(self, point: Array) -> float:
        """Return the value at a point."""

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        """Return value and gradient."""

    def hessian(self, point: Array) -> Array:
        """Return the matrix of second derivatives."""

    def expand(self, points: Array, *, exact: bool) -> Expansion:
        """Return the function at points [B, P]: with second derivatives, or with products of scores in their place."""


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a minimiser stopped.

    Args:
        point: The floating parameters.
        value: The function there.
        converged: Whether the minimiser itself is content; `fit` certifies the minimum independently.
        message: What the minimiser says, empty if there is nothing to say.
        evaluations: How often the function or its gradient was computed.
        by: What found it, if not the minimiser alone.
        slopes: The gradient there, if it is known.
        hessian: The matrix of second derivatives there, if it is known.
    """

    point: Array
    value: float
    converged: bool
    message: str
    evaluations: int
    by: str = ""
    slopes: Array | None = None
    hessian: Array | None = None


class Minimizer(Protocol):
    """A frozen dataclass of options with one method."""

    @property
    def name(self) -> str:
        """Name that results and registries know it by."""

    def minimize(self, objective: Objective) -> Minimum:
        """Minimise an objective."""
