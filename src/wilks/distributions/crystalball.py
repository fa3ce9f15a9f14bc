"""Crystal Ball distribution with one tail."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.gauss_tail import log_gauss_tail_interval, log_gauss_tail_total
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class CrystalBall(PDF):
    r"""Gaussian with a power law in place of one tail.

    .. math:: f(m; m_0, \sigma, \alpha, n) \propto \begin{cases}
              e^{-t^2/2} & t \ge -|\alpha| \\
              e^{-\alpha^2/2} \left[1 - \frac{|\alpha|}{n} (|\alpha| + t)\right]^{-n} & t < -|\alpha|
              \end{cases}

    with :math:`t = (m - m_0)/\sigma`, and the sign of t reversed for :math:`\alpha < 0`: then it is
    the upper tail. RooFit's ``crystalball_dist``; that of HS3 has two tails.

    Args:
        m: Observable.
        m0: Position of the peak :math:`m_0`, in units of ``m``.
        sigma: Width of the peak :math:`\sigma > 0`, in units of ``m``.
        alpha: Where the tail begins, in units of ``sigma``; the tail is the lower one if positive.
        n: Power of the tail, ``n > 0``.
        name: Name in documents and plots.
    """

    m: Observable
    m0: Real
    sigma: Positive
    alpha: Real
    n: Positive

    hs3_type = "wilks.crystalball_onesided_dist"
    # SciPy 1.17: crystalball(1.2, 3.0, 5.0, 0.8), pdf(3.0) / (cdf(9.0) - cdf(0.0)); the second
    # one mirrored.
    examples = (
        Example(
            {"m0": 5.0, "sigma": 0.8, "alpha": 1.2, "n": 3.0},
            limits=(0.0, 9.0),
            x=3.0,
            prob=0.06277560274488807,
        ),
        Example(
            {"m0": 5.0, "sigma": 0.8, "alpha": -1.2, "n": 3.0},
            limits=(1.0, 10.0),
            x=7.0,
            prob=0.06277560274488807,
        ),
    )

    @staticmethod
    def unnormalized_log_prob(m: Tensor, m0: Tensor, sigma: Tensor, alpha: Tensor, n: Tensor) -> Tensor:
        t = wnp.where(alpha < 0, m0 - m, m - m0) / sigma
        alpha = wnp.abs(alpha)
        core = wnp.maximum(t, -alpha)
        return -0.5 * wnp.square(core) - n * wnp.log1p(alpha * (core - t) / n)

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, m0: Tensor, sigma: Tensor, alpha: Tensor, n: Tensor) -> Tensor:
        a, b = (lower - m0) / sigma, (upper - m0) / sigma
        # Mirrored, so that the tail is the upper one.
        low, high = wnp.where(alpha < 0, a, -b), wnp.where(alpha < 0, b, -a)
        return wnp.log(sigma) + log_gauss_tail_interval(low, high, wnp.abs(alpha), n)

    @staticmethod
    def log_total(sigma: Tensor, alpha: Tensor, n: Tensor) -> Tensor:
        return wnp.log(sigma) + log_gauss_tail_total(wnp.abs(alpha), n)
