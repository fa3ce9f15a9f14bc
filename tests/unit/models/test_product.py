"""Products: disjoint, overlapping, in three dimensions, with conditional means."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import wilks
from wilks.errors import IntegrationError

X, Y, Z = wilks.Space("x", 0, 10), wilks.Space("y", -1, 1), wilks.Space("z", 0, 2)
MU = wilks.Parameter("mu", 5, lower=3, upper=7)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=1)
DECAY = wilks.Exponential(x=X, c=0.3)
SIDE = wilks.Gaussian(x=Y, mean=0.2, sigma=0.5)

side = stats.truncnorm(-1.2 / 0.5, 0.8 / 0.5, 0.2, 0.5)
peak = stats.truncnorm(-5, 5, 5, 1)


def test_disjoint_factors_multiply() -> None:
    product = wilks.Product([PEAK, SIDE, wilks.Exponential(x=Z, c=1.0)])
    assert product.space.names == ("x", "y", "z")
    expected = peak.pdf(4) * side.pdf(0.5) * stats.truncexpon(2).pdf(1.5)
    assert product.pdf({"x": [4.0], "y": [0.5], "z": [1.5]}) == pytest.approx([expected], rel=1e-12)
    assert product.pdf([[4.0, 0.5, 1.5], [4.0, 0.5, 3.0]]) == pytest.approx([expected, 0.0], rel=1e-12)


def test_a_single_factor() -> None:
    np.testing.assert_allclose(wilks.Product([PEAK]).pdf([4.0, 5.0]), peak.pdf([4, 5]), rtol=1e-12)


def test_overlapping_factors_are_normalised_together() -> None:
    product = wilks.Product([PEAK, DECAY])

    def f(x: float) -> float:
        return np.exp(-0.5 * (x - 5) ** 2 - 0.3 * x)

    norm = integrate.quad(f, 0, 10, epsabs=1e-14)[0]
    np.testing.assert_allclose(product.pdf([1.0, 4.0, 9.0]), [f(x) / norm for x in (1, 4, 9)], rtol=1e-9)
    # A Gaussian times an exponential is a shifted Gaussian.
    np.testing.assert_allclose(product.pdf([4.0]), stats.truncnorm(-4.7, 5.3, 4.7, 1).pdf([4.0]), rtol=1e-9)


def test_groups_that_overlap_through_a_third() -> None:
    # x | y and y | z and z: one chain, normalised as one in three dimensions.
    factors = [
        wilks.Gaussian(x=X, mean=5 + Y, sigma=2),
        wilks.Gaussian(x=Y, mean=0.5 * Z - 0.5, sigma=0.8),
        wilks.Exponential(x=Z, c=0.5),
    ]
    product = wilks.Product(factors)
    assert product.integrate(X * Y * Z) == pytest.approx(1, rel=1e-8)
    point = {"x": [4.0], "y": [0.5], "z": [1.0]}
    ratio = product.pdf(point) / product.pdf({"x": [6.0], "y": [0.0], "z": [0.3]})
    expected = np.prod([f.pdf({n: v for n, v in point.items() if n in f.symbols.observables}) for f in factors])
    others = {"x": [6.0], "y": [0.0], "z": [0.3]}
    expected /= np.prod([f.pdf({n: v for n, v in others.items() if n in f.symbols.observables}) for f in factors])
    assert ratio == pytest.approx([expected], rel=1e-8)


def test_a_mean_that_depends_on_another_observable() -> None:
    # f(x, y) ~ exp(-(x - 5 - y)^2 / 2) over both: normalised jointly, not for each y.
    joint = wilks.Gaussian(x=X, mean=5 + 2 * Y, sigma=1)
    assert set(joint.space.names) == {"x", "y"}
    norm = integrate.dblquad(lambda x, y: np.exp(-0.5 * (x - 5 - 2 * y) ** 2), -1, 1, 0, 10, epsabs=1e-12)[0]
    density = joint.pdf({"x": [4.0, 6.0], "y": [0.5, 0.5]})
    np.testing.assert_allclose(density, np.exp([-0.5 * 2**2, 0.0]) / norm, rtol=1e-9)
    # With y given, it is a density in x alone.
    given = joint.pdf({"x": [4.0]}, params={"y": 0.5})
    assert given == pytest.approx(stats.truncnorm(-6, 4, 6, 1).pdf([4.0]), rel=1e-10)
    with pytest.raises(wilks.DataError, match=r"also depends on \['y'\]"):
        joint.pdf({"x": [4.0]})


def test_a_joint_density_in_a_likelihood() -> None:
    mean = wilks.Parameter("slope", 1.5, lower=0, upper=3) * Y + 5
    joint = wilks.Gaussian(x=X, mean=mean, sigma=1)
    sample = joint.sample(2000, seed=11)
    result = wilks.fit(wilks.NLL(joint, sample))
    assert result.valid
    assert abs(result.values["slope"] - 1.5) < 4 * result.errors["slope"]
    logs = joint.log_pdf(sample, params=result)
    assert result.minimum == pytest.approx(-np.sum(logs), rel=1e-9)


def test_constraint_factors_are_no_part_of_the_density() -> None:
    product = wilks.Product([PEAK, wilks.gaussian_constraint(MU, observed=5, sigma=0.1)])
    assert product.space.names == ("x",)
    np.testing.assert_allclose(product.pdf([4.0, 5.0]), peak.pdf([4, 5]), rtol=1e-12)
    assert product.integrate(X) == pytest.approx(1, rel=1e-9)


def test_one_factor_may_be_extended() -> None:
    n = wilks.Parameter("n", 30, lower=0)
    product = wilks.Product([wilks.Mixture([PEAK, DECAY], [n, 20], extended=True), SIDE])
    assert product.is_extended
    assert product.expected_events(params={"n": 1.0}) == 21
    data = wilks.Data(X * Y, [[4.0, 0.1], [6.0, -0.2]])
    densities = product.pdf(data)
    assert wilks.NLL(product, data)() == pytest.approx(50 - np.sum(np.log(50 * densities)), rel=1e-12)


def test_four_dimensions_that_overlap_are_too_many() -> None:
    spaces = [wilks.Space(name, 0, 1) for name in "abcd"]
    chain = [wilks.Gaussian(x=one, mean=other, sigma=1) for one, other in pairwise(spaces)]
    with pytest.raises(IntegrationError, match="up to 3 dimensions, this one has 4"):
        wilks.Product(chain).pdf([[0.1, 0.2, 0.3, 0.4]])


def test_probability_of_a_region_in_two_dimensions() -> None:
    product = wilks.Product([PEAK, SIDE])
    region = wilks.Space("x", 4, 6) * wilks.Space("y", [(-1, 0), (0.5, 1)])
    expected = (peak.cdf(6) - peak.cdf(4)) * (side.cdf(0) + 1 - side.cdf(0.5))
    assert product.integrate(region) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    "product",
    [wilks.Product([PEAK, SIDE]), wilks.Product([wilks.Gaussian(x=X, mean=5 + 2 * Y, sigma=1), SIDE])],
    ids=["disjoint", "overlapping"],
)
def test_samples_in_two_dimensions(product: wilks.Product) -> None:
    sample = product.sample(20_000, seed=4)
    edges = [np.array([0, 4, 5, 6, 10.0]), np.array([-1, 0.2, 1.0])]
    counts = np.histogram2d(sample["x"], sample["y"], bins=edges)[0]
    expected = np.array([
        [product.integrate(wilks.Space("x", a, b) * wilks.Space("y", c, d)) for c, d in pairwise(edges[1])]
        for a, b in pairwise(edges[0])
    ])  # fmt: skip
    assert expected.sum() == pytest.approx(1, rel=1e-7)
    used = 20_000 * expected > 10
    chi2 = np.sum((counts - 20_000 * expected)[used] ** 2 / (20_000 * expected[used]))
    assert stats.chi2(used.sum() - 1).sf(chi2) > 1e-3


def test_samples_of_an_overlap_in_one_dimension() -> None:
    sample = wilks.Product([PEAK, DECAY]).sample(20_000, seed=2)["x"]
    assert stats.kstest(sample, stats.truncnorm(-4.7, 5.3, 4.7, 1).cdf).pvalue > 1e-3
