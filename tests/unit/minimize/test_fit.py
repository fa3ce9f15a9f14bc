"""Fits: where they start, what they keep, limits, and those that cannot succeed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

import wilks
from wilks.minimize.minimizer import Minimum

X = wilks.Space("x", 0, 10)
RNG = np.random.default_rng(3)
VALUES = RNG.normal(5, 1, 100)

PRECISION = 5e-6
"""An EDM of 1e-9 is 4.5e-5 standard deviations, which are about a tenth here."""


def gauss(mean: wilks.Parameter, sigma: wilks.Parameter | float = 1.0) -> wilks.NLL:
    whole = wilks.Space("x", -np.inf, np.inf)
    return wilks.NLL(wilks.Gaussian(x=whole, mean=mean, sigma=sigma), wilks.Data(whole, VALUES))


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    return gauss(wilks.Parameter("mu", 4, lower=0, upper=10), wilks.Parameter("sigma", 2, lower=0.1, upper=9))


def test_a_gaussian_is_its_moments(nll: wilks.NLL) -> None:
    result = wilks.fit(nll)
    assert result.valid
    assert result.values == pytest.approx({"mu": VALUES.mean(), "sigma": VALUES.std()}, rel=PRECISION)
    errors = {"mu": VALUES.std() / 10, "sigma": VALUES.std() / np.sqrt(200)}
    assert result.errors == pytest.approx(errors, rel=1e-5)
    assert result.minimum == pytest.approx(-stats.norm(VALUES.mean(), VALUES.std()).logpdf(VALUES).sum(), abs=1e-8)


def test_start_and_fixed(nll: wilks.NLL) -> None:
    result = wilks.fit(nll, start={"mu": 6.5}, fixed={"sigma": 1.5})
    assert result.start == {"mu": 6.5}
    assert result.floating == ("mu",)
    assert result.fixed == ("sigma",)
    assert result.values == pytest.approx({"mu": VALUES.mean(), "sigma": 1.5}, rel=PRECISION)
    assert result.errors == pytest.approx({"mu": 1.5 / 10}, rel=1e-9)
    # The value of a fixed parameter wins over a start, and a result may be a start.
    again = wilks.fit(nll, start=result, fixed={"mu": 5.0})
    assert again.start == {"sigma": 1.5}
    assert again.values["sigma"] == pytest.approx(np.sqrt(np.mean((VALUES - 5) ** 2)), rel=PRECISION)


def test_a_fit_from_its_own_result_stays(nll: wilks.NLL) -> None:
    first = wilks.fit(nll)
    second = wilks.fit(nll, start=first)
    assert second.valid
    assert second.values == pytest.approx(first.values, rel=PRECISION)
    assert second.evaluations <= first.evaluations


@pytest.mark.parametrize(("lower", "upper", "at"), [(0, 4.5, 4.5), (5.5, 9, 5.5)])
def test_a_limit_that_holds(lower: float, upper: float, at: float) -> None:
    nll = gauss(
        wilks.Parameter("mu", 0.5 * (lower + upper), lower=lower, upper=upper), wilks.Parameter("s", 2, upper=9)
    )
    result = wilks.fit(nll)
    assert result.valid
    assert result.at_limit == ("mu",)
    assert result.values["mu"] == at
    assert np.isnan(result.errors["mu"])
    # The other parameter is at its own minimum, with an error of its own.
    width = np.sqrt(np.mean((VALUES - at) ** 2))
    assert result.values["s"] == pytest.approx(width, rel=1e-6)
    assert result.errors["s"] == pytest.approx(width / np.sqrt(200), rel=1e-5)
    assert "at limit" in repr(result)


def test_a_start_at_a_limit_can_leave_it() -> None:
    result = wilks.fit(gauss(wilks.Parameter("mu", 0, lower=0, upper=10)))
    assert result.valid
    assert not result.at_limit
    assert result.values["mu"] == pytest.approx(VALUES.mean(), rel=1e-6)


def test_all_parameters_at_limits() -> None:
    nll = gauss(wilks.Parameter("mu", 2, lower=0, upper=3), wilks.Parameter("sigma", 0.3, lower=0.1, upper=0.5))
    result = wilks.fit(nll)
    assert result.at_limit == ("mu", "sigma")
    assert result.values == {"mu": 3.0, "sigma": 0.5}
    assert result.valid
    assert result.edm == 0


def test_a_parameter_that_changes_nothing() -> None:
    unused = wilks.Parameter("unused", 1.0, lower=0, upper=2)
    nll = gauss(wilks.Parameter("mu", 4.0) + 0.0 * unused)
    result = wilks.fit(nll)
    assert not result.valid
    assert "not positive definite" in result.message
    assert "NO" in repr(result)
    with pytest.raises(wilks.FitError, match="not positive definite"):
        result.minos(["mu"])


def test_two_parameters_for_one() -> None:
    result = wilks.fit(gauss(wilks.Parameter("a", 2.0) + wilks.Parameter("b", 2.5)))
    assert not result.valid
    assert "flat" in result.message


def test_a_function_without_a_minimum() -> None:
    # The likelihood rises for ever as the slope falls: all events are at the lower edge.
    slope = wilks.Parameter("slope", 1.0)
    nll = wilks.NLL(wilks.Exponential(x=X, c=slope), wilks.Data(X, [0.0, 0.0]))
    result = wilks.fit(nll, minimizer=wilks.Minuit(max_evaluations=50))
    assert not result.valid
    assert result.message


@dataclass(frozen=True)
class Asleep:
    """A minimiser that does not move and says that all is well."""

    name = "asleep"

    def minimize(self, objective) -> Minimum:
        value = objective.value(objective.start)
        return Minimum(point=objective.start, value=value, converged=True, message="", evaluations=1)


@dataclass(frozen=True)
class Lost:
    """A minimiser that stops far from any minimum, where Newton steps do not help."""

    name = "lost"

    def minimize(self, objective) -> Minimum:
        return Minimum(point=objective.upper, value=0.0, converged=True, message="lost its way", evaluations=1)


def test_the_certificate_finishes_what_a_minimiser_left() -> None:
    mu = wilks.Parameter("mu", 4, lower=0, upper=10)
    result = wilks.fit(gauss(mu), minimizer=Asleep())
    assert result.valid
    assert result.minimizer == "asleep"
    assert result.values["mu"] == pytest.approx(VALUES.mean(), rel=PRECISION)


def test_a_minimiser_that_did_not_move_is_not_believed() -> None:
    # On the flank of a Gaussian peak over a plateau the curvature is negative: nothing is certified there.
    mu = wilks.Parameter("mu", 1.0, lower=0, upper=10)
    peak = wilks.Mixture([wilks.Gaussian(x=X, mean=mu, sigma=0.5), wilks.Uniform(x=X)], [0.5])
    result = wilks.fit(wilks.NLL(peak, wilks.Data(X, [2.5])), minimizer=Asleep())
    assert not result.valid
    assert result.values["mu"] == 1.0


def test_a_minimiser_that_is_lost_is_not_believed() -> None:
    mu = wilks.Parameter("mu", 2.0, lower=0, upper=9)
    peak = wilks.Mixture([wilks.Gaussian(x=X, mean=mu, sigma=0.5), wilks.Uniform(x=X)], [0.5])
    result = wilks.fit(wilks.NLL(peak, wilks.Data(X, [2.5, 2.6, 8.0])), minimizer=Lost())
    assert not result.valid
    assert result.message == "the Hessian is not positive definite: the minimum is flat, or there is none; lost its way"


def test_few_calls_are_not_enough() -> None:
    nll = gauss(wilks.Parameter("mu", 4, lower=0, upper=10), wilks.Parameter("sigma", 2, lower=0.1, upper=9))
    result = wilks.fit(nll, minimizer=wilks.Minuit(max_evaluations=1))
    assert not result.valid
    assert "call limit reached" in result.message


def test_minimisers_agree_on_bounds_they_meet() -> None:
    f = wilks.Parameter("f", 0.5, lower=0, upper=1)
    model = wilks.Mixture([wilks.Gaussian(x=X, mean=5, sigma=1), wilks.Gaussian(x=X, mean=2, sigma=0.1)], [f])
    result = wilks.fit(wilks.NLL(model, wilks.Data(X, RNG.normal(5, 1, 50))))
    assert result.valid
    assert result.at_limit == ("f",)
    assert result.values["f"] == 1.0
