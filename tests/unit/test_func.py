"""Arithmetic on parameters, observables and functions."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.evaluation import number
from wilks.func import Func, Power

A, B = wilks.Parameter("a", 3.0), wilks.Parameter("b", 2.0)
POINT = {"a": 3.0, "b": 2.0}
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@pytest.mark.parametrize("function", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("left", "right"),
    [(A, B), (A, 2.0), (A, 2), (4.0, B), (4, B), (np.float64(4), B), (A, np.int64(2)), (A, np.float32(0.5))],
)
def test_operators(function: Callable[[Any, Any], Any], left: Any, right: Any) -> None:
    node = function(left, right)
    assert isinstance(node, Func)
    plain = [{id(A): 3.0, id(B): 2.0}.get(id(v), v) for v in (left, right)]
    assert number(node, POINT) == pytest.approx(function(*map(float, plain)), rel=1e-15)


def test_signs() -> None:
    assert number(-A, POINT) == -3
    assert number(-(A + B), POINT) == -5
    assert +A is A


@pytest.mark.parametrize("other", ["b", None, [1, 2], np.ones(2), True, 1j])
def test_what_is_no_operand(other: Any) -> None:
    for function in OPERATORS:
        with pytest.raises(TypeError):
            function(A, other)
        with pytest.raises(TypeError):
            function(other, A)


def test_order_and_sharing() -> None:
    node = (A + B) * (A + B) - A / B**2
    assert number(node, POINT) == 25 - 0.75
    assert number(sum([A, B, A]), POINT) == 8


def test_whole_exponents_are_exact_for_negative_bases() -> None:
    x = wilks.Parameter("x", -1.5)
    assert number(x**3, {"x": -1.5}) == pytest.approx(-3.375, rel=1e-15)
    assert isinstance((x**3).exponent, int)
    assert isinstance((x**3.0).exponent, float)
    assert Power(x, 2) != Power(x, 2.0)


def test_derivative_of_a_power_at_zero() -> None:
    x, space = wilks.Parameter("x", 0.0), wilks.Space("y", -np.inf, np.inf)
    nll = wilks.NLL(wilks.Gaussian(x=space, mean=x**2 + x, sigma=1), wilks.Data(space, [0.0, 1.0]))
    assert nll.gradient() == pytest.approx([-1.0])
    assert nll.hessian() == pytest.approx(np.array([[2 * 1 - 2 * 1]]))


def test_composition() -> None:
    hypotenuse = wilks.compose(lambda a, b: wnp.sqrt(a * a + b * b), A, 2 * B)
    assert number(hypotenuse, POINT) == 5
    assert number(wilks.compose(wnp.exp, 1.0) * A, POINT) == pytest.approx(3 * np.e)
    assert number(wilks.compose(lambda _: 7.0, A), POINT) == 7


def test_observables_make_functions_too() -> None:
    x = wilks.Space("x", 0, 10)
    assert isinstance(x + 1, Func)
    assert isinstance(2 * x, Func)
    assert isinstance(x * A, Func)
    with pytest.raises(wilks.SpaceError):
        x * x


def build() -> Func:
    return (A + B) * 2 - wilks.compose(wnp.exp, A) / B**2


def test_functions_are_values() -> None:
    node = build()
    assert node == build()
    assert hash(node) == hash(build())
    assert len({node, build(), A + B}) == 2
    assert pickle.loads(pickle.dumps(node)) == node
    assert copy.deepcopy(node) == node


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A + B, B + A),
        (A + B, A - B),
        (A + 1, A + 2),
        (A + B, wilks.Parameter("a", 4.0) + B),
        (A**2, A**2.0),
        (wilks.compose(wnp.exp, A), wilks.compose(wnp.log, A)),
        (wilks.compose(wnp.maximum, A, B), wilks.compose(wnp.maximum, B, A)),
        ((A + B) + A, A + (B + A)),
        (A + 1, 3),
        (A + 1, A),
    ],
)
def test_others_are_different(one: Func, other: Any) -> None:
    assert one != other


def test_equality_does_not_depend_on_sharing() -> None:
    shared = A + B
    assert shared * shared == (A + B) * (A + B)
    assert hash(shared * shared) == hash((A + B) * (A + B))


def test_a_tower_of_shared_nodes_is_compared_once_each() -> None:
    def tower() -> Func:
        node: Func = A
        for _ in range(200):
            node = node + node
        return node

    assert tower() == tower()
    assert hash(tower()) == hash(tower())
    assert "operations" in repr(tower())


def test_how_it_prints() -> None:
    assert repr((A + B) * 2) == "Multiplication(Sum(Parameter('a', 3.0), Parameter('b', 2.0)), 2.0)"
    assert repr(wilks.compose(wnp.exp, A)).startswith("Composed(<function exp")
