"""Derivatives, batches and shards of compiled likelihoods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp

RNG = np.random.default_rng(7)


def extended_model(x: wilks.Space) -> wilks.Mixture:
    mu = wilks.Parameter("mu", 5, lower=4, upper=6)
    sigma = wilks.Parameter("sigma", 0.8, lower=0.1, upper=2)
    c = wilks.Parameter("c", 0.2, lower=-1, upper=2)
    yields = [wilks.Parameter("n_sig", 40, lower=0), wilks.Parameter("n_bkg", 60, lower=0)]
    peak = wilks.Gaussian(x=x, mean=mu, sigma=sigma)
    return wilks.Mixture([peak, wilks.Exponential(x=x, c=c)], yields, extended=True)


def numerical_model(x: wilks.Space) -> wilks.Generic:
    names = {"x": x, "a": wilks.Parameter("a", 0.5), "b": wilks.Parameter("b", 1.5)}
    return wilks.Generic(expression="exp(-(x - 5)^2 / (2 * b)) + exp(a) * x / 10", variables=names)


def functional_model(x: wilks.Space) -> wilks.Gaussian:
    a, b = wilks.Parameter("a", 1.2, lower=0.5), wilks.Parameter("b", 2.0)
    return wilks.Gaussian(x=x, mean=wilks.compose(wnp.exp, a) + b / a, sigma=1 + a**2 * b - b**2.5 / 10)


MODELS = {"extended": extended_model, "numerical": numerical_model, "functional": functional_model}


@pytest.fixture(scope="module", params=MODELS)
def nll(request: Any) -> wilks.NLL:
    x = wilks.Space("x", 0, 10)
    model = MODELS[request.param](x)
    first = next(iter(model.symbols.parameters.values()))
    constraint = wilks.gaussian_constraint(first, observed=first.value * 1.1, sigma=0.2)
    weights = RNG.uniform(0.5, 1.5, 101) if request.param == "numerical" else None
    return wilks.NLL(model, wilks.Data(x, RNG.uniform(0, 10, 101), weights=weights), constraints=[constraint])


def start(nll: wilks.NLL) -> Any:
    return np.array([nll.start[name] for name in nll.floating])


def test_gradient_is_the_finite_difference(nll: wilks.NLL) -> None:
    point = start(nll)
    steps = 1e-5 * np.maximum(1, np.abs(point)) * np.eye(len(point))
    numerical = [(nll(point + h) - nll(point - h)) / (2 * h.sum()) for h in steps]
    np.testing.assert_allclose(nll.gradient(point), numerical, rtol=1e-6, atol=1e-6)


def test_hessian_is_the_finite_difference(nll: wilks.NLL) -> None:
    point = start(nll)
    steps = 1e-5 * np.maximum(1, np.abs(point)) * np.eye(len(point))
    numerical = [(nll.gradient(point + h) - nll.gradient(point - h)) / (2 * h.sum()) for h in steps]
    hessian = nll.hessian(point)
    np.testing.assert_allclose(hessian, numerical, rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(hessian, hessian.T)


def test_a_batch_is_a_loop(nll: wilks.NLL) -> None:
    points = start(nll) * (1 + 0.05 * RNG.uniform(-1, 1, (4, len(nll.floating))))
    np.testing.assert_allclose(nll.batch(points), [nll(point) for point in points], rtol=1e-12)
    np.testing.assert_allclose(nll.batch(points[:1]), [nll(points[0])], rtol=1e-12)


def test_mapping_vector_and_result_are_the_same_point(nll: wilks.NLL) -> None:
    point = start(nll) * 1.02
    named = dict(zip(nll.floating, point, strict=True))
    assert nll(point) == pytest.approx(nll(named), rel=1e-14)
    assert nll(list(point)) == nll(point)
    assert nll() == nll({}) == nll(start(nll))
    np.testing.assert_allclose(nll.gradient(named), nll.gradient(point), rtol=1e-13)
    np.testing.assert_allclose(nll.hessian(named), nll.hessian(point), rtol=1e-13)


@pytest.mark.parametrize(("n", "weighted"), [(50_001, True), (60_002, False)], ids=["odd and weighted", "even"])
def test_shards_add_up(n: int, weighted: bool) -> None:
    x = wilks.Space("x", 0, 10)
    weights = RNG.uniform(-0.2, 1.5, n) if weighted else None
    constraint = wilks.gaussian_constraint(wilks.Parameter("mu", 5, lower=4, upper=6), observed=5.1, sigma=0.01)
    data = wilks.Data(x, RNG.uniform(0, 10, n), weights=weights)
    nll = wilks.NLL(extended_model(x), data, constraints=[constraint])
    point = start(nll)
    whole, sharded = (nll.with_options(shards=count).objective() for count in (1, 3 if n % 2 else 2))
    assert sharded.evaluator.parallel > whole.evaluator.parallel == 1
    assert sharded.value(point) == pytest.approx(whole.value(point), rel=1e-12)
    (_, gradient), (_, expected) = sharded.value_and_gradient(point), whole.value_and_gradient(point)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-12 * scale)
    if weighted:
        for name in ("hessian", "row_outer_product", "squared_weights_hessian"):
            ours, theirs = getattr(sharded, name)(point), getattr(whole, name)(point)
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * np.abs(theirs).max(), err_msg=name)


def test_small_data_are_not_split() -> None:
    x = wilks.Space("x", 0, 10)
    nll = wilks.NLL(extended_model(x), wilks.Data(x, RNG.uniform(0, 10, 20_000)))
    assert nll.with_options(shards=4).objective().evaluator.parallel == 1


def test_scores_of_a_gaussian() -> None:
    # d log f / d mu = (x - mu) / sigma^2 over the whole line, so the outer product is a sum of squares.
    x, mu = wilks.Space("x", -np.inf, np.inf), wilks.Parameter("mu", 0.3)
    values, weights = RNG.normal(size=50), RNG.uniform(0.5, 2, 50)
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=mu, sigma=1.5), wilks.Data(x, values, weights=weights))
    expected = np.sum(np.square(weights * (values - 0.3) / 1.5**2))
    assert nll.objective().row_outer_product(np.array([0.3])) == pytest.approx(np.array([[expected]]), rel=1e-12)
