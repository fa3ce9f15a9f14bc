"""Many fits at once: what each would find alone, whatever the others do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.data import no_events
from wilks.errors import DataError, FitError, ParameterError
from wilks.minimize import many

X = wilks.Space("x", 0, 10)
Y = wilks.Space("y", -1, 1)

MU = wilks.Parameter("mu", 5.2, lower=4, upper=6)
SIGMA = wilks.Parameter("sigma", 0.9, lower=0.1, upper=3)
SLOPE = wilks.Parameter("c", 0.25, lower=-1, upper=2)
N_SIG = wilks.Parameter("n_sig", 150, lower=0)
N_BKG = wilks.Parameter("n_bkg", 150, lower=0)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=SIGMA)
DECAY = wilks.Exponential(x=X, c=SLOPE)
MODEL = wilks.Mixture([PEAK, DECAY], [N_SIG, N_BKG], extended=True)


def events(n: int, seed: int = 0) -> wilks.Data:
    rng = np.random.default_rng([n, seed])
    values = np.concatenate([rng.normal(5, 0.7, n // 2), rng.uniform(0, 1, n - n // 2) ** 1.7 * 10])
    return wilks.Data(X, np.clip(values, 0.01, 9.99))


def peaked(n: int) -> wilks.Data:
    return wilks.Data(X, np.random.default_rng(n).normal(5, 0.7, n))


def weighted(n: int) -> wilks.Data:
    return peaked(n).with_weights(np.random.default_rng(n).uniform(-0.1, 3, n))


def distance(first: Any, second: Any, name: str) -> float:
    """Return how far two results are apart, in standard deviations."""
    return abs(first.values[name] - second.values[name]) / second.errors[name]


def assert_same(first: Any, second: Any) -> None:
    """Check that two results are one minimum, as far as their EDMs say."""
    assert (first.valid, first.floating, first.at_limit) == (second.valid, second.floating, second.at_limit)
    # A function that is parabolic with unit curvature falls by the EDM over sqrt(2 EDM) standard deviations.
    apart = 1.1 * (np.sqrt(2 * max(first.edm, 0)) + np.sqrt(2 * max(second.edm, 0))) + 1e-7
    free = [name for name in first.floating if name not in first.at_limit]
    for name in free:
        assert distance(first, second, name) < apart, name
        # The curvature is that of a place nearby; it changes by its own size over about a standard deviation.
        assert first.errors[name] == pytest.approx(second.errors[name], rel=max(2 * apart, 1e-6)), name
    assert first.minimum == pytest.approx(second.minimum, abs=1.5 * (first.edm + second.edm) + 1e-9)


LENGTHS = (300, 275, 320, 290, 257, 311)


@pytest.fixture(scope="module")
def toys() -> list[wilks.Data]:
    return [events(n) for n in LENGTHS]


@pytest.fixture(scope="module")
def nll(toys: list[wilks.Data]) -> wilks.NLL:
    return wilks.NLL(MODEL, toys[0], compile=False)


@pytest.fixture(scope="module")
def found(nll: wilks.NLL, toys: list[wilks.Data]) -> wilks.FitResults:
    return wilks.fit_many(nll, data=toys)


def test_ragged_toys_one_by_one(found: wilks.FitResults, toys: list[wilks.Data]) -> None:
    assert found.valid.all()
    assert set(found.minimizers) == {"newton"}
    for one, toy in zip(found, toys, strict=True):
        alone = wilks.fit(wilks.NLL(MODEL, toy, compile=False))
        assert_same(one, alone)
        assert one.values["n_sig"] + one.values["n_bkg"] == pytest.approx(len(toy), abs=0.01 * np.sqrt(len(toy)))


def test_a_result_does_not_depend_on_the_others(found: wilks.FitResults, nll: wilks.NLL, toys: Any) -> None:
    some = wilks.fit_many(nll, data=[toys[4], toys[1]])
    for one, number in zip(some, (4, 1), strict=True):
        assert one.evaluations == found[number].evaluations
        # The same steps; sums of a batch of another size may be rounded in another way.
        assert one.values == pytest.approx(found[number].values, rel=1e-9)


def test_batches_of_a_few(found: wilks.FitResults, nll: wilks.NLL, toys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 4)
    again = wilks.fit_many(nll, data=toys)
    for one, other in zip(again, found, strict=True):
        assert one.values == pytest.approx(other.values, rel=1e-9)


def test_a_stricter_tolerance(nll: wilks.NLL, toys: Any) -> None:
    strict = wilks.fit_many(nll, data=toys, minimizer=wilks.Newton(tolerance=1e-6))
    assert strict.valid.all()
    assert strict.edm.max() <= 1e-9


def test_compiled() -> None:
    toys = [peaked(n) for n in (300, 1100, 1025)]
    plain = wilks.fit_many(wilks.NLL(PEAK, toys[0], compile=False), data=toys)
    compiled = wilks.fit_many(wilks.NLL(PEAK, toys[0]), data=toys)
    for one, other in zip(compiled, plain, strict=True):
        assert one.values == pytest.approx(other.values, rel=1e-9)
    assert compiled.timings.keys() == {"compile", "minimize", "covariance", "total"}


@pytest.mark.parametrize("curvature", ["scores", "hessian"])
def test_either_curvature(found: wilks.FitResults, nll: wilks.NLL, toys: Any, curvature: str) -> None:
    for one, other in zip(
        wilks.fit_many(nll, data=toys, minimizer=wilks.Newton(curvature=curvature)), found, strict=True
    ):
        assert_same(one, other)


def test_weighted_toys_have_sandwich_errors() -> None:
    toys = [weighted(n) for n in (300, 290)]
    nll = wilks.NLL(PEAK, weighted(310), compile=False)
    found = wilks.fit_many(nll, data=toys)
    assert found.covariance_method == "sandwich"
    for one, toy in zip(found, toys, strict=True):
        assert_same(one, wilks.fit(wilks.NLL(PEAK, toy, compile=False)))
    plain = wilks.fit_many(nll, data=toys, covariance="hesse")
    assert plain.covariance_method == "hesse"
    alone = wilks.fit(wilks.NLL(PEAK, toys[1], compile=False), covariance="hesse")
    assert_same(plain[1], alone)
    assert plain[1].errors["mu"] < 0.9 * found[1].errors["mu"]


@pytest.fixture(scope="module")
def joint() -> tuple[wilks.NLL, list[dict[str, wilks.Data]]]:
    """Two channels of one structure and one of another, a constraint, and toys."""
    models = {
        "a": wilks.Mixture([PEAK, DECAY], [wilks.Parameter("f_a", 0.4, lower=0, upper=1)]),
        "b": wilks.Mixture([PEAK, wilks.Exponential(x=X, c=0.3)], [wilks.Parameter("f_b", 0.4, lower=0, upper=1)]),
        "tail": wilks.Exponential(x=X, c=SLOPE),
    }
    toys = [{"a": events(80), "b": events(70 + i), "tail": events(65)} for i in range(3)]
    constraint = wilks.gaussian_constraint(SIGMA, observed=0.8, sigma=0.05)
    data = {"a": events(90), "b": events(66), "tail": events(70)}
    return wilks.NLL(
        {name: (m, data[name]) for name, m in models.items()}, constraints=[constraint], compile=False
    ), toys


def test_several_channels_and_a_constraint(joint: Any) -> None:
    nll, toys = joint
    found = wilks.fit_many(nll, data=toys)
    assert found.valid.all()
    pairs = {channel.name: (channel.model, toys[2][channel.name]) for channel in nll.channels}
    assert_same(found[2], wilks.fit(wilks.NLL(pairs, constraints=nll.constraints, compile=False)))
    assert found[2].fixed == ("sigma_observed",)
    assert found[2].values["sigma_observed"] == 0.8


def test_fixed_parameters_keep_their_value() -> None:
    toys = [peaked(n) for n in (80, 77)]
    found = wilks.fit_many(wilks.NLL(PEAK, toys[0], compile=False), data=toys, fixed={"sigma": 0.7})
    assert found.floating == ("mu",)
    assert found.values["sigma"].tolist() == [0.7, 0.7]
    assert_same(found[1], wilks.fit(wilks.NLL(PEAK, toys[1], compile=False), fixed={"sigma": 0.7}))


def test_many_starts(nll: wilks.NLL, found: wilks.FitResults) -> None:
    starts = [{"mu": 4.5}, found[0], {"mu": 5.6, "n_sig": 10.0}]
    results = wilks.fit_many(nll, start=starts)
    assert results.valid.all()
    assert results.start["mu"].tolist() == [4.5, found[0].values["mu"], 5.6]
    assert results.evaluations[1] == min(results.evaluations) <= 2
    for one in results:
        assert_same(one, found[0])


def test_each_toy_may_start_elsewhere(nll: wilks.NLL, toys: Any, found: wilks.FitResults) -> None:
    again = wilks.fit_many(nll, data=toys, start=found)
    np.testing.assert_array_equal(again.start["mu"], found.values["mu"])
    assert again.evaluations.max() <= 2
    common = wilks.fit_many(nll, data=toys[:2], start={"mu": 4.7})
    assert common.start["mu"].tolist() == [4.7, 4.7]
    assert_same(common[1], found[1])


def test_parameters_at_limits() -> None:
    toys = [wilks.Data(X, np.random.default_rng(1).normal(mean, 0.5, 40)) for mean in (5.0, 7.0, 3.0)]
    nll = wilks.NLL(PEAK, toys[0], compile=False)
    found = wilks.fit_many(nll, data=toys)
    assert found.valid.all()
    assert found.at_limit.tolist() == [[False, False], [True, False], [True, False]]
    assert found.values["mu"][1:].tolist() == [6.0, 4.0]
    assert np.isnan(found.errors["mu"]).tolist() == [False, True, True]
    assert found[1].at_limit == ("mu",)
    assert_same(found[1], wilks.fit(wilks.NLL(PEAK, toys[1], compile=False)))


@pytest.mark.parametrize("truth", [5.2, 4.5], ids=["near", "far"])
def test_numerical_normalisations(truth: float) -> None:
    m, w = wilks.Parameter("m", 5.2, lower=3, upper=7), wilks.Parameter("w", 0.05, lower=0.01, upper=1)
    narrow = wilks.Generic(expression="exp(-0.5 * ((x - m) / w)^2)", variables={"x": X, "m": m, "w": w})
    toys = [wilks.Data(X, np.random.default_rng(seed).normal(truth, 0.06, 50)) for seed in range(4)]
    found = wilks.fit_many(wilks.NLL(narrow, toys[0], compile=False), data=toys)
    assert found.valid.all()
    assert 0 < found.integral_error <= 1e-9
    # Panels that are wrong for the toys are chosen anew for all of them, not by a fit of each.
    assert set(found.minimizers) == {"newton"}
    for one, toy in zip(found, toys, strict=True):
        apart = 1.1 * np.sqrt(2 * one.edm) + 1e-6
        assert one.values["m"] == pytest.approx(toy["x"].mean(), abs=apart * toy["x"].std() / np.sqrt(50))
        assert one.values["w"] == pytest.approx(toy["x"].std(), abs=apart * toy["x"].std() / 10)


def test_small_samples_converge_where_minuit_does() -> None:
    # Of 25 events often none are left for a component: its shape is flat there, and many steps end in that corner.
    toys = [events(25, seed) for seed in range(12)]
    found = wilks.fit_many(wilks.NLL(MODEL, toys[0], compile=False), data=toys)
    assert "newton" in found.minimizers
    for one, toy in zip(found, toys, strict=True):
        alone = wilks.fit(wilks.NLL(MODEL, toy, compile=False))
        assert one.valid >= alone.valid
        assert bool(one.message) == (not one.valid)


@dataclass(frozen=True, kw_only=True)
class Wedge(wilks.PDF):
    """A density that falls to zero at an edge."""

    x: wilks.Observable
    edge: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, edge: Any) -> Any:
        return wnp.maximum(edge - x, 0.0)

    @staticmethod
    def integral(lower: Any, upper: Any, edge: Any) -> Any:
        low, high = wnp.minimum(lower, edge), wnp.minimum(upper, edge)
        return edge * (high - low) - 0.5 * (high**2 - low**2)


def test_a_toy_that_has_no_density_at_the_start_is_reported_alone() -> None:
    model = Wedge(x=X, edge=wilks.Parameter("edge", 8, lower=1, upper=20))
    toys = [wilks.Data(X, values) for values in ([1.0, 2.0, 3.0], [1.0, 2.0, 9.5], [1.0, 6.0])]
    found = wilks.fit_many(wilks.NLL(model, toys[0], compile=False), data=toys)
    assert found.valid.tolist() == [True, False, True]
    assert "not finite at the start" in found.messages[1]
    assert found.values["edge"][1] == 8
    assert np.isnan(found.errors["edge"][1])
    assert np.isnan(found.edm[1])
    for number in (0, 2):
        assert_same(found[number], wilks.fit(wilks.NLL(model, toys[number], compile=False)))
    assert "2 valid" in repr(found)


def test_an_empty_toy_of_a_yield_is_a_yield_of_zero() -> None:
    model = wilks.Mixture([wilks.Uniform(x=X)], [wilks.Parameter("n", 3.0, lower=0)], extended=True)
    nll = wilks.NLL(model, events(4), compile=False)
    found = wilks.fit_many(nll, data=[no_events(X), events(5)])
    assert found.valid.all()
    np.testing.assert_allclose(found.values["n"], [0, 5], atol=0.01 * np.sqrt(5))
    assert found.at_limit.tolist() == [[True], [False]]
    assert found.minimum[0] == 0


def test_an_empty_toy_says_what_it_cannot_determine(nll: wilks.NLL, toys: Any) -> None:
    # No event knows of a shape; where a constraint does, the fit is as good as any.
    found = wilks.fit_many(nll, data=[no_events(X), toys[1]])
    assert found.valid.tolist() == [False, True]
    assert "neither Newton's method nor Minuit converged" in found.messages[0]
    shapes = [(MU, 5.0, 0.1), (SIGMA, 0.8, 0.1), (SLOPE, 0.3, 0.1)]
    constraints = [wilks.gaussian_constraint(p, observed=observed, sigma=sigma) for p, observed, sigma in shapes]
    constrained = wilks.NLL(MODEL, toys[0], constraints=constraints, compile=False)
    empty = wilks.fit_many(constrained, data=[no_events(X)])[0]
    assert empty.valid
    assert empty.at_limit == ("n_sig", "n_bkg")
    assert empty.values["mu"] == pytest.approx(5.0, abs=1e-6)
    assert empty.errors["mu"] == pytest.approx(0.1, rel=1e-6)


BINNED = wilks.Data(X, [3.0, 5.0]).to_binned(X.binned(5))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({}, FitError, "needs several data sets"),
        ({"data": []}, FitError, "the list is empty"),
        ({"start": []}, FitError, "the list is empty"),
        ({"data": [events(5)], "start": [{}, {}]}, FitError, "1 data sets and 2 start values"),
        ({"data": events(5)}, FitError, "a list of data sets"),
        ({"data": {"": events(5)}}, FitError, "a list of data sets"),
        ({"data": 3}, FitError, "a list of data sets"),
        ({"data": [events(5), np.ones(3)]}, DataError, "data set 1: expected a wilks.Data"),
        ({"data": [BINNED]}, DataError, "data set 0: expected a wilks.Data"),
        ({"data": [{"x": events(5)}]}, DataError, "data set 0: expected a mapping with the channels"),
        ({"data": [wilks.Data(wilks.Space("x", 0, 9), [1.0])]}, DataError, "data set 0: expected data over"),
        ({"data": [wilks.Data(Y, [0.5])]}, DataError, "data set 0: expected data over"),
        ({"data": [events(5), weighted(6)]}, DataError, "data set 1: expected data with no weights"),
        ({"start": [{"nu": 1}]}, ParameterError, "'nu'"),
        ({"start": [{"mu": 9}]}, ParameterError, "outside its limits"),
        ({"start": [3.0]}, ParameterError, "a parameter point is"),
        ({"data": [events(5)], "start": {"nu": 1}}, ParameterError, "'nu'"),
        ({"data": [events(5)], "fixed": {"nu": 1}}, ParameterError, "'nu'"),
        ({"data": [events(5)], "minimizer": wilks.Minuit()}, FitError, "wilks.Newton"),
        ({"data": [events(5)], "minimizer": wilks.Newton}, FitError, "wilks.Newton"),
        ({"data": [events(5)], "covariance": "sumw2"}, FitError, "'sumw2'"),
    ],
)
def test_what_cannot_be_fitted(nll: wilks.NLL, arguments: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        wilks.fit_many(nll, **arguments)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda toy: {"a": toy["a"]}, r"a mapping with the channels \['a', 'b', 'tail'\], got \['a'\]"),
        (lambda toy: toy["a"], "a mapping with the channels .* got Data"),
        (lambda toy: {**toy, "b": [1.0]}, r"a wilks\.Data"),
        (lambda toy: {**toy, "b": weighted(5)}, "data with no weights"),
    ],
    ids=["missing", "one", "numbers", "weights"],
)
def test_toys_that_do_not_fit_the_channels(joint: Any, change: Any, message: str) -> None:
    nll, toys = joint
    with pytest.raises(DataError, match=f"data set 1: expected {message}"):
        wilks.fit_many(nll, data=[toys[0], change(toys[1])])


def test_weights_are_asked_for_where_there_are_some() -> None:
    with pytest.raises(DataError, match="data set 0: expected data with weights"):
        wilks.fit_many(wilks.NLL(PEAK, weighted(5)), data=[events(5)])


def test_a_model_is_no_loss() -> None:
    with pytest.raises(FitError, match="takes a loss"):
        wilks.fit_many(PEAK, data=[events(5)])
