"""Likelihoods that are also written down in NumPy, and differentiated there without any of our code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

import wilks
from wilks.typing import Array

X = wilks.Space("x", 0, 10)
Y = wilks.Space("y", -1, 1)

Values = Mapping[str, complex]
"""Complex values of the floating parameters."""


@dataclass(frozen=True, eq=False)
class Written:
    """A likelihood, and its terms in NumPy.

    Derivatives are complex steps (Squire and Trapp, SIAM Rev. 40 (1998) 110), which are exact to rounding; second ones
    are central differences of these.

    Args:
        nll: The likelihood.
        logs: Returns the log term of each row, by channel.
        rest: Returns all terms that are not sums over rows.
        weights: Weights of the rows, by channel, where there are any.
    """

    nll: wilks.NLL
    logs: Callable[[Values], Mapping[str, Array]]
    rest: Callable[[Values], complex]
    weights: Mapping[str, Array]

    @property
    def start(self) -> Array:
        return np.array([self.nll.start[name] for name in self.nll.floating])

    def points(self, count: int) -> Array:
        """Return points around the start."""
        start = self.start
        shifts = np.random.default_rng(count).uniform(-1, 1, (count, len(start)))
        return start + 0.05 * np.maximum(np.abs(start), 0.2) * shifts

    def value(self, point: Array) -> float:
        logs = self.logs(self._values(point))
        return float(np.real(self.rest(self._values(point)) - sum(self._weight(c) @ log for c, log in logs.items())))

    def scores(self, point: Array) -> dict[str, Array]:
        """Return the derivatives of the log terms, of shape [rows, P]."""
        stepped = [self.logs(values) for values in self._steps(point)]
        return {c: np.stack([np.imag(logs[c]) / STEP for logs in stepped], axis=1) for c in stepped[0]}

    def gradient(self, point: Array) -> Array:
        rows = sum(self._weight(c) @ scores for c, scores in self.scores(point).items())
        return self._slopes_of_rest(point) - rows

    def hessian(self, point: Array) -> Array:
        return _difference(self.gradient, point)

    def products(self, point: Array) -> Array:
        """Return the sum of w s s^T, which stands for second derivatives, and those of the rest."""
        rows = sum(scores.T @ (self._weight(c)[:, None] * scores) for c, scores in self.scores(point).items())
        return rows + _difference(self._slopes_of_rest, point)

    def outer_product(self, point: Array) -> Array:
        """Return the sum of w^2 s s^T."""
        return sum(s.T @ (self._weight(c)[:, None] ** 2 * s) for c, s in self.scores(point).items())

    def size(self, point: Array) -> Array:
        """Return the sum of all absolute values that add up to the gradient, to which rounding is relative."""
        rows = sum(np.abs(self._weight(c)) @ np.abs(scores) for c, scores in self.scores(point).items())
        return rows + np.abs(self._slopes_of_rest(point))

    def _weight(self, channel: str) -> Array:
        rows = next(len(c.data) for c in self.nll.channels if c.name == channel)
        return self.weights.get(channel, np.ones(rows))

    def _slopes_of_rest(self, point: Array) -> Array:
        return np.array([np.imag(self.rest(values)) / STEP for values in self._steps(point)])

    def _steps(self, point: Array) -> list[Values]:
        return [self._values(point + 1j * STEP * row) for row in np.eye(len(point))]

    def _values(self, point: Array) -> Values:
        return dict(zip(self.nll.floating, np.asarray(point, dtype=complex), strict=True))


STEP = 1e-30
"""Of complex steps; nothing is subtracted, so it may be as small as you like."""


def _difference(gradient: Callable[[Array], Array], point: Array) -> Array:
    """Return the derivatives of a gradient, by differences of fourth order."""
    steps = 1e-3 * np.maximum(np.abs(point), 0.1)
    rows = [
        (8 * (gradient(point + h) - gradient(point - h)) - gradient(point + 2 * h) + gradient(point - 2 * h)) / 12
        for h in steps * np.eye(len(point))
    ]
    return np.stack(rows) / steps[:, None]


def log_gauss(x: Array, mu: complex | Array, sigma: complex, lower: float = 0.0, upper: float = 10.0) -> Array:
    """Return the log of a Gaussian density between limits."""
    return -0.5 * ((x - mu) / sigma) ** 2 - np.log(gauss_integral(mu, sigma, lower, upper))


def gauss_integral(mu: complex | Array, sigma: complex, lower: float, upper: float) -> Array:
    unit = sigma * np.sqrt(2)
    return sigma * np.sqrt(np.pi / 2) * (special.erf((upper - mu) / unit) - special.erf((lower - mu) / unit))


def log_decay(x: Array, c: complex, lower: float = 0.0, upper: float = 10.0) -> Array:
    """Return the log of an exponential density between limits."""
    return -c * x - np.log((np.exp(-c * lower) - np.exp(-c * upper)) / c)


def minus_log_normal(observed: float, mean: complex, sigma: float) -> complex:
    return 0.5 * ((observed - mean) / sigma) ** 2 + np.log(sigma * np.sqrt(2 * np.pi))


def parameter(name: str, value: float, lower: float = -np.inf, upper: float = np.inf) -> wilks.Parameter:
    return wilks.Parameter(name, value, lower=lower, upper=upper)


def peak_and_decay(prefix: str = "", mean: float = 5.0, slope: wilks.Parameter | None = None) -> tuple[wilks.PDF, ...]:
    """Return a Gaussian of parameters mu and sigma, and an exponential of slope c."""
    mu, sigma = parameter(f"{prefix}mu", mean, 2, 8), parameter(f"{prefix}sigma", 0.9, 0.1, 4)
    c = parameter(f"{prefix}c", 0.2, -1, 2) if slope is None else slope
    return wilks.Gaussian(x=X, mean=mu, sigma=sigma), wilks.Exponential(x=X, c=c)


def events(n: int, seed: int) -> Array:
    """Return values of a peak at 5 over a falling background."""
    rng = np.random.default_rng(seed)
    values = np.concatenate([rng.normal(5, 0.8, n // 2), rng.uniform(0, 1, n - n // 2) ** 1.5 * 10])
    return rng.permutation(np.clip(values, 0.01, 9.99))


def extended() -> Written:
    """Yields, weights of either sign and of zero, more than one chunk of rows, a constraint."""
    model = wilks.Mixture(
        peak_and_decay(), [parameter("n_sig", 400, 0), parameter("n_bkg", 700, 0)], extended=True, name="model"
    )
    x = events(1500, seed=1)
    weights = np.where(np.arange(1500) % 9 == 0, 0.0, np.random.default_rng(2).uniform(-0.2, 1.8, 1500))
    constraint = wilks.gaussian_constraint(model.summands[0].mean, observed=5.1, sigma=0.2)

    def logs(p: Values) -> Mapping[str, Array]:
        peak, decay = log_gauss(x, p["mu"], p["sigma"]), log_decay(x, p["c"])
        return {"": np.log(p["n_sig"] * np.exp(peak) + p["n_bkg"] * np.exp(decay))}

    def rest(p: Values) -> complex:
        return p["n_sig"] + p["n_bkg"] + minus_log_normal(5.1, p["mu"], 0.2)

    nll = wilks.NLL(model, wilks.Data(X, x, weights=weights), constraints=[constraint])
    return Written(nll, logs, rest, {"": weights})


def channels() -> Written:
    """Two channels of one structure, one of another, one with nothing to float; shared parameters; constraints."""
    c = parameter("c", 0.2, -1, 2)
    f = parameter("f", 0.4, 0, 1)
    first, second = (wilks.Mixture(peak_and_decay(key, mean, c), [f]) for key, mean in (("a_", 5.0), ("b_", 4.6)))
    data = {name: events(n, seed=n) for name, n in (("one", 120), ("two", 77), ("three", 50), ("none", 30))}
    nll = wilks.NLL(
        {
            "one": (first, wilks.Data(X, data["one"])),
            "none": (wilks.Gaussian(x=X, mean=4.0, sigma=2.0), wilks.Data(X, data["none"])),
            "two": (second, wilks.Data(X, data["two"])),
            "three": (wilks.Exponential(x=X, c=2 * c), wilks.Data(X, data["three"])),
        },
        constraints=[
            wilks.gaussian_constraint(c, observed=0.25, sigma=0.1),
            wilks.gaussian_constraint(f, observed=0.5, sigma=0.2),
        ],
    )

    def logs(p: Values) -> Mapping[str, Array]:
        mixtures = {
            name: np.log(
                p["f"] * np.exp(log_gauss(data[name], p[f"{key}mu"], p[f"{key}sigma"]))
                + (1 - p["f"]) * np.exp(log_decay(data[name], p["c"]))
            )
            for name, key in (("one", "a_"), ("two", "b_"))
        }
        fixed = log_gauss(data["none"], 4.0, 2.0).astype(complex)
        return {**mixtures, "three": log_decay(data["three"], 2 * p["c"]), "none": fixed}

    def rest(p: Values) -> complex:
        return minus_log_normal(0.25, p["c"], 0.1) + minus_log_normal(0.5, p["f"], 0.2)

    return Written(nll, logs, rest, {})


def numerical() -> Written:
    """A density whose integral we compute by quadrature, and is known here; weights."""
    names = {"x": X, "a": parameter("a", 0.5), "b": parameter("b", 0.3, 0)}
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.uniform(0, 10, 60), np.minimum(rng.exponential(1.2, 60), 9)])
    weights = rng.uniform(0.2, 2, 120)
    nll = wilks.NLL(wilks.Generic(expression="exp(-a * x) + b", variables=names), wilks.Data(X, x, weights=weights))

    def logs(p: Values) -> Mapping[str, Array]:
        norm = (1 - np.exp(-10 * p["a"])) / p["a"] + 10 * p["b"]
        return {"": np.log(np.exp(-p["a"] * x) + p["b"]) - np.log(norm)}

    return Written(nll, logs, lambda _: 0.0, {"": weights})


def moving_mean() -> Written:
    """Data in two dimensions, in which the mean of one observable depends on the other; functions of parameters."""
    a, b, s = parameter("a", 1.5), parameter("b", 1.2), parameter("s", 1.1, 0.1)
    x, y = events(110, seed=5), np.random.default_rng(6).uniform(-1, 1, 110)
    model = wilks.Gaussian(x=X, mean=a**2 + 2 * b * Y, sigma=s * (1 + b / 10))
    nodes, shares = np.polynomial.legendre.leggauss(60)

    def logs(p: Values) -> Mapping[str, Array]:
        sigma = p["s"] * (1 + p["b"] / 10)
        norm = shares @ gauss_integral(p["a"] ** 2 + 2 * p["b"] * nodes, sigma, 0, 10)
        return {"": -0.5 * ((x - p["a"] ** 2 - 2 * p["b"] * y) / sigma) ** 2 - np.log(norm)}

    return Written(wilks.NLL(model, wilks.Data(X * Y, {"x": x, "y": y})), logs, lambda _: 0.0, {})


def products() -> Written:
    """Factors that share an observable, and one of another observable; constraints among the factors."""
    peak, decay = peak_and_decay()
    d = parameter("d", 0.4)
    constraints = [wilks.gaussian_constraint(c, observed=0.3, sigma=0.1) for c in (decay.c, d)]
    x, y = events(80, seed=7), np.random.default_rng(8).uniform(-1, 1, 80)
    model = wilks.Product([peak, decay, wilks.Exponential(x=Y, c=d), *constraints])

    def logs(p: Values) -> Mapping[str, Array]:
        # A Gaussian times an exponential is a Gaussian with another mean.
        shared = log_gauss(x, p["mu"] - p["c"] * p["sigma"] ** 2, p["sigma"])
        return {"": shared + log_decay(y, p["d"], -1, 1)}

    nll = wilks.NLL(model, wilks.Data(X * Y, {"x": x, "y": y}))
    return Written(nll, logs, lambda p: minus_log_normal(0.3, p["c"], 0.1) + minus_log_normal(0.3, p["d"], 0.1), {})


def fractions() -> Written:
    """So many numbers that rows depend on that second derivatives are computed direction by direction."""
    means = [parameter(f"m{i}", 1 + 2.5 * i) for i in range(4)]
    widths = [parameter(f"s{i}", 0.8 + 0.1 * i) for i in range(4)]
    shares = [parameter(f"f{i}", 0.2 + 0.02 * i) for i in range(3)]
    x = events(100, seed=9)
    peaks = [wilks.Gaussian(x=X, mean=mean, sigma=width) for mean, width in zip(means, widths, strict=True)]

    def logs(p: Values) -> Mapping[str, Array]:
        all_shares = [p["f0"], p["f1"], p["f2"], 1 - p["f0"] - p["f1"] - p["f2"]]
        return {"": np.log(sum(f * np.exp(log_gauss(x, p[f"m{i}"], p[f"s{i}"])) for i, f in enumerate(all_shares)))}

    return Written(wilks.NLL(wilks.Mixture(peaks, shares), wilks.Data(X, x)), logs, lambda _: 0.0, {})


WRITTEN = {make.__name__: make for make in (extended, channels, numerical, moving_mean, products, fractions)}
