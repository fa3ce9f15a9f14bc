"""U1 with wilks: a Gaussian over an exponential, extended, five parameters."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from protocol import LIMITS, START, STEPS, events, median_time, report, timed

import wilks

tf.constant(0.0)  # the peers' imports are not timed either
x = events()
size = len(x)
shape = {
    name: wilks.Parameter(name, value, lower=LIMITS[name][0], upper=LIMITS[name][1], step=STEPS[name])
    for name, value in START.items()
}
n_sig = wilks.Parameter("n_sig", 0.25 * size, lower=0, upper=1.2 * size, step=size**0.5)
n_bkg = wilks.Parameter("n_bkg", 0.75 * size, lower=0, upper=1.2 * size, step=size**0.5)
space = wilks.Space("x", 0, 10)
signal = wilks.Gaussian(x=space, mean=shape["mu"], sigma=shape["sigma"])
background = wilks.Exponential(x=space, c=shape["c"])
model = wilks.Mixture([signal, background], [n_sig, n_bkg], extended=True)
nll = wilks.NLL(model, wilks.Data(space, x))

first, result = timed(lambda: wilks.fit(nll))
warm = [timed(lambda: wilks.fit(nll))[0] for _ in range(5)]
objective = nll.objective()
report(
    value=median_time(lambda i: objective.value(objective.start * (1 + 1e-6 * i))),
    gradient=median_time(lambda i: objective.value_and_gradient(objective.start * (1 + 1e-6 * i))),
    fit_first=first,
    fit=float(np.median(warm)),
    calls=result.evaluations,
    edm=result.edm,
    values=[result.values[name] for name in ("mu", "sigma", "c", "n_sig", "n_bkg")],
    errors=[result.errors[name] for name in ("mu", "sigma", "c", "n_sig", "n_bkg")],
    version=wilks.__version__,
)
