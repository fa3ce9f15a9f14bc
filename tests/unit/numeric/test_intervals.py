from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
import tensorflow as tf

from wilks.numeric import intervals

INF = np.inf


def check(rows: Any, want: Any, tolerances: Any) -> None:
    """Compare a log (absolutely below one: that is the relative error of what it is the log of)."""
    for order, (got, reference, tolerance) in enumerate(zip(rows, want, tolerances, strict=True)):
        assert np.isfinite(got).all()
        expected = np.array([float(v) for v in reference])
        atol = tolerance if order == 0 else 1e-290
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=atol)


def normal_cases() -> tuple[Any, Any]:
    rng = np.random.default_rng(7)
    place = np.repeat([0.0, 1, -3, 8, -20, 30, -35], 30)
    width = np.tile(np.logspace(-10, 2, 30), 7)
    lower = place - width * rng.random(len(width))
    return lower, lower + width


def normal_reference(a: float, b: float) -> Any:
    a, b = mp.mpf(a), mp.mpf(b)
    a, b = (-b, -a) if a + b > 0 else (a, b)
    root = mp.sqrt(2)
    if b > 0:
        return mp.log1p(-(mp.erfc(b / root) + mp.erfc(-a / root)) / 2)
    return mp.log((mp.erfc(-b / root) - mp.erfc(-a / root)) / 2)


def test_log_normal_interval(derivatives: Any) -> None:
    a, b = normal_cases()
    with mp.workdps(150):
        log = [normal_reference(*pair) for pair in zip(a, b, strict=True)]

        def relative_density(x: Any) -> list[Any]:
            pairs = zip(map(mp.mpf, x), log, strict=True)
            return [mp.exp(-t * t / 2 - mp.log(2 * mp.pi) / 2 - v) for t, v in pairs]

        at_a, at_b = relative_density(a), relative_density(b)
        first, second = [-p for p in at_a], [t * p - p * p for t, p in zip(a, at_a, strict=True)]
        # Derivatives are differences of boundary terms, which have x^2 eps; the second one of a nearly full interval
        # of width 1e-10 to 100 loses up to five digits.
        check(
            derivatives(intervals.log_normal_interval, a, b, forward=True),
            (log, first, second),
            (1e-14, 3e-13, 3e-12),
        )
        second = [-t * p - p * p for t, p in zip(b, at_b, strict=True)]
        rows = derivatives(lambda y, x: intervals.log_normal_interval(x, y), b, a)
        check(rows, (log, at_b, second), (1e-14, 3e-13, 3e-12))


def test_narrow_normal_intervals_to_full_precision() -> None:
    a = np.repeat(np.linspace(-12, 12, 25), 12)
    b = a + np.tile(np.logspace(-9, -0.1, 12), 25)
    with mp.workdps(60):
        want = [float(mp.exp(normal_reference(*pair))) for pair in zip(a, b, strict=True)]
    np.testing.assert_allclose(intervals.normal_interval(a, b), want, rtol=5e-14)


