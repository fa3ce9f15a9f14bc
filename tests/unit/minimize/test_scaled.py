"""What libraries of minimisers get to see of an objective."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.minimize.functions import Function, poisson_counts, rosenbrock
from wilks.minimize.certify import Certificate
from wilks.minimize.scaled import ScaledFunction, SpentError

UNITS = np.array([0.5, 20.0])


def scaled(function: Function, budget: int = 100, moving: tuple[bool, bool] = (True, True)) -> ScaledFunction:
    point = function.start
    hessian, held = function.h(point), np.zeros(2, dtype=bool)
    known = Certificate(point, function.f(point), function.g(point), hessian, held, np.nan, 1)
    return ScaledFunction(function, known, UNITS, np.array(moving), budget)


def test_units_and_origin() -> None:
    function = rosenbrock(lower=(-2, -3), upper=(3, 4))
    seen = scaled(function)
    np.testing.assert_allclose(seen.lower, [-0.8 / 0.5, -4.0 / 20])
    np.testing.assert_allclose(seen.upper, [4.2 / 0.5, 3.0 / 20])
    at = np.array([0.3, -0.02])
    value, gradient = seen.value_and_gradient(at)
    assert value == seen.value(at) == function.f(function.start + UNITS * at) - function.f(function.start)
    np.testing.assert_allclose(gradient, function.g(function.start + UNITS * at) * UNITS)
    np.testing.assert_allclose(seen.hessian(at), function.h(function.start + UNITS * at) * np.outer(UNITS, UNITS))


def test_what_is_known_of_the_origin_is_not_evaluated_again() -> None:
    function = rosenbrock()
    seen = scaled(function)
    assert seen.value(seen.start) == 0
    np.testing.assert_array_equal(seen.value_and_gradient(seen.start)[1], function.g(function.start) * UNITS)
    assert function.calls == seen.evaluations == 0
    seen.value(np.ones(2))
    assert function.calls == seen.evaluations == 1


def test_it_remembers_the_lowest_point() -> None:
    function = rosenbrock()
    seen = scaled(function)
    np.testing.assert_array_equal(seen.lowest, function.start)
    for at in ([4.4, 0.0], [0.0, 0.1], [4.4, 1.0]):
        seen.value(np.array(at))
    np.testing.assert_allclose(seen.lowest, [1.0, 1.0])


def test_some_parameters_stay() -> None:
    function = rosenbrock()
    seen = scaled(function, moving=(False, True))
    value, gradient = seen.value_and_gradient(np.array([0.01]))
    point = np.array([-1.2, 1.2])
    assert value == pytest.approx(function.f(point) - function.f(function.start))
    np.testing.assert_allclose(gradient, function.g(point)[1:] * UNITS[1:])
    assert seen.hessian(np.array([0.01])).shape == (1, 1)


def test_outside_there_is_a_wall_that_leads_back() -> None:
    function = rosenbrock(lower=(-2, -3), upper=(3, 4))
    seen = scaled(function)
    highest = seen.value(np.array([8.0, 0.0]))
    outside = np.array([9.0, 0.0])
    value, gradient = seen.value_and_gradient(outside)
    assert highest < value < highest + 100
    assert value == seen.value(outside)
    np.testing.assert_array_equal(gradient, outside)  # away from the lowest point, the start
    np.testing.assert_array_equal(seen.hessian(outside), np.eye(2))
    assert seen.value(np.array([np.nan, 0.0])) > highest
    assert function.calls == 1


def test_what_is_not_finite_is_a_wall() -> None:
    seen = scaled(poisson_counts(np.array([3.0, 5.0]), np.array([10.0, 10.0])))
    for at in (np.array([-30.0, 0.0]), np.array([-20.0, 0.0])):  # log of a negative number, and of zero
        value, gradient = seen.value_and_gradient(at)
        assert value == seen.value(at) == 1 + 0.5 * at @ at
        np.testing.assert_array_equal(gradient, at)


def test_rounding_is_not_outside() -> None:
    function = rosenbrock(upper=(0.1, 4))
    seen = scaled(function)
    assert seen.value(seen.upper * np.array([1 + 1e-13, 0])) == function.f(np.array([0.1, 1.0])) - function.f(
        function.start
    )


def test_a_library_cannot_ask_for_ever() -> None:
    seen = scaled(rosenbrock(), budget=2)
    seen.value(np.ones(2))
    seen.value(seen.start)
    with pytest.raises(SpentError):
        seen.value_and_gradient(seen.start)


def test_an_error_of_the_objective_is_kept() -> None:
    function = rosenbrock()
    function.f = lambda _: 1 / 0
    seen = ScaledFunction(function, scaled(rosenbrock()).origin, UNITS, np.array([True, True]), 9)
    with pytest.raises(ZeroDivisionError):
        seen.value(np.ones(2))
    assert isinstance(seen.error, ZeroDivisionError)
