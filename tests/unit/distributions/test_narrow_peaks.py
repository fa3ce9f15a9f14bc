"""Peaks that are a thousandth of the range wide, and not where they were when the model was built."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import wilks
from wilks.distributions.breit_wigner import BreitWigner
from wilks.distributions.crystalball import CrystalBall
from wilks.distributions.generic import Generic
from wilks.distributions.polynomial import Polynomial

X = wilks.Space("x", 0.0, 1000.0)
MEAN = wilks.Parameter("mean", 300.0)
FORMULA = "exp(-0.5 * ((x - mean) / sigma)^2)"
PEAK = Generic(expression=FORMULA, variables={"x": X, "mean": MEAN, "sigma": 1.0})


@pytest.mark.parametrize("mean", [300.0, 299.1, 777.7, 0.3, 999.9])
def test_a_generic_peak_is_a_gaussian(mean: float) -> None:
    params = {"mean": mean}
    points = np.clip(mean + np.linspace(-4.0, 4.0, 9), 0.0, 1000.0)
    expected = wilks.Gaussian(x=X, mean=MEAN, sigma=1.0).pdf(points, params=params)
    np.testing.assert_allclose(PEAK.pdf(points, params=params), expected, rtol=1e-8)
    assert PEAK.integrate(X, params=params) == pytest.approx(1.0, rel=1e-8)


def test_a_likelihood_evaluated_elsewhere() -> None:
    data = wilks.Data(X, 640.0 + np.linspace(-2.0, 2.0, 20))
    nll = wilks.NLL(PEAK, data)
    reference = wilks.NLL(wilks.Gaussian(x=X, mean=MEAN, sigma=1.0), data)
    assert nll({"mean": 640.2}) == pytest.approx(reference({"mean": 640.2}), rel=1e-8)


def test_a_mixture_of_peaks_and_background() -> None:
    width = wilks.Parameter("width", 1.0)
    summands = [
        PEAK,
        CrystalBall(m=X, m0=MEAN, sigma=width, alpha=1.0, n=2.0),
        BreitWigner(x=X, mean=MEAN, width=width),
        Polynomial(x=X, coefficients=(1.0, -0.0005)),
    ]
    model = wilks.Mixture(summands, [0.2, 0.2, 0.2])
    for mean in (300.0, 512.5):
        params = {"mean": mean}
        cuts = [0.0, mean - 3.0, mean, mean + 0.5, 1000.0]
        parts = [model.integrate(wilks.Space("x", a, b), params=params) for a, b in pairwise(cuts)]
        assert sum(parts) == pytest.approx(1.0, rel=1e-8)
        # The midpoint rule is exact for smooth peaks that end inside the range.
        grid = (np.arange(200_000) + 0.5) * 0.005
        assert model.pdf(grid, params=params).sum() * 0.005 == pytest.approx(1.0, rel=1e-6)
