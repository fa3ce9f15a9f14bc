"""Numerical normalisations stay accurate wherever a fit goes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import wilks

X = wilks.Space("x", 0, 1)
WIDTH = 1e-3
VALUES = np.random.default_rng(17).normal(0.62, WIDTH, 100)


@pytest.fixture(scope="module")
def peak() -> wilks.Generic:
    """A Gaussian of a thousandth of the range, known by its expression only; it starts ten widths from the events."""
    position = wilks.Parameter("position", 0.61, lower=0.2, upper=0.8)
    width = wilks.Parameter("width", 2 * WIDTH, lower=1e-4, upper=0.1)
    names = {"x": X, "position": position, "width": width}
    return wilks.Generic(expression="exp(-0.5 * ((x - position) / width)^2)", variables=names)


@pytest.fixture(scope="module")
def nll(peak: wilks.Generic) -> wilks.NLL:
    return wilks.NLL(peak, wilks.Data(X, VALUES))


def test_a_peak_that_moves(nll: wilks.NLL) -> None:
    result = wilks.fit(nll)
    assert result.valid, result
    assert result.values == pytest.approx({"position": VALUES.mean(), "width": VALUES.std()}, rel=1e-6)
    assert result.errors["position"] == pytest.approx(VALUES.std() / 10, rel=1e-6)
    assert 0 < result.integral_error < 1e-9
    assert result.minimum == pytest.approx(-stats.norm(VALUES.mean(), VALUES.std()).logpdf(VALUES).sum(), rel=1e-9)
    assert "integral error" in repr(result)


@pytest.mark.parametrize("position", [0.595, 0.61, 0.6201, 0.645])
def test_values_far_from_the_start(nll: wilks.NLL, position: float) -> None:
    expected = -stats.norm(position, WIDTH).logpdf(VALUES).sum()
    assert nll({"position": position, "width": WIDTH}) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("position", [0.3, 0.5003, 0.79])
def test_densities_far_from_the_start(peak: wilks.Generic, position: float) -> None:
    x = position + WIDTH * np.array([-3.0, 0.0, 1.0])
    density = peak.pdf(x, params={"position": position, "width": WIDTH})
    np.testing.assert_allclose(density, stats.norm(position, WIDTH).pdf(x), rtol=1e-8)


def test_an_analytic_integral_has_no_error_to_state() -> None:
    mu = wilks.Parameter("mu", 0.5, lower=0, upper=1)
    result = wilks.fit(wilks.NLL(wilks.Gaussian(x=X, mean=mu, sigma=0.1), wilks.Data(X, VALUES)))
    assert result.integral_error == 0
    assert "integral error" not in repr(result)


def test_a_batch_is_as_accurate_as_single_values() -> None:
    x = wilks.Space("x", 0, 10)
    m = wilks.Parameter("m", 5.2, lower=3, upper=7)
    peak = wilks.Generic(expression="exp(-0.5*((x-m)/0.05)^2)", variables={"x": x, "m": m})
    nll = wilks.NLL(peak, wilks.Data(x, np.random.default_rng(1).normal(4.5, 0.05, 50)))
    points = np.array([[4.5], [4.52]])
    np.testing.assert_allclose(nll.batch(points), [nll(point) for point in points], rtol=1e-10)
