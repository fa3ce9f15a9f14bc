"""Chebychev distribution."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.fields import Observable, Real, check_limits
from wilks.numeric.polynomials import integrate_polynomial
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Chebychev(PDF):
    r"""Sum of Chebychev polynomials.

    .. math:: f(x; a) \propto 1 + \sum_{i=1}^n a_i T_i(z), \quad
              z = 2\,\frac{x - x_\min}{x_\max - x_\min} - 1

    It is normalised by its integral as it stands, as in RooFit: where it is negative in the range, the density is zero
    there and the rest does not integrate to one.
    The limits are those ``x`` was declared with, whatever range is looked at. HS3 section 2.1.1,
    ``chebychev_dist``.

    Args:
        x: Observable with finite limits.
        coefficients: Coefficients :math:`a_1, \dots, a_n`; that of the constant term is one.
        name: Name in documents and plots.

    Raises:
        ModelError: If the limits of the observable are infinite.
    """

    x: Observable
    coefficients: tuple[Real, ...]

    hs3_type = "chebychev_dist"
    # z = 0.5: (1 + 0.3 * 0.5 - 0.2 * (2 * 0.5**2 - 1)) / (5 * (2 + 0.2 * 2 / 3))
    examples = (Example({"coefficients": (0.3, -0.2)}, limits=(0.0, 10.0), x=7.5, prob=0.1171875),)

    def check(self) -> None:
        """Check that the observable can be mapped onto -1 to 1."""
        check_limits([self.x], self.owner)

    @staticmethod
    def unnormalized_prob(x: Tensor, coefficients: tuple[Tensor, ...], x_lower: Tensor, x_upper: Tensor) -> Tensor:
        z = (2 * x - x_lower - x_upper) / (x_upper - x_lower)
        total = wnp.ones_like(z)
        previous, current = total, z
        for a in coefficients:
            total = total + a * current
            previous, current = current, 2 * z * current - previous
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
            return Chebychev.unnormalized_prob(x, coefficients, x_lower, x_upper)

        return integrate_polynomial(series, lower, upper, degree=len(coefficients))
