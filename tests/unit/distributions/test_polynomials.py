"""Polynomial, Chebychev and Bernstein distributions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Chebyshev
from numpy.polynomial import Polynomial as Series
from scipy.interpolate import BPoly

import wilks
from wilks.distributions.bernstein import Bernstein
from wilks.distributions.chebychev import Chebychev
from wilks.distributions.polynomial import Polynomial

COEFFICIENTS = (1.0, 0.4, 0.3, 0.2, 0.1)
X = wilks.Space("x", -2.0, 5.0)


def bernstein_series(coefficients: tuple[float, ...]) -> Any:
    return BPoly(np.array(coefficients)[:, None], [-2.0, 5.0])


@pytest.mark.parametrize("terms", [1, 2, 5])
@pytest.mark.parametrize(
    ("cls", "given", "series"),
    [
        (Polynomial, slice(None), Series),
        (Chebychev, slice(1, None), lambda c: Chebyshev(c, domain=[-2.0, 5.0])),
        (Bernstein, slice(None), bernstein_series),
    ],
)
def test_against_numpy(cls: Any, given: slice, series: Any, terms: int) -> None:
    coefficients = COEFFICIENTS[:terms]
    pdf = cls(x=X, coefficients=coefficients[given])
    reference = series(coefficients)
    points = np.linspace(-2.0, 5.0, 15)
    values = reference(points)
    primitive = reference.antiderivative() if cls is Bernstein else reference.integ()
    total = primitive(5.0) - primitive(-2.0)
    if values.min() > 0:
        np.testing.assert_allclose(pdf.pdf(points), values / total, rtol=1e-13)
    part = pdf.integrate(wilks.Space("x", 0.5, 0.5001))
    assert part == pytest.approx((primitive(0.5001) - primitive(0.5)) / total, rel=1e-10)


@pytest.mark.parametrize("cls", [Chebychev, Bernstein])
def test_the_mapping_is_that_of_the_declared_limits(cls: Any) -> None:
    whole = cls(x=X, coefficients=(0.4, 0.3, 0.2))
    data = wilks.Data(wilks.Space("x", 1.0, 3.0), [1.5, 2.0, 2.9])
    inside = whole.integrate(wilks.Space("x", 1.0, 3.0))
    expected = -np.log(whole.pdf(data) / inside).sum()
    parameter = wilks.Parameter("a", 0.4)
    nll = wilks.NLL(cls(x=X, coefficients=(parameter, 0.3, 0.2)), data)
    assert nll() == pytest.approx(expected, rel=1e-13)


def test_a_negative_polynomial_is_no_density() -> None:
    x = wilks.Space("x", 0.0, 3.0)
    np.testing.assert_array_equal(Polynomial(x=x, coefficients=(1.0, -0.5)).pdf([2.5]), 0.0)


def test_high_degrees_over_narrow_ranges_keep_their_digits() -> None:
    x = wilks.Space("x", 1000.0, 1001.0)
    pdf = Polynomial(x=x, coefficients=(1.0,) * 8)
    points = np.linspace(1000.0, 1001.0, 5)
    # The series is (x^8 - 1) / (x - 1): integrated by its mean over many points.
    grid = 1000.0 + (np.arange(20000) + 0.5) / 20000
    mean = np.mean((grid**8 - 1) / (grid - 1))
    np.testing.assert_allclose(pdf.pdf(points), (points**8 - 1) / (points - 1) / mean, rtol=1e-10)


@pytest.mark.parametrize(
    ("cls", "coefficients", "limits", "message"),
    [
        (Polynomial, (), (0, 1), "at least one coefficient"),
        (Bernstein, (), (0, 1), "at least one coefficient"),
        (Bernstein, (1.0,), (0, np.inf), "finite limits"),
        (Chebychev, (1.0,), (0, np.inf), "finite limits"),
    ],
)
def test_errors(cls: Any, coefficients: Any, limits: tuple[float, float], message: str) -> None:
    with pytest.raises(wilks.WilksError, match=message):
        cls(x=wilks.Space("x", *limits), coefficients=coefficients)


def test_a_function_has_no_limits_to_map() -> None:
    parameter = wilks.Parameter("a", 1.0, lower=0, upper=2)
    assert Chebychev(x=parameter, coefficients=(0.1,)).pdf({"a": [1.0]}) == pytest.approx(0.5)
    with pytest.raises(wilks.WilksError, match="finite limits"):
        Chebychev(x=2 * parameter, coefficients=(0.1,))
