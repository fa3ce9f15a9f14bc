"""The certificate of a minimum: Newton steps inside bounds, on functions written down here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from wilks.compile.evaluator import Derivatives
from wilks.minimize.certify import certify
from wilks.minimize.cholesky import cholesky
from wilks.minimize.minimizer import Minimum
from wilks.typing import Array


@dataclass
class Function:
    """A function of a vector with its derivatives."""

    f: Callable[[Array], float]
    g: Callable[[Array], Array]
    h: Callable[[Array], Array]
    lower: Array
    upper: Array
    start: Array = field(default_factory=lambda: np.zeros(0))
    names: tuple[str, ...] = ()
    steps: Array = field(default_factory=lambda: np.zeros(0))

    def value(self, point: Array) -> float:
        return self.f(point)

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        return self.f(point), self.g(point)

    def hessian(self, point: Array) -> Array:
        return self.h(point)

    def expand(self, points: Array, *, exact: bool) -> Derivatives:
        assert exact
        (point,) = points
        return Derivatives(np.array([self.f(point)]), self.g(point)[None], self.h(point)[None])


def found_at(point: Array) -> Minimum:
    return Minimum(point, np.nan, True, "", 0)


A = np.array([[4.0, 1.9], [1.9, 1.0]])
CENTRE = np.array([1.0, -2.0])


def quadratic(lower: tuple[float, float], upper: tuple[float, float]) -> Function:
    return Function(
        lambda p: 0.5 * (p - CENTRE) @ A @ (p - CENTRE),
        lambda p: A @ (p - CENTRE),
        lambda _: A,
        np.array(lower, dtype=float),
        np.array(upper, dtype=float),
    )


def test_one_step_to_the_minimum_of_a_quadratic() -> None:
    found = certify(quadratic((-10, -10), (10, 10)), found_at(np.array([5.0, 5.0])))
    np.testing.assert_allclose(found.point, CENTRE, atol=1e-10)
    assert found.edm < 1e-15
    assert found.is_minimum
    assert found.free.tolist() == [0, 1]


def test_edm_is_what_is_left_to_fall() -> None:
    function = quadratic((-10, -10), (10, 10))
    start = CENTRE + 1e-6
    assert certify(function, found_at(start)).edm == pytest.approx(function.value(start), rel=1e-6)


@pytest.mark.parametrize(
    ("lower", "upper"), [((-10, -1), (10, 10)), ((2, -10), (10, 10)), ((2, -1), (10, 10)), ((-10, -10), (0, -3))]
)
def test_the_minimum_in_a_box(lower: tuple[float, float], upper: tuple[float, float]) -> None:
    function = quadratic(lower, upper)
    found = certify(function, found_at(0.5 * (function.lower + function.upper)))
    # By brute force on a fine grid of the box.
    axes = [np.linspace(low, high, 1001) for low, high in zip(lower, upper, strict=True)]
    mesh = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2) - CENTRE
    best = np.min(0.5 * np.einsum("ni,ij,nj->n", mesh, A, mesh))
    assert found.value <= best + 1e-9
    assert np.all((found.point >= function.lower) & (found.point <= function.upper))
    gradient = function.g(found.point)
    np.testing.assert_allclose(gradient[~found.pinned], 0, atol=1e-7)
    assert found.edm < 1e-9


def test_a_flat_direction_is_no_minimum() -> None:
    flat = np.diag([1.0, 0.0])
    box = np.full(2, -9.0), np.full(2, 9.0)
    function = Function(lambda p: 0.5 * p @ flat @ p, lambda p: flat @ p, lambda _: flat, *box)
    assert not certify(function, found_at(np.ones(2))).is_minimum


def test_a_saddle_is_no_minimum() -> None:
    saddle = np.diag([1.0, -1.0])
    box = np.full(2, -9.0), np.full(2, 9.0)
    function = Function(lambda p: 0.5 * p @ saddle @ p, lambda p: saddle @ p, lambda _: saddle, *box)
    assert not certify(function, found_at(np.zeros(2))).is_minimum


def test_a_step_too_long_is_damped() -> None:
    # log cosh: Newton's method diverges from beyond 1.09.
    function = Function(
        lambda p: float(np.log(np.cosh(p[0]))),
        np.tanh,
        lambda p: np.array([[np.cosh(p[0]) ** -2.0]]),
        np.array([-3.0]),
        np.array([3.0]),
    )
    found = certify(function, found_at(np.array([1.3])))
    assert found.value <= np.log(np.cosh(1.3))
    assert abs(found.point[0]) < 1e-4


def test_cholesky_in_any_units() -> None:
    scale = np.array([1e-9, 1.0, 1e9])
    matrix = np.array([[2.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 3.0]]) * np.outer(scale, scale)
    factor = cholesky(matrix)
    np.testing.assert_allclose(factor @ factor.T, matrix, rtol=1e-12)
    assert cholesky(np.array([[1.0, 2.0], [2.0, 1.0]])) is None
    assert cholesky(np.array([[np.nan]])) is None
    assert cholesky(np.zeros((1, 1))) is None
