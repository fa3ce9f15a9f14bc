"""Crystal Ball distribution with two tails."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.gauss_tail import log_gauss_tail_interval
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class DoubleCrystalBall(PDF):
    r"""Gaussian with power laws in place of both tails, and widths that may differ.

    .. math:: f(m) \propto \begin{cases}
              e^{-t^2/2} & |t| \le \alpha \\
              e^{-\alpha^2/2} \left[1 + \frac{\alpha}{n} (|t| - \alpha)\right]^{-n} & |t| > \alpha
              \end{cases}

    with :math:`t = (m - m_0)/\sigma`, where :math:`\sigma`, :math:`\alpha` and :math:`n` are those
    of the left for :math:`m < m_0`, else those of the right. HS3 section 2.1.1,
    ``crystalball_dist``.

    Args:
        m: Observable.
        m0: Position of the peak :math:`m_0`, in units of ``m``.
        sigma_L: Width of the left half of the peak, in units of ``m``.
        sigma_R: Width of the right half, likewise.
        alpha_L: Where the left tail begins, in units of ``sigma_L``; the sign does not matter.
        alpha_R: Where the right tail begins, in units of ``sigma_R``, likewise.
        n_L: Power of the left tail, ``n_L > 0``.
        n_R: Power of the right tail, ``n_R > 0``.
        name: Name in documents and plots.
    """

    m: Observable
    m0: Real
    sigma_L: Positive
    sigma_R: Positive
    alpha_L: Real
    alpha_R: Real
    n_L: Positive
    n_R: Positive

    hs3_type = "crystalball_dist"
    hs3_aliases = ("crystalball_doublesided_dist",)
    # mpmath: the formula of HS3, integrated numerically
    examples = (
        Example(
            {
                "m0": 125.0,
                "sigma_L": 1.5,
                "sigma_R": 2.0,
                "alpha_L": 1.3,
                "alpha_R": 1.8,
                "n_L": 4.0,
                "n_R": 9.0,
            },
            limits=(110.0, 140.0),
            x=121.0,
            prob=0.020841122340442333,
        ),
    )

    @staticmethod
    def unnormalized_log_prob(
        m: Tensor,
        m0: Tensor,
        sigma_L: Tensor,
        sigma_R: Tensor,
        alpha_L: Tensor,
        alpha_R: Tensor,
        n_L: Tensor,
        n_R: Tensor,
    ) -> Tensor:
        left = m < m0
        t = (m - m0) / wnp.where(left, sigma_L, sigma_R)
        alpha, n = wnp.abs(wnp.where(left, alpha_L, alpha_R)), wnp.where(left, n_L, n_R)
        core = wnp.clip(t, -alpha, alpha)
        return -0.5 * wnp.square(core) - n * wnp.log1p(alpha * wnp.abs(t - core) / n)

    @staticmethod
    def log_integral(
        lower: Tensor,
        upper: Tensor,
        m0: Tensor,
        sigma_L: Tensor,
        sigma_R: Tensor,
        alpha_L: Tensor,
        alpha_R: Tensor,
        n_L: Tensor,
        n_R: Tensor,
    ) -> Tensor:
        def both(left: Tensor, right: Tensor) -> Tensor:
            return wnp.where([True, False], wnp.expand_dims(left, -1), wnp.expand_dims(right, -1))

        # Distances from the peak outwards, of each half on a last axis.
        start = wnp.maximum(both(m0 - upper, lower - m0), 0)
        stop = wnp.maximum(both(m0 - lower, upper - m0), 0)
        sigma, alpha, n = both(sigma_L, sigma_R), both(alpha_L, alpha_R), both(n_L, n_R)
        inside = log_gauss_tail_interval(start / sigma, stop / sigma, wnp.abs(alpha), n)
        return wnp.logsumexp(inside + wnp.log(sigma), axis=-1)
