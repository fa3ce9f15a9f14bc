"""Breit-Wigner distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor

_FAR = 1e30
"""Limits that are further away than this many widths count as infinite."""


@dataclass(frozen=True, kw_only=True)
class BreitWigner(PDF):
    r"""Non-relativistic Breit-Wigner (Cauchy) distribution.

    .. math:: f(x; m, \Gamma) \propto \frac{1}{(x - m)^2 + \Gamma^2 / 4}

    Args:
        x: Observable.
        mean: Position of the peak m, in units of ``x``.
        width: Full width at half maximum :math:`\Gamma > 0`, in units of ``x``.
        name: Name in documents and plots.
    """

    x: Observable
    mean: Real
    width: Positive

    hs3_type = "wilks.breit_wigner_dist"
    # SciPy 1.17: cauchy(91.19, 1.2475), pdf(90.0) / (cdf(110.0) - cdf(80.0))
    examples = (Example({"mean": 91.19, "width": 2.495}, limits=(80.0, 110.0), x=90.0, prob=0.1415830180511433),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, mean: Tensor, width: Tensor) -> Tensor:
        return -wnp.log(wnp.square(x - mean) + 0.25 * wnp.square(width))

    @staticmethod
    def integral(lower: Tensor, upper: Tensor, mean: Tensor, width: Tensor) -> Tensor:
        a = wnp.clip(2 * (lower - mean) / width, -_FAR, _FAR)
        b = wnp.clip(2 * (upper - mean) / width, -_FAR, _FAR)
        # The difference of two arctangents as one, which is accurate in the tails.
        return 2 / width * wnp.arctan2(b - a, 1 + a * b)

    @staticmethod
    def log_total(width: Tensor) -> Tensor:
        return log(2 * pi) - wnp.log(width)

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, mean: float, width: float) -> Array:
        return mean + 0.5 * width * generator.standard_cauchy(size)
