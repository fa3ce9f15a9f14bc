"""Value, first and second derivative in every mode that a fit uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import tensorflow as tf


def three(f: Callable[..., Any], x: Any, *rest: Any) -> tuple[Any, Any, Any]:
    """Value and two derivatives in `x`, reverse over reverse."""
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x, *rest)
        slope = inner.gradient(y, x)
    return y, slope, outer.gradient(slope, x, unconnected_gradients="zero")


def forward_over_reverse(f: Callable[..., Any], x: Any, *rest: Any) -> tuple[Any, Any]:
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x, *rest)
        slope = tape.gradient(y, x)
    return accumulator.jvp(y), accumulator.jvp(slope)


@pytest.fixture(scope="session")
def derivatives() -> Callable[..., list[np.ndarray[Any, Any]]]:
    """Compute `[f, f', f'']` compiled, and insist that eager (and forward) mode agree."""

    def compute(f: Callable[..., Any], x: Any, *rest: Any, forward: bool = False) -> list[np.ndarray[Any, Any]]:
        arguments = [tf.constant(row, tf.float64) for row in (x, *rest)]
        reverse = compiled(three, f)(*arguments)
        assert_same(reverse, three(f, *arguments))
        if forward:
            assert_same(compiled(forward_over_reverse, f)(*arguments), reverse[1:])
        return [row.numpy() for row in reverse]

    return compute


def compiled(mode: Callable[..., Any], f: Callable[..., Any]) -> Callable[..., Any]:
    def function(*arguments: Any) -> Any:
        return mode(f, *arguments)

    return tf.function(function, jit_compile=True, autograph=False)  # type: ignore[no-any-return]


def assert_same(one: Sequence[Any], other: Sequence[Any]) -> None:
    for left, right in zip(one, other, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-11, atol=1e-12)
