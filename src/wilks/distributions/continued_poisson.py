"""Continued Poisson distribution."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

import wilks.numpy as wnp
from wilks.errors import ModelError
from wilks.fields import Observable, Positive
from wilks.numeric.poisson import log_poisson_pmf
from wilks.pdf import PDF, Example
from wilks.space import Space
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class ContinuedPoisson(PDF):
    r"""Poisson distribution continued to real numbers.

    .. math:: f(x; \lambda) \propto \exp\left[x \log\lambda - \lambda - \log\Gamma(x + 1)\right]

    An observable is normalised by the integral over its range. As a constraint it is the
    probability as it stands, as that of integers. HS3 section 2.1.1, ``poisson_dist``.

    Args:
        x: Observable.
        mean: Mean :math:`\lambda > 0`.
        name: Name in documents and plots.

    Raises:
        ModelError: If the limits of the observable are infinite.
    """

    x: Observable
    mean: Positive

    hs3_type = "wilks.continued_poisson_dist"
    # mpmath: the formula, divided by its integral from quad
    examples = (Example({"mean": 6.5}, limits=(2.0, 20.0), x=4.5, prob=0.13402260324285366),)

    def check(self) -> None:
        """Check that the range can be integrated over."""
        if isinstance(self.x, Space) and isinf(self.x.upper - self.x.lower):
            raise ModelError(f"{self.owner} needs an observable with finite limits, got {self.x!r}")

    @staticmethod
    def unnormalized_log_prob(x: Tensor, mean: Tensor) -> Tensor:
        return wnp.where(x < 0, -wnp.inf, log_poisson_pmf(wnp.maximum(x, 0), mean))

    @staticmethod
    def log_total() -> Tensor:
        return wnp.asarray([0.0])
