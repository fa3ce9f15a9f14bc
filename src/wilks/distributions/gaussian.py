"""Gaussian (normal) distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import Any

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.intervals import log_normal_interval
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class Gaussian(PDF):
    r"""Gaussian (normal) distribution.

    .. math:: f(x; \mu, \sigma) \propto \exp\left[-\frac{(x - \mu)^2}{2\sigma^2}\right]

    HS3 section 2.1.1, ``gaussian_dist``.

    Args:
        x: Observable.
        mean: Mean :math:`\mu`, in units of ``x``.
        sigma: Standard deviation :math:`\sigma > 0`, in units of ``x``.
        name: Name in documents and plots.
    """

    x: Observable
    mean: Real
    sigma: Positive

    hs3_type = "gaussian_dist"
    hs3_aliases = ("normal_dist",)
    # SciPy 1.17: truncnorm(-2.75, 3.0833..., 0.3, 1.2).pdf(1.0)
    examples = (Example({"mean": 0.3, "sigma": 1.2}, limits=(-3.0, 4.0), x=1.0, prob=0.28156619654959486),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, mean: Tensor, sigma: Tensor) -> Tensor:
        return -0.5 * wnp.square((x - mean) / sigma)

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, mean: Tensor, sigma: Tensor) -> Tensor:
        inside = log_normal_interval((lower - mean) / sigma, (upper - mean) / sigma)
        return inside + wnp.log(sigma) + 0.5 * log(2 * pi)

    @staticmethod
    def log_total(sigma: Tensor) -> Tensor:
        return wnp.log(sigma) + 0.5 * log(2 * pi)

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, mean: Any, sigma: Any) -> Array:
        return generator.normal(mean, sigma, size)
