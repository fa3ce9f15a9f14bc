"""The integral of a normal curve with a power law in place of its tail, in log space."""

from __future__ import annotations

import math

from wilks.numeric.backend import tf
from wilks.numeric.intervals import (
    log_exponential_interval,
    log_normal_interval,
    normal_interval,
)
from wilks.numeric.special import LOG_SQRT_2PI
from wilks.typing import Tensor


def log_gauss_tail_interval(lower: Tensor, upper: Tensor, alpha: Tensor, n: Tensor) -> Tensor:
    r"""Return :math:`\log\int_\mathrm{lower}^\mathrm{upper} g(t)\,dt`.

    .. math:: g(t) = \begin{cases} e^{-t^2/2} & t \le \alpha \\
              e^{-\alpha^2/2}\left[1 + \alpha (t - \alpha) / n\right]^{-n} & t > \alpha \end{cases}

    Args:
        lower: Lower limit.
        upper: Upper limit; where it is not above the lower one the result is -inf.
        alpha: Where the power law begins, ``alpha > 0``.
        n: Power, ``n > 0``.
    """
    end, begin = tf.minimum(upper, alpha), tf.maximum(lower, alpha)
    has_core, has_tail = lower < end, begin < upper
    log_core = log_normal_interval(tf.where(has_core, lower, 0.0), tf.where(has_core, end, 1.0))
    log_core += LOG_SQRT_2PI
    # As a function of log(1 + slope (t - begin)) the tail is an exponential.
    slope = alpha / (n + alpha * (begin - alpha))
    y = tf.math.log1p(slope * tf.maximum(upper - begin, 0.0))
    log_begin = -0.5 * alpha * alpha - n * tf.math.log1p(alpha * (begin - alpha) / n)
    log_mean = log_begin + log_exponential_interval((n - 1) * y, 0.0, 1.0)
    # Relative to the larger one, as both may underflow.
    largest = tf.where(has_core, tf.maximum(log_core, log_mean), log_mean)
    scale = tf.stop_gradient(tf.where(has_tail, largest, log_core))
    core = tf.where(has_core, tf.exp(log_core - scale), 0.0)
    total = core + y / slope * tf.exp(tf.minimum(log_mean - scale, 0.0))
    some = has_core | has_tail
    return tf.where(some, scale + tf.math.log(tf.where(some, total, 1.0)), -math.inf)


def log_gauss_tail_total(alpha: Tensor, n: Tensor) -> Tensor:
    """Return the log of the integral over the whole line; inf where ``n <= 1``."""
    finite = n > 1
    core = normal_interval(-math.inf, alpha) * math.sqrt(2 * math.pi)
    tail = tf.exp(-0.5 * alpha * alpha) * n / (alpha * tf.where(finite, n - 1, 1.0))
    return tf.where(finite, tf.math.log(core + tail), math.inf)
