"""Argus distribution."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.fields import Observable, Positive, Real
from wilks.numeric.gamma_interval import log_gamma_interval
from wilks.pdf import PDF, Example
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Argus(PDF):
    r"""Argus distribution of background below a kinematic limit, where it ends.

    .. math:: f(m; m_0, c, p) \propto m\,u^p \exp(c\,u), \quad u = 1 - (m / m_0)^2, \quad 0 < m < m_0

    HS3 section 2.1.1, ``argus_dist``.

    Args:
        mass: Observable m.
        resonance: Kinematic limit :math:`m_0 > 0`, in units of ``mass``.
        slope: Slope c, falling towards the limit if positive.
        power: Power p, ``p > -0.95``; one half for two bodies.
        name: Name in documents and plots.
    """

    mass: Observable
    resonance: Positive
    slope: Real
    power: Real

    hs3_type = "argus_dist"
    hs3_aliases = ("ARGUS_dist",)
    # SciPy 1.17: argus(sqrt(40), 0, 5.29), pdf(5.25) / (cdf(5.28) - cdf(5.2))
    examples = (
        Example(
            {"resonance": 5.29, "slope": -20.0, "power": 0.5},
            limits=(5.2, 5.28),
            x=5.25,
            prob=12.84823063893213,
        ),
    )

    @staticmethod
    def unnormalized_log_prob(mass: Tensor, resonance: Tensor, slope: Tensor, power: Tensor) -> Tensor:
        inside = (mass > 0) & (mass < resonance)
        m = wnp.where(inside, mass, 0.5 * resonance)
        u = _below_limit(m, resonance)
        return wnp.where(inside, wnp.log(m) + power * wnp.log(u) + slope * u, -wnp.inf)

    @staticmethod
    def log_integral(lower: Tensor, upper: Tensor, resonance: Tensor, slope: Tensor, power: Tensor) -> Tensor:
        # In u, as m dm = -m0^2 du / 2.
        start = wnp.maximum(_below_limit(wnp.maximum(upper, 0), resonance), 0)
        stop = _below_limit(wnp.maximum(lower, 0), resonance)
        some = start < stop
        start, stop = wnp.where(some, start, 0), wnp.where(some, stop, 1)
        log_integral = log_gamma_interval(power, -slope, start, stop)
        return wnp.where(some, log_integral + wnp.log(0.5 * wnp.square(resonance)), -wnp.inf)


def _below_limit(m: Tensor, m0: Tensor) -> Tensor:
    return (m0 - m) * (m0 + m) / wnp.square(m0)
