"""A compiled program at a point, and finite differences to compare its derivatives with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from math import inf

import numpy as np

from wilks.compile.evaluator import Evaluator
from wilks.compile.program import lower
from wilks.func import Node
from wilks.typing import Array

_STEP = 2e-5
_SMALLEST_SCALE = 0.1


class Program:
    """A lowered node as a function of all its parameters.

    Args:
        node: What is lowered; without observables, or with data.
        values: The point at which its numerical integrals are planned.
        largest_scale: What is a large change of any parameter.
    """

    def __init__(self, node: Node, values: Mapping[str, float], *, largest_scale: float = inf) -> None:
        self.names = tuple(values)
        self.start = np.array(list(values.values()))
        self.largest_scale = largest_scale
        self.evaluator = Evaluator(lower(node), self.names, {}, self.start, shards=1)

    @property
    def scale(self) -> Array:
        """By how much a parameter changes if it changes by much."""
        scale: Array = np.clip(np.abs(self.start), _SMALLEST_SCALE, self.largest_scale)
        return scale

    @cached_property
    def value_and_gradient(self) -> tuple[float, Array]:
        """Value and gradient at the point."""
        return self.evaluator.value_and_gradient(self.start)

    @cached_property
    def hessian(self) -> Array:
        """Matrix of second derivatives at the point."""
        return self.evaluator.hessian(self.start)

    @cached_property
    def nearby(self) -> tuple[Array, Array]:
        """Points around, all that finite differences need, and the values there from one batch."""
        offsets = _STEP * np.diag(self.scale)
        points = self.start + np.concatenate([k * offsets for k in (-2, -1, 1, 2)])
        return points, self.evaluator.batch(points)

    @cached_property
    def difference_gradient(self) -> Array:
        """The gradient by central differences of fourth order."""
        low2, low1, high1, high2 = self.nearby[1].reshape(4, -1)
        return _central(low2, low1, high1, high2) / (_STEP * self.scale)

    @cached_property
    def difference_hessian(self) -> Array:
        """The matrix of second derivatives by central differences of gradients."""

        def gradient(point: Array) -> Array:
            return self.evaluator.value_and_gradient(point)[1]

        rows = [_derivative(gradient, self.start, unit) for unit in _STEP * np.diag(self.scale)]
        return np.array(rows) / (_STEP * self.scale)[:, None]


def _derivative(function: Callable[[Array], Array], point: Array, step: Array) -> Array:
    return _central(*(function(point + k * step) for k in (-2, -1, 1, 2)))


def _central(low2: Array, low1: Array, high1: Array, high2: Array) -> Array:
    return (8 * (high1 - low1) - (high2 - low2)) / 12
