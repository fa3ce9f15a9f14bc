"""Exponential distribution."""

from __future__ import annotations

from dataclasses import dataclass

from wilks.fields import Observable, Real
from wilks.numeric.intervals import log_exponential_interval
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Exponential(PDF):
    r"""Exponential distribution; falling for positive ``c``, rising for negative.

    .. math:: f(x; c) \propto \exp(-c x)

    HS3 section 2.1.1, ``exponential_dist``.

    Args:
        x: Observable.
        c: Slope, in inverse units of ``x``.
        name: Name in documents and plots.
    """

    x: Observable
    c: Real

    hs3_type = "exponential_dist"
    # mpmath: the formula over its integral in closed form
    examples = (Example({"c": 0.5}, limits=(0.0, 4.0), x=1.0, prob=0.35073170441312723),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, c: Tensor) -> Tensor:
        return -c * x

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, c: Tensor) -> Tensor:
        return log_exponential_interval(c, lower, upper)
