"""Distributions and functions given by an expression."""

from __future__ import annotations

import pickle
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import wilks
from wilks.distributions.generic import Generic
from wilks.errors import ExpressionError, ModelError
from wilks.functions.generic import GenericFunc

X = wilks.Space("x", -20.0, 20.0)
ALPHA = wilks.Parameter("alpha", 5.0, lower=0.1, upper=10.0)
RF103 = "1 + 0.1*abs(x) + sin(sqrt(abs(x*alpha + 0.1)))"


@pytest.mark.parametrize("alpha", [5.0, 0.3])
def test_a_density_with_kinks_is_normalised(alpha: float) -> None:
    pdf = Generic(expression=RF103, variables=[X, ALPHA])

    def formula(x: float) -> float:
        return float(1 + 0.1 * abs(x) + np.sin(np.sqrt(abs(x * alpha + 0.1))))

    edges = [-20.0, -0.1 / alpha, 0.0, 20.0]
    # The root is as steep as can be beside its zero: in its square it is smooth.
    parts = [quad(formula, a, b, epsabs=1e-12, epsrel=1e-12, limit=500)[0] for a, b in pairwise(edges)]
    points = [-20.0, -0.02, 3.0, 17.1]
    expected = [formula(x) / sum(parts) for x in points]
    np.testing.assert_allclose(pdf.pdf(points, params={"alpha": alpha}), expected, rtol=1e-9)


def test_variables_by_name_or_by_symbol_are_the_same() -> None:
    by_name = Generic(expression="x^2 + alpha", variables=[X, ALPHA])
    by_symbol = Generic(expression="x^2+alpha", variables={"x": X, "alpha": ALPHA})
    assert by_name == by_symbol
    assert hash(by_name) == hash(by_symbol)
    assert pickle.loads(pickle.dumps(by_name)) == by_name


def test_variables_may_be_numbers_and_functions() -> None:
    shape = GenericFunc(expression="alpha / 2", variables=[ALPHA], name="half")
    x = wilks.Space("x", 0.0, 1.0)
    pdf = Generic(expression="x * half + b", variables={"x": x, "half": shape, "b": 1.0})
    # (2.5 x + 1) / (2.5 / 2 + 1)
    np.testing.assert_allclose(pdf.pdf([0.4]), 2.0 / 2.25, rtol=1e-13)
    assert pdf.parameters == ("alpha",)


def test_where_it_is_negative_the_density_is_zero() -> None:
    pdf = Generic(expression="x", variables=[wilks.Space("x", -1.0, 2.0)])
    np.testing.assert_allclose(pdf.pdf([-0.5, 1.0]), [0.0, 0.5], rtol=1e-9)


def test_of_parameters_only_it_is_taken_as_it_stands() -> None:
    term = Generic(expression="exp(-alpha^2 / 50)", variables=[ALPHA])
    assert wilks.NLL({}, constraints=[term])() == pytest.approx(0.5)


@pytest.mark.parametrize("cls", [Generic, GenericFunc])
@pytest.mark.parametrize(
    ("expression", "variables", "error", "message"),
    [
        ("x + ", [X], ExpressionError, "expected a number"),
        ("x + alpa", [X, ALPHA], ExpressionError, "'alpa'.*did you mean 'alpha'"),
        ("x + beta", {"x": X}, ExpressionError, "'beta'.*not among its variables"),
        ("x + 1", [X, ALPHA], ModelError, "'alpha' is not in"),
        ("x + 1", [("x", X), ("x", X)], ModelError, "given twice"),
        ("x + 1", [X + 1], ModelError, "named"),
        ("x + 1", {"x": "x"}, ModelError, "named"),
        (3.0, [X], ModelError, "must be an expression"),
    ],
)
def test_errors(cls: Any, expression: Any, variables: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        cls(expression=expression, variables=variables)


def test_a_constant_is_no_density() -> None:
    with pytest.raises(ModelError, match="depends on nothing"):
        Generic(expression="1", variables={})
