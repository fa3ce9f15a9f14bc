"""Value, gradient, scores and second derivatives against formulas written down in NumPy, with XLA and without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import wilks
from tests.unit.compile.formulas import WRITTEN, Written
from wilks.compile.layout import Order
from wilks.compile.rows import UNROLLED
from wilks.typing import Array

ROUNDING = 1e-11
"""Of sums, in units of the sum of absolute values; normalisations by quadrature are good to 1e-11."""

DIFFERENCES = 1e-8
"""Of second derivatives in units of their diagonal, which here are differences: of fourth order in steps of 1e-3."""


COMPILED = ("extended", "channels", "numerical", "fractions")
GRAPHS = ("moving_mean", "products")
"""Both are the same program, in other chunks: not everything needs to wait for XLA."""


@pytest.fixture(scope="module", params=[*(f"{name}, compiled" for name in COMPILED), *GRAPHS])
def written(request: Any) -> Written:
    name, _, compiled = request.param.partition(", ")
    case = WRITTEN[name]()
    return replace(case, nll=case.nll.with_options(compile=bool(compiled)))


@pytest.fixture
def nll(written: Written) -> wilks.NLL:
    return written.nll


def assert_matrix(found: Array, expected: Array, tolerance: float) -> None:
    unit = np.sqrt(np.abs(np.diag(expected)))
    np.testing.assert_allclose(found / np.outer(unit, unit), expected / np.outer(unit, unit), atol=tolerance, rtol=0)


def test_value(nll: wilks.NLL, written: Written) -> None:
    for point in written.points(2):
        assert nll(point) == pytest.approx(written.value(point), rel=ROUNDING)


def test_gradient(nll: wilks.NLL, written: Written) -> None:
    for point in written.points(2):
        size = written.size(point)
        np.testing.assert_allclose(nll.gradient(point) / size, written.gradient(point) / size, rtol=0, atol=ROUNDING)


def test_hessian(nll: wilks.NLL, written: Written) -> None:
    (point,) = written.points(1)
    assert_matrix(nll.hessian(point), written.hessian(point), DIFFERENCES)
    np.testing.assert_array_equal(nll.hessian(point), nll.hessian(point).T)


def test_scores(nll: wilks.NLL, written: Written) -> None:
    (point,) = written.points(1)
    expected, found = written.scores(point), nll.scores(point)
    assert found.keys() == expected.keys()
    for channel, scores in expected.items():
        used = np.ones(len(scores)) if channel not in written.weights else written.weights[channel] != 0
        size = np.abs(scores).max(axis=0) + 1e-30
        np.testing.assert_allclose(found[channel] / size, scores * used[:, None] / size, rtol=0, atol=ROUNDING)


def test_products_of_scores(nll: wilks.NLL, written: Written) -> None:
    (point,) = written.points(1)
    evaluator = nll.objective().evaluator
    found = evaluator.at(point[None], Order.SCORES)
    assert found.value[0] == pytest.approx(written.value(point), rel=ROUNDING)
    size = written.size(point)
    np.testing.assert_allclose(found.gradient[0] / size, nll.gradient(point) / size, rtol=0, atol=ROUNDING)
    assert_matrix(found.matrix[0], written.products(point), DIFFERENCES)
    assert_matrix(evaluator.row_outer_product(point), written.outer_product(point), ROUNDING)


def test_one_of_the_models_needs_second_derivatives_direction_by_direction() -> None:
    evaluator = WRITTEN["fractions"]().nll.with_options(compile=False)._evaluator
    evaluator.value_and_gradient(evaluator.planned_at)
    assert max(p.signature.hoists.varying for p in evaluator.programs if p.signature.hoists is not None) > UNROLLED
