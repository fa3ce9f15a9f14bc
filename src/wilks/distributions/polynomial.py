"""Polynomial distribution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from wilks.errors import ModelError
from wilks.fields import Observable, Real
from wilks.numeric.polynomials import integrate_polynomial
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Polynomial(PDF):
    r"""Polynomial distribution.

    .. math:: f(x; a) \propto \sum_{i=0}^n a_i x^i

    It is normalised by its integral as it stands, as in RooFit: where it is negative in the range, the density is zero
    there and the rest does not integrate to one.
    HS3 section 2.1.1, ``polynomial_dist``.

    Args:
        x: Observable.
        coefficients: Coefficients :math:`a_0, \dots, a_n`, the constant one first.
        name: Name in documents and plots.

    Raises:
        ModelError: If there are no coefficients.
    """

    x: Observable
    coefficients: tuple[Real, ...]

    hs3_type = "polynomial_dist"
    # By hand: 3 / (3 + 9/4 + 9/4)
    examples = (Example({"coefficients": (1.0, 0.5, 0.25)}, limits=(0.0, 3.0), x=2.0, prob=0.4),)

    def check(self) -> None:
        """Check that there is a coefficient."""
        if not self.coefficients:
            raise ModelError(f"{self.owner} needs at least one coefficient")

    @staticmethod
    def unnormalized_prob(x: Tensor, coefficients: tuple[Tensor, ...]) -> Tensor:
        total = coefficients[-1]
        for a in reversed(coefficients[:-1]):
            total = total * x + a
        return total

    @staticmethod
    def integral(lower: Tensor, upper: Tensor, coefficients: tuple[Tensor, ...]) -> Tensor:
        polynomial = partial(Polynomial.unnormalized_prob, coefficients=coefficients)
        return integrate_polynomial(polynomial, lower, upper, degree=len(coefficients) - 1)
