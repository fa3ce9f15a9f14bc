from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import ndtr

from wilks.errors import IntegrationError
from wilks.numeric.panels import choose_panels, choose_panels_nd
from wilks.numeric.quadrature import (
    grid_nodes,
    kronrod_nodes,
    marginal_integrals,
    panel_integrals,
)
from wilks.typing import Array

Integrand = Callable[..., Any]


@pytest.fixture(scope="module")
def rule() -> Callable[[Array], tuple[Any, ...]]:
    return tf.function(kronrod_nodes, jit_compile=True, autograph=False)


@pytest.fixture(scope="module")
def integrals() -> Callable[..., tuple[Any, ...]]:
    return tf.function(panel_integrals, jit_compile=True, autograph=False)


@pytest.fixture
def panels_of(rule: Any, integrals: Any) -> Callable[[Integrand], Any]:
    def prepare(f: Integrand) -> Any:
        def errors_of(edges: Array) -> tuple[Array, Array]:
            errors_of.asked.append(len(edges) - 1)
            nodes, kronrod, gauss = rule(tf.constant(edges))
            values = np.broadcast_to(f(nodes.numpy()), nodes.shape)
            estimate, error = integrals(tf.constant(values), kronrod, gauss)
            return estimate.numpy(), error.numpy()

        errors_of.asked = []
        return errors_of

    return prepare


@pytest.mark.parametrize("background", [0.0, 1.0])
@pytest.mark.parametrize("width", [0.1, 1e-2, 1e-3, 1e-4])
def test_peaks_are_found_wherever_they_are(panels_of: Any, width: float, background: float) -> None:
    rng = np.random.default_rng(int(1 / width))
    for place in rng.random(25):
        errors_of = panels_of(lambda x, m=place: np.exp(-0.5 * ((x - m) / width) ** 2) + background)
        edges = choose_panels(errors_of, 0.0, 1.0, tolerance=1e-11)
        peak = ndtr((1 - place) / width) - ndtr(-place / width)
        exact = width * np.sqrt(2 * np.pi) * peak + background
        assert len(edges) - 1 in (32, 64)
        assert np.all(np.diff(edges) > 0)
        assert errors_of(edges)[0].sum() == pytest.approx(exact, rel=1e-12)
        # One shape, so one program, until the answer.
        assert set(errors_of.asked[:-1]) == {256}


INTEGRANDS = {
    "exponential": (np.exp, np.expm1(1), 32),
    "nothing": (lambda x: 0 * x, 0.0, 32),
    "Argus": (lambda x: x * np.sqrt(1 - x * x), 1 / 3, 64),
    "square root at zero": (np.sqrt, 2 / 3, 64),
    "singular at zero": (lambda x: x**-0.5, 2.0, 128),
    "kink": (lambda x: np.abs(x - 0.3137), (0.3137**2 + 0.6863**2) / 2, 64),
    "step": (lambda x: np.where(x < 0.3137, 1.0, 3.0), 3 - 2 * 0.3137, 64),
    "oscillation": (lambda x: 1 + np.cos(500 * x), 1 + np.sin(500) / 500, 64),
    "resonance": (lambda x: 1 / ((x - 0.5) ** 2 + 1e-10), 2e5 * np.arctan(5e4), 64),
}


@pytest.mark.parametrize("name", INTEGRANDS)
def test_difficult_integrands(panels_of: Any, name: str) -> None:
    f, exact, panels = INTEGRANDS[name]
    errors_of = panels_of(f)
    edges = choose_panels(errors_of, 0.0, 1.0, tolerance=1e-11)
    estimate, error = errors_of(edges)
    assert len(edges) - 1 == panels
    assert edges[0] == 0
    assert edges[-1] == 1
    assert error.sum() <= 1e-11 * abs(estimate.sum())
    assert estimate.sum() == pytest.approx(exact, rel=1e-11)


