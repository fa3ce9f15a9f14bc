"""The results of many fits: arrays over all, a `FitResult` of each."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import wilks

X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5.2, lower=4, upper=6)
SIGMA = wilks.Parameter("sigma", 0.9, lower=0.1, upper=3)
OFFSET = wilks.Parameter("offset", 0.25, fixed=True)


@pytest.fixture(scope="module")
def results() -> wilks.FitResults:
    means = (5.0, 7.0, 4.8, 5.1)
    toys = [wilks.Data(X, np.random.default_rng(i).normal(mean, 0.5, 60)) for i, mean in enumerate(means)]
    nll = wilks.NLL(wilks.Gaussian(x=X, mean=MU + OFFSET, sigma=SIGMA), toys[0], compile=False)
    return wilks.fit_many(nll, data=toys)


def test_shapes(results: wilks.FitResults) -> None:
    assert len(results) == 4
    assert results.floating == ("mu", "sigma")
    assert results.values.keys() == {"mu", "offset", "sigma"}
    assert all(values.shape == (4,) for values in (*results.values.values(), *results.errors.values()))
    assert results.covariance.shape == (4, 2, 2)
    for name in ("minimum", "edm", "valid", "evaluations"):
        assert getattr(results, name).shape == (4,)
    assert results.at_limit.shape == (4, 2)
    assert results.bounds["mu"] == (4, 6)


def test_one_of_them(results: wilks.FitResults) -> None:
    one = results[1]
    assert isinstance(one, wilks.FitResult)
    assert one.values == {name: values[1] for name, values in results.values.items()}
    assert one.values["offset"] == 0.25
    assert one.at_limit == ("mu",)
    assert np.isnan(one.errors["mu"])
    assert one.errors["sigma"] == np.sqrt(one.covariance[1, 1]) == results.errors["sigma"][1]
    assert (one.fixed, one.minimizer, one.covariance_method) == (("offset",), "newton", "hesse")
    assert one.start == {"mu": 5.2, "sigma": 0.9}
    assert one.provenance == dict(results.provenance)
    assert "at limit" in repr(one)
    assert wilks.FitResult.from_json(one.to_json()).values == one.values


def test_a_sequence(results: wilks.FitResults) -> None:
    values = results.values["mu"].tolist()
    assert [one.values["mu"] for one in results] == values
    assert [one.values["mu"] for one in results[1:3]] == values[1:3]
    assert [one.values["mu"] for one in results[::-2]] == values[::-2]
    assert [one.values["mu"] for one in reversed(results)] == values[::-1]
    assert results[-1].values == results[3].values == results[np.int64(3)].values
    for index in (4, -5):
        with pytest.raises(IndexError):
            results[index]


def test_one_of_many_does_not_hold_the_likelihood(results: wilks.FitResults) -> None:
    with pytest.raises(wilks.FitError, match="MINOS needs the likelihood"):
        results[0].minos()


def test_printed(results: wilks.FitResults) -> None:
    head, _, title, *rows = repr(results).splitlines()
    assert head.startswith("FitResults: 4 fits, 4 valid, 0 by Minuit after Newton, largest EDM ")
    assert head.endswith("errors hesse")
    assert title.split() == ["parameter", "mean", "spread", "mean", "error"]
    assert [row.split()[0] for row in rows] == ["mu", "sigma"]
    mean, spread, error = map(float, rows[0].split()[1:])
    assert mean == pytest.approx(results.values["mu"].mean(), rel=1e-5)
    assert spread == pytest.approx(results.values["mu"].std(), rel=1e-5)
    assert error == pytest.approx(np.nanmean(results.errors["mu"]), rel=1e-5)


def test_pickled(results: wilks.FitResults) -> None:
    again = pickle.loads(pickle.dumps(results))
    assert repr(again) == repr(results)
    np.testing.assert_array_equal(again.covariance, results.covariance)
    assert again[2].values == results[2].values
