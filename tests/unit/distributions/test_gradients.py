"""Gradients against finite differences where a formula changes: ends of a support inside the range, sides, steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import wilks
from wilks.distributions.argus import Argus
from wilks.distributions.chebychev import Chebychev
from wilks.distributions.continued_poisson import ContinuedPoisson
from wilks.distributions.crystalball import CrystalBall
from wilks.distributions.double_crystalball import DoubleCrystalBall
from wilks.distributions.gamma import Gamma
from wilks.distributions.lognormal import LogNormal
from wilks.distributions.poisson import Poisson

X = wilks.Space("x", -1.0, 10.0)
POSITIVE = np.array([0.5, 1.1, 2.0, 3.7, 6.2])
EVERYWHERE = np.array([-0.9, 0.3, 1.1, 2.0, 3.7, 6.2, 9.8])
COUNTS = np.array([0.0, 1.0, 3.0, 7.0])


def p(name: str, value: float) -> Any:
    return wilks.Parameter(name, value)


MODELS: list[tuple[Callable[[], Any], Any]] = [
    (lambda: Argus(mass=X, resonance=p("a", 7.0), slope=p("b", -2.0), power=p("c", 0.6)), POSITIVE),
    (lambda: Argus(mass=X, resonance=p("a", 10.1), slope=p("b", 3.0), power=p("c", 0.5)), POSITIVE),
    (lambda: Gamma(x=X, gamma=p("a", 0.7), beta=p("b", 1.5), mu=p("c", 0.2)), POSITIVE),
    (lambda: Gamma(x=X, gamma=p("a", 90.0), beta=p("b", 0.05), mu=p("c", -3.0)), EVERYWHERE),
    (lambda: LogNormal(x=X, mu=p("a", 0.5), sigma=p("b", 0.8)), POSITIVE),
    (lambda: CrystalBall(m=X, m0=p("a", 3.0), sigma=p("b", 0.8), alpha=p("c", -0.9), n=p("d", 1.0)), EVERYWHERE),
    (
        lambda: DoubleCrystalBall(
            m=X,
            m0=p("a", -2.0),
            sigma_L=p("b", 0.8),
            sigma_R=p("c", 1.8),
            alpha_L=p("d", 1.2),
            alpha_R=p("e", 0.9),
            n_L=p("f", 3.0),
            n_R=p("g", 2.5),
        ),
        EVERYWHERE,
    ),
    (lambda: Chebychev(x=X, coefficients=(p("a", 0.2), p("b", -0.1), 0.05)), EVERYWHERE),
    (lambda: Poisson(x=X, mean=p("a", 3.3)), COUNTS),
    (lambda: ContinuedPoisson(x=wilks.Space("x", 0.0, 10.0), mean=p("a", 3.3)), POSITIVE),
]


@pytest.mark.parametrize(("make", "points"), MODELS)
def test_gradient_and_hessian(make: Callable[[], Any], points: Any) -> None:
    model = make()
    nll = wilks.NLL(model, wilks.Data(model.space, points))
    theta = np.array([nll.start[name] for name in nll.floating])
    gradient, hessian = nll.gradient(theta), nll.hessian(theta)
    steps = 1e-4 * np.maximum(np.abs(theta), 0.1)
    for i, step in enumerate(steps):
        shift = np.zeros_like(theta)
        shift[i] = step
        weights = {-2: 1 / 12, -1: -2 / 3, 1: 2 / 3, 2: -1 / 12}
        slope = sum(w * nll(theta + k * shift) for k, w in weights.items()) / step
        curvatures = sum(w * nll.gradient(theta + k * shift) for k, w in weights.items()) / step
        np.testing.assert_allclose(gradient[i], slope, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(hessian[i], curvatures, rtol=1e-6, atol=1e-6)
