"""The incomplete Gamma integral against mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
import tensorflow as tf

from wilks.numeric.gamma_interval import log_gamma_interval


def exact(power: float, rate: float, lower: float, upper: float) -> float:
    with mpmath.workdps(40):
        p, r, a, b = map(mpmath.mpf, (power, rate, lower, upper))
        if rate > 0:
            return float(mpmath.log(mpmath.gammainc(p + 1, r * a, r * b)) - (p + 1) * mpmath.log(r))
        points = mpmath.linspace(a, b, 9)
        return float(mpmath.log(mpmath.quad(lambda t: t**p * mpmath.exp(-r * t), points)))


@pytest.mark.parametrize(
    ("power", "rate", "lower", "upper"),
    [
        (2.0, 0.5, 0.0, 20.0),
        (0.5, 20.0, 0.001, 0.034),
        (0.5, -20.0, 0.0, 1.0),
        (0.5, -300.0, 0.0, 1.0),
        (3.0, 0.0, 0.0, 1.0),
        (-0.5, 1.0, 0.0, 3.0),
        (-0.9, 1.0, 0.0, 3.0),
        (0.1, 1.0, 1e-8, 5.0),
        (0.0, 1.0, 0.0, 1e100),
        (99.0, 1.0, 0.0, 1e3),
        (999.0, 1.0, 0.0, 1e100),
        (9999.0, 1.0, 9000.0, 9100.0),
        (9999.0, 1.0, 12000.0, 13000.0),
        (5.0, 300.0, 0.5, 1.0),
        (30.0, 1.0, 5.0, 5.001),
    ],
)
def test_value(power: float, rate: float, lower: float, upper: float) -> None:
    got = float(log_gamma_interval(*(tf.constant(x, tf.float64) for x in (power, rate, lower, upper))))
    # The terms p log(t) and r t cancel, so their rounding is left.
    rounding = 4e-16 * (power * abs(np.log(power / rate)) if rate > 0 and power > 0 else 1.0)
    assert got == pytest.approx(exact(power, rate, lower, upper), rel=0, abs=1e-13 + rounding)


@pytest.mark.parametrize("argument", range(4))
def test_derivatives(argument: int, derivatives: Callable[..., Any]) -> None:
    point = [1.7, 0.8, 0.4, 9.0]

    def moved(x: Any) -> Any:
        return log_gamma_interval(*(x if i == argument else y for i, y in enumerate(point)))

    def moved_exactly(x: Any) -> Any:
        p, r, a, b = (x if i == argument else mpmath.mpf(y) for i, y in enumerate(point))
        return mpmath.log(mpmath.gammainc(p + 1, r * a, r * b)) - (p + 1) * mpmath.log(r)

    with mpmath.workdps(50):
        expected = [float(mpmath.diff(moved_exactly, point[argument], k)) for k in range(3)]
    got = derivatives(moved, [point[argument]], forward=True)
    np.testing.assert_allclose(np.ravel(got), expected, rtol=1e-10)
