"""The contract of likelihoods: names, start, bounds, values and their sums (design.md, section 3)."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import wilks
from wilks.errors import ModelError

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5, lower=4, upper=6)
SIGMA = wilks.Parameter("sigma", 1, upper=5)
SHIFT = wilks.Parameter("shift", 0.25, fixed=True)
PEAK = wilks.Gaussian(x=X, mean=MU + SHIFT, sigma=SIGMA)
DATA = wilks.Data(X, [3.5, 4.2, 5.0, 5.1, 6.3])


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    return wilks.NLL(PEAK, DATA)


def test_names_start_and_bounds(nll: wilks.NLL) -> None:
    assert nll.parameters == ("mu", "shift", "sigma")
    assert nll.floating == ("mu", "sigma")
    assert nll.fixed == frozenset({"shift"})
    assert nll.start == {"mu": 5.0, "shift": 0.25, "sigma": 1.0}
    # Where a value must be positive the limit joins the fit's.
    assert nll.bounds == {"mu": (4.0, 6.0), "shift": (-np.inf, np.inf), "sigma": (0.0, 5.0)}


def test_one_value_one_vector_one_matrix(nll: wilks.NLL) -> None:
    assert type(nll()) is float
    assert nll.gradient().shape == (2,)
    assert nll.hessian().shape == (2, 2)
    assert nll.batch(np.ones((3, 2))).shape == (3,)


def test_a_point_may_move_what_is_fixed(nll: wilks.NLL) -> None:
    # Only the sum of mean and shift matters.
    assert nll({"shift": 0.5}) == pytest.approx(nll({"mu": 5.25}), rel=1e-14)
    assert nll.gradient({"shift": 0.5})[0] == pytest.approx(nll.gradient({"mu": 5.25})[0], rel=1e-12)


def test_a_point_may_lie_outside_the_limits(nll: wilks.NLL) -> None:
    assert np.isfinite(nll({"mu": 8.0}))


def test_a_result_is_a_point_of_a_smaller_likelihood(nll: wilks.NLL) -> None:
    other = wilks.Gaussian(x=wilks.Space("y", 0, 1), mean=wilks.Parameter("nu", 0.5, lower=0, upper=1), sigma=0.3)
    joint = wilks.NLL({"a": (PEAK, DATA), "b": (other, wilks.Data(wilks.Space("y", 0, 1), [0.2, 0.7]))})
    result = wilks.fit(joint)
    assert nll(result) == nll({name: result.values[name] for name in nll.parameters})


def test_objective(nll: wilks.NLL) -> None:
    objective = nll.objective(start={"mu": 4.5}, fixed={"sigma": 2})
    assert objective.names == ("mu",)
    assert objective.fixed == {"shift": 0.25, "sigma": 2.0}
    assert (objective.start, objective.lower, objective.upper) == (4.5, 4.0, 6.0)
    assert np.isnan(objective.steps)
    assert not objective.weighted
    assert objective.value(np.array([5.5])) == pytest.approx(nll({"mu": 5.5, "sigma": 2}), rel=1e-14)


def test_an_objective_starts_at_an_earlier_result(nll: wilks.NLL) -> None:
    result = wilks.fit(nll)
    np.testing.assert_array_equal(nll.objective(start=result).start, [result.values["mu"], result.values["sigma"]])


def test_likelihoods_add(nll: wilks.NLL) -> None:
    other = wilks.NLL(PEAK, wilks.Data(X, [4.4, 5.9]))
    third = wilks.NLL(wilks.Uniform(x=X), wilks.Data(X, [1.0]))
    assert (nll + other)() == pytest.approx(nll() + other(), rel=1e-14)
    total = sum([nll, other, third])
    assert [channel.name for channel in total.channels] == ["", "channel_2", "channel_3"]
    assert total({"mu": 5.5}) == pytest.approx(nll({"mu": 5.5}) + other({"mu": 5.5}) + np.log(10), rel=1e-13)
    np.testing.assert_allclose(total.gradient(), nll.gradient() + other.gradient(), rtol=1e-12)


def test_names_of_channels() -> None:
    left, right = wilks.NLL({"low": (PEAK, DATA)}), wilks.NLL({"high": (PEAK, DATA)}, name="joint")
    assert [channel.name for channel in (left + right).channels] == ["low", "high"]
    assert (left + right).name == "joint"
    with pytest.raises(ModelError, match="'low'"):
        left + left
    with pytest.raises(TypeError):
        left + 5


def test_channels_share_parameters_and_may_have_other_ranges() -> None:
    narrow = wilks.Space("x", 2, 8)
    low = wilks.Gaussian(x=X, mean=MU, sigma=SIGMA, name="low")
    high = wilks.Gaussian(x=narrow, mean=MU, sigma=2 * SIGMA, name="high")
    joint = wilks.NLL({"low": (low, DATA), "high": (high, wilks.Data(narrow, [3.0, 5.0, 7.0]))})
    parts = [wilks.NLL(low, DATA), wilks.NLL(high, wilks.Data(narrow, [3.0, 5.0, 7.0]))]
    for point in ({}, {"mu": 5.4, "sigma": 0.7}):
        assert joint(point) == pytest.approx(sum(part(point) for part in parts), rel=1e-13)
    np.testing.assert_allclose(joint.hessian(), parts[0].hessian() + parts[1].hessian(), rtol=1e-11)


def test_an_observable_here_is_a_parameter_there() -> None:
    # x is observed in one channel, and its own channel says where it lies in the other.
    y = wilks.Space("y", 0, 10)
    conditional = wilks.Gaussian(x=y, mean=wilks.Parameter("z", 5, lower=0, upper=10), sigma=1)
    with pytest.raises(wilks.ParameterError, match="'z' is the name of a parameter and of an observable"):
        wilks.NLL(
            {
                "a": (conditional, wilks.Data(y, [4.0])),
                "b": (wilks.Uniform(x=wilks.Space("z", 0, 10)), wilks.Data(wilks.Space("z", 0, 10), [1.0])),
            }
        )


def test_extended_channels_keep_their_own_counts() -> None:
    n, m = wilks.Parameter("n", 3.0, lower=0), wilks.Parameter("m", 4.0, lower=0)
    counts = {
        "a": (wilks.Mixture([wilks.Uniform(x=X)], [n], extended=True), DATA),
        "b": (wilks.Mixture([wilks.Uniform(x=X)], [m * n], extended=True), wilks.Data(X, [1.0, 2.0])),
    }
    expected = 3 - 5 * np.log(3 / 10) + 12 - 2 * np.log(12 / 10)
    assert wilks.NLL(counts)() == pytest.approx(expected, rel=1e-13)
    result = wilks.fit(wilks.NLL(counts))
    assert result.values == pytest.approx({"n": 5.0, "m": 0.4}, rel=1e-5)


def test_pickled(nll: wilks.NLL) -> None:
    again = pickle.loads(pickle.dumps(nll))
    assert again() == nll()
    assert again.bounds == nll.bounds
