from __future__ import annotations

from typing import Any

import mpmath as mp
import numpy as np
import pytest
import tensorflow as tf

from wilks.numeric import poisson

INF = np.inf


def log_pmf(k: Any, mean: Any) -> Any:
    k, mean = mp.mpf(k), mp.mpf(mean)
    return k * mp.log(mean) - mean - mp.loggamma(k + 1)


def test_log_poisson_pmf(derivatives: Any) -> None:
    k = np.repeat([0, 0.3, 1, 2, 5, 10, 11, 50, 1000], 8).astype(float)
    mean = (k + 1) * np.tile([1e-6, 0.1, 0.5, 0.99, 1, 1.01, 2, 20], 9)
    with mp.workdps(50):
        want = [float(log_pmf(*pair)) for pair in zip(k, mean, strict=True)]
        in_k = [float(mp.log(m) - mp.digamma(mp.mpf(n) + 1)) for n, m in zip(k, mean, strict=True)]
        in_kk = [float(-mp.psi(1, mp.mpf(n) + 1)) for n in k]
    value, slope, curvature = derivatives(lambda m, n: poisson.log_poisson_pmf(n, m), mean, k)
    np.testing.assert_allclose(value, want, rtol=2e-14, atol=5e-14)
    np.testing.assert_allclose(slope, k / mean - 1, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(curvature, -k / mean**2, rtol=1e-14)
    _, slope, curvature = derivatives(poisson.log_poisson_pmf, k, mean)
    np.testing.assert_allclose(slope, in_k, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(curvature, in_kk, rtol=1e-14)


def test_log_poisson_pmf_of_many_events() -> None:
    with mp.workdps(50):
        want = float(log_pmf(10**6, 1000200))
    # k log(mean) alone is rounded to 2e-9.
    assert poisson.log_poisson_pmf(1e6, 1000200.0).numpy() == pytest.approx(want, abs=2e-10)


def test_log_poisson_pmf_of_no_events(derivatives: Any) -> None:
    value, slope, curvature = derivatives(
        lambda m, k: poisson.log_poisson_pmf(k, m), [0.0, 1e-100, 3.0], [0.0, 0.0, 0.0]
    )
    np.testing.assert_array_equal(value, [0, -1e-100, -3])
    np.testing.assert_array_equal(slope, -1)
    np.testing.assert_array_equal(curvature, 0)
    assert poisson.log_poisson_pmf(1.0, 0.0).numpy() == -INF


def interval(first: int, last: float, mean: Any) -> list[Any]:
    """Log of the sum and its derivatives, term by term."""
    mean = mp.mpf(mean)

    def pmf(k: float) -> Any:
        return mp.exp(log_pmf(int(k), mean)) if 0 <= k < INF else mp.mpf(0)

    start = int(min(max(mp.floor(mean), first), last))
    total = largest = up = down = pmf(start)
    k = start
    while k < last and up > 1e-35 * largest:
        k += 1
        up *= mean / k
        total += up
    k = start
    while k > first and down > 1e-35 * largest:
        down *= k / mean
        k -= 1
        total += down
    slope = (pmf(first - 1) - pmf(last)) / total
    second = pmf(first - 2) - pmf(first - 1) - pmf(last - 1) + pmf(last)
    return [mp.log(total), slope, second / total - slope**2]


INTERVALS = [
    (0, 0), (0, 3), (1, 5), (0, 20), (10, 30), (30, INF), (5, INF),
    (250, 320), (400, 500), (0, 150), (1900, 2100), (1500, 1600), (2600, INF), (2000, 2000),
]  # fmt: skip


def test_log_poisson_cdf_interval(derivatives: Any) -> None:
    means = [1e-3, 0.5, 3.0, 20.5, 300.0, 2000.0]
    cases = [(*limits, mean) for mean in means for limits in INTERVALS]
    lower, upper, mean = np.array(cases).T
    with mp.workdps(60):
        want = [np.array(row, dtype=float) for row in zip(*(interval(*c) for c in cases), strict=True)]
    value, slope, curvature = derivatives(
        lambda m, a, b: poisson.log_poisson_cdf_interval(a, b, m), mean, lower, upper, forward=True
    )
    np.testing.assert_allclose(value, want[0], rtol=2e-14, atol=1e-14)
    # Where the two ends balance, their difference is compared with them.
    np.testing.assert_allclose(slope, want[1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(curvature, want[2], rtol=1e-9, atol=1e-12)


def test_ends_of_poisson_intervals(derivatives: Any) -> None:
    def log_sum(m: Any, a: Any, b: Any) -> Any:
        return poisson.log_poisson_cdf_interval(a, b, m)

    # Nothing expected; everything allowed; limits between integers; below zero; no integer.
    mean = [0.0, 0.0, 7.0, 7.0, 7.0, 7.0]
    lower, upper = [0, 0, 0, 2.5, -4, 2.2], [0, 3, INF, 5.5, 5, 2.8]
    value, slope, curvature = derivatives(log_sum, mean, lower, upper)
    same = derivatives(log_sum, [7.0, 7.0], [3, 0], [5, 5])
    np.testing.assert_allclose(value, [0, 0, 0, *same[0], -INF], atol=1e-290)
    np.testing.assert_allclose(slope, [-1, 0, 0, *same[1], 0], atol=1e-290)
    assert np.isfinite(curvature).all()
    assert poisson.log_poisson_cdf_interval(1.0, INF, 0.0).numpy() == -INF


def test_poisson_cdf_interval_of_a_large_mean() -> None:
    # Regularised incomplete gamma function Q(1000001, 1e6), mpmath.
    with mp.workdps(30):
        want = float(mp.gammainc(1000001, 10**6, regularized=True))
    compiled = tf.function(poisson.poisson_cdf_interval, jit_compile=True, autograph=False)
    got = compiled(*(tf.constant(x, tf.float64) for x in (0, 1e6, 1e6)))
    assert got.numpy() == pytest.approx(want, rel=1e-10)
