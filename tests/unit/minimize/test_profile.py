"""Profiles: at every point the minimum over all other parameters, as a fit with these kept would find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.errors import FitError, ParameterError
from wilks.minimize import profile as module

X = wilks.Space("x", 0, 10)
RNG = np.random.default_rng(61)

MU = wilks.Parameter("mu", 5.2, lower=4, upper=6)
SIGMA = wilks.Parameter("sigma", 0.9, lower=0.1, upper=3)
SLOPE = wilks.Parameter("c", 0.25, lower=-1, upper=2)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=SIGMA)
MODEL = wilks.Mixture(
    [PEAK, wilks.Exponential(x=X, c=SLOPE)],
    [wilks.Parameter("n_sig", 150, lower=0), wilks.Parameter("n_bkg", 150, lower=0)],
    extended=True,
)
EVENTS = np.concatenate([RNG.normal(5, 0.7, 150), RNG.uniform(0, 1, 150) ** 1.7 * 10])


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    return wilks.NLL(MODEL, wilks.Data(X, EVENTS), compile=False)


@pytest.fixture(scope="module")
def best(nll: wilks.NLL) -> wilks.FitResult:
    return wilks.fit(nll)


def apart(edm: float) -> float:
    """Return how many standard deviations two minima may be apart, of this EDM and of one below 1e-9."""
    return 1.1 * np.sqrt(2 * max(edm, 0)) + 5e-5


def assert_as_fits(found: wilks.Profile, nll: wilks.NLL, **options: Any) -> None:
    """Compare each point with a fit in which the profiled parameters are kept."""
    names = tuple(found.grid)
    for place in np.ndindex(found.minimum.shape):
        point = {name: float(found.grid[name][i]) for name, i in zip(names, place, strict=True)}
        alone = wilks.fit(nll, start=found.best, fixed={**options.get("fixed", {}), **point})
        assert found.valid[place]
        assert {name: found.values[name][place] for name in names} == point
        assert found.minimum[place] == pytest.approx(alone.minimum, abs=1.5 * max(found.edm[place], 0) + 2e-9)
        for name in alone.floating:
            if name in alone.at_limit:
                assert found.values[name][place] == alone.values[name]
            else:
                pull = (found.values[name][place] - alone.values[name]) / alone.errors[name]
                assert abs(pull) < apart(found.edm[place])


def test_a_gaussian_has_a_parabola() -> None:
    whole = wilks.Space("x", -np.inf, np.inf)
    values = RNG.normal(5, 2, 50)
    model = wilks.Gaussian(x=whole, mean=wilks.Parameter("mu", 4), sigma=2.0)
    found = wilks.profile(wilks.NLL(model, wilks.Data(whole, values), compile=False), {"mu": np.linspace(3, 7, 9)})
    np.testing.assert_allclose(
        found.delta, 50 * (found.grid["mu"] - values.mean()) ** 2 / (2 * 2**2), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_array_equal(found.values["mu"], found.grid["mu"])
    assert found.valid.all()


def test_where_the_function_is_a_parabola_the_start_is_the_minimum() -> None:
    # Two means of which the data know the sum, and a constraint one: everything is linear.
    whole = wilks.Space("x", -np.inf, np.inf)
    values = RNG.normal(5, 2, 50)
    a, b = wilks.Parameter("a", 1.0), wilks.Parameter("b", 3.0)
    nll = wilks.NLL(
        wilks.Gaussian(x=whole, mean=a + b, sigma=2.0),
        wilks.Data(whole, values),
        constraints=[wilks.gaussian_constraint(b, observed=3.0, sigma=0.5)],
        compile=False,
    )
    found = wilks.profile(nll, {"a": [1.0, 2.0, 2.5]})
    weights = np.array([50 / 2**2, 1 / 0.5**2])
    expected = [np.average([values.mean() - point, 3.0], weights=weights) for point in found.grid["a"]]
    np.testing.assert_allclose(found.values["b"], expected, rtol=1e-9)
    variance = 2**2 / 50 + 0.5**2
    np.testing.assert_allclose(found.delta, (found.grid["a"] + 3 - values.mean()) ** 2 / (2 * variance), rtol=1e-8)


def test_each_point_is_a_fit(nll: wilks.NLL, best: wilks.FitResult) -> None:
    found = wilks.profile(nll, {"mu": np.linspace(4.6, 5.4, 4)}, result=best)
    assert found.best is best
    assert found.delta.min() > 0
    assert set(found.minimizers) == {"newton"}
    assert_as_fits(found, nll)


def test_two_parameters_make_a_grid(nll: wilks.NLL, best: wilks.FitResult) -> None:
    found = wilks.profile(nll, {"sigma": [0.6, 0.8, 1.0], "mu": [4.9, 5.1]}, result=best)
    assert found.minimum.shape == found.edm.shape == found.valid.shape == found.minimizers.shape == (3, 2)
    assert found.values.keys() == set(best.floating)
    assert_as_fits(found, nll)


def test_a_grid_of_all_parameters_is_a_scan() -> None:
    nll = wilks.NLL(PEAK, wilks.Data(X, EVENTS[:50]), compile=False)
    grid = {"mu": [4.5, 5.0, 5.5], "sigma": [0.6, 0.8]}
    found = wilks.profile(nll, grid)
    np.testing.assert_allclose(found.minimum, nll.scan(grid), rtol=1e-12)
    assert found.valid.all()
    assert not found.edm.any()


def test_limits_are_kept() -> None:
    # The events lie beyond the limit of the mean, which is kept there or is on its way back.
    values = RNG.normal(6.3, 0.8, 60)
    nll = wilks.NLL(PEAK, wilks.Data(X, values), compile=False)
    found = wilks.profile(nll, {"sigma": [0.5, 0.9, 2.5]})
    assert found.best.at_limit == ("mu",)
    assert found.values["mu"][:2].tolist() == [6.0, 6.0]
    assert_as_fits(found, nll)
    at_limits = wilks.profile(nll, {"mu": [4.0, 6.0]}, result=found.best)
    assert at_limits.delta[1] == pytest.approx(0, abs=1e-8)
    assert_as_fits(at_limits, nll)


def test_fixed_and_start(nll: wilks.NLL) -> None:
    found = wilks.profile(nll, {"mu": [4.9, 5.2]}, fixed={"c": 0.2, "sigma": 0.7}, start={"n_sig": 120})
    assert set(found.best.fixed) == {"c", "sigma"}
    assert found.values.keys() == {"mu", "n_sig", "n_bkg"}
    assert_as_fits(found, nll, fixed={"c": 0.2, "sigma": 0.7})
    again = wilks.profile(nll, {"mu": [4.9, 5.2]}, result=found.best)
    np.testing.assert_allclose(again.minimum, found.minimum, rtol=1e-9)


def test_a_result_from_a_file_will_do(nll: wilks.NLL, best: wilks.FitResult) -> None:
    read = wilks.FitResult.from_json(best.to_json())
    found, expected = (wilks.profile(nll, {"mu": 4.9}, result=result) for result in (read, best))
    np.testing.assert_allclose(found.delta, expected.delta, rtol=1e-9)
    assert found.delta.shape == (1,)


def test_points_that_newton_leaves_to_minuit_know_their_edm(nll: wilks.NLL, best: wilks.FitResult) -> None:
    found = wilks.profile(nll, {"mu": [4.3, 5.7]}, result=best, minimizer=wilks.Newton(max_steps=1))
    assert found.valid.all()
    assert set(found.minimizers) == {"newton, minuit"}
    assert_as_fits(found, nll)
    others = [i for i, name in enumerate(best.floating) if name != "mu"]
    for place in range(2):
        point = np.array([found.values[name][place] for name in best.floating])
        slope, curvature = nll.gradient(point)[others], nll.hessian(point)[np.ix_(others, others)]
        assert found.edm[place] == pytest.approx(0.5 * slope @ np.linalg.solve(curvature, slope), rel=1e-3, abs=1e-14)


def test_batches_of_a_few(nll: wilks.NLL, best: wilks.FitResult, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = {"mu": np.linspace(4.8, 5.2, 3)}
    expected = wilks.profile(nll, grid, result=best)
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    np.testing.assert_allclose(wilks.profile(nll, grid, result=best).minimum, expected.minimum, rtol=1e-9)


def test_numerical_normalisations_are_accurate_at_every_point() -> None:
    m, w = wilks.Parameter("m", 5.0, lower=3, upper=7), wilks.Parameter("w", 0.05, lower=0.01, upper=1)
    narrow = wilks.Generic(expression="exp(-0.5 * ((x - m) / w)^2)", variables={"x": X, "m": m, "w": w})
    data = wilks.Data(X, RNG.normal(5, 0.05, 40))
    found = wilks.profile(wilks.NLL(narrow, data, compile=False), {"m": [4.7, 5.0, 5.6]})
    exact = wilks.profile(wilks.NLL(wilks.Gaussian(x=X, mean=m, sigma=w), data, compile=False), {"m": [4.7, 5.0, 5.6]})
    assert found.valid.all()
    np.testing.assert_allclose(found.minimum, exact.minimum, atol=2e-4)  # the goal is an EDM of 1e-4
    np.testing.assert_allclose(
        found.values["w"], [np.sqrt(np.mean((data["x"] - m) ** 2)) for m in (4.7, 5.0, 5.6)], rtol=2e-3
    )


@dataclass(frozen=True, kw_only=True)
class Wedge(wilks.PDF):
    """A density that falls to zero at an edge."""

    x: wilks.Observable
    edge: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, edge: Any) -> Any:
        return wnp.maximum(edge - x, 0.0)

    @staticmethod
    def integral(lower: Any, upper: Any, edge: Any) -> Any:
        low, high = wnp.minimum(lower, edge), wnp.minimum(upper, edge)
        return edge * (high - low) - 0.5 * (high**2 - low**2)


def test_a_point_without_density_is_reported_alone() -> None:
    model = Wedge(x=X, edge=wilks.Parameter("edge", 8, lower=1, upper=20))
    nll = wilks.NLL(model, wilks.Data(X, [1.0, 2.0, 3.0]), compile=False)
    found = wilks.profile(nll, {"edge": [2.5, 7.0]})
    assert found.valid.tolist() == [False, True]
    assert found.minimum[0] == np.inf
    assert np.isnan(found.edm[0])
    assert found.minimum[1] == pytest.approx(nll({"edge": 7.0}), rel=1e-12)


def test_a_point_where_others_are_not_determined_is_reported_alone() -> None:
    f = wilks.Parameter("f", 0.5, lower=0, upper=1)
    nll = wilks.NLL(wilks.Mixture([PEAK, wilks.Uniform(x=X)], [f]), wilks.Data(X, EVENTS), compile=False)
    found = wilks.profile(nll, {"f": [0.0, 0.4]})
    assert found.valid.tolist() == [False, True]
    assert found.minimum[0] == pytest.approx(len(EVENTS) * np.log(10), rel=1e-12)


@pytest.mark.parametrize(
    ("points", "options", "error", "message"),
    [
        ({}, {}, ParameterError, "at least one parameter"),
        ([5.0], {}, ParameterError, "at least one parameter"),
        ({"nu": [1.0]}, {}, ParameterError, "'nu' is not a floating parameter"),
        ({"sigm": [1.0]}, {}, ParameterError, "did you mean 'sigma'"),
        ({"c": [0.1]}, {"fixed": {"c": 0.2}}, ParameterError, "'c' is not a floating parameter"),
        ({"mu": [3.9, 5.0]}, {}, ParameterError, r"limits \[4, 6\], got 3.9 to 5"),
        ({"mu": [5.0, 6.1]}, {}, ParameterError, r"limits \[4, 6\], got 5 to 6.1"),
        ({"mu": []}, {}, ParameterError, r"shape \(n,\)"),
        ({"mu": [[5.0]]}, {}, ParameterError, r"shape \(n,\)"),
        ({"mu": [5.0, np.nan]}, {}, ParameterError, "finite numbers"),
        ({"mu": "five"}, {}, ParameterError, "must be numbers, got 'five'"),
        ({"mu": 5.0}, {"minimizer": wilks.Minuit()}, FitError, "wilks.Newton"),
        ({"mu": 5.0}, {"result": 3}, FitError, "the result of a fit, got 3"),
        ({"mu": 5.0}, {"start": {"nu": 1}}, ParameterError, "'nu'"),
    ],
)
def test_what_cannot_be_profiled(nll: wilks.NLL, points: Any, options: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        wilks.profile(nll, points, **options)


def test_a_result_has_its_start_and_its_fixed_parameters(nll: wilks.NLL, best: wilks.FitResult) -> None:
    for option in ({"fixed": {"c": 0.2}}, {"start": {"mu": 5}}):
        with pytest.raises(FitError, match="either the result"):
            wilks.profile(nll, {"mu": 5.0}, result=best, **option)


def test_a_profile_needs_a_minimum() -> None:
    f = wilks.Parameter("f", 0.0, lower=0, upper=0.0)
    nll = wilks.NLL(wilks.Mixture([PEAK, wilks.Uniform(x=X)], [f]), wilks.Data(X, EVENTS), compile=False)
    with pytest.raises(FitError, match="needs a valid minimum"):
        wilks.profile(nll, {"mu": 5.0})
    with pytest.raises(FitError, match="takes a loss"):
        wilks.profile(PEAK, {"mu": 5.0})


def test_a_result_of_another_likelihood_is_refused(best: wilks.FitResult) -> None:
    other = wilks.NLL(MODEL, wilks.Data(X, EVENTS[::2]), compile=False)
    with pytest.raises(FitError, match="belongs to another likelihood"):
        wilks.profile(other, {"mu": [5.0]}, result=best)


def test_a_profile_is_shown_in_one_line(nll: wilks.NLL, best: wilks.FitResult) -> None:
    found = wilks.profile(nll, {"mu": [4.9, 5.0]}, result=best)
    assert repr(found).startswith("Profile: mu 4.9 to 5 (2); 2 of 2 points valid")
