"""Sums that keep the digits that rounding would lose, in two parts: a number, and what it lacks of the exact sum."""

from __future__ import annotations

from collections.abc import Sequence

from wilks.numeric.backend import tf
from wilks.typing import Tensor


def two_sum(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return a sum of two, and what it lacks (Knuth)."""
    total = a + b
    share = total - a
    lost = (a - (total - share)) + (b - share)
    return total, tf.where(tf.math.is_finite(total), lost, 0.0)  # of an infinite sum nothing is lost


def joined(parts: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Return the sum of sums that are in two parts."""
    total, lost = parts[0]
    for other, rest in parts[1:]:
        total, rounding = two_sum(total, other)
        lost = lost + rest + rounding
    return total, lost
