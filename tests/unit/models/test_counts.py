"""Observables that are counts: integrals over them are sums over the integers, whatever the model is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

import wilks
import wilks.numpy as wnp
from wilks.errors import IntegrationError
from wilks.fields import Observable, Positive
from wilks.typing import Array, Tensor

N = wilks.Space("n", 0, 60)
SHORT = wilks.Space("n", 0, 4)
X = wilks.Space("x", 0, 10)


@dataclass(frozen=True, kw_only=True)
class Powers(wilks.PDF):
    """A plugin's count without an integral: falls off as powers of a number.

    Args:
        n: Observable, a count.
        base: The number.
    """

    n: Observable
    base: Positive

    counts = True

    @staticmethod
    def unnormalized_log_prob(n: Tensor, base: Tensor) -> Tensor:
        return -n * wnp.log(base)


def pmf(mean: float, integers: Array) -> Array:
    values: Array = stats.poisson(mean).pmf(integers)
    return values


def both(space: wilks.Space) -> wilks.Product:
    return wilks.Product([wilks.Poisson(x=space, mean=0.3), wilks.Poisson(x=space, mean=0.8)])


def test_mixture() -> None:
    mixture = wilks.Mixture([wilks.Poisson(x=N, mean=3), wilks.Poisson(x=N, mean=8)], [0.5])
    truth = 0.5 * (stats.poisson(3).cdf(5) + stats.poisson(8).cdf(5))
    assert mixture.integrate(wilks.Space("n", 0, 5)) == pytest.approx(truth, rel=1e-12)
    assert mixture.integrate(wilks.Space("n", -0.0, 5.9)) == pytest.approx(truth, rel=1e-12)
    assert mixture.integrate(wilks.Space("n", 0.2, 0.7)) == 0.0
    sample = mixture.sample(2000, seed=1)["n"]
    np.testing.assert_array_equal(sample, np.round(sample))


def test_product() -> None:
    integers = np.arange(5.0)
    truth = pmf(0.3, integers) * pmf(0.8, integers)
    truth /= truth.sum()
    np.testing.assert_allclose(both(SHORT).pdf(integers), truth, rtol=1e-12)
    sample = both(SHORT).sample(5000, seed=2)["n"]
    observed = np.array([np.sum(sample == n) for n in integers])
    assert observed.sum() == 5000
    assert stats.chisquare(observed[:3], truth[:3] * observed[:3].sum() / truth[:3].sum()).pvalue > 1e-3


def test_a_plugin_without_an_integral() -> None:
    integers = np.arange(5.0)
    np.testing.assert_allclose(Powers(n=SHORT, base=2).pdf(integers), 2.0 ** (4 - integers) / 31, rtol=1e-12)
    gaps = wilks.Space("n", [(0.5, 1), (3, 4.5)])
    np.testing.assert_allclose(Powers(n=gaps, base=2).pdf([1, 3, 4]), np.array([8, 2, 1]) / 11, rtol=1e-12)


def test_compiled() -> None:
    mu = wilks.Parameter("mu", 0.8, lower=0.1, upper=5)
    model = wilks.Product([wilks.Poisson(x=SHORT, mean=0.3), wilks.Poisson(x=SHORT, mean=mu)])
    data = np.array([0.0, 1.0, 1.0, 3.0])
    nll = wilks.NLL(model, wilks.Data(SHORT, data))
    for mean in (0.8, 2.0):
        truth = pmf(0.3, np.arange(5.0)) * pmf(mean, np.arange(5.0))
        expected = -np.sum(np.log(truth[data.astype(int)] / truth.sum()))
        assert nll({"mu": mean}) == pytest.approx(expected, rel=1e-11)


def test_mixed_with_a_continuous_observable() -> None:
    # By hand: the width of the peak is that of n, so the density of (n, x) is p(n) Gaussian(x) / sum p(n).
    peak = wilks.Gaussian(x=X, mean=SHORT + 3, sigma=0.5)
    model = wilks.Product([wilks.Poisson(x=SHORT, mean=1.5), peak])
    integers = np.arange(5.0)
    share = pmf(1.5, integers) * (stats.norm(integers + 3, 0.5).cdf(10) - stats.norm(integers + 3, 0.5).cdf(0))
    share /= share.sum()
    density = model.pdf({"n": integers, "x": integers + 3.2})
    np.testing.assert_allclose(density, share * stats.norm(0, 0.5).pdf(0.2), rtol=1e-7)
    sample = model.sample(4000, seed=3)
    observed = np.array([np.sum(sample["n"] == n) for n in integers])
    assert observed.sum() == 4000
    assert stats.chisquare(observed, 4000 * share).pvalue > 1e-3
    assert stats.kstest(sample["x"] - sample["n"] - 3, stats.norm(0, 0.5).cdf).pvalue > 1e-3


def test_a_sum_needs_limits() -> None:
    with pytest.raises(IntegrationError, match="finite limits"):
        both(wilks.Space("n", 0, np.inf)).pdf([1.0])
    with pytest.raises(IntegrationError, match="no integer"):
        both(wilks.Space("n", 0.2, 0.7)).pdf([0.5])
