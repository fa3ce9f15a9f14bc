"""The models of the benchmarks, written with the cost functions of iminuit and the densities of numba-stats."""

from __future__ import annotations

from typing import Any

import numpy as np
from iminuit import cost
from numba_stats import crystalball_ex, truncexpon, truncnorm
from protocol import Job


def likelihood(job: Job) -> Any:
    """Return the cost function of a job: twice the NLL; its arguments are named as the job's parameters."""
    return {"peak": peak, "b_mass": b_mass, "categories": categories}[job.model](job)


def peak(job: Job) -> cost.ExtendedUnbinnedNLL:
    """Return a Gaussian over an exponential, extended."""
    return cost.ExtendedUnbinnedNLL(job.columns["x"], peak_density)


def categories(job: Job) -> cost.CostSum:
    """Return one such peak in each category; all share the position."""
    terms = []
    for column, events in job.columns.items():
        number = column.removeprefix("x")
        names = ["mu", *(name + number for name in ("sigma", "c", "n_sig", "n_bkg"))]
        terms.append(cost.ExtendedUnbinnedNLL(events, peak_density, name=names))
    return cost.CostSum(*terms)


def b_mass(job: Job) -> cost.ExtendedUnbinnedNLL:
    """Return two double-sided crystal balls, a Gaussian and a Chebychev polynomial, extended."""
    return cost.ExtendedUnbinnedNLL(job.columns["x"], b_mass_density, name=list(job.parameters))


def peak_density(
    x: np.ndarray, mu: float, sigma: float, c: float, n_sig: float, n_bkg: float
) -> tuple[float, np.ndarray]:
    """Return the number of events and their density."""
    signal = truncnorm.pdf(x, 0.0, 10.0, mu, sigma)
    return n_sig + n_bkg, n_sig * signal + n_bkg * truncexpon.pdf(x, 0.0, 10.0, 0.0, 1 / c)


def b_mass_density(m: np.ndarray, *values: float) -> tuple[float, np.ndarray]:
    """Return the number of events and their density, of values in the order of the job."""
    mu, narrow, wide, alpha_l, alpha_r, f, refl_mean, refl_sigma, a, b, n_sig, n_refl, n_bkg = values
    lower, upper = 5000.0, 5600.0

    def crystal_ball(sigma: float) -> np.ndarray:
        shape = (alpha_l, 3.0, sigma, alpha_r, 4.0, sigma, mu)
        below, above = crystalball_ex.cdf(np.array([lower, upper]), *shape)
        return crystalball_ex.pdf(m, *shape) / (above - below)

    z = 2 * (m - lower) / (upper - lower) - 1
    background = (1 + a * z + b * (2 * z * z - 1)) / ((upper - lower) * (1 - b / 3))
    signal = f * crystal_ball(narrow) + (1 - f) * crystal_ball(wide)
    reflection = truncnorm.pdf(m, lower, upper, refl_mean, refl_sigma)
    return n_sig + n_refl + n_bkg, n_sig * signal + n_refl * reflection + n_bkg * background
