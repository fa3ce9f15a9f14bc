"""Integrals of the normal, exponential and power functions over an interval, in log space.

Each is accurate for narrow and wide intervals, far in either tail and, where that makes sense, for
infinite limits; derivatives with respect to an infinite limit are zero.
"""

from __future__ import annotations

import math
from typing import Final

from wilks.numeric.backend import tf
from wilks.numeric.special import (
    LOG_SQRT_2PI,
    log1p,
    log_erfcx,
    log_normal_tail,
    log_sinh_ratio,
)
from wilks.typing import Tensor

# Gauss-Legendre with 8 nodes on [-1, 1], the positive ones; weights of a mean value: they sum to
# one half. Abramowitz & Stegun, table 25.4.
_NODES: Final = (0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363)
_WEIGHTS: Final = (
    0.18134189168918099,
    0.15685332293894364,
    0.11119051722668724,
    0.05061426814518813,
)

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
    # Reflected so that a is the limit further out, on the left.
    flip = a + b > 0
    a, b = tf.where(flip, -b, a), tf.where(flip, -a, b)
    middle, half_width = 0.5 * (a + b), 0.5 * (b - a)
    narrow = half_width * (1 - middle) < 0.5
    wide = _log_wide_normal(tf.where(~narrow, a, -2.0), tf.where(~narrow, b, -1.0))
    thin = _log_narrow_normal(tf.where(narrow, middle, 0.0), tf.where(narrow, half_width, 1.0))
    return tf.where(narrow, thin, wide)


def _log_narrow_normal(middle: Tensor, half_width: Tensor) -> Tensor:
    """Integrate the density relative to its value in the middle, where all terms are positive."""
    slope = middle * half_width
    mean = 0.0
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        t = node * half_width
        mean += 2 * weight * tf.exp(-0.5 * t * t) * tf.cosh(node * slope)
    return tf.math.log(2 * half_width * mean) - 0.5 * middle * middle - LOG_SQRT_2PI


def _log_wide_normal(a: Tensor, b: Tensor) -> Tensor:
    """Return the log of the integral for ``a <= -|b|``, not narrow."""
    tail = b < 0
    outer, inner = -a, tf.where(tail, -b, b)
    log_outer, log_inner = log_normal_tail(outer), log_normal_tail(inner)
    # The log of the ratio of the two tails without the difference of two large squares.
    scale = math.sqrt(0.5)
    log_ratio = log_erfcx(scale * inner) - log_erfcx(scale * outer)
    log_ratio += 0.5 * (outer - inner) * (outer + inner)
    one_tail = log_inner + tf.math.log(-tf.math.expm1(-tf.where(tail, log_ratio, 1.0)))
    both_sides = tf.where(~tail, tf.exp(log_inner) + tf.exp(log_outer), 0.5)
    return tf.where(tail, one_tail, log1p(-both_sides))


def log_exponential_interval(c: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    r"""Return :math:`\log\int_\mathrm{lower}^\mathrm{upper} e^{-c x}\,dx`, smooth through c = 0.

    Args:
        c: Rate, of either sign.
        lower: Lower limit; -inf is possible where ``c < 0``.
        upper: Upper limit; inf is possible where ``c > 0``. Elsewhere the result is inf.
    """
    lower = tf.convert_to_tensor(lower, tf.float64)
    upper = tf.convert_to_tensor(upper, tf.float64)
    return _log_exponential(c, lower, upper, upper - lower)


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
