"""Evaluation of nodes at once, without compiling."""

from __future__ import annotations

import numpy as np
import pytest

import wilks
from wilks.evaluation import LARGEST_LIMIT, evaluate, evaluate_events, finite_intervals, is_unbounded, number

X = wilks.Space("x", 0, 10)
A = wilks.Parameter("a", 2.0)


def test_numbers() -> None:
    assert number(3.5, {}) == 3.5
    assert number(A, {"a": 4.0}) == 4.0
    assert number(A * A + 1, {"a": 4.0}) == 17.0


def test_functions_of_observables() -> None:
    values = evaluate(X * A, columns={"x": np.array([1.0, 2.0])}, over=[X], values={"a": 3.0})
    np.testing.assert_array_equal(values, [3.0, 6.0])


def test_densities_are_logs() -> None:
    density = wilks.Exponential(x=X, c=A)
    logs = evaluate(density, columns={"x": np.array([1.0])}, over=[X], values={"a": 0.5})
    assert logs == pytest.approx([np.log(0.5) - 0.5 - np.log1p(-np.exp(-5))], rel=1e-13)
    assert evaluate_events(wilks.Mixture([density], [A * 10], extended=True), values={"a": 0.5}) == 5


def test_infinite_limits() -> None:
    line, half = wilks.Space("x", -np.inf, np.inf), wilks.Space("x", 0, np.inf)
    assert finite_intervals(half) == ((0.0, LARGEST_LIMIT),)
    assert [is_unbounded(space) for space in (line, half, X)] == [True, False, False]
    assert np.isfinite(LARGEST_LIMIT**2)
