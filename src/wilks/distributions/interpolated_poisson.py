"""Poisson distribution of a number that need not be an integer, as RooFit normalises it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive
from wilks.numeric.poisson import log_poisson_cdf_interval, log_poisson_pmf
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class InterpolatedPoisson(PDF):
    r"""Poisson probability as a smooth function of the count, normalised as if that were an integer.

    .. math:: f(x; \lambda) = \frac{p(x)}{\sum_{k} p(k)}, \quad
              p(x) = \frac{\lambda^x}{\Gamma(x + 1)}\,e^{-\lambda}

    The sum runs over the integers in the range, so that the integral is not exactly one. What RooFit
    makes of ``poisson_dist`` with ``"integer": false``.

    Args:
        x: Observable, a count.
        mean: Mean :math:`\lambda > 0`.
        name: Name in documents and plots.
    """

    x: Observable
    mean: Positive

    counts = True
    hs3_type = "wilks.interpolated_poisson_dist"
    # SciPy 1.17: exp(4.5 log(6.5) - 6.5 - gammaln(5.5)) / (poisson(6.5).cdf(20) - cdf(1))
    examples = (Example({"mean": 6.5}, limits=(2.0, 20.0), x=4.5, prob=0.13221057237213613),)

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
