"""Sum of numbers and functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add

from wilks.contract import FunctionExample
from wilks.errors import ModelError
from wilks.fields import Real
from wilks.function import Function
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class SumFunc(Function):
    r"""Sum of numbers and functions.

    .. math:: \sum_i a_i

    HS3 section 2.2, ``sum``.

    Args:
        summands: The terms :math:`a_i`.
        name: Name in documents.

    Raises:
        ModelError: If there are none.
    """

    summands: tuple[Real, ...]

    hs3_type = "sum"
    # By hand
    examples = (FunctionExample({"summands": (1.8, 4.0, -0.5)}, value=5.3),)

    def check(self) -> None:
        """Check that there is something to add."""
        if not self.summands:
            raise ModelError(f"{self.owner} needs at least one summand")

    @staticmethod
    def value(summands: tuple[Tensor, ...]) -> Tensor:
        return reduce(add, summands)
