"""Densities over truncated ranges and as constraints, against SciPy at ordinary and extreme parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

import wilks
from wilks.distributions.argus import Argus
from wilks.distributions.breit_wigner import BreitWigner
from wilks.distributions.crystalball import CrystalBall
from wilks.distributions.exponential import Exponential
from wilks.distributions.gamma import Gamma
from wilks.distributions.gaussian import Gaussian
from wilks.distributions.lognormal import LogNormal

CONTINUOUS: list[tuple[Any, dict[str, float], Any, tuple[float, float], float]] = [
    (Gaussian, {"mean": 1.5, "sigma": 0.7}, stats.norm(1.5, 0.7), (-1.0, 3.0), 1e-13),
    (Gaussian, {"mean": 0.0, "sigma": 1.0}, stats.norm(0, 1), (5.0, 9.0), 1e-12),
    (Exponential, {"c": 3.0}, stats.expon(0, 1 / 3), (0.2, 2.0), 1e-13),
    (LogNormal, {"mu": 0.4, "sigma": 0.9}, stats.lognorm(0.9, 0, np.exp(0.4)), (0.1, 20.0), 1e-13),
    (LogNormal, {"mu": 0.4, "sigma": 0.01}, stats.lognorm(0.01, 0, np.exp(0.4)), (-1.0, 1.6), 1e-11),
    (LogNormal, {"mu": 0.0, "sigma": 4.0}, stats.lognorm(4, 0, 1), (0.0, np.inf), 1e-13),
    (Gamma, {"gamma": 0.3, "beta": 2.0, "mu": 0.0}, stats.gamma(0.3, 0, 2), (0.0, 5.0), 1e-12),
    (Gamma, {"gamma": 1.0, "beta": 2.0, "mu": -1.0}, stats.gamma(1, -1, 2), (-3.0, 5.0), 1e-13),
    (Gamma, {"gamma": 400.0, "beta": 0.1, "mu": 1.0}, stats.gamma(400, 1, 0.1), (30.0, 45.0), 1e-11),
    (Gamma, {"gamma": 2.5, "beta": 1.0, "mu": 0.0}, stats.gamma(2.5), (0.0, np.inf), 1e-12),
    (Argus, {"resonance": 1.0, "slope": -2.0, "power": 0.5}, stats.argus(2.0), (0.0, 1.0), 1e-12),
    (Argus, {"resonance": 2.0, "slope": -8.0, "power": 0.5}, stats.argus(4.0, 0, 2), (0.5, 1.7), 1e-12),
    (Argus, {"resonance": 2.0, "slope": -8.0, "power": 0.5}, stats.argus(4.0, 0, 2), (1.0, 3.0), 1e-12),
    (BreitWigner, {"mean": 91.2, "width": 2.5}, stats.cauchy(91.2, 1.25), (60.0, 120.0), 1e-13),
    (BreitWigner, {"mean": 0.0, "width": 1e-3}, stats.cauchy(0, 5e-4), (-10.0, 10.0), 1e-12),
    (
        CrystalBall,
        {"m0": 0.5, "sigma": 0.8, "alpha": 0.7, "n": 1.5},
        stats.crystalball(0.7, 1.5, 0.5, 0.8),
        (-20.0, 3.0),
        1e-12,
    ),
    (
        CrystalBall,
        {"m0": 0.0, "sigma": 1.0, "alpha": 3.0, "n": 20.0},
        stats.crystalball(3.0, 20.0),
        (-8.0, -2.0),
        1e-10,  # SciPy's own differences
    ),
]


def density(cls: Any, fields: Mapping[str, float], limits: tuple[float, float], points: Any) -> Any:
    (variate,) = {"x", "m", "mass"} & set(cls.__dataclass_fields__)
    return cls(**{variate: wilks.Space(variate, *limits)}, **fields).pdf(points)


@pytest.mark.parametrize(("cls", "fields", "reference", "limits", "rtol"), CONTINUOUS)
def test_truncated_density(
    cls: Any, fields: dict[str, float], reference: Any, limits: tuple[float, float], rtol: float
) -> None:
    points = np.linspace(max(limits[0], -200.0), min(limits[1], 200.0), 41)[1:-1]
    lower, upper = limits
    # The smaller tail, so that SciPy loses no digits.
    right = reference.cdf(lower) > 0.5
    inside = reference.sf(lower) - reference.sf(upper) if right else reference.cdf(upper) - reference.cdf(lower)
    got = density(cls, fields, limits, points)
    np.testing.assert_allclose(got, reference.pdf(points) / inside, rtol=rtol, atol=1e-300)


@pytest.mark.parametrize(
    ("cls", "fields", "expected"),
    [
        (Gaussian, {"x": 1.2, "mean": 0.5, "sigma": 0.3}, stats.norm(0.5, 0.3).logpdf(1.2)),
        (LogNormal, {"x": 1.2, "mu": 0.5, "sigma": 0.3}, stats.lognorm(0.3, 0, np.exp(0.5)).logpdf(1.2)),
        (Gamma, {"x": 4.0, "gamma": 3.5, "beta": 1.5, "mu": 1.0}, stats.gamma(3.5, 1.0, 1.5).logpdf(4.0)),
        (BreitWigner, {"x": 3.0, "mean": 1.0, "width": 0.8}, stats.cauchy(1.0, 0.4).logpdf(3.0)),
        (
            CrystalBall,
            {"m": -2.0, "m0": 0.5, "sigma": 0.8, "alpha": 0.7, "n": 1.5},
            stats.crystalball(0.7, 1.5, 0.5, 0.8).logpdf(-2.0),
        ),
    ],
)
def test_constraint_is_normalised_over_the_whole_line(cls: Any, fields: dict[str, float], expected: float) -> None:
    parameters = {name: wilks.Parameter(name, value) for name, value in fields.items()}
    assert wilks.NLL({}, constraints=[cls(**parameters)])() == pytest.approx(-expected, rel=1e-13)


def test_density_outside_its_support_and_space_is_zero() -> None:
    argus = Argus(mass=wilks.Space("m", 1.0, 3.0), resonance=2.0, slope=-1.0, power=0.5)
    np.testing.assert_array_equal(argus.pdf([0.5, 2.0, 2.5, 3.5]), 0.0)
    gamma = Gamma(x=wilks.Space("x", -1.0, 3.0), gamma=2.0, beta=1.0, mu=0.0)
    np.testing.assert_array_equal(gamma.pdf([-2.0, -0.5, 4.0]), 0.0)
    lognormal = LogNormal(x=wilks.Space("x", -1.0, 3.0), mu=0.0, sigma=1.0)
    np.testing.assert_array_equal(lognormal.pdf([-2.0, -0.5, 0.0, 4.0]), 0.0)


@pytest.mark.parametrize("fields", [{"resonance": 2.0, "slope": -1.0, "power": 0.5}])
def test_bins_beyond_the_end_hold_nothing(fields: dict[str, float]) -> None:
    argus = Argus(mass=wilks.Space("m", 1.0, 3.0), **fields)
    parts = [argus.integrate(wilks.Space("m", a, b)) for a, b in ((1.0, 1.5), (1.5, 2.5), (2.5, 3.0))]
    assert parts[2] == 0
    assert sum(parts) == pytest.approx(1.0, rel=1e-14)


def test_union_of_intervals() -> None:
    x = wilks.Space("m", [(-9.0, -1.0), (0.5, 2.0)])
    pdf = CrystalBall(m=x, m0=0.5, sigma=0.8, alpha=0.7, n=1.5)
    reference = stats.crystalball(0.7, 1.5, 0.5, 0.8)
    inside = reference.cdf(-1) - reference.cdf(-9) + reference.cdf(2) - reference.cdf(0.5)
    points = np.array([-3.0, 0.0, 1.0])
    expected = np.where(points == 0, 0.0, reference.pdf(points) / inside)
    np.testing.assert_allclose(pdf.pdf(points), expected, rtol=1e-13)
