"""Newton's method: on functions written down here, many at once and alone, and on likelihoods beside Minuit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import wilks
from tests.unit.compile.formulas import WRITTEN
from tests.unit.minimize.functions import Expanded, Function, poisson_counts, quadratic, rosenbrock
from wilks.minimize.descent import Descent, Expand, descend
from wilks.typing import Array, Indices

GOAL = 1e-4
"""The EDM of the default tolerance, which is Minuit's: 0.002 * 0.1 / 2."""

MOST_STEPS = 200

RNG = np.random.default_rng(5)
STARTS = RNG.uniform(-4, 4, (60, 2))


def together(functions: Sequence[Function]) -> Expand:
    """Evaluate each function as a member of a batch."""

    def expand(points: Array, members: Indices, exact: bool) -> Expanded:
        assert len(set(members)) == len(members) == len(points)
        found = [functions[m].expand(point[None], exact=exact) for m, point in zip(members, points, strict=True)]
        return Expanded(*(np.concatenate(parts) for parts in zip(*found, strict=True)))

    return expand


def minimised(functions: Sequence[Function], *, exact: bool = True) -> Descent:
    start, lower, upper = (np.stack([getattr(f, name) for f in functions]) for name in ("start", "lower", "upper"))
    return descend(together(functions), start, lower, upper, goal=GOAL, most_steps=MOST_STEPS, exact=exact)


def double_well(start: tuple[float, float], limit: float = np.inf) -> Function:
    """Return x^4/4 - x^2/2 + y^2/2, with minima of -1/4 at x = 1 and x = -1, and a saddle between them."""
    return Function(
        lambda p: 0.25 * p[0] ** 4 - 0.5 * p[0] ** 2 + 0.5 * p[1] ** 2,
        lambda p: np.array([p[0] ** 3 - p[0], p[1]]),
        lambda p: np.diag([3 * p[0] ** 2 - 1, 1.0]),
        np.array(start),
        np.full(2, -limit),
        np.full(2, limit),
    )


@pytest.mark.parametrize("exact", [True, False], ids=["hessian", "scores"])
def test_a_curved_valley_from_many_starts(exact: bool) -> None:
    functions = [rosenbrock(tuple(start)) for start in STARTS]
    found = minimised(functions, exact=exact)
    assert found.converged.all()
    assert found.exact.all()  # the last look always is
    for function, point, value, edm in zip(functions, found.point, found.value, found.edm, strict=True):
        assert value == function.f(point) <= 2 * GOAL  # the valley is no parabola
        assert edm == pytest.approx(function.edm(point), rel=1e-6, abs=1e-20)
        assert edm <= GOAL


@pytest.mark.parametrize("exact", [True, False], ids=["hessian", "scores"])
def test_members_go_at_their_own_pace_and_know_nothing_of_each_other(exact: bool) -> None:
    functions = [rosenbrock(tuple(start)) for start in STARTS]
    found = minimised(functions, exact=exact)
    assert found.evaluations.tolist() == [function.calls for function in functions]
    assert found.evaluations.min() < 0.5 * found.evaluations.max()
    for member in (0, 7, int(np.argmax(found.evaluations))):
        alone = minimised([rosenbrock(tuple(STARTS[member]))], exact=exact)
        np.testing.assert_array_equal(alone.point[0], found.point[member])
        assert alone.evaluations[0] == found.evaluations[member]


def test_fewer_evaluations_than_minuit_takes() -> None:
    assert minimised([rosenbrock()]).evaluations[0] < wilks.Minuit().migrad(rosenbrock()).evaluations


@pytest.mark.parametrize(
    ("upper", "minimum"),
    [
        # On the line x = 1/2 the minimum is at y = x^2.
        pytest.param((0.5, 2.0), (0.5, 0.25), id="in the valley"),
        # On y = 1/10 it is where the derivative 400 x^3 - 38 x - 2 is zero; beyond both limits lies that of the model.
        pytest.param((0.5, 0.1), (np.roots([400, 0, -38, -2]).real.max(), 0.1), id="across the valley"),
    ],
)
def test_a_minimum_at_a_limit(upper: tuple[float, float], minimum: tuple[float, float]) -> None:
    starts = np.minimum(RNG.uniform(-2, 2, (30, 2)), upper)
    found = minimised([rosenbrock(tuple(start), (-2, -2), upper) for start in starts])
    assert found.converged.all()
    assert np.all(found.value <= rosenbrock().f(np.array(minimum)) + 2 * GOAL)
    pinned = np.array(minimum) == upper
    assert np.all(found.pinned == pinned)
    assert np.all(found.point[:, pinned] == np.array(upper)[pinned])  # on the limit, not beside it


