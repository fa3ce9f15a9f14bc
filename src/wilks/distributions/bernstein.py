"""Bernstein distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import wilks.numpy as wnp
from wilks.errors import ModelError
from wilks.fields import Observable, Real, check_limits
from wilks.numeric.polynomials import integrate_polynomial
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Bernstein(PDF):
    r"""Sum of Bernstein polynomials, positive if all coefficients are.

    .. math:: f(x; c) \propto \sum_{i=0}^n c_i \binom{n}{i}\, t^i (1 - t)^{n - i}, \quad
              t = \frac{x - x_\min}{x_\max - x_\min}

    It is normalised by its integral as it stands, as in RooFit: where coefficients make it negative, the density is
    zero there and the rest does not integrate to one.
    The limits are those ``x`` was declared with, whatever range is looked at. Not in HS3;
    ``bernstein_poly_dist`` as RooFit writes it.

    Args:
        x: Observable with finite limits.
        coefficients: Coefficients :math:`c_0, \dots, c_n`.
        name: Name in documents and plots.

    Raises:
        ModelError: If there are no coefficients or the limits of the observable are infinite.
    """

    x: Observable
    coefficients: tuple[Real, ...]

    hs3_type = "bernstein_poly_dist"
    # t = 0.25: (0.5 * 9/16 + 1.5 * 6/16 + 0.7 * 1/16) / (4 * (0.5 + 1.5 + 0.7) / 3)
    examples = (Example({"coefficients": (0.5, 1.5, 0.7)}, limits=(2.0, 6.0), x=3.0, prob=71 / 288),)

    def check(self) -> None:
        """Check that there is a coefficient, and that the observable can be mapped onto 0 to 1."""
        if not self.coefficients:
            raise ModelError(f"{self.owner} needs at least one coefficient")
        check_limits([self.x], self.owner)

    @staticmethod
    def unnormalized_prob(x: Tensor, coefficients: tuple[Tensor, ...], x_lower: Tensor, x_upper: Tensor) -> Tensor:
        n = len(coefficients) - 1
        t = (x - x_lower) / (x_upper - x_lower)
        total = wnp.zeros_like(t)
        for i, c in enumerate(coefficients):
            total = total + c * (comb(n, i) * wnp.power(t, i) * wnp.power(1 - t, n - i))
        return total

    @staticmethod
    def integral(
        lower: Tensor,
        upper: Tensor,
        coefficients: tuple[Tensor, ...],
        x_lower: Tensor,
        x_upper: Tensor,
    ) -> Tensor:
        def series(x: Tensor) -> Tensor:
            return Bernstein.unnormalized_prob(x, coefficients, x_lower, x_upper)

        return integrate_polynomial(series, lower, upper, degree=len(coefficients) - 1)
