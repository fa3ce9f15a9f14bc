"""Properties of random models."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import wilks
import wilks.numpy as wnp
from wilks.evaluation import evaluate

X = wilks.Space("x", -4, 6)
POINTS = np.linspace(-4, 6, 9)
GRID = np.linspace(-4, 6, 1001)
VALUES = np.array([-3.2, -1.0, 0.4, 1.1, 2.5, 5.9])

few = settings(max_examples=40 if os.environ.get("CI") else 15)
"""Quadratures and files take a tenth of a second each."""

means = st.floats(-6, 8)
widths = st.floats(0.05, 20)
slopes = st.floats(-3, 3)
coefficients = st.floats(-1, 1)


def gaussians() -> st.SearchStrategy[wilks.PDF]:
    return st.builds(lambda m, s: wilks.Gaussian(x=X, mean=m, sigma=s), means, widths)


def exponentials() -> st.SearchStrategy[wilks.PDF]:
    return st.builds(lambda c: wilks.Exponential(x=X, c=c), slopes)


def chebychevs() -> st.SearchStrategy[wilks.PDF]:
    inner = st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=3)
    return st.builds(lambda c: wilks.Chebychev(x=X, coefficients=c), inner)


def breit_wigners() -> st.SearchStrategy[wilks.PDF]:
    return st.builds(lambda m, w: wilks.BreitWigner(x=X, mean=m, width=w), means, widths)


simple = gaussians() | exponentials() | chebychevs() | breit_wigners() | st.just(wilks.Uniform(x=X))


@given(simple, simple, st.floats(0, 1))
def test_a_mixture_is_the_convex_combination(one: wilks.PDF, other: wilks.PDF, fraction: float) -> None:
    mixture = wilks.Mixture([one, other], [fraction])
    expected = fraction * one.pdf(POINTS) + (1 - fraction) * other.pdf(POINTS)
    np.testing.assert_allclose(mixture.pdf(POINTS), expected, rtol=1e-12, atol=1e-300)


@given(simple, simple, st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_yields_are_fractions_of_their_sum(one: wilks.PDF, other: wilks.PDF, n: float, m: float) -> None:
    extended = wilks.Mixture([one, other], [n, m], extended=True)
    fractions = wilks.Mixture([one, other], [n / (n + m)])
    np.testing.assert_allclose(extended.log_pdf(POINTS), fractions.log_pdf(POINTS), rtol=1e-9, atol=1e-9)


@few
@given(simple, st.lists(st.integers(-39, 59).map(lambda i: i / 10), min_size=1, max_size=3))
def test_probabilities_add_up_to_one(pdf: wilks.PDF, cuts: list[float]) -> None:
    edges = sorted({-4.0, 6.0, *cuts})
    pieces = [wilks.Space("x", a, b) for a, b in pairwise(edges)]
    probabilities = [pdf.integrate(piece) for piece in pieces]
    assert all(p >= 0 for p in probabilities)
    np.testing.assert_allclose(sum(probabilities), 1, rtol=1e-9)


@few
@given(simple, simple)
def test_a_product_integrates_to_one(one: wilks.PDF, other: wilks.PDF) -> None:
    product = wilks.Product([one, other])
    assume(np.max(one.log_pdf(GRID) + other.log_pdf(GRID)) > -700)  # two narrow peaks may have nothing in common
    np.testing.assert_allclose(product.integrate(X), 1, rtol=1e-8)


@given(simple, st.floats(0.2, 4))
def test_truncation_gains_the_log_of_the_probability(pdf: wilks.PDF, half: float) -> None:
    inside = wilks.Space("x", -half, half)
    values = np.append(VALUES[np.abs(VALUES) < half], 0.0)
    probability = pdf.integrate(inside)
    assume(probability > 1e-200)
    truncated = pdf.log_pdf(values) - np.log(probability)
    # What a likelihood of data in this range sums up.
    in_range = evaluate(pdf, columns={"x": values}, over=[inside], values={})
    np.testing.assert_allclose(in_range, truncated, rtol=1e-8, atol=1e-8)


parameters = st.sampled_from([
    wilks.Parameter("a", 0.5, lower=-2, upper=2),
    wilks.Parameter("b", 1.25, lower=0.1),
    wilks.Parameter("c", -0.75, upper=3),
    wilks.Parameter("d", 2.0, fixed=True),
])  # fmt: skip


def functions() -> st.SearchStrategy[wilks.Func]:
    """Arithmetic of parameters whose value is finite wherever the parameters are."""
    numbers = st.floats(-2, 2).filter(lambda v: v == 0 or abs(v) > 1e-3)

    def extend(inner: st.SearchStrategy[wilks.Func]) -> st.SearchStrategy[wilks.Func]:
        return (
            st.builds(lambda f, g: f + g, inner, inner)
            | st.builds(lambda f, g: f - g, inner, inner | numbers)
            | st.builds(lambda f, g: f * g, inner | numbers, inner)
            | st.builds(lambda f, g: f / (1 + g**2), inner, inner)
            | st.builds(lambda f: wilks.compose(wnp.sin, f), inner)
            | st.builds(lambda f: wilks.compose(wnp.abs, -f), inner)
        )

    return st.recursive(parameters, extend, max_leaves=6)


@st.composite
def models(draw: st.DrawFn) -> wilks.PDF:
    """Mixtures of distributions with functions of shared parameters."""
    peak = wilks.Gaussian(x=X, mean=draw(functions()), sigma=wilks.compose(wnp.abs, draw(functions())) + 0.5)
    summands = [peak, draw(simple)]
    if draw(st.booleans()):
        return wilks.Mixture(summands, [draw(st.floats(1, 9)), wilks.Parameter("n", 7.0, lower=0)], extended=True)
    inner = wilks.Mixture(summands, [draw(st.floats(0.1, 0.9))])
    return wilks.Mixture([inner, wilks.Uniform(x=X)], [wilks.Parameter("f", 0.25, lower=0, upper=1)])


def constraints(model: wilks.PDF) -> list[wilks.PDF]:
    shared = [p for p in model.symbols.parameters.values() if p.name in "abc"]
    return [wilks.gaussian_constraint(p, observed=0.3, sigma=0.4, name=f"aux_{p.name}") for p in shared]


@few
@given(models(), st.sampled_from(["model.json", "model.yaml"]), st.sampled_from(["spec", "roofit"]))
def test_a_saved_likelihood_is_the_same(model: wilks.PDF, name: str, dialect: str) -> None:
    nll = wilks.NLL({"signal": (model, wilks.Data(X, VALUES))}, constraints=constraints(model))
    with TemporaryDirectory() as folder:
        wilks.save(nll, Path(folder) / name, dialect=dialect)
        again = wilks.load(Path(folder) / name).likelihood
    assert set(again.parameters) == set(nll.parameters)
    assert again.start == nll.start
    assert again.bounds == nll.bounds
    assert again.fixed == nll.fixed
    densities = [evaluated_at_start(likelihood) for likelihood in (nll, again)]
    np.testing.assert_allclose(densities[1], densities[0], rtol=1e-12)


def evaluated_at_start(nll: wilks.NLL) -> np.ndarray:
    """Return log densities and constraint terms without compiling."""
    (channel,) = nll.channels
    start = nll.start
    terms = [
        constraint.log_pdf(
            {constraint.x.name: [constraint.x.value]},
            params={name: start[name] for name in constraint.parameters if name != constraint.x.name},
        )
        for constraint in nll.constraints
    ]
    return np.concatenate([channel.model.log_pdf(channel.data), *sorted(terms)])


@settings(max_examples=5)
@given(models())
def test_a_compiled_likelihood_is_the_sum_of_its_terms(model: wilks.PDF) -> None:
    nll = wilks.NLL(model, wilks.Data(X, VALUES))
    expected = -np.sum(model.log_pdf(VALUES))
    if model.is_extended:
        events = model.expected_events()
        expected += events - len(VALUES) * np.log(events)
    np.testing.assert_allclose(nll(), expected, rtol=1e-11)