def test_normal_intervals_far_out_and_with_infinite_limits(derivatives: Any) -> None:
    a = np.array([-INF, -1e9, 30.0, 300.0, -INF, -INF, -INF, 3.0, -30.0])
    b = np.array([-40.0, -40.0, INF, 400.0, INF, 0.0, 7.0, INF, INF])
    value, slope, curvature = derivatives(intervals.log_normal_interval, a, b)
    # The outer limit is invisible: SciPy's log_ndtr, and asymptotic series (DLMF 7.12.1) in mpmath.
    far = -5000000000000019.0
    near = scipy.special.log_ndtr(-40.0)
    np.testing.assert_allclose(value[[0, 1, 3]], [near, near, -45006.62273211866], rtol=1e-15)
    beyond = intervals.log_normal_interval(np.array([-INF, -1e9]), np.array([-1e8, -1e8]))
    np.testing.assert_allclose(beyond, [far, far], rtol=1e-15)
    np.testing.assert_allclose(slope[[0, 1, 3]], [0, 0, -300.00333325926337], rtol=1e-14)
    # A curvature is a difference of two squares of the limit: x^2 eps.
    np.testing.assert_allclose(curvature[[0, 1, 3]], [0, 0, -0.99998888962956105], rtol=1e-10)
    outmost = tf.constant([1e8], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(outmost)
        log = intervals.log_normal_interval(outmost, INF)
    np.testing.assert_allclose(log, [far], rtol=1e-15)
    np.testing.assert_allclose(tape.gradient(log, outmost), [-1e8], rtol=1e-14)
    # SciPy's log_ndtr.
    np.testing.assert_allclose(value[4:], [0, *scipy.special.log_ndtr([0, 7, -3, 30])], rtol=1e-13)
    _, other_slope, other_curvature = derivatives(lambda y, x: intervals.log_normal_interval(x, y), b, a)
    assert np.isfinite([slope, other_slope, curvature, other_curvature]).all()
    assert not slope[np.isinf(a)].any()
    assert not other_slope[np.isinf(b)].any()


def exponential_reference(c: Any, lower: Any, upper: Any) -> list[Any]:
    """Log of the integral and its derivatives in c, from moments."""
    c, lower, upper = mp.mpf(c), mp.mpf(lower), mp.mpf(upper)
    w = upper - lower
    if abs(c * w) < 1:
        # Moments of u^n exp(-c w u) on [0, 1] by their power series.
        m = [sum((-c * w) ** k / mp.factorial(k) / (k + n + 1) for k in range(60)) for n in range(3)]
    else:
        z = c * w
        m = [(1 - mp.exp(-z)) / z]
        m += [(m[0] - mp.exp(-z)) / z]
        m += [(2 * m[1] - mp.exp(-z)) / z]
    mean = m[1] / m[0]
    return [mp.log(w * m[0]) - c * lower, -lower - w * mean, w * w * (m[2] / m[0] - mean**2)]


@pytest.fixture
def exponential_cases() -> Any:
    c = np.concatenate([[0.0], np.logspace(-14, 2, 24), -np.logspace(-14, 2, 24)])
    limits = np.array([(0, 1), (-3, 5), (100, 130), (1e3, 1e3 + 1e-3)])
    return np.repeat(c, 4), *np.tile(limits.T, 49)


def test_log_exponential_interval(derivatives: Any, exponential_cases: Any) -> None:
    with mp.workdps(60):
        want = [exponential_reference(*case) for case in zip(*exponential_cases, strict=True)]
    rows = derivatives(intervals.log_exponential_interval, *exponential_cases)
    check(rows, zip(*want, strict=True), (1e-15, 1e-14, 1e-13))


def test_log_exponential_interval_in_its_limits(derivatives: Any, exponential_cases: Any) -> None:
    c, lower, upper = exponential_cases
    with mp.workdps(200):
        log = [exponential_reference(*case)[0] for case in zip(c, lower, upper, strict=True)]
        at = [mp.exp(-mp.mpf(k) * mp.mpf(x) - v) for k, x, v in zip(c, upper, log, strict=True)]
    _, slope, curvature = derivatives(lambda b, k, a: intervals.log_exponential_interval(k, a, b), upper, c, lower)
    np.testing.assert_allclose(slope, [float(p) for p in at], rtol=2e-14, atol=1e-200)
    want = [float(-mp.mpf(k) * p - p * p) for k, p in zip(c, at, strict=True)]
    np.testing.assert_allclose(curvature, want, rtol=1e-13, atol=1e-13 * slope.max())


def test_infinite_limits_of_exponential_intervals(derivatives: Any) -> None:
    c, lower, upper = [2.0, -2.0, 1e-3], [1.0, -INF, 0.0], [INF, 1.0, INF]
    value, slope, curvature = derivatives(intervals.log_exponential_interval, c, lower, upper, forward=True)
    # exp(-c a) / c and its mirror image.
    np.testing.assert_allclose(value, [-2 - np.log(2), 2 - np.log(2), np.log(1e3)], rtol=1e-15)
    np.testing.assert_allclose(slope, [-1.5, -0.5, -1e3], rtol=1e-15)
    np.testing.assert_allclose(curvature, [0.25, 0.25, 1e6], rtol=1e-14)
    rows = derivatives(lambda b, k, a: intervals.log_exponential_interval(k, a, b), upper, c, lower)
    np.testing.assert_array_equal(rows[1], [0, 2, 0])
    divergent = intervals.log_exponential_interval([0.0, -1.0, 3.0], [0.0, 0, -INF], [INF, INF, INF])
    assert np.all(divergent.numpy() > 1e99)


def test_log_power_interval(derivatives: Any) -> None:
    n = np.concatenate([[1.0, 0, 2], 1 + np.logspace(-14, 1.8, 20), 1 - np.logspace(-14, 1.5, 20)])
    limits = np.array([(1, 2), (0.1, 50), (100, 100 + 1e-6), (1e-5, 1e3)])
    cases = np.repeat(n, 4), *np.tile(limits.T, len(n))
    with mp.workdps(60):
        want = [
            exponential_reference(mp.mpf(k) - 1, mp.log(mp.mpf(a)), mp.log(mp.mpf(b)))
            for k, a, b in zip(*cases, strict=True)
        ]
    rows = derivatives(intervals.log_power_interval, *cases)
    check(rows, zip(*want, strict=True), (3e-15, 3e-14, 3e-14))
    _, slope, _ = derivatives(lambda a, k, b: intervals.log_power_interval(k, a, b), cases[1], cases[0], cases[2])
    with mp.workdps(60):
        at = [-(mp.mpf(a) ** -mp.mpf(k)) / mp.exp(w[0]) for k, a, w in zip(cases[0], cases[1], want, strict=True)]
    np.testing.assert_allclose(slope, [float(p) for p in at], rtol=1e-13, atol=1e-290)


def test_infinite_limits_of_power_intervals(derivatives: Any) -> None:
    n, lower, upper = [2.0, 0.5, 3.0], [1.0, 0.0, 2.0], [INF, 1.0, INF]
    value, slope, _ = derivatives(intervals.log_power_interval, n, lower, upper)
    # t1^(1-n) / (n-1) and its mirror image.
    np.testing.assert_allclose(value, [0, np.log(2), -np.log(8)], rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(slope, [-1, 2, -np.log(2) - 0.5], rtol=1e-15)
    rows = derivatives(lambda a, k, b: intervals.log_power_interval(k, a, b), lower, n, upper)
    np.testing.assert_allclose(rows[1], [-1, 0, -1])
    assert intervals.log_power_interval(1.0, 1.0, INF).numpy() == INF
