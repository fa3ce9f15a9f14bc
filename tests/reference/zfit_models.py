"""The models of zfit.json in wilks; ``tests/peer/zfit_fits.py`` has them in zfit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import wilks
from wilks import NLL, Data, Mixture, Parameter, Space


def gauss_exponential(values: np.ndarray) -> NLL:
    model, _ = _gauss_exponential()
    return NLL(model, Data(Space("x", 0, 10), values))


def gauss_exponential_constrained(values: np.ndarray) -> NLL:
    model, parameters = _gauss_exponential()
    terms = [
        wilks.gaussian_constraint(parameters["mu"], observed=4.9, sigma=0.03),
        wilks.gaussian_constraint(parameters["sigma"], observed=0.55, sigma=0.02),
    ]
    return NLL(model, Data(Space("x", 0, 10), values), constraints=terms)


def chebychev_crystalball(values: np.ndarray) -> NLL:
    m = Space("m", 100, 150)
    sigma = Parameter("sigma", 2, lower=1, upper=5)
    signal = wilks.DoubleCrystalBall(
        m=m,
        m0=Parameter("m0", 125, lower=120, upper=130),
        sigma_L=sigma,
        sigma_R=sigma,
        alpha_L=Parameter("alpha_L", 1.2, lower=0.3, upper=4),
        alpha_R=Parameter("alpha_R", 1.6, lower=0.3, upper=4),
        n_L=3,
        n_R=4,
    )
    coefficients = (Parameter("a", -0.2, lower=-1, upper=1), Parameter("b", 0.0, lower=-1, upper=1))
    model = Mixture([signal, wilks.Chebychev(x=m, coefficients=coefficients)], [Parameter("f", 0.5, lower=0, upper=1)])
    return NLL(model, Data(m, values))


MODELS = {f.__name__: f for f in (gauss_exponential, gauss_exponential_constrained, chebychev_crystalball)}


ERRORS = {
    # The second derivative of a crystal ball jumps where a tail begins: zfit's finite differences mix both sides.
    "chebychev_crystalball": 0.01,
}
"""How closely Hesse errors agree, where not to 1e-3."""


def check_against_zfit(name: str, case: Mapping[str, Any]) -> None:
    """Fit a case and compare with zfit: the depth of the minimum, the values and the Hesse errors."""
    nll = MODELS[name](np.array(case["data"]))
    result = wilks.fit(nll)
    assert result.valid, result
    assert case["valid"]
    assert abs(result.minimum - nll() - case["delta_nll"]) < 1e-6
    for parameter, error in case["errors"].items():
        assert abs(result.values[parameter] - case["values"][parameter]) < 1e-3 * error, parameter
        assert abs(result.errors[parameter] - error) < ERRORS.get(name, 1e-3) * error, parameter


def _gauss_exponential() -> tuple[Mixture, dict[str, Parameter]]:
    x = Space("x", 0, 10)
    p = {
        "mu": Parameter("mu", 5, lower=4, upper=6),
        "sigma": Parameter("sigma", 0.6, lower=0.1, upper=2),
        "c": Parameter("c", 0.2, lower=0.01, upper=2),
        "n_sig": Parameter("n_sig", 250, lower=0, upper=2000),
        "n_bkg": Parameter("n_bkg", 550, lower=0, upper=2000),
    }
    signal = wilks.Gaussian(x=x, mean=p["mu"], sigma=p["sigma"])
    return Mixture([signal, wilks.Exponential(x=x, c=p["c"])], [p["n_sig"], p["n_bkg"]], extended=True), p
