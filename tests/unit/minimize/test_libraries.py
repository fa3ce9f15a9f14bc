"""Every method of every library: minima inside limits and at them, in any units, and a fit."""

from __future__ import annotations

import numpy as np
import pytest

import wilks
from tests.unit.minimize.functions import Function, poisson_counts, quadratic, rosenbrock
from tests.unit.minimize.libraries import METHODS, make

GOAL = 1e-4
"""The EDM of Minuit's default tolerance: 0.002 * 0.1 / 2."""

every_method = pytest.mark.parametrize("method", METHODS)


@every_method
def test_a_curved_valley(method) -> None:
    function = rosenbrock()
    found = make(method).minimize(function)
    assert found.converged, found.message
    assert function.edm(found.point) <= GOAL
    assert found.value == function.f(found.point) <= 2 * GOAL  # the valley is no parabola
    assert found.evaluations == function.calls
    assert found.by == f"{method[0].name} {method[1]}"


@every_method
@pytest.mark.parametrize(
    ("upper", "minimum"),
    [
        # On the line x = 1/2 the minimum is at y = x^2.
        pytest.param((0.5, 2.0), (0.5, 0.25), id="in the valley"),
        # On y = 1/10 it is where the derivative 400 x^3 - 38 x - 2 is zero; beyond both limits lies that of the model.
        pytest.param((0.5, 0.1), (np.roots([400, 0, -38, -2]).real.max(), 0.1), id="across the valley"),
    ],
)
def test_a_minimum_at_a_limit(method, upper: tuple[float, float], minimum: tuple[float, float]) -> None:
    function = rosenbrock(lower=(-2, -2), upper=upper)
    found = make(method).minimize(function)
    assert found.converged, found.message
    assert found.value <= function.f(np.array(minimum)) + 2 * GOAL


@every_method
@pytest.mark.parametrize("limits", [np.inf, 20.0])
def test_units_do_not_matter(method, limits: float) -> None:
    # Correlations of a half: those that move one parameter after another, or know no correlations, take thousands of
    # evaluations at 0.9 (SBPLX, MMA, CCSAQ).
    scale = np.logspace(-3, 3, 6)
    function = quadratic(scale, 0.5, limits)
    assert np.linalg.cond(function.h(function.start)) > 1e12
    found = make(method).minimize(function)
    assert found.converged, found.message
    # An EDM of 1e-4 is 0.014 standard deviations, in the worst direction.
    np.testing.assert_allclose(found.point / scale, 1.0, atol=np.sqrt(2 * GOAL))


@every_method
def test_steps_to_where_the_function_is_not_finite(method) -> None:
    # At the start the curvature is small: a first Newton step leads to large negative expectations.
    counts = np.array([3.0, 100.0, 1e4])
    function = poisson_counts(counts, np.array([30.0, 1000.0, 100.0]))
    found = make(method).minimize(function)
    assert found.converged, found.message
    np.testing.assert_allclose((found.point - counts) / np.sqrt(counts), 0, atol=1.1 * np.sqrt(2 * GOAL))


@every_method
def test_one_parameter_and_none(method) -> None:
    one = quadratic(np.array([7.0]), 0.0, 50.0)
    assert make(method).minimize(one).point == pytest.approx(7.0, abs=7 * np.sqrt(2 * GOAL))
    none = quadratic(np.zeros(0), 0.0)
    assert make(method).minimize(none).converged


@every_method
def test_a_function_without_a_minimum(method) -> None:
    everywhere = np.full(2, np.inf)
    function = Function(np.sum, np.ones_like, lambda _: np.zeros((2, 2)), np.zeros(2), -everywhere, everywhere)
    found = make(method, max_evaluations=100).minimize(function)
    assert not found.converged
    assert "Hessian not positive definite" in found.message
    assert function.calls <= 100


@every_method
def test_a_stricter_tolerance(method) -> None:
    function = quadratic(np.array([1.0, 10.0]), 0.5)
    found = make(method, tolerance=1e-5).minimize(function)
    assert found.converged, found.message
    assert function.edm(found.point) <= 1e-8


@every_method
def test_few_evaluations(method) -> None:
    function = rosenbrock()
    found = make(method, max_evaluations=5).minimize(function)
    assert not found.converged
    assert found.message.startswith("call limit reached, ")
    assert function.calls == found.evaluations == 5
    assert found.value <= function.f(function.start)


@every_method
def test_errors_of_the_function_come_out(method) -> None:
    function = rosenbrock()
    value, begun = function.f, []

    def fails(point: np.ndarray) -> float:
        if begun:
            raise wilks.FitError("this event has no density")
        begun.append(point)
        return value(point)

    function.f = fails
    with pytest.raises(wilks.FitError, match="no density"):
        make(method).minimize(function)


RNG = np.random.default_rng(1)
X = wilks.Space("x", 0, 10)
EVENTS = np.concatenate([RNG.normal(5, 0.5, 300), RNG.exponential(1 / 0.3, 700)])


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    signal = wilks.Gaussian(
        x=X,
        mean=wilks.Parameter("mu", 5.3, lower=4, upper=6),
        sigma=wilks.Parameter("sigma", 0.8, lower=0.1, upper=2),
    )
    background = wilks.Exponential(x=X, c=wilks.Parameter("c", 0.5, lower=0.01, upper=2))
    yields = [wilks.Parameter("n_sig", 250, lower=0), wilks.Parameter("n_bkg", 750, lower=0)]
    model = wilks.Mixture([signal, background], yields, extended=True)
    return wilks.NLL(model, wilks.Data(X, EVENTS))


@pytest.fixture(scope="module")
def by_minuit(nll: wilks.NLL) -> wilks.FitResult:
    result = wilks.fit(nll, minimizer=wilks.Minuit())
    assert result.valid
    return result


@every_method
def test_a_fit_agrees_with_minuit(method, nll: wilks.NLL, by_minuit: wilks.FitResult) -> None:
    objective = nll.objective()
    found = make(method).minimize(objective)
    assert found.converged, found.message
    # What the library found itself, before `fit` improves it: the NLL differs by the EDM, the errors are parabolic.
    assert found.value - by_minuit.minimum < 1.1 * GOAL
    best = np.array([by_minuit.values[name] for name in objective.names])
    errors = np.array([by_minuit.errors[name] for name in objective.names])
    np.testing.assert_allclose((found.point - best) / errors, 0, atol=1.1 * np.sqrt(2 * GOAL))

    result = wilks.fit(nll, minimizer=make(method))
    assert result.valid
    # `fit` goes on to an EDM of 1e-9, which is 4.5e-5 standard deviations, for both.
    pulls = [(result.values[name] - by_minuit.values[name]) / by_minuit.errors[name] for name in result.floating]
    np.testing.assert_allclose(pulls, 0, atol=1e-4)
    assert result.errors == pytest.approx(by_minuit.errors, rel=1e-4)
