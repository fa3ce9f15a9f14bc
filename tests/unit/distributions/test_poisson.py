"""The three readings of HS3's Poisson distribution."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln, logsumexp

import wilks
from wilks.distributions.continued_poisson import ContinuedPoisson
from wilks.distributions.interpolated_poisson import InterpolatedPoisson
from wilks.distributions.poisson import Poisson

ALL = (Poisson, ContinuedPoisson, InterpolatedPoisson)


@pytest.mark.parametrize("mean", [0.01, 3.7, 250.0])
@pytest.mark.parametrize("limits", [(0.0, 40.0), (2.5, 7.0), (0.0, np.inf), (-np.inf, np.inf)])
@pytest.mark.parametrize("cls", [Poisson, InterpolatedPoisson])
def test_normalised_over_integers(cls: Any, mean: float, limits: tuple[float, float]) -> None:
    counts = np.arange(3.0, 8.0)
    reference = stats.poisson(mean)
    first, last = max(np.ceil(limits[0]), 0), min(np.floor(limits[1]), 1000)
    log_inside = logsumexp(reference.logpmf(np.arange(first, last + 1)))
    got = cls(x=wilks.Space("x", *limits), mean=mean).log_pdf(counts)
    np.testing.assert_allclose(got, reference.logpmf(counts) - log_inside, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("mean", [0.5, 6.5, 90.0])
def test_continued_poisson_is_normalised_by_its_integral(mean: float) -> None:
    pdf = ContinuedPoisson(x=wilks.Space("x", 0.0, 40.0), mean=mean)

    def formula(x: Any) -> Any:
        return mpmath.exp(x * mpmath.log(mean) - mean - mpmath.loggamma(x + 1))

    with mpmath.workdps(25):
        total = mpmath.quad(formula, mpmath.linspace(0, 40, 9))
        expected = [float(formula(mpmath.mpf(x)) / total) for x in (0.0, 0.7, 13.2, 40.0)]
    np.testing.assert_allclose(pdf.pdf([0.0, 0.7, 13.2, 40.0]), expected, rtol=1e-10)


@pytest.mark.parametrize("cls", ALL)
@pytest.mark.parametrize(("count", "mean"), [(0.0, 1e-3), (12.5, 9.0), (1e6, 1.001e6)])
def test_a_constraint_is_the_probability_as_it_stands(cls: Any, count: float, mean: float) -> None:
    observed = wilks.Parameter("n", count, lower=0, upper=2e6, fixed=True)
    constraint = cls(x=observed, mean=wilks.Parameter("mean", mean))
    expected = -(count * np.log(mean) - mean - gammaln(count + 1))
    assert wilks.NLL({}, constraints=[constraint])() == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("cls", ALL)
def test_negative_counts_do_not_happen(cls: Any) -> None:
    pdf = cls(x=wilks.Space("x", -5.0, 10.0), mean=2.0)
    np.testing.assert_array_equal(pdf.pdf([-3.5, -1.0, -0.5]), 0.0)


def test_samples_are_integers_even_where_few_are() -> None:
    pdf = Poisson(x=wilks.Space("x", 20.0, 30.0), mean=2.0)
    counts = pdf.sample(1000, seed=1).columns["x"]
    np.testing.assert_array_equal(counts, np.round(counts))
    # SciPy 1.17: poisson(2).pmf(20) / sum(poisson(2).pmf(range(20, 31)))
    assert np.mean(counts == 20) == pytest.approx(0.9052, abs=0.05)


def test_an_integral_needs_finite_limits() -> None:
    with pytest.raises(wilks.WilksError, match="finite limits"):
        ContinuedPoisson(x=wilks.Space("x", 0.0, np.inf), mean=2.0)