def test_limits_far_from_zero(panels_of: Any) -> None:
    errors_of = panels_of(lambda x: np.exp(-0.5 * (x - 91187.6) ** 2))
    edges = choose_panels(errors_of, 6e4, 1.2e5, tolerance=1e-11, initial=16, probes=16)
    assert len(edges) - 1 in (16, 32, 64)
    assert errors_of(edges)[0].sum() == pytest.approx(np.sqrt(2 * np.pi), rel=1e-11)


def test_what_cannot_be_integrated(panels_of: Any) -> None:
    with pytest.raises(IntegrationError, match=r"integral .* misses .* worst between 0 and"):
        choose_panels(panels_of(lambda x: 1 / x), 0.0, 1.0, tolerance=1e-11)
    # The distance to a singularity that is not at zero has too few digits.
    with pytest.raises(IntegrationError, match=r"worst between 0\.999999.* and 1:"):
        choose_panels(panels_of(lambda x: (1 - x) ** -0.5), 0.0, 1.0, tolerance=1e-11)
    with pytest.raises(IntegrationError, match=r"not finite between 0\.5 and"):
        choose_panels(panels_of(lambda x: np.where(x > 0.5, np.nan, 1)), 0.0, 1.0, tolerance=1e-11)


def nd(f: Integrand) -> Any:
    @tf.function(jit_compile=True, autograph=False)
    def compiled(*edges: Any) -> Any:
        rules = [kronrod_nodes(row) for row in edges]
        return marginal_integrals(rules, f(*grid_nodes(rules)), range(len(rules)))

    def errors_of(edges: tuple[Array, ...]) -> list[tuple[Array, Array]]:
        parts = compiled(*map(tf.constant, edges))
        return [(estimate.numpy(), error.numpy()) for estimate, error in parts]

    return errors_of


def gauss(place: Any, width: float) -> float:
    parts = [ndtr((1 - m) / width) - ndtr(-m / width) for m in place]
    return float(np.prod(np.array(parts) * width * np.sqrt(2 * np.pi)))


def check_nd(f: Integrand, dimensions: int, exact: float) -> None:
    errors_of = nd(f)
    edges = choose_panels_nd(errors_of, [0.0] * dimensions, [1.0] * dimensions, tolerance=1e-10)
    assert len(edges) == dimensions
    for estimate, _ in errors_of(edges):
        assert estimate.sum() == pytest.approx(exact, rel=1e-11)


def test_peak_in_two_dimensions() -> None:
    place, width = (0.337, 0.861), 0.004
    check_nd(
        lambda x, y: 1 + tf.exp(-0.5 * ((x - place[0]) ** 2 + (y - place[1]) ** 2) / width**2),
        2,
        1 + gauss(place, width),
    )


def test_ridge_in_two_dimensions() -> None:
    # The integral over the square of a Gaussian in x - y.
    w = 0.02
    exact = w * np.sqrt(2 * np.pi) * (2 * ndtr(1 / w) - 1) - 2 * w * w
    check_nd(lambda x, y: tf.exp(-0.5 * ((x - y) / w) ** 2), 2, exact)


def test_singular_edge_in_two_dimensions() -> None:
    check_nd(lambda x, y: tf.sqrt(1 - x * x) * tf.exp(y), 2, np.pi / 4 * np.expm1(1))


def test_peak_in_three_dimensions() -> None:
    place, width = (0.34, 0.72, 0.5), 0.1

    def f(x: Any, y: Any, z: Any) -> Any:
        square = (x - place[0]) ** 2 + (y - place[1]) ** 2 + (z - place[2]) ** 2
        return tf.exp(-0.5 * square / width**2)

    check_nd(f, 3, gauss(place, width))


def test_bounds_of_grids() -> None:
    with pytest.raises(IntegrationError, match="1 to 3 dimensions are possible, not 4"):
        choose_panels_nd(nd(lambda x: x), [0.0] * 4, [1.0] * 4, tolerance=1e-8)
    with pytest.raises(IntegrationError, match="needs more than 64 x 8 panels"):
        choose_panels_nd(nd(lambda x, y: x + y), [0.0] * 2, [1.0] * 2, tolerance=1e-8, max_nodes=10_000)
