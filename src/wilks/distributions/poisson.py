"""Poisson distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive
from wilks.numeric.poisson import log_poisson_cdf_interval, log_poisson_pmf
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class Poisson(PDF):
    r"""Poisson distribution of an integer.

    .. math:: f(x; \lambda) \propto \frac{\lambda^x}{\Gamma(x + 1)}\,e^{-\lambda}

    An observable is normalised by the sum over the integers in its range. As a constraint it is the
    probability as it stands, also between the integers. HS3 section 2.1.1, ``poisson_dist``.

    Args:
        x: Observable, a count.
        mean: Mean :math:`\lambda > 0`.
        name: Name in documents and plots.
    """

    x: Observable
    mean: Positive

    counts = True
    hs3_type = "poisson_dist"
    # SciPy 1.17: poisson(6.5), pmf(4) / (cdf(20) - cdf(1))
    examples = (Example({"mean": 6.5}, limits=(2.0, 20.0), x=4.0, prob=0.11309802783318677),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, mean: Tensor) -> Tensor:
        return wnp.where(x < 0, -wnp.inf, log_poisson_pmf(wnp.maximum(x, 0), mean))

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, mean: Tensor) -> Tensor:
        return log_poisson_cdf_interval(lower, upper, mean)

    @staticmethod
    def log_total() -> Tensor:
        return wnp.asarray([0.0])

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, mean: float) -> Array:
        return generator.poisson(mean, size).astype(np.float64)
