"""Sums that keep the digits that rounding would lose, in two parts: a number, and what it lacks of the exact sum."""

from __future__ import annotations

from collections.abc import Sequence

from wilks.numeric.backend import tf
from wilks.typing import Tensor

EXPONENT = 0x7FF0_0000_0000_0000
"""The bits of a double that are its exponent."""


def two_sum(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return a sum of two, and what it lacks (Knuth)."""
    total = a + b
    share = total - a
    lost = (a - (total - share)) + (b - share)
    return total, tf.where(tf.math.is_finite(total), lost, 0.0)  # of an infinite sum nothing is lost


def sum_vector(terms: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sum of a vector, of shape [1], and what it lacks.

    Added to a large power of two, all terms are cut at the same digit, and what is left of them is summed without
    rounding (Rump, Ogita and Oishi, doi:10.1137/050645671, algorithm 3.1).
    """
    bound = 4.0 * _sum(tf.abs(terms))
    power = tf.bitcast(tf.bitwise.bitwise_and(tf.bitcast(bound, tf.int64), EXPONENT), tf.float64)
    power = tf.where(tf.math.is_finite(power), power, 0.0)
    leading = (power + terms) - power
    return _sum(leading), _sum(tf.where(tf.math.is_finite(terms), terms - leading, 0.0))


def joined(parts: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Return the sum of sums that are in two parts."""
    total, lost = parts[0]
    for other, rest in parts[1:]:
        total, rounding = two_sum(total, other)
        lost = lost + rest + rounding
    return total, lost


def _sum(terms: Tensor) -> Tensor:
    # Compiled, a product uses all lanes of a core, where reduce_sum adds one number after the other.
    return tf.linalg.matvec(terms[None], tf.ones_like(terms))
