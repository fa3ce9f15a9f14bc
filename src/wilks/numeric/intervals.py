"""Integrals of the normal, exponential and power functions over an interval, in log space.

Each is accurate for narrow and wide intervals, far in either tail and, where that makes sense, for
infinite limits; derivatives with respect to an infinite limit are zero.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from wilks.numeric.backend import tf
from wilks.numeric.special import (
    LOG_SQRT_2PI,
    log1p,
    log_erfcx,
    log_sinh_ratio,
    power_series,
)
from wilks.typing import Tensor

# Coefficients of q^i p^2j, with q = -h^2 / 2, in the series of a narrow normal integral; the first one that is left out
# is below 1e-17 everywhere in h + |p| < 1/2.
_SERIES: Final = np.array(
    [[1 / (math.factorial(i) * math.factorial(2 * j) * (2 * i + 2 * j + 1)) for j in range(8)] for i in range(11)]
)

_EVEN_BERNOULLI_NUMBERS: Final = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
    854513 / 138,
)

# Coefficients of v^(2k - 2) in log(sinh(v / 2) / (v / 2)) / v^2, in its first derivative / v, and in its second.
_BERNOULLI: Final = np.array(
    [
        (b / (2 * k * math.factorial(2 * k)), b / math.factorial(2 * k), b * (2 * k - 1) / math.factorial(2 * k))
        for k, b in enumerate(_EVEN_BERNOULLI_NUMBERS, start=1)
    ]
).T

_SQRT_HALF: Final = math.sqrt(0.5)

# Stands for an infinite limit of a normal integral; its square does not overflow.
_FAR: Final = 1e100


def normal_interval(a: Tensor, b: Tensor) -> Tensor:
    r"""Return :math:`\Phi(b) - \Phi(a)`, see :func:`log_normal_interval`."""
    return tf.exp(log_normal_interval(a, b))


def log_normal_interval(a: Tensor, b: Tensor) -> Tensor:
    r"""Return :math:`\log[\Phi(b) - \Phi(a)]` of the standard normal distribution.

    Args:
        a: Lower limit, may be -inf.
        b: Upper limit, may be inf; ``a < b``.
    """
    a = tf.clip_by_value(tf.convert_to_tensor(a, tf.float64), -_FAR, _FAR)
    b = tf.clip_by_value(tf.convert_to_tensor(b, tf.float64), -_FAR, _FAR)
    at_a, at_b = tf.stop_gradient(a), tf.stop_gradient(b)
    near = tf.minimum(tf.abs(at_a), tf.abs(at_b))
    value, slow = _log_normal_interval(at_a, at_b)
    # The derivatives are boundary terms, far simpler than those of the pieces: attach them as a second-order expansion,
    # which any mode of differentiation gets right. The square of the nearer limit cancels in them.
    density_a, density_b = (
        tf.exp(-0.5 * (abs(t) - near) * (abs(t) + near) - LOG_SQRT_2PI - slow) for t in (at_a, at_b)
    )
    da, db = a - at_a, b - at_b
    slope = density_b * db - density_a * da
    return value + slope + 0.5 * (at_a * density_a * da * da - at_b * density_b * db * db - slope * slope)


def _log_normal_interval(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the log, and the log plus half the square of the limit nearer to 0, which varies slowly in the tails."""
    # Reflected so that a is the limit further out, on the left.
    flip = a + b > 0
    a, b = tf.where(flip, -b, a), tf.where(flip, -a, b)
    middle, half_width = 0.5 * (a + b), 0.5 * (b - a)
    narrow = half_width * (1 - middle) < 0.5
    wide = _log_wide_normal(tf.where(~narrow, a, -2.0), tf.where(~narrow, b, -1.0))
    thin = _log_narrow_normal(tf.where(narrow, middle, 0.0), tf.where(narrow, half_width, 1.0))
    value = tf.where(narrow, thin - 0.5 * middle * middle, wide[0])
    return value, tf.where(narrow, thin + 0.5 * (b - middle) * (b + middle), wide[1])


def _log_narrow_normal(middle: Tensor, half_width: Tensor) -> Tensor:
    r"""Return the log of the integral relative to the exponential in the middle, by a power series.

    With :math:`p = mh` and :math:`q = -h^2 / 2`, for :math:`|p| + h < 1/2`:

    .. math:: \frac{1}{2}\int_{-1}^1 e^{q u^2 - p u}\,du
              = \sum_{ij} \frac{q^i}{i!} \frac{p^{2j}}{(2j)!} \frac{1}{2i + 2j + 1}
    """
    q, p = -0.5 * half_width * half_width, middle * half_width
    powers_q = q[..., None] ** np.arange(_SERIES.shape[0], dtype=np.float64)
    powers_p = (p * p)[..., None] ** np.arange(_SERIES.shape[1], dtype=np.float64)
    mean = tf.reduce_sum(powers_q * tf.linalg.matvec(_SERIES, powers_p), axis=-1)
    return tf.math.log(2 * half_width * mean) - LOG_SQRT_2PI


