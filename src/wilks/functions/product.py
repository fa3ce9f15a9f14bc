"""Product of numbers and functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul

from wilks.contract import FunctionExample
from wilks.errors import ModelError
from wilks.fields import Real
from wilks.function import Function
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class ProductFunc(Function):
    r"""Product of numbers and functions.

    .. math:: \prod_i a_i

    HS3 section 2.2, ``product``.

    Args:
        factors: The factors :math:`a_i`.
        name: Name in documents.

    Raises:
        ModelError: If there are none.
    """

    factors: tuple[Real, ...]

    hs3_type = "product"
    # By hand
    examples = (FunctionExample({"factors": (1.5, 4.0, -0.5)}, value=-3.0),)

    def check(self) -> None:
        """Check that there is something to multiply."""
        if not self.factors:
            raise ModelError(f"{self.owner} needs at least one factor")

    @staticmethod
    def value(factors: tuple[Tensor, ...]) -> Tensor:
        return reduce(mul, factors)
