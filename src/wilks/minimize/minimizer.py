"""What a minimiser is: something that takes an objective and returns a minimum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from wilks.typing import Array


class Objective(Protocol):
    """A function of a vector over a box, with exact derivatives."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def start(self) -> Array: ...
    @property
    def lower(self) -> Array: ...
    @property
    def upper(self) -> Array: ...
    @property
    def steps(self) -> Array: ...

    def value(self, point: Array) -> float: ...
    def value_and_gradient(self, point: Array) -> tuple[float, Array]: ...
    def hessian(self, point: Array) -> Array: ...


@dataclass(frozen=True, eq=False)
class Minimum:
    """Where a minimiser stopped.

    Args:
        point: The floating parameters.
        value: The function there.
        converged: Whether the minimiser itself is content; `fit` certifies the minimum independently.
        message: What the minimiser says, empty if there is nothing to say.
        evaluations: How often the function or its gradient was computed.
    """

    point: Array
    value: float
    converged: bool
    message: str
    evaluations: int


class Minimizer(Protocol):
    """A frozen dataclass of options with one method."""

    @property
    def name(self) -> str: ...

    def minimize(self, objective: Objective) -> Minimum: ...