def _log_wide_normal(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the log of the integral for ``a <= -|b|``, not narrow; and the same plus ``b^2 / 2``."""
    tail = b < 0
    outer, inner = -a, tf.where(tail, -b, b)
    slow_outer, slow_inner = (log_erfcx(t * _SQRT_HALF, evaluate=power_series) for t in (outer, inner))
    log_outer = slow_outer - 0.5 * outer * outer - math.log(2)
    log_inner = slow_inner - 0.5 * inner * inner - math.log(2)
    # The log of the ratio of the two tails without the difference of two large squares.
    log_ratio = slow_inner - slow_outer + 0.5 * (outer - inner) * (outer + inner)
    slow_tail = slow_inner - math.log(2) + tf.math.log(-tf.math.expm1(-tf.where(tail, log_ratio, 1.0)))
    both_sides = log1p(-tf.where(~tail, tf.exp(log_inner) + tf.exp(log_outer), 0.5))
    square = 0.5 * inner * inner
    return tf.where(tail, slow_tail - square, both_sides), tf.where(tail, slow_tail, both_sides + square)


def log_exponential_interval(c: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    r"""Return :math:`\log\int_\mathrm{lower}^\mathrm{upper} e^{-c x}\,dx`, smooth through c = 0.

    Args:
        c: Rate, of either sign.
        lower: Lower limit; -inf is possible where ``c < 0``.
        upper: Upper limit; inf is possible where ``c > 0``. Elsewhere the result is beyond 1e99.
    """
    c = tf.convert_to_tensor(c, tf.float64)
    lower = tf.clip_by_value(tf.convert_to_tensor(lower, tf.float64), -_FAR, _FAR)
    upper = tf.clip_by_value(tf.convert_to_tensor(upper, tf.float64), -_FAR, _FAR)
    width = upper - lower
    # Relative to the end where the integrand is largest. Not tf.abs, whose slope at c = 0 is taken to be 0.
    falling = c >= 0
    rate = tf.where(falling, c, -c)
    flat = tf.stop_gradient(rate * width) < 1
    scale = tf.where(flat, tf.math.log(width), -tf.math.log(tf.where(flat, tf.ones_like(rate), rate)))
    endless = flat & (width >= _FAR)
    result = _log_decay(rate * width, flat) + scale - c * tf.where(falling, lower, upper)
    return tf.where(endless, math.inf + tf.zeros_like(result), result)


def _log_decay(v: Tensor, flat: Tensor) -> Tensor:
    """Return ``log((1 - exp(-v)) / v)`` where flat, else ``log(1 - exp(-v))``, as an expansion to second order.

    Its coefficients are exact, and programs stay small: the derivatives of both branches are not derived again.
    """
    at = tf.stop_gradient(v)
    # log(sinh(v / 2) / (v / 2)) - v / 2 in Bernoulli numbers, DLMF 4.19.7, and its derivatives.
    squares = tf.where(flat, at * at, tf.zeros_like(at))[..., None] ** np.arange(_BERNOULLI.shape[1], dtype=np.float64)
    series = tf.linalg.matvec(_BERNOULLI, squares)
    big = tf.where(flat, tf.ones_like(at), at)
    growth, loss = tf.math.expm1(big), -tf.math.expm1(-big)
    value = tf.where(flat, at * at * series[..., 0] - 0.5 * at, log1p(-tf.exp(-big)))
    slope = tf.where(flat, at * series[..., 1] - 0.5, 1 / growth)
    curvature = tf.where(flat, series[..., 2], -1 / (growth * loss))
    step = v - at
    return value + slope * step + 0.5 * curvature * step * step


def log_power_interval(n: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    r"""Return :math:`\log\int_\mathrm{lower}^\mathrm{upper} t^{-n}\,dt`, smooth through n = 1.

    Args:
        n: Power, of either sign.
        lower: Lower limit, positive; 0 is possible where ``n < 1``.
        upper: Upper limit; inf is possible where ``n > 1``. Elsewhere the result is inf.
    """
    n = tf.convert_to_tensor(n, tf.float64)
    lower = tf.convert_to_tensor(lower, tf.float64)
    upper = tf.convert_to_tensor(upper, tf.float64)
    # With y = log t the integrand is exp(-(n - 1) y).
    proper = (lower > 0) & tf.math.is_finite(upper)
    start = tf.where(proper, lower, 1.0)
    width = log1p((tf.where(proper, upper, 2.0) - start) / start)
    return _log_exponential(n - 1, _log(lower), _log(upper), tf.where(proper, width, math.inf))


def _log(t: Tensor) -> Tensor:
    regular = (t > 0) & tf.math.is_finite(t)
    safe = tf.math.log(tf.where(regular, t, 1.0))
    return tf.where(regular, safe, tf.where(t > 0, tf.cast(math.inf, t.dtype), -math.inf))


def _log_exponential(c: Tensor, lower: Tensor, upper: Tensor, width: Tensor) -> Tensor:
    """Return :func:`log_exponential_interval`, given an accurate width."""
    c = tf.convert_to_tensor(c, tf.float64)
    exponent = tf.abs(c) * width
    small = exponent < 0.5
    # Near c = 0: symmetric around the middle.
    half_width = tf.where(small, 0.5 * width, 0.25)
    middle = tf.where(small, lower, 0.0) + half_width
    slope = tf.where(small, c, 0.0)
    flat = tf.math.log(2 * half_width) - slope * middle + log_sinh_ratio(slope * half_width)
    # Else: relative to the end where the integrand is largest.
    diverges = (c == 0) & ~tf.math.is_finite(width)
    rate = tf.where(small | diverges, tf.ones_like(c), c)
    top = tf.where(small, tf.zeros_like(width), tf.where(rate > 0, lower, upper))
    bounded = ~small & tf.math.is_finite(width)
    decay = tf.where(bounded, tf.exp(-tf.abs(rate) * tf.where(bounded, width, 1.0)), 0.0)
    steep = -rate * top + log1p(-decay) - tf.math.log(tf.abs(rate))
    return tf.where(~diverges, tf.where(small, flat, steep), math.inf)
