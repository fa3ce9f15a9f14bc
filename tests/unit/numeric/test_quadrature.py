from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
import tensorflow as tf

from wilks.numeric.quadrature import (
    grid_nodes,
    kronrod_nodes,
    kronrod_rule,
    marginal_integrals,
    panel_integrals,
)


def test_gauss_rule_is_legendre() -> None:
    nodes, _, gauss = kronrod_rule()
    with mp.workdps(40):
        for x, weight in zip(nodes[1::2], gauss[1::2], strict=True):
            assert float(abs(mp.legendre(10, mp.mpf(x)))) < 1e-14
            exact = mp.findroot(lambda t: mp.legendre(10, t), x)
            assert x == float(exact)
            derivative = mp.diff(lambda t: mp.legendre(10, t), exact)
            assert weight == pytest.approx(float(2 / (1 - exact**2) / derivative**2), rel=2e-16)
    assert not any(gauss[::2])


def test_kronrod_rule_is_exact_to_degree_31() -> None:
    # 11 nodes and 21 weights have been chosen to make it so, so nothing else is.
    nodes, kronrod, gauss = kronrod_rule()
    with mp.workdps(40):
        for degree in range(0, 33, 2):
            powers = [mp.mpf(x) ** degree for x in nodes]
            missed = mp.fdot(kronrod, powers) - mp.mpf(2) / (degree + 1)
            assert (abs(missed) < 1e-16) == (degree <= 31)
            missed = mp.fdot(gauss, powers) - mp.mpf(2) / (degree + 1)
            assert (abs(missed) < 1e-16) == (degree <= 19)


def test_nodes_are_a_function_of_edges() -> None:
    edges = np.array([[0.0, 1.0, 4.0], [-1.0, 0.0, 0.5]])
    compiled = tf.function(kronrod_nodes, jit_compile=True, autograph=False)
    nodes, kronrod, gauss = (row.numpy() for row in compiled(tf.constant(edges)))
    assert nodes.shape == kronrod.shape == gauss.shape == (2, 42)
    assert np.all(np.diff(nodes) > 0)
    np.testing.assert_allclose(np.sum(kronrod * nodes**3, axis=-1), [64, (0.5**4 - 1) / 4])
    np.testing.assert_allclose(np.sum(gauss * nodes**3, axis=-1), [64, (0.5**4 - 1) / 4])


def test_derivatives_with_respect_to_the_limits() -> None:
    upper = tf.constant(1.5, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(upper)
        nodes, kronrod, _ = kronrod_nodes(tf.linspace(tf.constant(0, tf.float64), upper, 5))
        integral = tf.reduce_sum(kronrod * tf.exp(nodes))
    assert tape.gradient(integral, upper).numpy() == pytest.approx(np.exp(1.5), rel=1e-14)


def test_error_estimates() -> None:
    edges = np.linspace(0.0, 2.0, 5)
    nodes, kronrod, gauss = kronrod_nodes(edges)
    estimate, error = panel_integrals(tf.exp(nodes), kronrod, gauss)
    np.testing.assert_allclose(estimate, np.diff(np.exp(edges)), rtol=1e-15)
    assert np.all(error.numpy() < 1e-15)
    # A kink inside the second panel only.
    estimate, error = panel_integrals(tf.abs(nodes - 0.7), kronrod, gauss)
    halves = 0.5 * np.array([0.7, 0.2, 0.3, 0.8, 1.3]) ** 2
    exact = [halves[0] - halves[1], halves[1] + halves[2], *np.diff(halves[2:])]
    true_error = np.abs(estimate.numpy() - exact)
    assert error.numpy().argmax() == 1
    assert true_error.max() < error.numpy()[1] < 0.1
    # A panel without width is nothing.
    estimate, error = panel_integrals(tf.ones(42, tf.float64), *kronrod_nodes([0.0, 1, 1])[1:])
    np.testing.assert_allclose([estimate, error], [[1, 0], [0, 0]], atol=1e-15)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_grid(dimensions: int) -> None:
    edges = [np.linspace(0, 1, 2 + axis) for axis in range(dimensions)]

    @tf.function(jit_compile=True, autograph=False)
    def integrals(*rows: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], ...]:
        rules = [kronrod_nodes(row) for row in rows]
        values = tf.exp(tf.add_n([(k + 1) * row for k, row in enumerate(grid_nodes(rules))]))
        parts = marginal_integrals(rules, values, range(dimensions))
        return tuple(parts), tf.reduce_sum(parts[0][0])

    parts, total = integrals(*map(tf.constant, edges))
    exact = np.prod([np.expm1(k + 1) / (k + 1) for k in range(dimensions)])
    assert total.numpy() == pytest.approx(exact, rel=1e-14)
    for axis, (estimate, error) in enumerate(parts):
        share = np.diff(np.exp((axis + 1) * edges[axis])) / np.expm1(axis + 1)
        np.testing.assert_allclose(estimate, exact * share, rtol=1e-13)
        assert np.all(error.numpy() < 1e-11)
