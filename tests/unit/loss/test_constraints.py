"""Constraint terms: their values, and that each counts once."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import wilks

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5, lower=4, upper=6)
TAU = wilks.Parameter("tau", 2.5, lower=0.1, upper=10)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=TAU)
DATA = wilks.Data(X, [3.5, 4.2, 5.0])


@pytest.mark.parametrize(
    ("constraint", "log_prob"),
    [
        (wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2), stats.norm(5, 0.2).logpdf(5.1)),
        (wilks.gaussian_constraint(2 * MU, observed=9, sigma=TAU, name="twice"), stats.norm(10, 2.5).logpdf(9)),
        (wilks.poisson_constraint(TAU * MU, observed=11, name="counts"), stats.poisson(12.5).logpmf(11)),
        (wilks.poisson_constraint(TAU, observed=0), stats.poisson(2.5).logpmf(0)),
        (wilks.lognormal_constraint(TAU, observed=2.2, sigma=0.3), stats.lognorm(0.3, scale=2.5).logpdf(2.2)),
    ],
    ids=["gaussian", "gaussian of a function", "poisson", "poisson of nothing", "log-normal"],
)
def test_values(constraint: wilks.PDF, log_prob: float) -> None:
    assert wilks.NLL({}, constraints=[constraint])() == pytest.approx(-log_prob, rel=1e-13)


def test_a_continued_count_is_the_pmf_with_gamma_functions() -> None:
    constraint = wilks.poisson_constraint(TAU, observed=2.5)
    from scipy.special import gammaln

    assert wilks.NLL({}, constraints=[constraint])() == pytest.approx(2.5 - 2.5 * np.log(2.5) + gammaln(3.5), rel=1e-13)


def test_global_observables_are_fixed_parameters() -> None:
    constraint = wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2)
    nll = wilks.NLL(PEAK, DATA, constraints=[constraint])
    assert "mu_observed" in nll.fixed
    assert nll.start["mu_observed"] == 5.1
    # Toys move it.
    shifted = nll({"mu_observed": 5.3}) - nll()
    assert shifted == pytest.approx(stats.norm(5, 0.2).logpdf(5.1) - stats.norm(5, 0.2).logpdf(5.3), rel=1e-10)
    named = wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2, name="energy_scale")
    assert named.x == wilks.Parameter("energy_scale_observed", 5.1, fixed=True)
    own = wilks.Parameter("aux", 5.1, fixed=True)
    assert wilks.gaussian_constraint(MU, observed=own, sigma=0.2).x is own


def test_any_pdf_of_parameters_is_a_constraint() -> None:
    bounded = wilks.Generic(expression="1 / (1 + tau^2)", variables=[TAU])
    box = wilks.Uniform(x=wilks.Parameter("u", 0.3, lower=0, upper=4))
    nll = wilks.NLL({}, constraints=[bounded, box])
    assert nll() == pytest.approx(np.log(1 + 2.5**2) + np.log(4), rel=1e-12)


CONSTRAINT = wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2)
EQUAL = wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2)
PENALTY = -stats.norm(5, 0.2).logpdf(5.1)
OTHER = wilks.Gaussian(x=wilks.Space("y", -5, 5), mean=0.1 * MU, sigma=1)
OTHER_DATA = wilks.Data(wilks.Space("y", -5, 5), [0.0, 1.0])


@pytest.mark.parametrize(
    ("build", "times"),
    [
        (lambda: wilks.NLL(PEAK, DATA), 0),
        (lambda: wilks.NLL(PEAK, DATA, constraints=[CONSTRAINT]), 1),
        (lambda: wilks.NLL(wilks.Product([PEAK, CONSTRAINT]), DATA), 1),
        (lambda: wilks.NLL(wilks.Product([wilks.Product([PEAK, CONSTRAINT]), CONSTRAINT]), DATA), 1),
        (lambda: wilks.NLL(wilks.Product([PEAK, CONSTRAINT]), DATA, constraints=[CONSTRAINT]), 1),
        (lambda: wilks.NLL(wilks.Product([PEAK, CONSTRAINT]), DATA, constraints=[EQUAL]), 1),
        (lambda: wilks.NLL(PEAK, DATA, constraints=[CONSTRAINT, EQUAL]), 1),
        (lambda: wilks.NLL(PEAK, DATA, constraints=[CONSTRAINT]) + wilks.NLL({}, constraints=[CONSTRAINT]), 1),
    ],
    ids=[
        "none",
        "passed",
        "in a product",
        "in both products",
        "passed and in a product",
        "equal",
        "equal passed",
        "sum",
    ],
)
def test_a_constraint_counts_once(build: object, times: int) -> None:
    expected = wilks.NLL(PEAK, DATA)() + times * PENALTY
    assert build()() == pytest.approx(expected, rel=1e-13)  # type: ignore[operator]


def test_channels_share_a_constraint() -> None:
    products = {
        "a": (wilks.Product([PEAK, CONSTRAINT]), DATA),
        "b": (wilks.Product([OTHER, EQUAL]), OTHER_DATA),
    }
    plain = wilks.NLL(PEAK, DATA)() + wilks.NLL(OTHER, OTHER_DATA)()
    assert wilks.NLL(products)() == pytest.approx(plain + PENALTY, rel=1e-13)
    summed = wilks.NLL({"a": products["a"]}) + wilks.NLL({"b": products["b"]})
    assert summed() == pytest.approx(plain + PENALTY, rel=1e-13)


def test_two_measurements_of_one_parameter_both_count() -> None:
    again = wilks.gaussian_constraint(MU, observed=5.1, sigma=0.2, name="again")
    nll = wilks.NLL(PEAK, DATA, constraints=[CONSTRAINT, again])
    assert nll() == pytest.approx(wilks.NLL(PEAK, DATA)() + 2 * PENALTY, rel=1e-13)


def test_a_constraint_in_a_product_is_not_weighted() -> None:
    weighted = wilks.Data(X, DATA["x"], weights=[2.0, 2.0, 2.0])
    expected = 2 * wilks.NLL(PEAK, DATA)() + PENALTY
    assert wilks.NLL(wilks.Product([PEAK, CONSTRAINT]), weighted)() == pytest.approx(expected, rel=1e-13)


def test_a_constrained_fit_is_the_weighted_mean() -> None:
    x = wilks.Space("x", -np.inf, np.inf)
    values = np.array([4.0, 5.0, 5.5, 6.1])
    mu = wilks.Parameter("mu", 5)
    constraint = wilks.gaussian_constraint(mu, observed=4.5, sigma=0.5)
    result = wilks.fit(
        wilks.NLL(wilks.Gaussian(x=x, mean=mu, sigma=1), wilks.Data(x, values), constraints=[constraint])
    )
    information = 4 / 1**2 + 1 / 0.5**2
    assert result.values["mu"] == pytest.approx((values.sum() + 4.5 / 0.5**2) / information, rel=1e-9)
    assert result.errors["mu"] == pytest.approx(information**-0.5, rel=1e-9)