def test_a_parameter_between_equal_limits_is_kept() -> None:
    function = rosenbrock((0.3, 1.0), (0.3, -5.0), (0.3, 5.0))
    found = minimised([function])
    assert found.converged[0]
    np.testing.assert_allclose(found.point[0], [0.3, 0.09], atol=np.sqrt(GOAL / 100))


@pytest.mark.parametrize("limits", [np.inf, 20.0])
def test_units_do_not_matter(limits: float) -> None:
    scale = np.logspace(-3, 3, 6)
    function = quadratic(scale, 0.9, limits)
    assert np.linalg.cond(function.h(function.start)) > 1e12
    found = minimised([function])
    assert found.converged[0]
    np.testing.assert_allclose(found.point[0] / scale, 1.0, atol=1e-6)
    assert found.evaluations[0] == 2  # a parabola is one step


@pytest.mark.parametrize("limit", [np.inf, 0.5])
@pytest.mark.parametrize("start", [(1e-3, 0.4), (-0.2, -0.3), (0.4, 0.0)], ids=str)
def test_a_start_where_the_function_curves_downwards(start: tuple[float, float], limit: float) -> None:
    found = minimised([double_well(start, limit)])
    assert found.converged[0]
    lowest = min(1.0, limit)
    np.testing.assert_allclose(found.point[0], [np.sign(start[0]) * lowest, 0], atol=np.sqrt(2 * GOAL))


def test_a_saddle_is_no_minimum() -> None:
    # On the ridge nothing says on which side to go down.
    found = minimised([double_well((0.0, 1.0)), double_well((0.1, 1.0))])
    assert found.converged.tolist() == [False, True]
    assert found.edm[0] == np.inf


def test_steps_to_where_the_function_is_not_finite() -> None:
    # At the start the curvature is small: a first Newton step leads to large negative expectations.
    counts = np.array([3.0, 100.0, 1e4])
    starts = np.array([30.0, 1000.0, 100.0]) * RNG.uniform(0.3, 3, (20, 3))
    found = minimised([poisson_counts(counts, start) for start in starts])
    assert found.converged.all()
    np.testing.assert_allclose((found.point - counts) / np.sqrt(counts), 0, atol=1.1 * np.sqrt(2 * GOAL))


def test_a_start_that_is_not_finite_stops_no_other_member() -> None:
    counts = np.array([3.0, 100.0])
    with np.errstate(invalid="ignore"):
        found = minimised([poisson_counts(counts, np.array(start)) for start in ([-1.0, 50.0], [1.0, 50.0])])
    assert found.converged.tolist() == [False, True]
    assert found.evaluations[0] == 1
    assert found.point[0].tolist() == [-1.0, 50.0]


def test_a_function_without_a_minimum_ends() -> None:
    everywhere = np.full(2, np.inf)
    function = Function(np.sum, np.ones_like, lambda _: np.zeros((2, 2)), np.zeros(2), -everywhere, everywhere)
    found = minimised([function, quadratic(np.array([1.0, 2.0]), 0.5)])
    assert found.converged.tolist() == [False, True]
    assert found.evaluations.tolist() == [MOST_STEPS + 1, 2]


def test_a_stricter_goal_is_met() -> None:
    found = wilks.Newton(tolerance=1e-5).minimize(function := rosenbrock())
    assert found.converged
    assert function.edm(found.point) <= 1e-8


def test_alone_it_is_a_minimiser() -> None:
    function = rosenbrock()
    found = wilks.Newton().minimize(function)
    assert (found.converged, found.message, found.by) == (True, "", "")
    assert found.evaluations == function.calls
    assert found.value == function.f(found.point)
    np.testing.assert_array_equal(found.slopes, function.g(found.point))
    np.testing.assert_array_equal(found.hessian, function.h(found.point))


