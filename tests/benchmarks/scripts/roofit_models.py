"""The models of the benchmarks, written with RooFit. Its exponential rises with its slope: it gets ``-c``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import ROOT
from protocol import Job, Start

Variables = dict[str, ROOT.RooRealVar]


@dataclass(frozen=True)
class Model:
    """A PDF, its observable and data, and the parameters by the names of the job.

    Python must keep what RooFit only points to: that is ``parts``.
    """

    pdf: Any
    observable: ROOT.RooRealVar
    data: Any
    parameters: Variables
    parts: tuple[Any, ...]


def build(job: Job) -> Model:
    """Return the model of a job."""
    named = {name: variable(name, start) for name, start in job.parameters.items()}
    return {"peak": peak, "b_mass": b_mass, "categories": categories}[job.model](job, named)


def peak(job: Job, named: Variables) -> Model:
    """Return a Gaussian over an exponential, extended."""
    x = ROOT.RooRealVar("x", "x", 0, 10)
    pdf, *parts = peak_model(x, named)
    data = None if job.kind == "toys" else data_set(x, job.columns["x"])
    return Model(pdf, x, data, named, tuple(parts))


def categories(job: Job, named: Variables) -> Model:
    """Return one such peak in each category; all share the position."""
    x, category = ROOT.RooRealVar("x", "x", 0, 10), ROOT.RooCategory("category", "category")
    pdfs, data, parts = {}, {}, [category]
    for column, events in job.columns.items():
        category.defineType(column)
        number = column.removeprefix("x")
        own = {name: named[name if name == "mu" else name + number] for name in job.numbered(number)}
        pdfs[column], *rest = peak_model(x, own, suffix=number)
        parts += [pdfs[column], *rest]
        data[column] = data_set(x, events)
    together = ROOT.RooDataSet("data", "data", {x}, Index=category, Import=data)
    return Model(ROOT.RooSimultaneous("model", "", pdfs, category), x, together, named, tuple(parts))


def b_mass(job: Job, named: Variables) -> Model:
    """Return two double-sided crystal balls, a Gaussian and a Chebychev polynomial, extended."""
    m, p = ROOT.RooRealVar("m", "m", 5000, 5600), named
    n_left, n_right = (ROOT.RooFit.RooConst(n) for n in (3, 4))

    def crystal_ball(name: str) -> ROOT.RooCrystalBall:
        tails = (p["alpha_L"], n_left, p["alpha_R"], n_right)
        return ROOT.RooCrystalBall(f"ball_{name}", "", m, p["mu"], p[name], *tails)

    balls = [crystal_ball(name) for name in ("narrow", "wide")]
    signal = ROOT.RooAddPdf("signal", "", balls, [p["f"]])
    reflection = ROOT.RooGaussian("reflection", "", m, p["refl_mean"], p["refl_sigma"])
    background = ROOT.RooChebychev("background", "", m, [p["a"], p["b"]])
    summands = [signal, reflection, background]
    pdf = ROOT.RooAddPdf("model", "", summands, [p["n_sig"], p["n_refl"], p["n_bkg"]])
    return Model(pdf, m, data_set(m, job.columns["x"]), named, (*balls, *summands, n_left, n_right))


def peak_model(x: ROOT.RooRealVar, p: Mapping[str, ROOT.RooRealVar], *, suffix: str = "") -> tuple[Any, Any, Any]:
    """Return a Gaussian over an exponential with yields, and its parts."""
    signal = ROOT.RooGaussian(f"signal{suffix}", "", x, p["mu"], p["sigma"])
    background = ROOT.RooExponential(f"background{suffix}", "", x, p["c"])
    pdf = ROOT.RooAddPdf(f"model{suffix}", "", [signal, background], [p["n_sig"], p["n_bkg"]])
    return pdf, signal, background


def data_set(x: ROOT.RooRealVar, events: np.ndarray) -> ROOT.RooDataSet:
    """Return events as RooFit has them."""
    return ROOT.RooDataSet.from_numpy({x.GetName(): events}, [x])


def variable(name: str, start: Start) -> ROOT.RooRealVar:
    """Return a parameter; where it is ``c``, its negative."""
    s = start.negated if is_negated(name) else start
    result = ROOT.RooRealVar(name, name, s.value, s.lower, s.upper)
    result.setError(s.step)
    return result


def is_negated(name: str) -> bool:
    """Return whether RooFit has the negative of a parameter."""
    return name.rstrip("0123456789") == "c"
