"""MINOS against a profile by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

import wilks

X = wilks.Space("x", 0, 10)
VALUES = np.concatenate([np.random.default_rng(8).exponential(2, 25), [4.8, 5.0, 5.1, 5.3]])
VALUES = VALUES[VALUES < 10]


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    yields = [wilks.Parameter("s", 6, lower=0, upper=100), wilks.Parameter("b", 22, lower=0, upper=200)]
    summands = [wilks.Gaussian(x=X, mean=5, sigma=0.3), wilks.Exponential(x=X, c=0.5)]
    return wilks.NLL(wilks.Mixture(summands, yields, extended=True), wilks.Data(X, VALUES))


@pytest.mark.parametrize(("cl", "rise"), [(0.6827, 0.5), (0.9545, 2.0)])
def test_against_a_profile(nll: wilks.NLL, cl: float, rise: float) -> None:
    result = wilks.fit(nll)
    minos = result.minos(["s"], cl=cl)["s"]

    def profile(s: float) -> float:
        best = minimize_scalar(lambda b: nll([s, b]), bounds=(1, 100), method="bounded", options={"xatol": 1e-9})
        return best.fun - result.minimum - rise

    value = result.values["s"]
    assert minos.valid
    assert minos.upper == pytest.approx(brentq(profile, value, value + 25) - value, rel=2e-3)
    if cl < 0.7:
        assert minos.lower == pytest.approx(brentq(profile, 0, value) - value, rel=2e-3)
    assert minos.upper > -minos.lower


def test_all_parameters_by_default(nll: wilks.NLL) -> None:
    assert set(wilks.fit(nll).minos()) == {"s", "b"}
    assert set(wilks.fit(nll).minos("b")) == {"b"}


def test_a_limit_ends_the_search() -> None:
    f = wilks.Parameter("f", 0.2, lower=0, upper=1)
    model = wilks.Mixture([wilks.Gaussian(x=X, mean=5, sigma=0.3), wilks.Exponential(x=X, c=0.5)], [f])
    result = wilks.fit(wilks.NLL(model, wilks.Data(X, [1.0, 2.0, 3.0, 5.0])))
    minos = result.minos(["f"])["f"]
    assert result.values["f"] + minos.lower >= 0
    assert result.values["f"] + minos.upper <= 1


def test_the_model_and_the_result_stay_as_they_were(nll: wilks.NLL) -> None:
    result = wilks.fit(nll)
    before = result.to_json()
    result.minos()
    assert result.to_json() == before


def test_with_another_parameter_at_its_limit() -> None:
    f, mu = wilks.Parameter("f", 0.7, lower=0, upper=1), wilks.Parameter("mu", 5, lower=4, upper=6)
    model = wilks.Mixture([wilks.Gaussian(x=X, mean=mu, sigma=1), wilks.Exponential(x=X, c=0.1)], [f])
    nll = wilks.NLL(model, wilks.Data(X, np.random.default_rng(2).normal(5, 0.9, 200)))
    result = wilks.fit(nll)
    assert result.at_limit == ("f",)

    def profile(value: float) -> float:
        best = minimize_scalar(
            lambda v: nll({"mu": value, "f": v}), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
        )
        return min(best.fun, nll({"mu": value, "f": 1.0})) - result.minimum - 0.5

    minos = result.minos()
    value = result.values["mu"]
    assert minos["mu"].valid
    assert minos["mu"].upper == pytest.approx(brentq(profile, value, value + 0.5) - value, rel=2e-3)
    assert minos["mu"].lower == pytest.approx(brentq(profile, value - 0.5, value) - value, rel=2e-3)
    # The error of the one at its limit has one side.
    assert not minos["f"].valid
    assert minos["f"].upper == 0
    assert nll({"mu": value, "f": 1 + minos["f"].lower}) == pytest.approx(result.minimum + 0.5, abs=1e-3)
