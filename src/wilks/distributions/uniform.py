"""Uniform distribution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import mul

import wilks.numpy as wnp
from wilks.errors import ModelError
from wilks.fields import Observable, check_limits
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Uniform(PDF):
    r"""Uniform distribution.

    .. math:: f(x) \propto 1

    HS3 section 2.1.1, ``uniform_dist``.

    Args:
        x: Observable with finite limits, or several.
        name: Name in documents and plots.

    Raises:
        ModelError: If there is no observable, or limits are infinite.
    """

    x: tuple[Observable, ...]

    hs3_type = "uniform_dist"
    # By hand: 1/4
    examples = (Example({}, limits=(-1.0, 3.0), x=1.0, prob=0.25),)

    def check(self) -> None:
        """Check that there is something to be uniform over."""
        if not self.x:
            raise ModelError(f"{self.owner} needs at least one observable")
        check_limits(self.x, self.owner)

    @staticmethod
    def unnormalized_log_prob(x: tuple[Tensor, ...]) -> Tensor:
        return sum(map(wnp.zeros_like, x), start=wnp.asarray([0.0]))

    @staticmethod
    def integral(lower: tuple[Tensor, ...], upper: tuple[Tensor, ...]) -> Tensor:
        return reduce(mul, (b - a for a, b in zip(lower, upper, strict=True)))
