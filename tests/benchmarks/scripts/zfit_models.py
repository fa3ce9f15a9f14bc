"""The models of the benchmarks, written with zfit. Its exponential rises with its slope: it gets ``-c``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import zfit
from protocol import Job, Start

Parameters = dict[str, zfit.Parameter]


@dataclass(frozen=True)
class Model:
    """A PDF or several, their data, and the parameters by the names of the job."""

    pdf: Any
    data: Any
    parameters: Parameters

    @property
    def nll(self) -> zfit.loss.ExtendedUnbinnedNLL:
        """The likelihood."""
        return zfit.loss.ExtendedUnbinnedNLL(self.pdf, self.data)


def build(job: Job) -> Model:
    """Return the model of a job."""
    named = {name: parameter(name, start) for name, start in job.parameters.items()}
    return {"peak": peak, "b_mass": b_mass, "categories": categories}[job.model](job, named)


def peak(job: Job, named: Parameters) -> Model:
    """Return a Gaussian over an exponential, extended; toys go through a sampler, whose data can be exchanged."""
    obs = zfit.Space("x", 0, 10)
    pdf = peak_model(obs, named)
    data = pdf.create_sampler() if job.kind == "toys" else zfit.Data.from_numpy(obs=obs, array=job.columns["x"])
    return Model(pdf, data, named)


def categories(job: Job, named: Parameters) -> Model:
    """Return one such peak in each category; all share the position."""
    pdfs, data = [], []
    for column, events in job.columns.items():
        obs = zfit.Space(column, 0, 10)
        number = column.removeprefix("x")
        own = {name: named[name if name == "mu" else name + number] for name in job.numbered(number)}
        pdfs.append(peak_model(obs, own))
        data.append(zfit.Data.from_numpy(obs=obs, array=events))
    return Model(pdfs, data, named)


def b_mass(job: Job, named: Parameters) -> Model:
    """Return two double-sided crystal balls, a Gaussian and a Chebychev polynomial, extended."""
    obs, p = zfit.Space("m", 5000, 5600), named

    def crystal_ball(sigma: zfit.Parameter) -> zfit.pdf.DoubleCB:
        return zfit.pdf.DoubleCB(p["mu"], sigma, p["alpha_L"], 3.0, p["alpha_R"], 4.0, obs=obs)

    balls = [crystal_ball(p["narrow"]), crystal_ball(p["wide"])]
    signal = zfit.pdf.SumPDF(balls, fracs=p["f"], extended=p["n_sig"])
    reflection = zfit.pdf.Gauss(p["refl_mean"], p["refl_sigma"], obs=obs, extended=p["n_refl"])
    background = zfit.pdf.Chebyshev(obs, coeffs=[p["a"], p["b"]], extended=p["n_bkg"])
    pdf = zfit.pdf.SumPDF([signal, reflection, background])
    return Model(pdf, zfit.Data.from_numpy(obs=obs, array=job.columns["x"]), named)


def peak_model(obs: zfit.Space, p: Mapping[str, zfit.Parameter]) -> zfit.pdf.SumPDF:
    """Return a Gaussian over an exponential with yields."""
    signal = zfit.pdf.Gauss(p["mu"], p["sigma"], obs=obs, extended=p["n_sig"])
    return zfit.pdf.SumPDF([signal, zfit.pdf.Exponential(p["c"], obs=obs, extended=p["n_bkg"])])


def parameter(name: str, start: Start) -> zfit.Parameter:
    """Return a parameter; where it is ``c``, its negative."""
    s = start.negated if is_negated(name) else start
    return zfit.Parameter(name, s.value, s.lower, s.upper, stepsize=s.step)


def is_negated(name: str) -> bool:
    """Return whether zfit has the negative of a parameter."""
    return name.rstrip("0123456789") == "c"
