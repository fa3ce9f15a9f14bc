"""Fits the models of tests/reference/zfit_models.py with zfit. Run by a Python that can import zfit, not by pytest.

Standard input: ``tests/reference/zfit.json``, of which only the data are used. Standard output: the same, with numbers
of this zfit::

    $WILKS_ZFIT_PYTHON tests/peer/zfit_fits.py < tests/reference/zfit.json > new.json
"""

import json
import os
import sys
from importlib.metadata import version

os.environ["ZFIT_DISABLE_TF_WARNINGS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

import numpy as np
import zfit


def gauss_exponential(data):
    """Return an extended likelihood of a peak over an exponential."""
    x = zfit.Space("x", 0, 10)
    mu, sigma = zfit.Parameter("mu", 5, 4, 6), zfit.Parameter("sigma", 0.6, 0.1, 2)
    slope = zfit.Parameter("slope", -0.2, -2, -0.01)
    n_sig, n_bkg = zfit.Parameter("n_sig", 250, 0, 2000), zfit.Parameter("n_bkg", 550, 0, 2000)
    signal = zfit.pdf.Gauss(mu, sigma, obs=x, extended=n_sig)
    background = zfit.pdf.Exponential(slope, obs=x, extended=n_bkg)
    events = zfit.Data.from_numpy(obs=x, array=data)
    nll = zfit.loss.ExtendedUnbinnedNLL(zfit.pdf.SumPDF([signal, background]), events)
    # HS3 and wilks have exp(-c x).
    return nll, {"mu": mu, "sigma": sigma, "c": (slope, -1), "n_sig": n_sig, "n_bkg": n_bkg}


def gauss_exponential_constrained(data):
    """Return the same with a measurement of the peak's position and width."""
    nll, parameters = gauss_exponential(data)
    for name, observed, uncertainty in (("mu", 4.9, 0.03), ("sigma", 0.55, 0.02)):
        nll.add_constraints(
            zfit.constraint.GaussianConstraint(parameters[name], observation=observed, sigma=uncertainty)
        )
    return nll, parameters


def chebychev_crystalball(data):
    """Return a likelihood of a peak with two tails over a Chebychev polynomial, with a fraction."""
    m = zfit.Space("m", 100, 150)
    mu, sigma = zfit.Parameter("m0", 125, 120, 130), zfit.Parameter("sigma", 2, 1, 5)
    alpha_l, alpha_r = zfit.Parameter("alpha_L", 1.2, 0.3, 4), zfit.Parameter("alpha_R", 1.6, 0.3, 4)
    a, b = zfit.Parameter("a", -0.2, -1, 1), zfit.Parameter("b", 0.0, -1, 1)
    f = zfit.Parameter("f", 0.5, 0, 1)
    signal = zfit.pdf.DoubleCB(mu, sigma, alpha_l, 3.0, alpha_r, 4.0, obs=m)
    model = zfit.pdf.SumPDF([signal, zfit.pdf.Chebyshev(m, coeffs=[a, b])], fracs=f)
    nll = zfit.loss.UnbinnedNLL(model, zfit.Data.from_numpy(obs=m, array=data))
    return nll, {"m0": mu, "sigma": sigma, "alpha_L": alpha_l, "alpha_R": alpha_r, "a": a, "b": b, "f": f}


def fitted(build, data):
    """Return what zfit finds: values, Hesse errors and the drop of the NLL from the start to the minimum."""
    nll, named = build(np.array(data))
    signed = {name: p if isinstance(p, tuple) else (p, 1) for name, p in named.items()}
    parameters = [p for p, _ in signed.values()]
    start = float(nll.value(full=False))
    result = zfit.minimize.Minuit(tol=1e-8, gradient="zfit").minimize(nll, params=parameters)
    errors = result.hesse(params=parameters, name="hesse")
    minimum = float(nll.value(full=False))
    return {
        "data": data,
        "valid": bool(result.valid),
        "edm": float(result.edm),
        "delta_nll": minimum - start,
        "values": {name: sign * float(result.params[p]["value"]) for name, (p, sign) in signed.items()},
        "errors": {name: float(errors[p]["error"]) for name, (p, _) in signed.items()},
    }


if __name__ == "__main__":
    recorded = json.load(sys.stdin)
    models = (gauss_exponential, gauss_exponential_constrained, chebychev_crystalball)
    cases = {build.__name__: fitted(build, recorded["cases"][build.__name__]["data"]) for build in models}
    packages = {name: version(name) for name in ("zfit", "iminuit", "tensorflow", "numpy")}
    head = {"made_by": "tests/peer/zfit_fits.py; data by NumPy, rounded to five decimals", "packages": packages}
    sys.stdout.write(json.dumps({**head, "cases": cases}, indent=1).replace(",\n    ", ", ") + "\n")
