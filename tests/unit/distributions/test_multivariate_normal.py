"""Multivariate normal distributions: normalisation, constraints, checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import wilks
from wilks.distributions.multivariate_normal import MultivariateNormal

COVARIANCES = ((1.0, 0.3, 0.1), (0.3, 2.0, -0.4), (0.1, -0.4, 0.7))
MEAN = (0.5, -0.3, 1.0)


def test_over_the_whole_space() -> None:
    spaces = [wilks.Space(name, -np.inf, np.inf) for name in "xyz"]
    pdf = MultivariateNormal(x=spaces, mean=MEAN, covariances=COVARIANCES)
    points = np.random.default_rng(1).normal(size=(7, 3))
    expected = stats.multivariate_normal(MEAN, COVARIANCES).pdf(points)
    np.testing.assert_allclose(pdf.pdf(points), expected, rtol=1e-13)


def test_over_a_box() -> None:
    spaces = [wilks.Space("x", -2.0, 3.0), wilks.Space("y", -3.0, 4.0)]
    covariances = ((1.0, 1.2), (1.2, 2.0))
    pdf = MultivariateNormal(x=spaces, mean=MEAN[:2], covariances=covariances)
    reference = stats.multivariate_normal(MEAN[:2], covariances, abseps=1e-12)
    inside = reference.cdf([3.0, 4.0], lower_limit=[-2.0, -3.0])
    points = np.array([[0.2, 0.4], [-1.9, 3.5]])
    np.testing.assert_allclose(pdf.pdf(points), reference.pdf(points) / inside, rtol=1e-7)


def test_a_constraint_of_parameters_with_gradient() -> None:
    parameters = [wilks.Parameter(name, value) for name, value in zip("xyz", (1.0, 0.0, 0.4), strict=True)]
    scale = wilks.Parameter("scale", 1.3)
    covariances = [[scale * entry for entry in row] for row in COVARIANCES]
    nll = wilks.NLL({}, constraints=[MultivariateNormal(x=parameters, mean=MEAN, covariances=covariances)])

    def expected(point: Any) -> Any:
        values = {**nll.start, **point}
        distribution = stats.multivariate_normal(MEAN, values["scale"] * np.array(COVARIANCES))
        return -distribution.logpdf([values[name] for name in "xyz"])

    assert nll() == pytest.approx(expected({}), rel=1e-13)
    step = 1e-5
    for i, name in enumerate(nll.floating):
        start = nll.start[name]
        slope = (expected({name: start + step}) - expected({name: start - step})) / (2 * step)
        assert nll.gradient()[i] == pytest.approx(slope, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(
    ("mean", "covariances", "message"),
    [
        ((0.0,), ((1.0, 0.0), (0.0, 1.0)), "needs 2 means"),
        ((0.0, 0.0), ((1.0, 0.0),), "rows of"),
        ((0.0, 0.0), ((1.0, 0.0), (0.0,)), "rows of"),
        ((0.0, 0.0), ((1.0, 0.5), (0.4, 1.0)), "not symmetric"),
        ((0.0, 0.0), ((1.0, 2.0), (2.0, 1.0)), "not positive definite"),
    ],
)
def test_errors(mean: Any, covariances: Any, message: str) -> None:
    x = (wilks.Space("x", 0, 1), wilks.Space("y", 0, 1))
    with pytest.raises(wilks.WilksError, match=message):
        MultivariateNormal(x=x, mean=mean, covariances=covariances)
