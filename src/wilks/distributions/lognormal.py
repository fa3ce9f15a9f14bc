"""Log-normal distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.intervals import log_normal_interval
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class LogNormal(PDF):
    r"""Log-normal distribution: that of a positive number whose logarithm is normal.

    .. math:: f(x; \mu, \sigma) \propto \frac{1}{x}
              \exp\left[-\frac{(\log x - \mu)^2}{2\sigma^2}\right], \quad x > 0

    HS3 section 2.1.1, ``lognormal_dist``.

    Args:
        x: Observable.
        mu: Mean of the logarithm :math:`\mu`, the logarithm of the median of ``x``.
        sigma: Standard deviation of the logarithm :math:`\sigma > 0`.
        name: Name in documents and plots.
    """

    x: Observable
    mu: Real
    sigma: Positive

    hs3_type = "lognormal_dist"
    # SciPy 1.17: lognorm(0.5, 0, exp(1.2)), pdf(2.0) / (cdf(15.0) - cdf(0.5))
    examples = (Example({"mu": 1.2, "sigma": 0.5}, limits=(0.5, 15.0), x=2.0, prob=0.2389787900286978),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, mu: Tensor, sigma: Tensor) -> Tensor:
        inside = x > 0
        log_x = wnp.log(wnp.where(inside, x, 1))
        return wnp.where(inside, -log_x - 0.5 * wnp.square((log_x - mu) / sigma), -wnp.inf)

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, mu: Tensor, sigma: Tensor) -> Tensor:
        def pull(x: Tensor) -> Tensor:
            inside = x > 0
            return wnp.where(inside, (wnp.log(wnp.where(inside, x, 1)) - mu) / sigma, -wnp.inf)

        some = upper > 0
        inside = log_normal_interval(pull(lower), pull(wnp.where(some, upper, 1)))
        return wnp.where(some, inside + LogNormal.log_total(sigma), -wnp.inf)

    @staticmethod
    def log_total(sigma: Tensor) -> Tensor:
        return wnp.log(sigma) + 0.5 * log(2 * pi)

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, mu: float, sigma: float) -> Array:
        return generator.lognormal(mu, sigma, size)
