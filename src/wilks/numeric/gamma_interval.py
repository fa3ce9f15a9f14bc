"""The integral of a power times an exponential over an interval, in log space."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from wilks.numeric.backend import tf
from wilks.typing import Tensor

# Double-exponential quadrature (H. Takahasi, M. Mori, Publ. RIMS 9 (1974) 721): with this step the
# error is below 1e-15, and with so many nodes an integrable power at the lower limit does no harm.
_STEP: Final = 0.07
_NODES_EACH_SIDE: Final = 86

_FAR_ABOVE: Final = (12.0, 60.0)
_FAR_BELOW: Final = 9.0
"""Beyond these numbers of widths from its maximum the integrand is below 1e-17 of it."""


def log_gamma_interval(power: Tensor, rate: Tensor, lower: Tensor, upper: Tensor) -> Tensor:
    r"""Return :math:`\log\int_\mathrm{lower}^\mathrm{upper} t^p e^{-r t}\,dt`.

    It is the logarithm of an incomplete Gamma function, but accurate between any limits and for
    either sign of the rate, and differentiable with respect to all arguments any number of times.

    Args:
        power: Power :math:`p > -0.95`.
        rate: Rate :math:`r`, of either sign.
        lower: Lower limit, ``lower >= 0``.
        upper: Upper limit, ``lower < upper``; as large as you like if ``rate > 0``.
    """
    power, rate, lower, upper = (_with_node_axis(x) for x in (power, rate, lower, upper))
    start, middle, stop = _where_it_counts(power, rate, lower, upper)
    near, far, log_weight = _rule()
    # Both pieces are resolved best at their ends: the limits, and the maximum between them.
    pieces = []
    for lowest, highest in ((start, middle), (middle, stop)):
        t = far * lowest + near * highest
        width = tf.math.log(highest - lowest) + log_weight
        pieces.append(power * tf.math.log(t) - rate * t + width)
    return tf.reduce_logsumexp(tf.stack(pieces, axis=-1), axis=(-2, -1))


def _with_node_axis(x: Tensor) -> Tensor:
    return tf.expand_dims(tf.convert_to_tensor(x, tf.float64), -1)


def _where_it_counts(power: Tensor, rate: Tensor, lower: Tensor, upper: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the limits without what is negligible, and a point between them, the maximum if any."""
    p, r = tf.stop_gradient(tf.maximum(power, 0.0)), tf.stop_gradient(rate)
    falls = r > 0
    scale = 1 / tf.where(falls, r, 1.0)
    mode = tf.where(falls, p * scale, math.inf)
    top = tf.stop_gradient(tf.minimum(tf.maximum(mode, lower), upper))
    widths, lengths = _FAR_ABOVE
    above = tf.where(falls, top + (widths * tf.sqrt(p) + lengths) * scale, math.inf)
    below = top * (1 - _FAR_BELOW / tf.sqrt(tf.maximum(p, 1.0)))
    start, stop = tf.maximum(lower, below), tf.minimum(upper, above)
    centre = tf.stop_gradient(0.5 * (start + stop))
    return start, tf.where((start < top) & (top < stop), top, centre), stop


def _rule() -> tuple[Tensor, Tensor, Tensor]:
    """Return nodes as fractions from the lower and from the upper limit, and log weights."""
    t = _STEP * np.arange(-_NODES_EACH_SIDE, _NODES_EACH_SIDE + 1)
    far = 1 / (1 + np.exp(np.pi * np.sinh(t)))
    log_weight = np.log(_STEP * np.pi * np.cosh(t) * far * far[::-1])
    return tuple(tf.constant(row, tf.float64) for row in (far[::-1].copy(), far, log_weight))
