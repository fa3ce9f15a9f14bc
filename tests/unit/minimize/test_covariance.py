"""Covariance matrices of weighted fits against NumPy and RooFit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import wilks

RNG = np.random.default_rng(12)
X = wilks.Space("x", 0, 10)
VALUES = np.concatenate([RNG.normal(5, 0.7, 60), RNG.exponential(4, 120)])
VALUES = VALUES[(VALUES > 0) & (VALUES < 10)]
WEIGHTS = RNG.uniform(0.3, 2.0, len(VALUES))
SIGMA = 0.1


def likelihood(*, extended: bool) -> wilks.NLL:
    mu = wilks.Parameter("mu", 5, lower=3, upper=7)
    rate = wilks.Parameter("rate", 0.25, lower=0.01, upper=2)
    peak, decay = wilks.Gaussian(x=X, mean=mu, sigma=0.7), wilks.Exponential(x=X, c=rate)
    if extended:
        yields = [wilks.Parameter("s", 60, lower=0), wilks.Parameter("b", 120, lower=0)]
        model = wilks.Mixture([peak, decay], yields, extended=True)
    else:
        model = wilks.Mixture([peak, decay], [wilks.Parameter("f", 0.4, lower=0, upper=1)])
    constraint = wilks.gaussian_constraint(mu, observed=5.05, sigma=SIGMA)
    return wilks.NLL(model, wilks.Data(X, VALUES, weights=WEIGHTS), constraints=[constraint])


def log_density(point: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Log of nu f at every event, or of f."""
    p = dict(zip(names, point, strict=True))
    gauss, decay = stats.norm(p["mu"], 0.7), stats.expon(scale=1 / p["rate"])
    f, g = gauss.pdf(VALUES) / (gauss.cdf(10) - gauss.cdf(0)), decay.pdf(VALUES) / decay.cdf(10)
    return np.log(p["s"] * f + p["b"] * g) if "s" in p else np.log(p["f"] * f + (1 - p["f"]) * g)


def derivative(function, point: np.ndarray) -> np.ndarray:
    """Central differences of fourth order, along the last axis."""
    columns = []
    for i, value in enumerate(point):
        h = 1e-3 * max(1.0, abs(value)) * np.eye(len(point))[i]
        near, far = function(point + h) - function(point - h), function(point + 2 * h) - function(point - 2 * h)
        columns.append((8 * near - far) / (12 * h[i]))
    return np.stack(columns, axis=-1)


@pytest.fixture(scope="module", params=[False, True], ids=["shape", "extended"])
def case(request: pytest.FixtureRequest) -> tuple[wilks.NLL, np.ndarray, tuple[str, ...], dict[str, np.ndarray]]:
    """The likelihood, its minimum, and the matrices from which covariances are made."""
    nll = likelihood(extended=request.param)
    result = wilks.fit(nll, covariance="hesse")
    names = result.floating
    point = np.array([result.values[name] for name in names])

    def hessian(weights: np.ndarray, scale: float) -> np.ndarray:
        def gradient(at: np.ndarray) -> np.ndarray:
            scores = derivative(lambda p: log_density(p, names), at)
            slope = -weights @ scores
            slope[names.index("mu")] += (at[names.index("mu")] - 5.05) / SIGMA**2
            return slope + scale * np.isin(names, ["s", "b"])

        return derivative(gradient, point)

    scores = derivative(lambda p: log_density(p, names), point) * WEIGHTS[:, None]
    ratio = np.sum(WEIGHTS**2) / np.sum(WEIGHTS)
    matrices = {"V": np.linalg.inv(hessian(WEIGHTS, 1.0)), "C": scores.T @ scores, "H2": hessian(WEIGHTS**2, ratio)}
    return nll, point, names, matrices


def test_hesse(case) -> None:
    nll, _, _, m = case
    np.testing.assert_allclose(wilks.fit(nll, covariance="hesse").covariance, m["V"], rtol=1e-5)


