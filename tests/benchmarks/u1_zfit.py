"""U1 with zfit: its default minimiser, and the one with automatic gradients; the faster counts."""

from __future__ import annotations

import os

os.environ["ZFIT_DISABLE_TF_WARNINGS"] = "1"

import numpy as np
import zfit
from protocol import LIMITS, START, STEPS, events, median_time, report, timed

x = events()
size = len(x)
mu, sigma = (zfit.Parameter(n, START[n], *LIMITS[n], stepsize=STEPS[n]) for n in ("mu", "sigma"))
slope = zfit.Parameter("slope", -START["c"], -LIMITS["c"][1], -LIMITS["c"][0], stepsize=STEPS["c"])
n_sig = zfit.Parameter("n_sig", 0.25 * size, 0, 1.2 * size, stepsize=size**0.5)
n_bkg = zfit.Parameter("n_bkg", 0.75 * size, 0, 1.2 * size, stepsize=size**0.5)
obs = zfit.Space("x", 0, 10)
signal = zfit.pdf.Gauss(mu, sigma, obs=obs, extended=n_sig)
background = zfit.pdf.Exponential(slope, obs=obs, extended=n_bkg)
model = zfit.pdf.SumPDF([signal, background])
nll = zfit.loss.ExtendedUnbinnedNLL(model, zfit.Data.from_numpy(obs=obs, array=x))
parameters = [mu, sigma, slope, n_sig, n_bkg]
start = np.array([float(p.value()) for p in parameters])
evaluator = zfit.minimize.Minuit().create_evaluator(nll, parameters)  # what its minimiser pays for a call


def fit(**options: str) -> tuple[float, object]:
    zfit.param.set_values(parameters, start)
    minimizer = zfit.minimize.Minuit(**options)

    def values_and_errors() -> object:
        result = minimizer.minimize(nll)
        return result, result.hesse(name="hesse")

    return timed(values_and_errors)


first, (result, errors) = fit()
warm = min(np.median([fit()[0] for _ in range(2)]), np.median([fit(gradient="zfit")[0] for _ in range(2)]))
report(
    value=median_time(lambda i: float(evaluator.value(start * (1 + 1e-6 * i)))),
    gradient=median_time(lambda i: np.asarray(evaluator.value_gradient(start * (1 + 1e-6 * i))[1])),
    fit_first=first,
    fit=float(warm),
    calls=result.info["minuit"].fmin.nfcn,
    edm=float(result.edm),
    values=[float(result.params[p]["value"]) * (-1 if p is slope else 1) for p in parameters],
    errors=[float(errors[p]["error"]) for p in parameters],
    version=zfit.__version__,
)
