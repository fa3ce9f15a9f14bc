"""What every distribution does: density, probability, parameters, names."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import wilks
import wilks.numpy as wnp
from wilks.errors import DataError

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5, lower=3, upper=7)
SIGMA = wilks.Parameter("sigma", 1.5, lower=0.1, upper=5, fixed=True)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=SIGMA)


def truncated(x: Any, mean: float = 5, sigma: float = 1.5) -> Any:
    return stats.truncnorm(-mean / sigma, (10 - mean) / sigma, mean, sigma).pdf(x)


@dataclass(frozen=True, kw_only=True)
class Triangle(wilks.PDF):
    """Symmetric triangle of half-width ``width`` around ``peak``: block 2 of design.md."""

    x: wilks.Observable
    peak: wilks.Real
    width: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, peak: Any, width: Any) -> Any:
        return wnp.maximum(1 - wnp.abs(x - peak) / width, 0)


@dataclass(frozen=True, kw_only=True)
class Flat(wilks.PDF):
    """A density that is a Python number."""

    x: wilks.Observable

    @staticmethod
    def unnormalized_prob(x: Any) -> Any:  # noqa: ARG004
        return 3.0


def test_points_in_any_form() -> None:
    expected = truncated([1.0, 4.0])
    for points in (
        [1.0, 4.0],
        np.array([1.0, 4.0]),
        np.array([[1.0], [4.0]]),
        {"x": [1.0, 4.0]},
        wilks.Data(X, [1.0, 4.0]),
        wilks.Data(X * wilks.Space("y", 0, 1), {"y": [0.1, 0.2], "x": [1.0, 4.0]})["x"],
        pd.Series([1.0, 4.0]),
    ):
        np.testing.assert_allclose(PEAK.pdf(points), expected, rtol=1e-12)
    assert PEAK.pdf(4.0).shape == (1,)
    assert PEAK.pdf([]).shape == (0,)


def test_columns_broadcast() -> None:
    joint = wilks.Gaussian(x=X, mean=wilks.Space("y", 0, 10), sigma=1)
    one, many = joint.pdf({"x": [4.0], "y": [3.0, 5.0]}), joint.pdf({"x": [4.0, 4.0], "y": [3.0, 5.0]})
    np.testing.assert_array_equal(one, many)


def test_outside_there_is_none_and_nan_stays_nan() -> None:
    density = PEAK.pdf([-1.0, 0.0, 10.0, 10.0001, np.inf, np.nan])
    np.testing.assert_allclose(density, [0, truncated(0), truncated(10), 0, 0, np.nan], rtol=1e-12)
    assert PEAK.log_pdf([-1.0]) == [-np.inf]


def test_params() -> None:
    np.testing.assert_allclose(PEAK.pdf([4.0], params={"mu": 4, "sigma": 2}), truncated([4.0], 4, 2), rtol=1e-12)
    result = wilks.fit(wilks.NLL(PEAK, wilks.Data(X, [3.0, 4.0, 4.5])))
    density = PEAK.pdf([4.0], params=result)
    np.testing.assert_allclose(density, truncated([4.0], result.values["mu"]), rtol=1e-12)
    # A result of a larger model is a point too, and the model is as it was.
    assert wilks.Uniform(x=X).pdf([4.0], params=result) == pytest.approx([0.1])
    np.testing.assert_allclose(PEAK.pdf([4.0]), truncated([4.0]), rtol=1e-12)


def test_a_parameter_may_be_the_variable() -> None:
    # As a constraint reads it: the density of the observed value, over the limits of the parameter.
    observed = wilks.Parameter("observed", 4.8, lower=0, upper=10)
    constraint = wilks.Gaussian(x=observed, mean=MU, sigma=SIGMA)
    assert constraint.parameters == ("observed", "mu", "sigma")
    np.testing.assert_allclose(constraint.pdf({"observed": [1.0, 4.0]}), truncated([1.0, 4.0]), rtol=1e-12)
    # The likelihood of a mean, with the observation fixed.
    likelihood = constraint.pdf({"mu": [4.0, 6.0]}, params={"observed": 4.0})
    assert likelihood[0] > likelihood[1]


def test_names_and_space() -> None:
    assert PEAK.parameters == ("mu", "sigma")
    assert PEAK.space == X
    assert PEAK.owner == "gaussian_dist"
    assert replace(PEAK, name="signal").owner == "gaussian_dist 'signal'"
    assert Triangle(x=X, peak=5, width=2).owner == "Triangle"


def test_distributions_are_values() -> None:
    same = wilks.Gaussian(x=wilks.Space("x", 0, 10), mean=wilks.Parameter("mu", 5, lower=3, upper=7), sigma=SIGMA)
    assert same == PEAK
    assert hash(same) == hash(PEAK)
    assert replace(PEAK, sigma=2.0) != PEAK
    assert pickle.loads(pickle.dumps(PEAK)) == PEAK
    assert copy.deepcopy(PEAK) == PEAK
    with pytest.raises(FrozenInstanceError):
        PEAK.sigma = 3.0  # type: ignore[misc]


def test_a_shared_parameter_stays_shared_when_pickled() -> None:
    mixture = wilks.Mixture([PEAK, wilks.Gaussian(x=X, mean=MU, sigma=3.0)], [0.5])
    again = pickle.loads(pickle.dumps(mixture))
    assert again.summands[0].mean is again.summands[1].mean


def test_a_class_of_a_notebook() -> None:
    triangle = Triangle(x=X, peak=MU, width=wilks.Parameter("width", 2, lower=1, upper=3))
    np.testing.assert_allclose(triangle.pdf([4.0, 5.0, 8.0]), [0.25, 0.5, 0.0], rtol=1e-9)
    assert triangle.integrate(wilks.Space("x", 3, 5)) == pytest.approx(0.5, rel=1e-8)
    sample = triangle.sample(5000, seed=1)
    assert stats.kstest(sample["x"], stats.triang(0.5, 3, 4).cdf).pvalue > 1e-3


def test_a_kernel_may_be_a_number() -> None:
    np.testing.assert_allclose(Flat(x=X).pdf([1.0, 2.0]), [0.1, 0.1], rtol=1e-12)
    assert wilks.NLL(Flat(x=X), wilks.Data(X, [1.0, 2.0]))() == pytest.approx(2 * np.log(10), rel=1e-12)


def test_second_derivatives_survive_the_tail_of_a_density() -> None:
    # 30 sigma out the density is 1e-196 and its inverse squared overflows; the nodes of the integral are out there too.
    mu, space = wilks.Parameter("mu", 0.3, lower=0.1, upper=0.9), wilks.Space("x", 0, 1)
    peak = wilks.Generic(expression="exp(-0.5 * ((x - mu) / 0.01)^2)", variables=[space, mu])
    nll = wilks.NLL(peak, wilks.Data(space, [0.6, 0.3]))
    assert nll.hessian() == pytest.approx(np.array([[2 / 0.01**2]]), rel=1e-9)
    assert nll.gradient() == pytest.approx([-0.3 / 0.01**2], rel=1e-9)


def test_observables_are_needed() -> None:
    with pytest.raises(DataError, match="at least one"):
        PEAK.pdf({})
