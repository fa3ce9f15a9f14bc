"""Samples: reproducible, inside their space, and distributed as the density says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from scipy import stats

import wilks
from wilks.errors import DataError, IntegrationError
from wilks.grid_sampling import sample_grid
from wilks.numeric.random import generator
from wilks.typing import Array

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5, lower=-20, upper=20)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=1)
EXTENDED = wilks.Mixture([PEAK], [wilks.Parameter("yield", 10, lower=0)], extended=True)
GENERIC = wilks.Generic(expression="exp(-0.5 * (x - mu)^2)", variables=[X, MU])


@pytest.mark.parametrize("pdf", [PEAK, GENERIC, wilks.Mixture([PEAK, wilks.Uniform(x=X)], [0.5])], ids=type)
def test_a_seed_is_a_sample(pdf: wilks.PDF) -> None:
    one, again, other = (pdf.sample(100, seed=seed)["x"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)


def test_what_comes_back() -> None:
    sample = PEAK.sample(50, seed=3)
    assert isinstance(sample, wilks.Data)
    assert sample.space == X
    assert len(sample) == 50
    assert sample.n_outside == 0
    assert sample.weights is None


@pytest.mark.parametrize("pdf", [PEAK, GENERIC], ids=["sampler", "density"])
@pytest.mark.parametrize("mean", [5.0, 0.0, -3.0, 14.0])
def test_truncated(pdf: wilks.PDF, mean: float) -> None:
    sample = pdf.sample(5000, seed=7, params={"mu": mean})["x"]
    assert np.all((sample >= 0) & (sample <= 10))
    assert stats.kstest(sample, stats.truncnorm(-mean, 10 - mean, mean, 1).cdf).pvalue > 1e-3


def test_a_narrow_peak_over_background() -> None:
    both = wilks.Generic(expression="exp(-0.5 * ((x - 3.21) / 0.001)^2) + 0.0002", variables=[X])
    sample = both.sample(20_000, seed=5)["x"]
    signal = 0.001 * np.sqrt(2 * np.pi) / (0.001 * np.sqrt(2 * np.pi) + 0.002)
    inside = np.abs(sample - 3.21) < 0.004
    assert abs(inside.mean() - signal) < 4 * np.sqrt(signal * (1 - signal) / 20_000) + 2e-3
    near = (sample[inside] - 3.21) / 0.001
    assert stats.kstest(near, stats.truncnorm(-4, 4).cdf).pvalue > 1e-4


def test_a_union_of_intervals() -> None:
    gaps = wilks.Space("x", [(0, 2), (5, 6)])
    for pdf in (wilks.Exponential(x=gaps, c=0.5), wilks.Generic(expression="exp(-0.5 * x)", variables=[gaps])):
        sample = pdf.sample(5000, seed=1)["x"]
        assert np.all(gaps.contains({"x": sample}))
        share = pdf.integrate(wilks.Space("x", 0, 2))
        assert abs(np.mean(sample < 3) - share) < 4 * np.sqrt(share * (1 - share) / 5000)


def test_counts_are_whole() -> None:
    n = wilks.Space("n", 0, 30)
    sample = wilks.Poisson(x=n, mean=4.2).sample(5000, seed=2)["n"]
    np.testing.assert_array_equal(sample, np.round(sample))
    expected = 5000 * stats.poisson(4.2).pmf(np.arange(11))
    counts = np.bincount(sample.astype(int), minlength=31)[:11]
    assert stats.chi2(10).sf(np.sum((counts - expected) ** 2 / expected)) > 1e-3


def test_three_dimensions() -> None:
    y, z = wilks.Space("y", 0, 1), wilks.Space("z", 0, 1)
    cube = wilks.Generic(expression="1 + x * y + z^2", variables=[wilks.Space("x", 0, 1), y, z])
    sample = cube.sample(5000, seed=9).to_numpy()
    # By hand: the integral is 1 + 1/4 + 1/3; the mean of z is (1/2 + 1/8 + 1/4) over it.
    assert abs(sample[:, 2].mean() - (0.875 / (19 / 12))) < 4 * sample[:, 2].std() / np.sqrt(5000)


def test_an_infinite_space_needs_a_sampler() -> None:
    line = wilks.Space("x", -np.inf, np.inf)
    assert len(wilks.Gaussian(x=line, mean=MU, sigma=1).sample(10, seed=1)) == 10
    with pytest.raises(IntegrationError):
        wilks.Generic(expression="exp(-x^2)", variables=[line]).sample(10, seed=1)


def test_a_narrow_ridge() -> None:
    a, b = wilks.Space("a", 0, 10), wilks.Space("b", 0, 10)
    sample = wilks.Gaussian(x=a, mean=b + 0.0125, sigma=0.002).sample(5000, seed=4)
    ridge = (sample["a"] - sample["b"] - 0.0125) / 0.002
    assert abs(ridge.std() - 1) < 4 / np.sqrt(2 * 5000)
    assert stats.kstest(ridge, stats.norm.cdf).pvalue > 1e-3
    assert stats.kstest(sample["b"], stats.uniform(0, 10).cdf).pvalue > 1e-3


def test_a_sharp_edge() -> None:
    a, b = wilks.Space("a", 0, 1), wilks.Space("b", 0, 1)

    def density(columns: Mapping[str, Array]) -> Array:
        inside: Array = np.where(columns["a"] > columns["b"], 1.0, 0.0)
        return inside

    sample = sample_grid(density, [a, b], 5000, generator(5))
    assert np.all(sample["a"] >= sample["b"])
    assert stats.kstest(sample["b"], stats.beta(1, 2).cdf).pvalue > 1e-3


def test_a_density_without_a_bound() -> None:
    a, b = wilks.Space("a", -1, 1), wilks.Space("b", -1, 1)

    def density(columns: Mapping[str, Array]) -> Array:
        radius: Array = np.hypot(columns["a"] - 0.1234, columns["b"] - 0.4321)
        with np.errstate(divide="ignore"):
            return radius**-1.9

    with pytest.raises(IntegrationError, match="infinite"):
        sample_grid(density, [a, b], 10_000, generator(1))


def test_no_events_are_an_empty_sample() -> None:
    for sample in (PEAK.sample(0, seed=1), EXTENDED.sample(seed=1, params={"yield": 1e-9})):
        assert isinstance(sample, wilks.Data)
        assert len(sample) == 0
        assert "0 rows" in sample._repr_html_()
        with pytest.raises(DataError):
            wilks.NLL(PEAK, sample)
        with pytest.raises(DataError, match="empty"):
            wilks.Data(X, sample)