def test_sandwich_is_the_default(case) -> None:
    nll, _, _, m = case
    result = wilks.fit(nll)
    assert result.covariance_method == "sandwich"
    np.testing.assert_allclose(result.covariance, m["V"] @ m["C"] @ m["V"], rtol=1e-5)


def test_sum_of_squared_weights(case) -> None:
    nll, _, _, m = case
    result = wilks.fit(nll, covariance="sumw2")
    assert result.covariance_method == "sumw2"
    np.testing.assert_allclose(result.covariance, m["V"] @ m["H2"] @ m["V"], rtol=1e-5)


def test_minos_has_no_meaning_for_weights(case) -> None:
    with pytest.raises(wilks.FitError, match="sandwich"):
        wilks.fit(case[0]).minos(["mu"])


def test_without_weights_the_sum_of_squares_is_hesse() -> None:
    mu = wilks.Parameter("mu", 5, lower=3, upper=7)
    nll = wilks.NLL(wilks.Gaussian(x=X, mean=mu, sigma=1), wilks.Data(X, VALUES))
    hesse, sumw2 = (wilks.fit(nll, covariance=method).covariance for method in ("hesse", "sumw2"))
    np.testing.assert_allclose(sumw2, hesse, rtol=1e-10)


def test_a_common_factor_of_the_weights_changes_no_corrected_error() -> None:
    mu = wilks.Parameter("mu", 5, lower=3, upper=7)
    model = wilks.Gaussian(x=X, mean=mu, sigma=1)
    plain = wilks.NLL(model, wilks.Data(X, VALUES))
    scaled = wilks.NLL(model, wilks.Data(X, VALUES, weights=np.full(len(VALUES), 3.0)))
    expected = wilks.fit(plain).errors["mu"]
    assert wilks.fit(scaled, covariance="sumw2").errors["mu"] == pytest.approx(expected, rel=1e-6)
    assert wilks.fit(scaled, covariance="hesse").errors["mu"] == pytest.approx(expected / np.sqrt(3), rel=1e-6)


def test_roofit_with_a_constraint() -> None:
    # ROOT 6.40: RooGaussian over (-5, 5), ExternalConstraints(Gaussian(s; 1.3, 0.05)), strategy 2. The constraint
    # stands in both Hessians of SumW2Error, and not in the sum of AsymptoticError.
    rng = np.random.default_rng(5)
    x = wilks.Space("x", -5, 5)
    values, weights = rng.normal(0.3, 1.2, 200), rng.uniform(0.2, 2.0, 200)
    mu, s = wilks.Parameter("mu", 0.3, lower=-3, upper=3), wilks.Parameter("s", 1.2, lower=0.3, upper=4)
    constraint = wilks.gaussian_constraint(s, observed=1.3, sigma=0.05)
    data = wilks.Data(x, values[np.abs(values) < 5], weights=weights[: np.sum(np.abs(values) < 5)])
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=mu, sigma=s), data, constraints=[constraint])
    for method, errors in (
        ("hesse", {"mu": 0.08601011191040471, "s": 0.03995517800134207}),
        ("sandwich", {"mu": 0.09622041384879862, "s": 0.026266733570356277}),
        ("sumw2", {"mu": 0.09950905042958776, "s": 0.04289310790828478}),
    ):
        assert wilks.fit(nll, covariance=method).errors == pytest.approx(errors, rel=1e-3), method


@pytest.mark.parametrize("name", ["weighted_unbinned", "weighted_extended"])
def test_roofit_of_the_corpus(name: str, corpus: Path) -> None:
    # RooFit's Hessians are finite differences of transformed parameters: 2 per cent.
    folder = corpus / "hs3" / "public"
    (reference,) = json.loads((folder / f"{name}.expected.json").read_text())["fits"]
    nll = wilks.load(folder / f"{name}.json").likelihood
    for method, key in (("sumw2", "errors_sumw2"), ("sandwich", "errors_asymptotic")):
        assert wilks.fit(nll, covariance=method).errors == pytest.approx(reference[key], rel=0.02), method
