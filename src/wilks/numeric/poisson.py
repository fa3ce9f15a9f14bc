"""Poisson probabilities and their sums over an interval of counts."""

from __future__ import annotations

import math
from typing import Final

from wilks.numeric.backend import tf
from wilks.numeric.special import FEW, stirling_series, xlogy
from wilks.typing import Tensor

# Stands for a mean of zero where it is divided by.
_TINY: Final = 1e-300


def log_poisson_pmf(k: Tensor, mean: Tensor) -> Tensor:
    r"""Return :math:`k\log\lambda - \lambda - \log\Gamma(k + 1)`.

    For more than ten events it is written as :math:`k\log(\lambda/k) + k - \lambda` minus a slow
    function of k: of a million events the rounding is 1e-10 then, instead of 1e-9.

    Args:
        k: Count, ``k >= 0``, not necessarily an integer.
        mean: Mean :math:`\lambda\ge 0`; at 0 the result is 0 for ``k = 0``, else -inf.
    """
    k, mean = tf.convert_to_tensor(k, tf.float64), tf.convert_to_tensor(mean, tf.float64)
    large = k > FEW
    n = tf.where(large, k, FEW)
    few = tf.math.lgamma(tf.where(~large, k, 1.0) + 1)
    scale, offset = tf.where(large, k, 1.0), tf.where(large, k, 0.0)
    return xlogy(k, mean / scale) + (offset - mean) - tf.where(large, stirling_series(n), few)


def poisson_cdf_interval(lower: Tensor, upper: Tensor, mean: Tensor) -> Tensor:
    """Return the probability of a count in [``lower``, ``upper``]; see the logarithm of it."""
    return tf.exp(log_poisson_cdf_interval(lower, upper, mean))


def log_poisson_cdf_interval(lower: Tensor, upper: Tensor, mean: Tensor) -> Tensor:
    r"""Return the log of the Poisson probability of the integers in [``lower``, ``upper``].

    With :math:`l` and :math:`u` the first and the last integer, :math:`S` the sum and
    :math:`p_k` the probabilities

    .. math:: s \equiv \frac{d\log S}{d\lambda} = \frac{p_{l-1}}{S} - \frac{p_u}{S}, \qquad
              \frac{ds}{d\lambda} = \frac{p_{l-1}}{S}\left(\frac{l-1}{\lambda} - 1 - s\right)
              - \frac{p_u}{S}\left(\frac{u}{\lambda} - 1 - s\right) .

    The value is a sum of positive terms outwards from the largest one, about :math:`9\sqrt\lambda`
    of them. The derivative is attached as an expansion around the present mean: right to second
    order, in forward and reverse mode; third derivatives are zero. The limits are constants.
    A batch is an axis of the arguments: XLA cannot compile ``tf.vectorized_map`` of the loop.

    Args:
        lower: Lower limit.
        upper: Upper limit, may be inf.
        mean: Mean :math:`\lambda\ge 0`.
    """
    lower, upper, mean = (tf.convert_to_tensor(x, tf.float64) for x in (lower, upper, mean))
    first = tf.maximum(tf.math.ceil(tf.stop_gradient(lower)), 0.0)
    last = tf.math.floor(tf.stop_gradient(upper))
    # At mean = 0 the ratios below are still right to all digits.
    centre = tf.where(mean != 0, tf.stop_gradient(mean), _TINY)
    largest = tf.maximum(tf.minimum(tf.math.floor(centre), last), first)
    ratio = tf.stop_gradient(_sum_over_largest(first, last, largest, centre))
    log_largest = log_poisson_pmf(largest, centre)
    certain = (first <= 0) & tf.math.is_inf(last)
    possible = (first <= last) & ((mean != 0) | (first <= 0))
    value = tf.where(certain, tf.zeros_like(ratio), log_largest + tf.math.log(ratio))

    def share(k: Tensor) -> Tensor:
        finite = tf.math.is_finite(k)
        log_share = log_poisson_pmf(tf.where(finite, k, 0.0), centre) - log_largest
        return tf.where(possible & finite, tf.exp(log_share) / ratio, 0.0)

    below, above = share(first) * first / centre, share(last)
    slope = below - above
    above_slope = tf.where(above > 0, last, 0.0) / centre - 1 - slope
    curvature = below * ((first - 1) / centre - 1 - slope) - above * above_slope
    change = mean - tf.stop_gradient(mean)
    expansion = change * (tf.stop_gradient(slope) + 0.5 * change * tf.stop_gradient(curvature))
    return tf.where(possible, value + expansion, -math.inf)


def _sum_over_largest(first: Tensor, last: Tensor, largest: Tensor, mean: Tensor) -> Tensor:
    """Return the sum of probabilities from ``first`` to ``last`` divided by the largest one."""
    one = tf.ones_like(largest + mean)

    def unfinished(_step: Tensor, up: Tensor, down: Tensor, total: Tensor) -> Tensor:
        return tf.reduce_any(up + down > 1e-18 * total)

    def add(step: Tensor, up: Tensor, down: Tensor, total: Tensor) -> tuple[Tensor, ...]:
        above, below = largest + step, largest - step
        up = tf.where(above <= last, up * mean / above, 0.0)
        down = tf.where(below >= first, down * (below + 1) / mean, 0.0)
        return step + 1, up, down, total + (up + down)

    start = (tf.ones([], tf.float64), one, one, one)
    return tf.while_loop(unfinished, add, start)[-1]
