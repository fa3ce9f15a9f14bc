"""The integral of a normal curve with a power-law tail against mpmath."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import tensorflow as tf

from wilks.numeric.gauss_tail import log_gauss_tail_interval, log_gauss_tail_total


def exact(lower: Any, upper: Any, alpha: Any, n: Any) -> Any:
    a, b, alpha, n = map(mpmath.mpf, (lower, upper, alpha, n))

    def power_law(t: Any) -> Any:
        y = mpmath.log(1 + alpha * (t - alpha) / n)
        return (mpmath.exp((1 - n) * y) / (1 - n) if n != 1 else y) * n / alpha

    end, begin = min(b, alpha), max(a, alpha)
    root = mpmath.sqrt(2)
    # Tails by erfc, of the side where it is small.
    side = 1 if a + end > 0 else -1
    core = side * (mpmath.erfc(side * a / root) - mpmath.erfc(side * end / root)) * mpmath.sqrt(mpmath.pi / 2)
    tail = (power_law(b) - power_law(begin)) * mpmath.exp(-alpha * alpha / 2)
    return mpmath.log((core if a < end else 0) + (tail if begin < b else 0))


@pytest.mark.parametrize(
    "arguments",
    [
        (-5.0, 8.0, 1.3, 3.0),
        (-5.0, 1.0, 1.3, 3.0),
        (2.0, 8.0, 1.3, 3.0),
        (1.2, 1.4, 1.3, 0.7),
        (-60.0, -50.0, 1.3, 3.0),
        (-1e100, 50.0, 1.3, 1.0),
        (-3.0, 1e4, 0.2, 1.0 + 1e-9),
        (-3.0, 1e4, 5.0, 150.0),
        (5e3, 1e4, 0.5, 30.0),
        (5.0, 5.0 + 1e-6, 0.5, 30.0),
        (-4.0, 4.0, 40.0, 2.0),
        (-4.0, 40.001, 40.0, 2.0),
    ],
)
def test_value(arguments: tuple[float, ...]) -> None:
    got = float(log_gauss_tail_interval(*(tf.constant([x], tf.float64) for x in arguments))[0])
    with mpmath.workdps(60):
        assert got == pytest.approx(float(exact(*arguments)), rel=1e-13, abs=1e-12)


def test_an_empty_interval_has_nothing_and_no_slope() -> None:
    alpha = tf.constant([1.3], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        zero = tf.constant([0.0], tf.float64)
        value = log_gauss_tail_interval(zero, zero, alpha, zero + 3.0)
    assert value.numpy() == -math.inf
    assert tape.gradient(value, alpha).numpy() == 0


@pytest.mark.parametrize("argument", range(4))
@pytest.mark.parametrize("point", [(-2.0, 6.0, 1.1, 2.5), (1.5, 6.0, 1.1, 2.5), (-2.0, 0.4, 1.1, 2.5)])
def test_derivatives(point: tuple[float, ...], argument: int, derivatives: Callable[..., Any]) -> None:
    def moved(x: Any) -> Any:
        return log_gauss_tail_interval(
            *(x if i == argument else tf.constant([y], tf.float64) for i, y in enumerate(point))
        )

    def moved_exactly(x: Any) -> Any:
        return exact(*(x if i == argument else y for i, y in enumerate(point)))

    with mpmath.workdps(60):
        expected = [float(mpmath.diff(moved_exactly, point[argument], k)) for k in range(3)]
    got = derivatives(moved, [point[argument]], forward=True)
    np.testing.assert_allclose(np.ravel(got), expected, rtol=1e-9, atol=1e-12)


def test_total() -> None:
    alpha, n = tf.constant([0.8, 2.0, 1.0], tf.float64), tf.constant([1.5, 30.0, 1.0], tf.float64)
    got = log_gauss_tail_total(alpha, n).numpy()
    with mpmath.workdps(60):
        expected = [
            float(exact(-50, mpmath.mpf(10) ** 200, 0.8, 1.5)),
            float(exact(-50, mpmath.mpf(10) ** 20, 2.0, 30.0)),
        ]
    np.testing.assert_allclose(got, [*expected, math.inf], rtol=1e-13)
