"""What panels show, against SciPy."""

import numpy as np
import pytest
from scipy import stats

import wilks
from wilks.plot.panel import panel

X, Y = wilks.Space("x", 0, 10, label="mass [GeV]"), wilks.Space("y", -5, 5)
EDGES = np.linspace(0, 10, 21)


def gaussian(x, mean, sigma, name=""):
    return wilks.Gaussian(x=x, mean=float(mean), sigma=float(sigma), name=name)


def free(x, mean, sigma, name=""):
    """A Gaussian with a free mean, since a likelihood has parameters."""
    return wilks.Gaussian(x=x, mean=wilks.Parameter(f"mean_{name}", mean), sigma=float(sigma), name=name)


def shown(nll, name, bins=EDGES):
    return panel(nll.channels[0], name, nll.start, bins)


def in_bins(mean, sigma, lower=0, upper=10, edges=EDGES):
    cdf = stats.norm(mean, sigma).cdf
    return np.diff(cdf(edges)) / (cdf(upper) - cdf(lower))


def test_yields_of_an_extended_mixture():
    model = wilks.Mixture([free(X, 5, 0.01, "peak"), gaussian(X, 2, 4)], [300.0, 500.0], extended=True)
    found = shown(wilks.NLL(model, wilks.Data(X, [1.0, 5.0])), "x")
    expected = 300 * in_bins(5, 0.01) + 500 * in_bins(2, 4)
    assert found.expected == pytest.approx(expected, rel=1e-6, abs=1e-2)  # the peak sits on an edge, 1/50 of a bin wide
    assert found.expected.sum() == pytest.approx(800, rel=1e-4)
    assert [label for label, _ in found.components] == ["peak", "Gaussian"]
    assert sum(curve for _, curve in found.components) == pytest.approx(found.total)
    assert found.label == "mass [GeV]"


def test_fractions_are_normalised_to_the_data():
    model = wilks.Mixture([free(X, 5, 1, "a"), gaussian(X, 2, 4, "b")], [0.25])
    found = shown(wilks.NLL(model, wilks.Data(X, [1.0, 5.0, 6.0, 7.0], weights=[1, 2, 2, 5])), "x")
    assert found.expected == pytest.approx(10 * (0.25 * in_bins(5, 1) + 0.75 * in_bins(2, 4)), rel=1e-9)


def test_the_range_of_the_data_counts():
    data = wilks.Data(wilks.Space("x", 0, 5), [1.0, 5.0])
    found = shown(wilks.NLL(free(X, 5, 1), data), "x", EDGES[:11])
    assert found.expected == pytest.approx(2 * in_bins(5, 1, 0, 5, EDGES[:11]), rel=1e-9)


def test_gaps_interrupt_the_curves():
    space = wilks.Space("x", [(0, 2), (6, 10)])
    found = shown(wilks.NLL(free(space, 5, 2), wilks.Data(space, [1.0, 7.0])), "x", 6)
    assert found.expected.sum() == pytest.approx(2, rel=1e-9)
    (gap,) = np.flatnonzero(np.isnan(found.points))
    assert found.points[gap - 1] < 2 < 6 < found.points[gap + 1]
    assert np.isnan(found.total[gap])


def test_independent_factors_are_their_own_projections():
    model = wilks.Product([wilks.Mixture([free(X, 5, 1, "a"), gaussian(X, 2, 4, "b")], [0.5]), free(Y, 0, 1, "c")])
    nll = wilks.NLL(model, wilks.Data(X * Y, [[1.0, 0.0], [5.0, 1.0]]))
    assert shown(nll, "x").expected == pytest.approx(in_bins(5, 1) + in_bins(2, 4), rel=1e-9)
    assert [label for label, _ in shown(nll, "x").components] == ["a", "b"]
    edges = np.linspace(-5, 5, 11)
    assert shown(nll, "y", edges).expected == pytest.approx(2 * in_bins(0, 1, -5, 5, edges), rel=1e-9)


def test_other_observables_are_integrated_out():
    """x given y is a Gaussian around y / 2 of width 1, y one of width 1: x alone is one of width sqrt(5) / 2."""
    x, y = wilks.Space("x", -20, 20), wilks.Space("y", -20, 20)
    model = wilks.Product([wilks.Gaussian(x=x, mean=0.5 * y, sigma=1.0), free(y, 0, 1)])
    nll = wilks.NLL(model, wilks.Data(x * y, [[1.0, 0.0], [2.0, 1.0]]))
    edges = np.linspace(-5, 5, 11)
    expected = 2 * np.diff(stats.norm(0, np.sqrt(1.25)).cdf(edges))
    # Points are even in y, so that the sum over them is accurate; the rest of x is outside of the bins.
    assert shown(nll, "x", edges).expected == pytest.approx(expected, rel=1e-3)
    assert shown(nll, "y", edges).expected == pytest.approx(2 * np.diff(stats.norm(0, 1).cdf(edges)), rel=1e-3)


def test_counts_are_shown_at_integers():
    k = wilks.Space("k", 0, 30)
    model = wilks.Poisson(x=k, mean=wilks.Parameter("lam", 6.0))
    found = panel(wilks.NLL(model, wilks.Data(k, [4.0, 7.0, 7.0])).channels[0], "k", {"lam": 6.0}, None)
    assert found.is_count
    assert found.points.tolist() == list(range(31))
    assert found.expected == pytest.approx(3 * stats.poisson(6).pmf(np.arange(31)), rel=1e-9)
    assert found.data.contents[[4, 7]].tolist() == [1, 2]


def test_constant_densities():
    model = wilks.Mixture([wilks.Uniform(x=X), free(X, 5, 1)], [0.5])
    found = shown(wilks.NLL(model, wilks.Data(X, [1.0, 5.0])), "x")
    assert found.components[0][1] == pytest.approx(0.1)
