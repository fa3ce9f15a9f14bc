"""The functions of HS3: values, names, errors."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import wilks
from wilks.evaluation import number
from wilks.functions.generic import GenericFunc
from wilks.functions.polynomial import PolynomialFunc
from wilks.functions.product import ProductFunc
from wilks.functions.sum import SumFunc

A, B = wilks.Parameter("a", 1.5), wilks.Parameter("b", -0.5)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        (SumFunc(summands=[A, 2, B]), 3.0),
        (ProductFunc(factors=[A, 2, B]), -1.5),
        (PolynomialFunc(x=B, coefficients=[A, 2, 4]), 1.5),
        (PolynomialFunc(x=B, coefficients=[A]), 1.5),
        (GenericFunc(expression="a > b ? a^2 : b", variables=[A, B]), 2.25),
        (GenericFunc(expression="2 * PI / 2"), 3.141592653589793),
        (SumFunc(summands=[ProductFunc(factors=[A, B]), A + B]), 0.25),
    ],
)
def test_value(function: Any, value: float) -> None:
    assert number(function, {"a": 1.5, "b": -0.5}) == pytest.approx(value, rel=1e-15)


def test_a_function_as_the_mean_of_a_gaussian() -> None:
    x = wilks.Space("x", -5.0, 5.0)
    mean = SumFunc(summands=[A, B], name="mean")
    model = wilks.Gaussian(x=x, mean=mean, sigma=GenericFunc(expression="1"))
    assert model.parameters == ("a", "b")
    expected = wilks.Gaussian(x=x, mean=1.0, sigma=1.0).pdf([0.3])
    assert model.pdf([0.3]) == pytest.approx(expected, rel=1e-14)


def test_a_name_labels_and_a_pickle_keeps_it() -> None:
    function = ProductFunc(factors=[A, B], name="area")
    assert function.owner == "product 'area'"
    assert pickle.loads(pickle.dumps(function)) == function


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SumFunc(summands=[]), "sum needs at least one summand"),
        (lambda: ProductFunc(factors=[]), "product needs at least one factor"),
        (lambda: PolynomialFunc(x=A, coefficients=[]), "polynomial needs at least one coefficient"),
        (lambda: SumFunc(summands=["a"], name="s"), "'summands' of sum 's' must be a number"),
        (lambda: SumFunc(summands=A), "must be a sequence"),
    ],
)
def test_errors(make: Any, message: str) -> None:
    with pytest.raises(wilks.WilksError, match=message):
        make()
