"""Unbinned likelihoods against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

import wilks

RNG = np.random.default_rng(31)
MU = wilks.Parameter("mu", 4.8, lower=3, upper=7)
SIGMA = wilks.Parameter("sigma", 1.1, lower=0.1, upper=5)
RATE = wilks.Parameter("rate", 0.4, lower=0.01, upper=2)
F = wilks.Parameter("f", 0.35, lower=0, upper=1)
N_SIG = wilks.Parameter("n_sig", 30, lower=0)
N_BKG = wilks.Parameter("n_bkg", 55, lower=0)
VALUES = RNG.uniform(0.5, 9.5, 80)
POINT = {"mu": 5.2, "sigma": 0.9}


def densities(values: np.ndarray, pieces: list[tuple[float, float]], point: dict[str, float]) -> tuple[np.ndarray, ...]:
    """Gaussian and exponential, normalised over intervals."""
    mu, sigma, rate = point.get("mu", 4.8), point.get("sigma", 1.1), point.get("rate", 0.4)
    gauss, decay = stats.norm(mu, sigma), stats.expon(scale=1 / rate)
    norms = [sum(d.cdf(b) - d.cdf(a) for a, b in pieces) for d in (gauss, decay)]
    return gauss.pdf(values) / norms[0], decay.pdf(values) / norms[1]


def model(x: wilks.Space, *, extended: bool) -> wilks.Mixture:
    summands = [wilks.Gaussian(x=x, mean=MU, sigma=SIGMA), wilks.Exponential(x=x, c=RATE)]
    return wilks.Mixture(summands, [N_SIG, N_BKG] if extended else [F], extended=extended)


PIECES = {"full": [(0.0, 10.0)], "range": [(2.0, 7.5)], "union": [(0.0, 3.0), (4.5, 9.0)]}


def data(pieces: list[tuple[float, float]], weights: np.ndarray | None = None) -> wilks.Data:
    return wilks.Data(wilks.Space("x", pieces), VALUES, weights=weights)


@pytest.mark.parametrize("pieces", PIECES.values(), ids=PIECES)
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("extended", [False, True], ids=["shape", "extended"])
def test_against_scipy(pieces: list[tuple[float, float]], weighted: bool, extended: bool) -> None:
    weights = np.where(np.arange(80) % 7 == 0, 0.0, RNG.uniform(-0.3, 2, 80)) if weighted else None
    sample = data(pieces, weights)
    nll = wilks.NLL(model(wilks.Space("x", 0, 10), extended=extended), sample)
    for point in ({}, POINT):
        gauss, decay = densities(sample["x"], pieces, point)
        w = np.ones(len(sample)) if sample.weights is None else sample.weights
        if extended:
            expected = 30 + 55 - np.sum(w * np.log(30 * gauss + 55 * decay))
        else:
            expected = -np.sum(w * np.log(0.35 * gauss + 0.65 * decay))
        assert nll(point) == pytest.approx(expected, rel=1e-12)


def test_a_weight_of_zero_hides_an_event_without_density() -> None:
    x = wilks.Space("x", 0, 10)
    box = wilks.Generic(expression="(x < edge) * a", variables=[x, wilks.Parameter("edge", 5), wilks.Parameter("a", 1)])
    sample = wilks.Data(x, [1.0, 2.0, 6.0], weights=[1.0, 2.0, 0.0])
    nll = wilks.NLL(box, sample)
    assert nll() == pytest.approx(3 * np.log(5), rel=1e-6)  # the edge is inside a panel
    assert np.all(np.isfinite(nll.gradient()))


def test_integer_weights_are_repetitions() -> None:
    x = wilks.Space("x", 0, 10)
    repeated = wilks.NLL(model(x, extended=True), wilks.Data(x, np.repeat(VALUES[:9], [1, 2, 3] * 3)))
    weighted = wilks.NLL(model(x, extended=True), wilks.Data(x, VALUES[:9], weights=[1.0, 2.0, 3.0] * 3))
    assert weighted() == pytest.approx(repeated(), rel=1e-13)
    np.testing.assert_allclose(weighted.hessian(), repeated.hessian(), rtol=1e-10)


def test_columns_match_by_name_and_others_are_ignored() -> None:
    x, y = wilks.Space("x", 0, 10), wilks.Space("y", -1, 1)
    both = wilks.Data(y * x, {"x": VALUES, "y": RNG.uniform(-1, 1, 80)})
    only = wilks.Data(x, VALUES)
    shape = model(x, extended=False)
    assert wilks.NLL(shape, both)() == pytest.approx(wilks.NLL(shape, only)(), rel=1e-14)
    product = wilks.Product([shape, wilks.Uniform(x=y)])
    assert wilks.NLL(product, both)() == pytest.approx(wilks.NLL(shape, only)() + 80 * np.log(2), rel=1e-13)


def test_quadrature_over_a_union() -> None:
    x = wilks.Space("x", 0, 10)
    a = wilks.Parameter("a", 1.5)
    shape = wilks.Generic(expression="sqrt(x) + a * exp(-x)", variables=[x, a])
    sample = data(PIECES["union"])

    def f(t: float) -> float:
        return np.sqrt(t) + 1.5 * np.exp(-t)

    norm = sum(integrate.quad(f, low, high, epsabs=1e-13)[0] for low, high in PIECES["union"])
    assert wilks.NLL(shape, sample)() == pytest.approx(-np.sum(np.log(f(sample["x"]) / norm)), rel=1e-9)


def test_an_infinite_range() -> None:
    x = wilks.Space("x", -np.inf, np.inf)
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=MU, sigma=SIGMA), wilks.Data(x, VALUES))
    assert nll() == pytest.approx(-np.sum(stats.norm(4.8, 1.1).logpdf(VALUES)), rel=1e-13)
    half = wilks.Data(wilks.Space("x", 0, np.inf), VALUES)
    truncated = stats.norm(4.8, 1.1).logpdf(VALUES) - stats.norm(4.8, 1.1).logsf(0)
    assert wilks.NLL(wilks.Gaussian(x=x, mean=MU, sigma=SIGMA), half)() == pytest.approx(-np.sum(truncated), rel=1e-13)


def test_events_far_in_the_tail_stay_finite() -> None:
    x = wilks.Space("x", 0, 1000)
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=MU, sigma=SIGMA), wilks.Data(x, [5.0, 900.0]))
    expected = -np.sum(stats.norm(4.8, 1.1).logpdf([5.0, 900.0])) + 2 * stats.norm(4.8, 1.1).logsf(0)
    assert nll() == pytest.approx(expected, rel=1e-12)
    assert np.all(np.isfinite(nll.hessian()))
