"""U1 with RooFit: its vectorised evaluation, MIGRAD and HESSE. The wheel has neither VDT nor clad: no gradients."""

from __future__ import annotations

import numpy as np
import ROOT
from protocol import LIMITS, START, STEPS, events, median_time, report, timed

ROOT.gErrorIgnoreLevel = ROOT.kWarning
ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.WARNING)

data = events()
size = len(data)


def variable(name: str, value: float, lower: float, upper: float, step: float) -> ROOT.RooRealVar:
    result = ROOT.RooRealVar(name, name, value, lower, upper)
    result.setError(step)
    return result


x = ROOT.RooRealVar("x", "x", 0, 10)
mu, sigma = (variable(n, START[n], *LIMITS[n], STEPS[n]) for n in ("mu", "sigma"))
slope = variable("slope", -START["c"], -LIMITS["c"][1], -LIMITS["c"][0], STEPS["c"])
n_sig = variable("n_sig", 0.25 * size, 0, 1.2 * size, size**0.5)
n_bkg = variable("n_bkg", 0.75 * size, 0, 1.2 * size, size**0.5)
parameters = [mu, sigma, slope, n_sig, n_bkg]
signal = ROOT.RooGaussian("signal", "", x, mu, sigma)
background = ROOT.RooExponential("background", "", x, slope)
model = ROOT.RooAddPdf("model", "", [signal, background], [n_sig, n_bkg])
dataset = ROOT.RooDataSet.from_numpy({"x": np.ascontiguousarray(data)}, [x])
nll = model.createNLL(dataset, EvalBackend="cpu")
start = np.array([p.getVal() for p in parameters])
steps = [p.getError() for p in parameters]


def value(i: int) -> float:
    for parameter, at in zip(parameters, start, strict=True):
        parameter.setVal(at * (1 + 1e-6 * i))
    return nll.getVal()


def fit() -> tuple[float, tuple[ROOT.RooMinimizer, int]]:
    for parameter, at, step in zip(parameters, start, steps, strict=True):
        parameter.setVal(at)
        parameter.setError(step)
    minimizer = ROOT.RooMinimizer(nll)
    minimizer.setPrintLevel(-1)

    def values_and_errors() -> tuple[ROOT.RooMinimizer, int]:
        minimizer.minimize("Minuit2", "migrad")
        calls = minimizer.evalCounter()
        minimizer.hesse()
        return minimizer, calls

    return timed(values_and_errors)


figures = {"value": median_time(value)}
first, (minimizer, calls) = fit()
warm = [fit()[0] for _ in range(3)]
report(
    **figures,
    gradient=None,
    fit_first=first,
    fit=float(np.median(warm)),
    calls=calls,
    edm=minimizer.save().edm(),
    values=[p.getVal() * (-1 if p is slope else 1) for p in parameters],
    errors=[p.getError() for p in parameters],
    version=str(ROOT.__version__),
)
