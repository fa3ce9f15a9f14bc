"""An objective as libraries of minimisers like it: in units of its curvature, finite everywhere, counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from wilks.minimize.certify import Certificate
from wilks.minimize.minimizer import Objective
from wilks.typing import Array, Flags

T = TypeVar("T")

_ROUNDING = 1e-9
"""By how much of a unit rounding may put a point outside its limits."""


class SpentError(Exception):
    """Tells a library from within that it has no evaluations left; `minimize_to_edm` lets none of them out."""


@dataclass(eq=False)
class ScaledFunction:
    """An objective relative to a point: zero there, and with a curvature of about one.

    Where the objective is not finite, and outside its limits, stands a wall: a parabola around the lowest point, above
    all that was seen. A huge number would ruin the interpolation of line searches and of quadratic models.

    Args:
        objective: The function.
        origin: The point, inside the limits, and what is known of it.
        units: One unit of each parameter of the objective.
        moving: Which of them are parameters of this function; the others stay.
        budget: How often a library may ask for a value, whether or not that takes an evaluation of the objective.
    """

    objective: Objective
    origin: Certificate
    units: Array
    moving: Flags
    budget: int
    evaluations: int = field(default=0, init=False)
    error: Exception | None = field(default=None, init=False)
    start: Array = field(init=False)
    lower: Array = field(init=False)
    upper: Array = field(init=False)
    _asked: int = field(default=0, init=False)
    _scale: Array = field(init=False)
    _lowest: Array = field(init=False)
    _lowest_value: float = field(default=0.0, init=False)
    _highest_value: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        origin, self._scale = self.origin.point[self.moving], self.units[self.moving]
        self.start = self._lowest = np.zeros_like(origin)
        self.lower = (self.objective.lower[self.moving] - origin) / self._scale
        self.upper = (self.objective.upper[self.moving] - origin) / self._scale

    @property
    def lowest(self) -> Array:
        """The lowest point that was seen, in the parameters of the objective."""
        return self._parameters(self._lowest)

    def value(self, point: Array) -> float:
        """Return the value."""
        if self._is_start(point):
            return 0.0
        if self._is_outside(point):
            return self._wall(point)[0]
        self.evaluations += 1
        value = self._called(self.objective.value, point)
        return self._seen(point, value) if np.isfinite(value) else self._wall(point)[0]

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        """Return value and gradient."""
        if self._is_start(point):
            return 0.0, self._scale * self.origin.gradient[self.moving]
        if self._is_outside(point):
            return self._wall(point)
        self.evaluations += 1
        value, gradient = self._called(self.objective.value_and_gradient, point)
        if not (np.isfinite(value) and np.all(np.isfinite(gradient))):
            return self._wall(point)
        return self._seen(point, value), self._scale * gradient[self.moving]

    def hessian(self, point: Array) -> Array:
        """Return the matrix of second derivatives; that of the wall where there is one."""
        if self._is_outside(point):
            return np.eye(len(point))
        at_start = np.array_equal(point, self.start)
        matrix = self.origin.hessian if at_start else self._called(self.objective.hessian, point)
        scaled: Array = matrix[np.ix_(self.moving, self.moving)] * np.outer(self._scale, self._scale)
        return scaled if np.all(np.isfinite(scaled)) else np.eye(len(point))

    def _is_start(self, point: Array) -> bool:
        """Return whether all is known of a point, unless the budget is spent: libraries may ask one thing for ever."""
        if self._asked >= self.budget:
            raise SpentError
        self._asked += 1
        return np.array_equal(point, self.start)

    def _called(self, function: Callable[[Array], T], point: Array) -> T:
        """Call a function of the objective, and keep what it raises: not every library hands it on as it is."""
        try:
            return function(self._parameters(point))
        except Exception as error:
            self.error = error
            raise

    def _parameters(self, point: Array) -> Array:
        parameters = self.origin.point.copy()
        parameters[self.moving] += self._scale * point
        inside: Array = np.clip(parameters, self.objective.lower, self.objective.upper)
        return inside

    def _is_outside(self, point: Array) -> bool:
        return not np.all((point >= self.lower - _ROUNDING) & (point <= self.upper + _ROUNDING))  # NaN is outside, too

    def _seen(self, point: Array, value: float) -> float:
        relative = value - self.origin.value
        self._highest_value = max(self._highest_value, relative)
        if relative < self._lowest_value:
            self._lowest, self._lowest_value = np.array(point), relative
        return relative

    def _wall(self, point: Array) -> tuple[float, Array]:
        away = np.nan_to_num(point - self._lowest)
        return self._highest_value + 1.0 + 0.5 * float(away @ away), away
