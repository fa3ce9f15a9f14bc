from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest

from wilks.numeric import special

mp.mp.dps = 60


def close(got: Any, want: Any, tolerance: float) -> None:
    """Relative agreement; of numbers below 1e-290 nothing is asked."""
    assert np.isfinite(got).all()
    np.testing.assert_allclose(got, [float(v) for v in want], rtol=tolerance, atol=1e-290)


def log_ndtr(x: float) -> Any:
    x = mp.mpf(x)
    if x > 0:
        return mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2)
    if x > -1000:
        return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)
    series, term = mp.mpf(0), mp.mpf(1)  # DLMF 7.12.1
    for k in range(20):
        series += term
        term *= -(2 * k + 1) / x**2
    return -x * x / 2 - mp.log(-x * mp.sqrt(2 * mp.pi)) + mp.log(series)


def hazard(x: float) -> Any:
    return mp.exp(-(mp.mpf(x) ** 2) / 2 - mp.log(2 * mp.pi) / 2 - log_ndtr(x))


def test_log_ndtr(derivatives: Any) -> None:
    x = np.concatenate([-np.logspace(-8, 8, 50), np.linspace(-40, 36, 153), np.logspace(-8, 1, 20)])
    value, slope, curvature = derivatives(special.log_ndtr, x, forward=True)
    close(value, map(log_ndtr, x), 3e-15)
    close(slope, map(hazard, x), 2e-13)
    close(curvature, [-hazard(t) * (t + hazard(t)) for t in map(mp.mpf, x)], 2e-13)


def test_log_ndtr_beyond_the_smallest_number(derivatives: Any) -> None:
    rows = derivatives(special.log_ndtr, [38.0, 40.0, 1e3, 1e8])
    np.testing.assert_allclose(rows, 0, atol=1e-300)
    assert special.log_ndtr(-1e150).numpy() == pytest.approx(-5e299)


def test_log_erfc(derivatives: Any) -> None:
    x = np.concatenate([-np.logspace(-8, 1.3, 30), np.linspace(-5, 30, 141), np.logspace(-8, 8, 40)])
    root = mp.sqrt(2)
    argument = [-mp.mpf(t) * root for t in x]
    value, slope, curvature = derivatives(special.log_erfc, x)
    close(value, [log_ndtr(t) + mp.log(2) for t in argument], 3e-15)
    close(slope, [-root * hazard(t) for t in argument], 1e-13)
    close(curvature, [-2 * hazard(t) * (t + hazard(t)) for t in argument], 1e-13)


def test_normal_tail() -> None:
    x = np.linspace(0, 37, 500)
    close(special.normal_tail(x), [mp.erfc(mp.mpf(t) / mp.sqrt(2)) / 2 for t in x], 3e-15)


def ratio(u: float, order: int) -> Any:
    """Derivatives of (exp(u) - 1) / u, from its power series or closed form."""
    u = mp.mpf(u)
    if abs(u) < 1:
        terms = (mp.ff(k, order) * u ** (k - order) / mp.factorial(k + 1) for k in range(order, 60))
        return sum(terms)
    m, e = mp.expm1(u), mp.exp(u)
    return [m / u, e / u - m / u**2, e / u - 2 * e / u**2 + 2 * m / u**3][order]


AROUND_ZERO = np.concatenate([[0.0], np.linspace(-3, 3, 121), -np.logspace(-12, 2.8, 40), np.logspace(-12, 2.8, 40)])


def test_expm1_ratio(derivatives: Any) -> None:
    rows = derivatives(special.expm1_ratio, AROUND_ZERO)
    for order, tolerance in enumerate([1e-15, 3e-15, 2e-14]):
        close(rows[order], [ratio(u, order) for u in AROUND_ZERO], tolerance)


def test_log_expm1_ratio(derivatives: Any) -> None:
    value, slope, curvature = derivatives(special.log_expm1_ratio, AROUND_ZERO)
    want = [[ratio(u, order) for order in range(3)] for u in AROUND_ZERO]
    close(value, [mp.log(a) for a, _, _ in want], 2e-15)
    close(slope, [b / a for a, b, _ in want], 3e-15)
    close(curvature, [c / a - (b / a) ** 2 for a, b, c in want], 5e-14)
    assert special.log_expm1_ratio(1e6).numpy() == pytest.approx(1e6 - np.log(1e6), rel=1e-15)


def test_log1p_where_xla_is_inaccurate(derivatives: Any) -> None:
    x = np.linspace(-0.95, 2, 600)
    close(derivatives(special.log1p, x)[0], [mp.log1p(mp.mpf(t)) for t in x], 5e-16)


def test_xlogy(derivatives: Any) -> None:
    x, y = [0.0, 0.0, 2.0, 3.0], [0.0, 2.0, 0.5, 1.0]
    np.testing.assert_allclose(
        derivatives(special.xlogy, x, y)[:2], [[0, 0, 2 * np.log(0.5), 0], np.log([1, 2, 0.5, 1])]
    )
    slope = derivatives(lambda b, a: special.xlogy(a, b), y, x)[1]
    np.testing.assert_allclose(slope, [0, 0, 4, 3])
    assert special.xlogy(2.0, 0.0).numpy() == -np.inf


def test_log_factorial(derivatives: Any) -> None:
    k = np.concatenate([np.arange(40.0), np.linspace(0.1, 30, 60), np.logspace(0, 12, 30)])
    value, slope, curvature = derivatives(special.log_factorial, k, forward=True)
    n = [mp.mpf(x) + 1 for x in k]
    want = [float(mp.loggamma(x)) for x in n]
    np.testing.assert_allclose(value, want, rtol=2e-15, atol=2e-15)
    close(slope, [mp.digamma(x) for x in n], 1e-14)
    close(curvature, [mp.psi(1, x) for x in n], 5e-15)
