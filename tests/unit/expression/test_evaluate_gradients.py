"""Derivatives of expressions at the places where they could go wrong."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from wilks.expression.evaluate import evaluate
from wilks.expression.parser import parse


def derivatives(text: str, x: float) -> tuple[float, float, float]:
    """Return value, first and second derivative with respect to ``x``."""
    point = tf.constant(x, tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(point)
        with tf.GradientTape() as inner:
            inner.watch(point)
            value = evaluate(parse(text), {"x": point})
        first = inner.gradient(value, point, unconnected_gradients="zero")
    second = outer.gradient(first, point, unconnected_gradients="zero")
    return float(value), float(first), float(second)


@pytest.mark.parametrize("x", [-1.5, 0.0, 2.0])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7, 12, 20])
@pytest.mark.parametrize("spelling", ["x^{}", "pow(x, {}.0)"])
def test_integer_powers(spelling: str, n: int, x: float) -> None:
    first = n * x ** (n - 1) if n else 0.0
    second = n * (n - 1) * x ** (n - 2) if n > 1 else 0.0
    np.testing.assert_allclose(derivatives(spelling.format(n), x), [x**n, first, second], rtol=1e-13)


def test_negative_and_real_powers() -> None:
    np.testing.assert_allclose(derivatives("x^-2", -2.0), [0.25, 0.25, 0.375], rtol=1e-14)
    np.testing.assert_allclose(derivatives("x^1.5", 4.0), [8.0, 3.0, 0.375], rtol=1e-14)
    log = math.log(1.08)
    np.testing.assert_allclose(derivatives("1.08^x", 0.0), [1.0, log, log**2], rtol=1e-14)


def test_abs_has_a_finite_derivative_at_zero() -> None:
    assert derivatives("abs(x)", 0.0) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("x > 0 ? log(x) : 0", -1.0, (0, 0, 0)),
        ("x > 0 ? log(x) : 0", 0.0, (0, 0, 0)),
        ("x > 0 ? log(x) : 0", 2.0, (math.log(2), 0.5, -0.25)),
        ("x == 0 ? 1 : sin(x)/x", 0.0, (1, 0, 0)),
        ("x <= 0 ? x : sqrt(x)", -4.0, (-4, 1, 0)),
        ("x <= 0 ? x : sqrt(x)", 4.0, (2, 0.25, -1 / 32)),
        ("x > 1 ? log(log(x - 1) + 9) : x^2", 0.5, (0.25, 1, 2)),
        ("x < 5 ? x : exp(x^2)", 4.0, (4, 1, 0)),
        ("x < 50 ? 2*x : x*exp(exp(x))", 49.0, (98, 2, 0)),
        ("x < 1 ? x : 10^(x*1e4)", 0.5, (0.5, 1, 0)),
        ("x < 0 ? x : x^0.5", -1.0, (-1, 1, 0)),
        ("x < 2 ? x : atan2(x - 1, x - 1)", 1.0, (1, 1, 0)),
        ("x > -1 && x < 1 ? asin(x) : x", 1.0, (1, 1, 0)),
        ("x < 0 ? x : x > 0 ? log(x)/x : 7*x", 0.0, (0, 7, 0)),
        ("x < 0 ? x : x > 0 ? log(x)/x : 7*x", -1.0, (-1, 1, 0)),
        ("x < 0 ? (x < -1 ? log(-x - 1) : x^-1) : x", 0.0, (0, 1, 0)),
        ("x < 0 ? (x < -1 ? log(-x - 1) : x^-1) : x", -1.0, (-1, -1, -2)),
        ("1 ? x : log(x)", -1.0, (-1, 1, 0)),
        ("0 ? log(x) : x", -1.0, (-1, 1, 0)),
        ("x > 0 ? (0 ? x : log(x)) : x", -1.0, (-1, 1, 0)),
    ],
)
def test_the_branch_not_taken_does_not_leak(text: str, x: float, expected: tuple[float, float, float]) -> None:
    np.testing.assert_allclose(derivatives(text, x), expected, rtol=1e-13, atol=1e-15)


def test_branches_are_separate_for_each_element() -> None:
    x = tf.constant([-1.0, 0.0, 2.0], tf.float64)
    scale = tf.constant(3.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([x, scale])
        result = evaluate(parse("x > 0 ? log(scale*x) : scale/(x - 1)"), {"x": x, "scale": scale})
    by_x, by_scale = tape.gradient(result, [x, scale])
    np.testing.assert_allclose(by_x, [-0.75, -3.0, 0.5], rtol=1e-14)
    np.testing.assert_allclose(by_scale, -0.5 - 1.0 + 1 / 3, rtol=1e-14)


@pytest.mark.parametrize("text", ["x > 0 ? log(x) : 2*x", "x^2", "x == 0 ? 1 : sin(x)/x"])
def test_forward_mode_agrees(text: str) -> None:
    x = tf.constant([-1.0, 0.0, 2.0], tf.float64)
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
        result = evaluate(parse(text), {"x": x})
    expected = [derivatives(text, float(at))[1] for at in x]
    np.testing.assert_allclose(forward.jvp(result), expected, rtol=1e-14)
