"""The result of a fit is data: what it says, and that it survives files."""

from __future__ import annotations

import json
import pickle
from math import inf, isnan

import numpy as np
import pytest

import wilks
from wilks.errors import FitError, ParameterError

X = wilks.Space("x", 0, 10)
RNG = np.random.default_rng(2)
VALUES = np.concatenate([RNG.normal(5, 1, 200), RNG.uniform(0, 10, 100)])


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    mu = wilks.Parameter("mu", 4.8, lower=4, upper=6)
    sigma = wilks.Parameter("sigma", 1.3, upper=5)
    f = wilks.Parameter("f", 0.7, lower=0, upper=1)
    slope = wilks.Parameter("slope", 0.1, fixed=True)
    summands = [wilks.Gaussian(x=X, mean=mu, sigma=sigma), wilks.Exponential(x=X, c=slope)]
    return wilks.NLL(wilks.Mixture(summands, [f]), wilks.Data(X, VALUES))


@pytest.fixture(scope="module")
def result(nll: wilks.NLL) -> wilks.FitResult:
    return wilks.fit(nll)


def test_what_it_says(nll: wilks.NLL, result: wilks.FitResult) -> None:
    assert result.valid
    assert not result.message
    assert result.floating == ("mu", "sigma", "f")
    assert result.fixed == ("slope",)
    assert set(result.values) == set(nll.parameters)
    assert set(result.errors) == set(result.floating)
    assert result.values["slope"] == 0.1
    assert result.start == {"f": 0.7, "mu": 4.8, "sigma": 1.3}
    assert result.bounds["sigma"] == (0.0, 5.0)
    assert result.minimum == pytest.approx(nll(result), abs=1e-10)
    assert result.edm < 1e-9
    assert result.minimizer == "minuit"
    assert result.covariance_method == "hesse"
    assert result.evaluations > 3
    assert set(result.timings) == {"compile", "minimize", "covariance", "total"}
    assert result.timings["total"] >= result.timings["minimize"] > 0
    assert {"wilks", "iminuit", "numpy"} <= set(result.provenance)


def test_covariance_is_the_inverse_of_the_hessian(nll: wilks.NLL, result: wilks.FitResult) -> None:
    assert not result.at_limit
    expected = np.linalg.inv(nll.hessian(result))
    np.testing.assert_allclose(result.covariance, expected, rtol=1e-8)
    np.testing.assert_allclose(list(result.errors.values()), np.sqrt(np.diag(expected)), rtol=1e-8)
    np.testing.assert_allclose(np.diag(result.correlation), 1, rtol=1e-12)
    assert result.correlation[0, 1] == pytest.approx(
        expected[0, 1] / np.sqrt(expected[0, 0] * expected[1, 1]), rel=1e-8
    )


def test_nothing_changes(nll: wilks.NLL, result: wilks.FitResult) -> None:
    assert nll.start == {"f": 0.7, "mu": 4.8, "sigma": 1.3, "slope": 0.1}
    with pytest.raises(AttributeError):
        result.valid = False  # type: ignore[misc]


def same(one: wilks.FitResult, other: wilks.FitResult) -> bool:
    """Compare all facts; a file has no infinities, so compare what is written."""
    return one.to_json() == other.to_json()


def test_json(result: wilks.FitResult, tmp_path) -> None:
    again = wilks.FitResult.from_json(result.to_json())
    assert same(again, result)
    assert again.bounds == result.bounds
    assert again.covariance.dtype == np.float64
    assert json.loads(result.to_json())["format"] == "wilks.fit_result/1"
    wilks.save(result, tmp_path / "result.json")
    wilks.save(result, tmp_path / "result.yaml")
    assert same(wilks.load_result(tmp_path / "result.json"), result)
    assert same(wilks.load_result(tmp_path / "result.yaml"), result)


def test_json_of_a_fit_without_errors() -> None:
    broken = wilks.FitResult(
        values={"a": np.nan}, errors={"a": np.nan}, covariance=np.full((1, 1), np.nan), floating=("a",), minimum=inf,
        edm=np.nan, valid=False, message="none", bounds={"a": (-inf, 3.0)}, integral_error=inf,
        asymmetric={"a": wilks.Minos(-1.0, np.nan, False)},
    )  # fmt: skip
    again = wilks.FitResult.from_json(broken.to_json())
    assert isnan(again.values["a"])
    assert isnan(again.errors["a"])
    assert isnan(again.covariance[0, 0])
    assert isnan(again.minimum)
    assert again.bounds == {"a": (-inf, 3.0)}
    assert again.asymmetric["a"].lower == -1.0
    assert isnan(again.asymmetric["a"].upper)
    assert "NO" in repr(again)


def test_pickle(result: wilks.FitResult) -> None:
    again = pickle.loads(pickle.dumps(result))
    assert same(again, result)
    assert again.objective is None
    with pytest.raises(FitError, match="fit again"):
        again.minos(["mu"])


def test_minos_in_a_file(result: wilks.FitResult) -> None:
    with_minos = result.with_minos(["mu"])
    assert with_minos.asymmetric["mu"].lower < 0 < with_minos.asymmetric["mu"].upper
    assert not result.asymmetric
    assert wilks.FitResult.from_json(with_minos.to_json()).asymmetric == with_minos.asymmetric
    for name in ("mux", "slope"):
        with pytest.raises(ParameterError, match=f"'{name}' is not a floating parameter"):
            result.minos([name])


def test_a_confidence_level_is_a_probability(result: wilks.FitResult) -> None:
    for level in (0, 1, 68):
        with pytest.raises(FitError, match=f"between 0 and 1, got {level}"):
            result.minos(["mu"], cl=level)


def test_tables(result: wilks.FitResult) -> None:
    text, html = repr(result.with_minos(["mu"])), result._repr_html_()
    assert text.startswith("FitResult: valid yes, NLL ")
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert {"f", "mu", "sigma", "slope"} <= set(lines)
    assert "fixed" in lines["slope"]
    assert "[4, 6]" in lines["mu"]
    assert "+0.0" in lines["mu"]
    assert html.count("<tr>") == 5
    assert "<b>yes</b>" in html


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (5.12345, 0.0712, "5.123"),
        (1234.56, 25.0, "1235"),
        (1234567.0, 25000.0, "1235000"),
        (0.000123456, 1.2e-6, "0.0001235"),
        (5.12345, float("nan"), "5.12345"),
        (5.12345, 0.0, "5.12345"),
    ],
)
def test_two_digits_of_the_error(value: float, error: float, text: str) -> None:
    from wilks.minimize.table import format_number

    assert format_number(value, error) == text


def test_names_are_escaped_in_html() -> None:
    result = wilks.FitResult(
        values={"<b>": 1.0},
        errors={"<b>": 0.1},
        covariance=np.eye(1),
        floating=("<b>",),
        minimum=0.0,
        edm=0.0,
        valid=True,
    )
    assert "&lt;b&gt;" in result._repr_html_()
