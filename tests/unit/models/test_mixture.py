"""Mixtures: fractions, yields, signs, scales, nesting and samples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

import wilks
from wilks.errors import ModelError

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5, lower=3, upper=7)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=1)
DECAY = wilks.Exponential(x=X, c=0.3)
FLAT = wilks.Uniform(x=X)
POINTS = np.linspace(0, 10, 41)

peak, decay, flat = (stats.truncnorm(-5, 5, 5, 1).pdf(POINTS), stats.truncexpon(3, scale=1 / 0.3).pdf(POINTS), 0.1)


@pytest.mark.parametrize(
    ("coefficients", "extended", "expected"),
    [
        ([0.3, 0.5], False, 0.3 * peak + 0.5 * decay + 0.2 * flat),
        ([0.3, 0.5, 0.2], False, 0.3 * peak + 0.5 * decay + 0.2 * flat),
        ([30.0, 50.0, 20.0], True, 0.3 * peak + 0.5 * decay + 0.2 * flat),
        ([0.0, 0.4], False, 0.4 * decay + 0.6 * flat),
        ([0.0, 1.0], False, decay),
        ([1.0, 0.0], False, peak),
        ([-0.05, 0.5], False, -0.05 * peak + 0.5 * decay + 0.55 * flat),
        ([0.7, 0.4], False, 0.7 * peak + 0.4 * decay - 0.1 * flat),
        ([60.0, 50.0, -10.0], True, 0.6 * peak + 0.5 * decay - 0.1 * flat),
    ],
)
def test_density(coefficients: list[float], extended: bool, expected: np.ndarray) -> None:
    mixture = wilks.Mixture([PEAK, DECAY, FLAT], coefficients, extended=extended)
    density = mixture.pdf(POINTS)
    # Where negative coefficients make it negative there is no density, and no number.
    np.testing.assert_allclose(density[expected > 0], expected[expected > 0], rtol=1e-12)
    assert np.all(np.isnan(density[expected < 0]))


def test_coefficients_may_be_functions_of_an_observable_free_parameter() -> None:
    f = wilks.Parameter("f", 0.4, lower=0, upper=1)
    mixture = wilks.Mixture([PEAK, DECAY, FLAT], [f * f, f * (1 - f)])
    expected = 0.16 * peak + 0.24 * decay + 0.6 * flat
    np.testing.assert_allclose(mixture.pdf(POINTS), expected, rtol=1e-12)


def test_fractions_of_parameters_are_normalised_wherever_they_move() -> None:
    a, b = wilks.Parameter("a", 0.4), wilks.Parameter("b", 0.6)
    mixture = wilks.Mixture([PEAK, DECAY], [a, b])
    moved = mixture.pdf(POINTS, params={"a": 1.0, "b": 3.0})
    np.testing.assert_allclose(moved, 0.25 * peak + 0.75 * decay, rtol=1e-12)


def test_a_vanishing_coefficient_keeps_its_derivative() -> None:
    f = wilks.Parameter("f", 0.0, lower=-1, upper=1)
    values = np.array([2.0, 5.0, 5.5])
    nll = wilks.NLL(wilks.Mixture([PEAK, FLAT], [f]), wilks.Data(X, values))
    signal = stats.truncnorm(-5, 5, 5, 1).pdf(values)
    derivative = (signal - flat) / flat
    assert nll.gradient({"mu": 5.0})[1] == pytest.approx(-np.sum(derivative), rel=1e-12)
    assert nll.hessian({"mu": 5.0})[1, 1] == pytest.approx(np.sum(derivative**2), rel=1e-12)


def test_far_apart_scales() -> None:
    # 40 sigma from both peaks: the densities are 1e-349 and smaller, their logs are not.
    far = wilks.Space("x", -100, 100)
    two = [wilks.Gaussian(x=far, mean=m, sigma=1) for m in (-40.0, 41.0)]
    mixture = wilks.Mixture(two, [0.25])
    logs = [stats.norm(m, 1).logpdf([0.0, 1.0]) for m in (-40, 41)]
    expected = np.logaddexp(np.log(0.25) + logs[0], np.log(0.75) + logs[1])
    np.testing.assert_allclose(mixture.log_pdf([0.0, 1.0]), expected, rtol=1e-13)
    f = wilks.Parameter("f", 0.25, lower=0, upper=1)
    nll = wilks.NLL(wilks.Mixture(two, [f]), wilks.Data(far, [0.0, 0.5, 1.0]))
    assert np.all(np.isfinite([nll(), *nll.gradient(), *nll.hessian().ravel()]))


def test_where_one_summand_has_no_density() -> None:
    half = wilks.Generic(expression="(x < 4) * 1.0", variables=[X], name="half")
    f = wilks.Parameter("f", 0.5, lower=0, upper=1)
    values = np.array([1.0, 5.0])
    nll = wilks.NLL(wilks.Mixture([half, FLAT], [f]), wilks.Data(X, values))
    expected = -np.log(0.5 * 0.25 + 0.05) - np.log(0.05)
    assert nll() == pytest.approx(expected, rel=1e-6)
    assert np.all(np.isfinite([*nll.gradient(), *nll.hessian().ravel()]))


def test_nested() -> None:
    inner = wilks.Mixture([PEAK, DECAY], [0.25])
    outer = wilks.Mixture([inner, FLAT], [wilks.Parameter("f", 0.8)])
    np.testing.assert_allclose(outer.pdf(POINTS), 0.2 * peak + 0.6 * decay + 0.2 * flat, rtol=1e-12)
    extended = wilks.Mixture([wilks.Mixture([PEAK, DECAY], [10, 30], extended=True), FLAT], [80, 20], extended=True)
    np.testing.assert_allclose(extended.pdf(POINTS), 0.2 * peak + 0.6 * decay + 0.2 * flat, rtol=1e-12)
    assert extended.expected_events() == 100


def test_expected_events() -> None:
    n = wilks.Parameter("n", 30, lower=0)
    mixture = wilks.Mixture([PEAK, DECAY], [n, 2 * n], extended=True)
    assert mixture.is_extended
    assert mixture.expected_events() == pytest.approx(90)
    assert mixture.expected_events(params={"n": 5}) == pytest.approx(15)
    assert not wilks.Mixture([PEAK, DECAY], [0.5]).is_extended


def test_one_summand_alone() -> None:
    alone = wilks.Mixture([PEAK], [])
    np.testing.assert_allclose(alone.pdf(POINTS), peak, rtol=1e-12)


def test_probabilities_of_regions() -> None:
    mixture = wilks.Mixture([PEAK, DECAY], [0.4])
    region = wilks.Space("x", [(1, 3), (6, 7)])
    gauss, expo = stats.truncnorm(-5, 5, 5, 1), stats.truncexpon(3, scale=1 / 0.3)
    expected = sum(0.4 * (gauss.cdf(b) - gauss.cdf(a)) + 0.6 * (expo.cdf(b) - expo.cdf(a)) for a, b in region.intervals)
    assert mixture.integrate(region) == pytest.approx(expected, rel=1e-9)
    assert mixture.integrate(X) == pytest.approx(1, rel=1e-9)
    shifted = mixture.integrate(wilks.Space("x", 0, 5), params={"mu": 6.0})
    by_quadrature = integrate.quad(lambda x: mixture.pdf([x], params={"mu": 6.0})[0], 0, 5)[0]
    assert shifted == pytest.approx(by_quadrature, rel=1e-8)


def test_two_observables() -> None:
    y = wilks.Space("y", -1, 1)
    planes = [wilks.Product([PEAK, wilks.Uniform(x=y)]), wilks.Product([FLAT, wilks.Gaussian(x=y, mean=0, sigma=0.5)])]
    mixture = wilks.Mixture(planes, [0.3])
    centre = stats.truncnorm(-2, 2, 0, 0.5).pdf(0.2)
    expected = 0.3 * stats.truncnorm(-5, 5, 5, 1).pdf(4.0) * 0.5 + 0.7 * 0.1 * centre
    assert mixture.pdf({"y": [0.2], "x": [4.0]}) == pytest.approx([expected], rel=1e-12)
    assert mixture.pdf([[4.0, 0.2]]) == pytest.approx([expected], rel=1e-12)


def test_samples_follow_the_density() -> None:
    mixture = wilks.Mixture([PEAK, DECAY], [0.4])
    sample = mixture.sample(20_000, seed=1)["x"]
    gauss, expo = stats.truncnorm(-5, 5, 5, 1), stats.truncexpon(3, scale=1 / 0.3)
    assert stats.kstest(sample, lambda x: 0.4 * gauss.cdf(x) + 0.6 * expo.cdf(x)).pvalue > 1e-3
    # In random order: the first half is like the second.
    assert stats.ks_2samp(sample[:10_000], sample[10_000:]).pvalue > 1e-3


def test_samples_of_an_extended_mixture() -> None:
    n = wilks.Parameter("n", 400, lower=0)
    mixture = wilks.Mixture([PEAK, DECAY], [n, 600], extended=True)
    sizes = np.array([len(mixture.sample(seed=seed)) for seed in range(40)])
    assert len(set(sizes)) > 20
    assert abs(sizes.mean() - 1000) < 4 * np.sqrt(1000 / 40)
    assert len(mixture.sample(10, seed=0)) == 10
    assert len(mixture.sample(seed=0, params={"n": 0.0})) < 750


def test_negative_coefficients_cannot_be_sampled() -> None:
    with pytest.raises(ModelError, match=r"cannot be sampled.*-0\.1"):
        wilks.Mixture([PEAK, DECAY], [-0.1]).sample(10, seed=1)
