"""Crystal Balls: sides, symmetry, tails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
import pytest

import wilks
from wilks.distributions.crystalball import CrystalBall
from wilks.distributions.double_crystalball import DoubleCrystalBall


def hs3_formula(m: Any, fields: Mapping[str, float]) -> Any:
    """The formula of HS3 section 2.1.1 as it is printed there."""
    side = "L" if m <= fields["m0"] else "R"
    sigma, alpha, n = (mpmath.mpf(fields[f"{name}_{side}"]) for name in ("sigma", "alpha", "n"))
    t = (m - fields["m0"]) / sigma
    if -alpha <= t <= alpha:
        return mpmath.exp(-t * t / 2)
    scale = (n / alpha) ** n * mpmath.exp(-alpha * alpha / 2)
    return scale * (n / alpha - alpha + abs(t)) ** -n


NAMES = ("m0", "sigma_L", "sigma_R", "alpha_L", "alpha_R", "n_L", "n_R")


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (110.0, 140.0)),
        ((125.0, 1.5, 2.0, 0.2, 5.0, 0.9, 120.0), (100.0, 160.0)),
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (126.0, 140.0)),
        ((125.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (100.0, 120.0)),
        ((100.0, 1.5, 2.0, 1.3, 1.8, 4.0, 9.0), (110.0, 140.0)),
    ],
)
def test_double_sided_against_the_formula(values: tuple[float, ...], limits: tuple[float, float]) -> None:
    fields = dict(zip(NAMES, values, strict=True))
    pdf = DoubleCrystalBall(m=wilks.Space("m", *limits), **fields)
    points = np.linspace(*limits, 9)
    peak = fields["m0"]
    joints = [peak - fields["alpha_L"] * fields["sigma_L"], peak, peak + fields["alpha_R"] * fields["sigma_R"]]
    edges = [limits[0], *(joint for joint in joints if limits[0] < joint < limits[1]), limits[1]]
    with mpmath.workdps(25):
        total = mpmath.quad(lambda m: hs3_formula(m, fields), edges)
        expected = [float(hs3_formula(mpmath.mpf(m), fields) / total) for m in points.tolist()]
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


@pytest.mark.parametrize("place", ["peak", "joint"])
def test_derivatives_at_an_event_on_the_peak_or_a_joint(place: str) -> None:
    m = wilks.Space("m", -3.0, 6.0)
    shape = {"sigma_L": 1.0, "sigma_R": 1.0, "alpha_L": 1.5, "alpha_R": 1.5, "n_L": 3.0, "n_R": 3.0}
    pdf = DoubleCrystalBall(m=m, m0=wilks.Parameter("m0", 1.0), **shape)
    nll = wilks.NLL(pdf, wilks.Data(m, [{"peak": 1.0, "joint": 2.5}[place]]))
    step = 1e-5
    slope = (nll({"m0": 1.0 + step}) - nll({"m0": 1.0 - step})) / (2 * step)
    assert nll.gradient()[0] == pytest.approx(slope, abs=1e-4)
    if place == "peak":  # at a joint the second derivative jumps
        above, below = (nll.gradient({"m0": 1.0 + shift})[0] for shift in (step, -step))
        assert nll.hessian()[0, 0] == pytest.approx((above - below) / (2 * step), rel=1e-8)