def test_where_it_does_not_converge_minuit_goes_on_and_says_so() -> None:
    function = rosenbrock()
    found = wilks.Newton(max_steps=3).minimize(function)
    assert found.converged
    assert found.by == "newton, minuit"
    assert found.message == "Newton's method did not converge in 4 evaluations: Minuit went on"
    assert found.evaluations > 4
    assert function.edm(found.point) <= GOAL


def test_a_function_without_a_minimum_is_not_converged() -> None:
    # It is flat beyond one: Minuit says that it is content there.
    function = Function(
        lambda p: np.sum(np.tanh(p)),
        lambda p: 1 / np.cosh(p) ** 2,
        lambda p: np.diag(-2 * np.tanh(p) / np.cosh(p) ** 2),
        np.array([0.5, -0.3]),
        np.full(2, -300.0),
        np.full(2, 300.0),
    )
    found = wilks.Newton(max_steps=3).minimize(function)
    assert found.message.startswith("Newton's method did not converge in 4 evaluations: Minuit went on")
    assert found.by == "newton, minuit"


def test_a_start_that_is_not_finite_is_an_error() -> None:
    function = poisson_counts(np.array([3.0]), np.array([-1.0]))
    with pytest.raises(wilks.FitError, match="not finite at the start"):
        wilks.Newton().minimize(function)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0.0}, "positive and finite, got 0.0"),
        ({"tolerance": np.inf}, "positive and finite, got inf"),
        ({"tolerance": np.nan}, "positive and finite, got nan"),
        ({"max_steps": 0}, "at least 1, got 0"),
        ({"curvature": "bfgs"}, "'auto', 'scores' or 'hessian', got 'bfgs'"),
    ],
    ids=str,
)
def test_options_are_checked_when_it_is_made(options: dict[str, Any], message: str) -> None:
    with pytest.raises(wilks.FitError, match=message):
        wilks.Newton(**options)


@pytest.fixture(scope="module", params=["extended", "channels", "numerical", "moving_mean", "products"])
def nll(request: Any) -> wilks.NLL:
    return WRITTEN[request.param]().nll.with_options(compile=False)


@pytest.mark.parametrize("curvature", ["scores", "hessian"])
def test_a_fit_agrees_with_minuit(nll: wilks.NLL, curvature: str) -> None:
    minuit = wilks.fit(nll)
    newton = wilks.fit(nll, minimizer=wilks.Newton(curvature=curvature))
    assert (newton.valid, newton.minimizer, newton.message) == (True, "newton", "")
    # `fit` goes on to an EDM of 1e-9, which is 4.5e-5 standard deviations, for both.
    pulls = [(newton.values[name] - minuit.values[name]) / minuit.errors[name] for name in newton.floating]
    np.testing.assert_allclose(pulls, 0, atol=1e-4)
    assert newton.errors == pytest.approx(minuit.errors, rel=1e-4)
    assert newton.minimum == pytest.approx(minuit.minimum, abs=1e-8)


def test_a_fit_says_that_minuit_went_on(nll: wilks.NLL) -> None:
    result = wilks.fit(nll, minimizer=wilks.Newton(max_steps=1))
    assert result.valid
    assert result.minimizer == "newton, minuit"
    assert result.message == "Newton's method did not converge in 2 evaluations: Minuit went on"
    assert "Minuit went on" in repr(result)


@pytest.mark.parametrize("curvature", ["scores", "hessian", "auto"])
def test_which_derivatives_are_used(curvature: str) -> None:
    function, asked = rosenbrock(), []
    expand = function.expand

    def note(points: Array, *, exact: bool) -> Expanded:
        asked.append(exact)
        return expand(points, exact=exact)

    function.expand = note
    assert wilks.Newton(curvature=curvature).minimize(function).converged
    # However it goes there, the last look is at the second derivatives themselves.
    assert asked == sorted(asked)
    assert (asked[0], asked[-1]) == (curvature != "scores", True)
    function.cheap_hessian = False
    asked.clear()
    wilks.Newton(curvature=curvature).minimize(function)
    assert asked[0] == (curvature == "hessian")
