"""Functions written down with their derivatives, on which minimisers are tried without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from wilks.typing import Array


class Expanded(NamedTuple):
    """A function at some points, to second order."""

    value: Array
    gradient: Array
    matrix: Array


@dataclass
class Function:
    """A function of a vector between limits; it counts how often it is evaluated.

    Args:
        f: Its value.
        g: Its gradient.
        h: Its second derivatives.
        start: Where minimisers start.
        lower: Lower limits.
        upper: Upper limits.
        s: What stands for second derivatives far from the minimum, if there is anything.
    """

    f: Callable[[Array], float]
    g: Callable[[Array], Array]
    h: Callable[[Array], Array]
    start: Array
    lower: Array
    upper: Array
    s: Callable[[Array], Array] | None = None
    calls: int = field(default=0, init=False)

    cheap_hessian = True

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"p{i}" for i in range(len(self.start)))

    @property
    def steps(self) -> Array:
        return np.full(len(self.start), np.nan)

    def value(self, point: Array) -> float:
        self._count(point)
        return float(self.f(point))

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        self._count(point)
        return float(self.f(point)), self.g(point)

    def hessian(self, point: Array) -> Array:
        return self.h(point)

    def expand(self, points: Array, *, exact: bool) -> Expanded:
        matrix = self.h if exact else self.s
        assert matrix is not None
        found = [(*self.value_and_gradient(point), matrix(point)) for point in points]
        return Expanded(*map(np.array, zip(*found, strict=True)))

    def starting_at(self, point: Array) -> Function:
        return replace(self, start=point)

    def edm(self, point: Array) -> float:
        """Return half of g V g."""
        gradient = self.g(point)
        return 0.5 * float(gradient @ np.linalg.solve(self.h(point), gradient))

    def _count(self, point: Array) -> None:
        self.calls += 1
        assert np.all((point >= self.lower) & (point <= self.upper)), "limits are never left"


def rosenbrock(start=(-1.2, 1.0), lower=(-np.inf, -np.inf), upper=(np.inf, np.inf)) -> Function:
    """Return Rosenbrock's curved valley (Comput. J. 3 (1960) 175), with its minimum, zero, at (1, 1)."""
    return Function(
        lambda p: 100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2,
        lambda p: np.array([-400 * p[0] * (p[1] - p[0] ** 2) - 2 * (1 - p[0]), 200 * (p[1] - p[0] ** 2)]),
        lambda p: np.array([[1200 * p[0] ** 2 - 400 * p[1] + 2, -400 * p[0]], [-400 * p[0], 200.0]]),
        *map(np.array, (start, lower, upper)),
        # Of a sum of squares of 10 (y - x^2) and 1 - x the part without the second derivatives of these.
        s=lambda p: np.array([[800 * p[0] ** 2 + 2, -400 * p[0]], [-400 * p[0], 200.0]]),
    )


def quadratic(scale: Array, correlation: float, limits: float = np.inf) -> Function:
    """Return a quadratic form of standard deviations `scale`, neighbours correlated, with its minimum at `scale`."""
    size = len(scale)
    covariance = correlation ** np.abs(np.subtract.outer(np.arange(size), np.arange(size))) * np.outer(scale, scale)
    matrix = np.linalg.inv(covariance)
    return Function(
        lambda p: 0.5 * (p - scale) @ matrix @ (p - scale),
        lambda p: matrix @ (p - scale),
        lambda _: matrix,
        np.zeros(size),
        -limits * scale,
        limits * scale,
    )


def poisson_counts(counts: Array, start: Array) -> Function:
    """Return the NLL of Poisson counts, without limits: at expectations below zero it is not finite."""

    def quietly(formula: Callable[[Array], Array]) -> Callable[[Array], Array]:
        def quiet(point: Array) -> Array:
            with np.errstate(all="ignore"):
                return formula(point)

        return quiet

    everywhere = np.full(len(counts), np.inf)
    return Function(
        quietly(lambda p: np.sum(p - counts * np.log(p))),
        quietly(lambda p: 1 - counts / p),
        quietly(lambda p: np.diag(counts / p**2)),
        start,
        -everywhere,
        everywhere,
    )
