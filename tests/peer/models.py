"""Likelihoods composed in Python, with data, to be written for RooFit and read back by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import wilks
import wilks.numpy as wnp
from wilks import NLL, Data, Mixture, Parameter, Space


def _normal(size: int, mean: float, sigma: float, lower: float, upper: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(mean, sigma, size), lower, upper)


def _flat(size: int, lower: float, upper: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(lower, upper, size)


def _peak(x: Space, suffix: str = "") -> tuple[Mixture, dict[str, Parameter]]:
    """Return the first model of docs/design.md, section 3."""
    p = {
        "mu": Parameter("mu", 5, lower=4, upper=6),
        "sigma": Parameter("sigma", 0.5, lower=0.1, upper=2),
        "c": Parameter(f"c{suffix}", 0.3, lower=0.01, upper=2),
        "n_sig": Parameter(f"n_sig{suffix}", 60, lower=0),
        "n_bkg": Parameter(f"n_bkg{suffix}", 140, lower=0),
    }
    signal = wilks.Gaussian(x=x, mean=p["mu"], sigma=p["sigma"])
    background = wilks.Exponential(x=x, c=p["c"])
    return Mixture([signal, background], [p["n_sig"], p["n_bkg"]], extended=True), p


def gauss_and_exponential() -> NLL:
    x = Space("x", 0, 10)
    return NLL(_peak(x)[0], Data(x, _flat(200, 0, 10, seed=1)))


def weighted() -> NLL:
    x = Space("x", 0, 10)
    return NLL(_peak(x)[0], Data(x, _flat(200, 0, 10, seed=2), weights=_flat(200, 0.5, 1.5, seed=3)))


def range_restricted() -> NLL:
    return NLL(_peak(Space("x", 0, 10))[0], Data(Space("x", 2, 8), _flat(200, 2, 8, seed=4)))


def crystal_balls() -> NLL:
    m = Space("m", 100, 150)
    m0, sigma = Parameter("m0", 125, lower=120, upper=130), Parameter("sigma", 2.5, lower=1, upper=5)
    alpha, n = Parameter("alpha", 1.3, lower=0.3, upper=3), Parameter("n", 3, lower=1, upper=20)
    lower = wilks.CrystalBall(m=m, m0=m0, sigma=sigma, alpha=alpha, n=n)
    upper = wilks.CrystalBall(m=m, m0=m0 + 1.5, sigma=sigma * 1.2, alpha=-1.1, n=4)
    double = wilks.DoubleCrystalBall(m=m, m0=m0, sigma_L=sigma, sigma_R=2, alpha_L=alpha, alpha_R=1.5, n_L=n, n_R=5)
    f, g = Parameter("f", 0.3, lower=0, upper=1), Parameter("g", 0.25, lower=0, upper=1)
    return NLL(Mixture([lower, upper, double], [f, g]), Data(m, _normal(200, 125, 5, 100, 150, seed=5)))


def constraints() -> NLL:
    x = Space("x", 0, 10)
    model, p = _peak(x)
    tau = Parameter("tau", 2, lower=0.5, upper=5)
    terms = [
        wilks.gaussian_constraint(p["mu"], observed=5.1, sigma=0.2),
        wilks.poisson_constraint(tau * p["n_bkg"], observed=290, name="control"),
        wilks.lognormal_constraint(tau, observed=2.1, sigma=0.15),
    ]
    return NLL(model, Data(x, _flat(200, 0, 10, seed=6)), constraints=terms)


def constraint_in_product() -> NLL:
    x = Space("x", 0, 10)
    model, p = _peak(x)
    term = wilks.gaussian_constraint(p["sigma"], observed=Parameter("sigma_measured", 0.6, fixed=True), sigma=0.1)
    return NLL(wilks.Product([model, term]), Data(x, _flat(200, 0, 10, seed=7)), constraints=[term])


def simultaneous() -> NLL:
    x, y = Space("x", 0, 10), Space("y", 2, 8)
    low, p = _peak(x, "_low")
    high, _ = _peak(y, "_high")
    term = wilks.gaussian_constraint(p["mu"], observed=5.05, sigma=0.3)
    channels = {"low": (low, Data(x, _flat(150, 0, 10, seed=8))), "high": (high, Data(y, _flat(90, 2, 8, seed=9)))}
    return NLL(channels, constraints=[term])


def one_model_two_data_sets() -> NLL:
    x = Space("x", 0, 10)
    model, _ = _peak(x)
    first, second = Data(x, _flat(120, 0, 10, seed=10), name="run1"), Data(x, _flat(90, 0, 10, seed=11), name="run2")
    return NLL({"a": (model, first), "b": (model, second)})


def one_data_set_two_models() -> NLL:
    x = Space("x", 0, 10)
    data = Data(x, _flat(120, 0, 10, seed=12))
    flat = wilks.Polynomial(x=x, coefficients=(1.0, Parameter("slope", 0.05, lower=0, upper=1)))
    return NLL(_peak(x)[0], data, name="peak") + NLL(flat, data)


def arithmetic() -> NLL:
    x = Space("x", 0, 10)
    a, b, c = (Parameter(name, value, lower=0.1, upper=8) for name, value in (("a", 2.5), ("b", 1.5), ("s", 0.7)))
    mean = 2 * a - b**2 / (1 + c) + 1 / b - (-c)
    sigma = wilks.compose(wnp.sqrt, a) * wilks.compose(wnp.exp, -c) + wilks.compose(wnp.abs, c) / 7
    return NLL(wilks.Gaussian(x=x, mean=mean, sigma=sigma), Data(x, _normal(200, 4.6, 1, 0, 10, seed=13)))


def generic_expressions() -> NLL:
    x = Space("x", 0, 10)
    s, b, p = (Parameter(name, value, lower=0.1, upper=2) for name, value in (("s", 0.7), ("b", 0.4), ("p", 1.2)))
    width = wilks.GenericFunc(
        expression="1/2*s + TMath::Abs(b)^(1/2) + (b > 0 && TRUE)/(1 + 2)", variables=[s, b], name="width"
    )
    signal = wilks.Generic(
        expression="exp(-0.5*((x-PI)/width)^2) + max(p, 1)*EULER*(x === x ? pow(p,1/3) : 2)/100",
        variables=[x, width, p],
    )
    tail = wilks.Generic(expression="exp(-x*k) + abs(s)*1e-2", variables={"x": x, "k": 0.3, "s": s})
    f = Parameter("f", 0.6, lower=0, upper=1)
    return NLL(Mixture([signal, tail], [f]), Data(x, _flat(200, 0, 10, seed=14)))


def functions() -> NLL:
    x = Space("x", 0, 10)
    a, b = Parameter("a", 0.8, lower=0.1, upper=2), Parameter("b", 1.2, lower=0.1, upper=2)
    mean = wilks.SumFunc(
        summands=(wilks.ProductFunc(factors=(a, b, 2.0)), wilks.PolynomialFunc(x=b, coefficients=(1.0, 0.0, a)))
    )
    return NLL(wilks.Gaussian(x=x, mean=mean, sigma=1.5), Data(x, _normal(200, 4, 1.5, 0, 10, seed=15)))


def columns_out_of_order() -> NLL:
    z, a = Space("z", 0, 10), Space("a", -3, 3)
    mean = Parameter("mean", 0.2, lower=-1, upper=1)
    model = wilks.Product(
        [wilks.Exponential(x=z, c=Parameter("c", 0.3, lower=0.01, upper=2)), wilks.Gaussian(x=a, mean=mean, sigma=1)]
    )
    values = np.column_stack([_flat(150, 0, 10, seed=16), _normal(150, 0, 1, -3, 3, seed=17)])
    return NLL(model, Data(z * a, values))


def polynomials() -> NLL:
    x = Space("x", -1, 3)
    a, b = Parameter("a", 0.2, lower=-0.5, upper=0.5), Parameter("b", 0.1, lower=-0.4, upper=0.4)
    summands = [
        wilks.Chebychev(x=x, coefficients=(a, -1e-5, b)),
        wilks.Bernstein(x=x, coefficients=(1.0, 2 + a, 0.5)),
        wilks.Polynomial(x=x, coefficients=(0.0, 0.0, 1.0, b / 10)),
        wilks.Polynomial(x=x, coefficients=(1.0, 0.0, b)),
        wilks.Uniform(x=(x,)),
    ]
    fractions = [Parameter(f"f{i}", 0.2, lower=0, upper=0.25) for i in range(4)]
    return NLL(Mixture(summands, fractions), Data(x, _flat(200, -1, 3, seed=18)))


def positive_variables() -> NLL:
    t = Space("t", 0.1, 5)
    g, k = Parameter("g", 2.2, lower=1, upper=4), Parameter("k", 0.4, lower=0.1, upper=1)
    summands = [
        wilks.Gamma(x=t, gamma=g, beta=0.6, mu=0.0),
        wilks.LogNormal(x=t, mu=0.3, sigma=k),
        wilks.Argus(mass=t, resonance=5.5, slope=-3 * k, power=0.5),
    ]
    return NLL(Mixture(summands, [0.3, 0.2, 0.5]), Data(t, _flat(200, 0.1, 5, seed=19)))


def correlated() -> NLL:
    return _correlated(12)


def correlated_near_limits() -> NLL:
    return _correlated(5)


def _correlated(half_width: float) -> NLL:
    x, y = Space("x", -half_width, half_width), Space("y", 1 - half_width, 1 + half_width)
    mean = Parameter("mean", 0.3, lower=-2, upper=2)
    model = wilks.MultivariateNormal(x=(x, y), mean=(mean, 1.0), covariances=((1.5, -0.4), (-0.4, 0.8)))
    values = np.random.default_rng(20).multivariate_normal([0.2, 1.0], [[1.5, -0.4], [-0.4, 0.8]], size=150)
    return NLL(model, Data(x * y, values))


def fixed_parameters() -> NLL:
    x = Space("x", 0, 10)
    sigma = Parameter("sigma", 1.3, lower=0.1, upper=1.5, fixed=True)
    shift = Parameter("shift", -7.5e-6, fixed=True)
    mean = Parameter("mean", 4.2)
    return NLL(wilks.Gaussian(x=x, mean=mean + shift, sigma=sigma), Data(x, _normal(200, 4, 1.3, 0, 10, seed=21)))


def breit_wigner() -> NLL:
    x = Space("x", 80, 100)
    model = wilks.BreitWigner(x=x, mean=Parameter("mz", 91.2, lower=90, upper=92), width=2.5)
    return NLL(model, Data(x, _normal(100, 91, 2, 80, 100, seed=22)))


def counts() -> NLL:
    n = Space("n", 0, 60)
    model = wilks.Poisson(x=n, mean=Parameter("rate", 7.5, lower=0.1, upper=30))
    return NLL(model, Data(n, np.random.default_rng(23).poisson(7, size=50).astype(float)))


def continued_counts() -> NLL:
    n = Space("n", 0, 60)
    model = wilks.ContinuedPoisson(x=n, mean=Parameter("rate", 7.5, lower=0.1, upper=30))
    return NLL(model, Data(n, np.random.default_rng(24).uniform(2, 15, size=50)))


def only_constraints() -> NLL:
    mu = Parameter("mu", 5, lower=0, upper=10)
    return NLL({}, constraints=[wilks.gaussian_constraint(mu, observed=5.1, sigma=0.2)])


MODELS: tuple[Callable[[], NLL], ...] = (
    gauss_and_exponential,
    weighted,
    range_restricted,
    crystal_balls,
    constraints,
    constraint_in_product,
    simultaneous,
    one_model_two_data_sets,
    one_data_set_two_models,
    arithmetic,
    generic_expressions,
    functions,
    columns_out_of_order,
    polynomials,
    positive_variables,
    correlated,
    correlated_near_limits,
    fixed_parameters,
    breit_wigner,
    counts,
    continued_counts,
    only_constraints,
)


def points(nll: NLL, count: int = 4) -> list[dict[str, float]]:
    """Return the start values and points around them, inside the limits."""
    rng = np.random.default_rng(len(nll.floating))
    result = [nll.start]
    for _ in range(count - 1):
        point = dict(nll.start)
        for name in nll.floating:
            lower, upper = nll.bounds[name]
            step = 0.1 * rng.uniform(-1, 1) * max(abs(point[name]), 0.1)
            point[name] = float(np.clip(point[name] + step, lower, upper))
        result.append(point)
    return result
