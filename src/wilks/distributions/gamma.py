"""Gamma distribution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.gamma_interval import log_gamma_interval
from wilks.numeric.special import xlogy
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class Gamma(PDF):
    r"""Gamma distribution.

    .. math:: f(x; \gamma, \beta, \mu) \propto (x - \mu)^{\gamma - 1}
              \exp\left(-\frac{x - \mu}{\beta}\right), \quad x \ge \mu

    Not in HS3; ``gamma_dist`` as RooFit writes it.

    Args:
        x: Observable.
        gamma: Shape :math:`\gamma > 0`; ranges are accurate from 0.05.
        beta: Scale :math:`\beta > 0`, in units of ``x``.
        mu: Where the distribution begins :math:`\mu`, in units of ``x``.
        name: Name in documents and plots.
    """

    x: Observable
    gamma: Positive
    beta: Positive
    mu: Real

    hs3_type = "gamma_dist"
    # SciPy 1.17: gamma(2.5, 0.5, 1.4), pdf(3.0) / (cdf(12.0) - cdf(1.0))
    examples = (Example({"gamma": 2.5, "beta": 1.4, "mu": 0.5}, limits=(1.0, 12.0), x=3.0, prob=0.2201790502494204),)

    @staticmethod
    def unnormalized_log_prob(x: Tensor, gamma: Tensor, beta: Tensor, mu: Tensor) -> Tensor:
        inside = x >= mu
        distance = wnp.where(inside, x - mu, 1)
        return wnp.where(inside, xlogy(gamma - 1, distance) - distance / beta, -wnp.inf)

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, gamma: Tensor, beta: Tensor, mu: Tensor) -> Tensor:
        some = upper > mu
        start, stop = wnp.maximum(lower - mu, 0), wnp.where(some, upper - mu, 1)
        start = wnp.where(some, start, 0)
        return wnp.where(some, log_gamma_interval(gamma - 1, 1 / beta, start, stop), -wnp.inf)

    @staticmethod
    def log_total(gamma: Tensor, beta: Tensor) -> Tensor:
        return wnp.lgamma(gamma) + gamma * wnp.log(beta)

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, gamma: float, beta: float, mu: float) -> Array:
        return mu + generator.gamma(gamma, beta, size)
