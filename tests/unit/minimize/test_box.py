"""The minimum of a quadratic model between limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import lsq_linear

from tests.unit.minimize.functions import rosenbrock
from wilks.minimize.box import step_inside


@pytest.mark.parametrize("seed", range(50))
def test_the_step_is_that_of_bounded_least_squares(seed: int) -> None:
    # g s + s H s / 2 with H = L L^T is |L^T s + L^-1 g|^2 / 2 and a constant: SciPy's BVLS is an independent solver.
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 9))
    root = rng.normal(size=(size + 1, size))
    unit = np.exp(3 * rng.normal(size=size))
    matrix, gradient = root.T @ root + 1e-3 * np.eye(size), 3 * rng.normal(size=size)
    lower, upper = -rng.exponential(size=size), rng.exponential(size=size)
    lower[rng.random(size) < 0.2], upper[rng.random(size) < 0.2] = 0.0, np.inf
    step = step_inside(gradient / unit, matrix / np.outer(unit, unit), lower * unit, upper * unit)
    assert step is not None
    assert np.all((step >= lower * unit) & (step <= upper * unit))
    factor = np.linalg.cholesky(matrix)
    expected = lsq_linear(factor.T, -np.linalg.solve(factor, gradient), (lower, upper), method="bvls", tol=1e-14).x

    def model(s: np.ndarray) -> float:
        return gradient @ s + 0.5 * s @ matrix @ s

    # BVLS stops where the slope is small, to which the value is quadratic.
    assert model(step / unit) == pytest.approx(model(expected), rel=1e-9, abs=1e-9)


def test_two_limits_in_the_way_are_not_both_met() -> None:
    # Beyond both limits lies the minimum of the model, but only one of them holds it: the corner is higher.
    valley = rosenbrock(upper=(0.5, 0.1))
    point = np.array([0.3248, 0.0949])
    gradient, matrix = valley.g(point), valley.h(point)
    full = point - np.linalg.solve(matrix, gradient)
    assert np.all(full > valley.upper)
    step = step_inside(gradient, matrix, valley.lower - point, valley.upper - point)
    assert step is not None
    assert point[1] + step[1] == valley.upper[1]
    assert point[0] + step[0] < valley.upper[0]
    corner = valley.upper - point
    fall, at_corner = (-(gradient @ s + 0.5 * s @ matrix @ s) for s in (step, corner))
    assert fall > 0 > at_corner


def test_what_does_not_move() -> None:
    matrix, inf = np.diag([2.0, 2.0, 2.0]), np.inf
    # Held by a limit, without room, and free.
    step = step_inside(np.ones(3), matrix, np.array([0.0, 0.0, -inf]), np.array([inf, 0.0, inf]))
    np.testing.assert_allclose(step, [0.0, 0.0, -0.5], rtol=1e-15)
    empty = np.zeros(0)
    assert step_inside(empty, np.zeros((0, 0)), empty, empty) is not None


def test_a_parameter_leaves_its_limit_where_others_pull_it() -> None:
    # At its limit it would rather go lower, until the other one has moved.
    matrix = np.array([[1.0, -0.9], [-0.9, 1.0]])
    step = step_inside(np.array([0.1, -1.0]), matrix, np.array([0.0, -9.0]), np.array([9.0, 9.0]))
    np.testing.assert_allclose(step, np.linalg.solve(matrix, [-0.1, 1.0]), rtol=1e-12)


@pytest.mark.parametrize("diagonal", [(1.0, 0.0), (1.0, -1.0), (1.0, np.nan)])
def test_no_minimum(diagonal: tuple[float, float]) -> None:
    box = np.full(2, -1.0), np.full(2, 1.0)
    assert step_inside(np.ones(2), np.diag(diagonal), *box) is None
    assert step_inside(np.array([1.0, np.inf]), np.eye(2), *box) is None


def test_curvature_downwards_does_not_matter_where_a_limit_holds() -> None:
    step = step_inside(np.ones(2), np.diag([1.0, -1.0]), np.array([-9.0, 0.0]), np.full(2, 9.0))
    np.testing.assert_array_equal(step, [-1.0, 0.0])
