"""Crystal Balls: sides, symmetry, tails."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import wilks
from wilks.distributions.crystalball import CrystalBall
from wilks.distributions.double_crystalball import DoubleCrystalBall


def hs3_formula(
    m: mpmath.mpf,
    m0: float,
    sigma_L: float,
    sigma_R: float,
    alpha_L: float,
    alpha_R: float,
    n_L: float,
    n_R: float,
) -> mpmath.mpf:
    """The formula of HS3 section 2.1.1 as it is printed there."""
    t_L, t_R = (m - m0) / mpmath.mpf(sigma_L), (m - m0) / mpmath.mpf(sigma_R)
    if t_L < -alpha_L:
        scale = (mpmath.mpf(n_L) / alpha_L) ** n_L * mpmath.exp(-(mpmath.mpf(alpha_L) ** 2) / 2)
        return scale * (mpmath.mpf(n_L) / alpha_L - alpha_L - t_L) ** -n_L
    if m <= m0:
        return mpmath.exp(-t_L * t_L / 2)
    if t_R <= alpha_R:
        return mpmath.exp(-t_R * t_R / 2)
    scale = (mpmath.mpf(n_R) / alpha_R) ** n_R * mpmath.exp(-(mpmath.mpf(alpha_R) ** 2) / 2)
    return scale * (mpmath.mpf(n_R) / alpha_R - alpha_R + t_R) ** -n_R


@pytest.mark.parametrize(
    ("fields", "limits"),
    [
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (110.0, 140.0)),
        ((125.0, 1.5, 2.0, 0.2, 5.0, 0.9, 120.0), (100.0, 160.0)),
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (126.0, 140.0)),
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (100.0, 120.0)),
        ((100.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (110.0, 140.0)),
    ],
)
def test_double_sided_against_the_formula(fields: tuple[float, ...], limits: tuple[float, float]) -> None:
    names = ("m0", "sigma_L", "sigma_R", "alpha_L", "alpha_R", "n_L", "n_R")
    pdf = DoubleCrystalBall(m=wilks.Space("m", *limits), **dict(zip(names, fields, strict=True)))
    points = np.linspace(*limits, 9)
    m0, sigma_L, sigma_R, alpha_L, alpha_R = fields[:5]
    kinks = [m0 - alpha_L * sigma_L, m0, m0 + alpha_R * sigma_R]
    edges = [limits[0], *(kink for kink in kinks if limits[0] < kink < limits[1]), limits[1]]
    with mpmath.workdps(25):
        total = mpmath.quad(lambda m: hs3_formula(m, *fields), edges)
        expected = [float(hs3_formula(mpmath.mpf(m), *fields) / total) for m in points.tolist()]
    np.testing.assert_allclose(pdf.pdf(points), expected, rtol=1e-12)


def test_the_sign_of_alpha_gives_the_side() -> None:
    shape = {"m0": 0.0, "sigma": 1.0, "n": 2.0}
    lower_tail = CrystalBall(m=wilks.Space("m", -8.0, 3.0), alpha=1.1, **shape)
    upper_tail = CrystalBall(m=wilks.Space("m", -3.0, 8.0), alpha=-1.1, **shape)
    points = np.linspace(-8.0, 3.0, 30)
    np.testing.assert_allclose(lower_tail.pdf(points), upper_tail.pdf(-points), rtol=1e-14)
    assert lower_tail.pdf([-3.0]) > 1.5 * lower_tail.pdf([3.0])


def test_the_core_far_from_the_peak_does_not_underflow() -> None:
    pdf = CrystalBall(m=wilks.Space("m", 50.0, 60.0), m0=0.0, sigma=1.0, alpha=1.0, n=3.0)
    # SciPy 1.17: norm.logpdf(50) - norm.logsf(50), up to 1e-200
    assert pdf.log_pdf([50.0]) == pytest.approx(3.9124228, abs=1e-6)


def test_hessian_where_data_sit_on_the_peak_and_on_the_joints() -> None:
    m0 = wilks.Parameter("m0", 1.0)
    m = wilks.Space("m", -3.0, 6.0)
    pdf = DoubleCrystalBall(m=m, m0=m0, sigma_L=1.0, sigma_R=1.0, alpha_L=1.5, alpha_R=1.5, n_L=3.0, n_R=3.0)
    nll = wilks.NLL(pdf, wilks.Data(m, [1.0, 2.5, -0.5]))
    step = 1e-4
    slopes = [nll.gradient({"m0": 1.0 + shift})[0] for shift in (-step, step)]
    numeric = (slopes[1] - slopes[0]) / (2 * step)
    # At a joint the second derivative jumps: the numeric one is the mean of both sides.
    jump = 0.5 * 2 * (1.5**2 / 3.0 + 1.0)
    assert nll.hessian()[0, 0] == pytest.approx(numeric, abs=jump)
    slope = (nll({"m0": 1.0 + step}) - nll({"m0": 1.0 - step})) / (2 * step)
    assert nll.gradient()[0] == pytest.approx(slope, abs=1e-4)
