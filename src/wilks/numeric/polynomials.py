"""The integral of a polynomial over an interval, without differences of large numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wilks.typing import Tensor


def integrate_polynomial(function: Callable[[Tensor], Tensor], lower: Tensor, upper: Tensor, *, degree: int) -> Tensor:
    """Return the integral by the Gauss-Legendre rule, which is exact for polynomials.

    Args:
        function: The polynomial.
        lower: Lower limit.
        upper: Upper limit.
        degree: Its degree, or a larger number.
    """
    nodes, weights = np.polynomial.legendre.leggauss(degree // 2 + 1)
    middle, half_width = 0.5 * (lower + upper), 0.5 * (upper - lower)
    mean = 0.0
    for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True):
        mean = mean + weight * function(middle + node * half_width)
    return half_width * mean
