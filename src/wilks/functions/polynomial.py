"""Polynomial of a parameter, observable or function."""

from __future__ import annotations

from dataclasses import dataclass

from wilks.contract import FunctionExample
from wilks.errors import ModelError
from wilks.fields import Real
from wilks.function import Function
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class PolynomialFunc(Function):
    r"""Polynomial; unlike the distribution it is not normalised.

    .. math:: p(x) = \sum_{i=0}^n a_i x^i

    HS3 section 2.2, ``polynomial``.

    Args:
        x: Its variable.
        coefficients: Coefficients :math:`a_0, \dots, a_n`, the constant one first.
        name: Name in documents.

    Raises:
        ModelError: If there are no coefficients.
    """

    x: Real
    coefficients: tuple[Real, ...]

    hs3_type = "polynomial"
    # By hand: 0.5 - 2.4 + 1.08
    examples = (FunctionExample({"x": 1.2, "coefficients": (0.5, -2.0, 0.75)}, value=-0.82),)

    def check(self) -> None:
        """Check that there is a coefficient."""
        if not self.coefficients:
            raise ModelError(f"{self.owner} needs at least one coefficient")

    @staticmethod
    def value(x: Tensor, coefficients: tuple[Tensor, ...]) -> Tensor:
        result = coefficients[-1]
        for a in reversed(coefficients[:-1]):
            result = result * x + a
        return result
