"""Many points and many data sets at once are the same numbers as one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from tests.unit.compile.formulas import WRITTEN, Written
from wilks.compile import group
from wilks.compile.layout import Order
from wilks.data import no_events
from wilks.errors import ParameterError

X = wilks.Space("x", 0, 10)
RNG = np.random.default_rng(41)

ROUNDING = 1e-12
"""Sums run over the same numbers, but the operations of a batch may be arranged in another way."""


@pytest.fixture(scope="module", params=["channels", "numerical"])
def written(request: Any) -> Written:
    case = WRITTEN[request.param]()
    return replace(case, nll=case.nll.with_options(compile=False))


def test_a_batch_is_a_loop(written: Written) -> None:
    nll, points = written.nll, written.points(3)
    np.testing.assert_allclose(nll.batch(points), [nll(point) for point in points], rtol=ROUNDING)
    size = np.stack([written.size(point) for point in points])
    gradients = np.stack([nll.gradient(point) for point in points])
    np.testing.assert_allclose(nll.gradient(points) / size, gradients / size, rtol=0, atol=ROUNDING)
    for found, point in zip(nll.hessian(points), points, strict=True):
        expected = nll.hessian(point)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(np.diag(expected)).min())
    scores = nll.scores(points)
    for number, point in enumerate(points):
        for channel, expected in nll.scores(point).items():
            np.testing.assert_allclose(scores[channel][number], expected, rtol=1e-9, atol=1e-9)


def test_no_points_and_one(written: Written) -> None:
    nll, (point,) = written.nll, written.points(1)
    none = np.zeros((0, len(point)))
    assert nll.batch(none).shape == (0,)
    assert nll.gradient(none).shape == (0, len(point))
    assert nll.hessian(none).shape == (0, len(point), len(point))
    assert nll.batch(point[None]) == pytest.approx([nll(point)], rel=1e-15)
    assert nll.hessian(point[None]).shape == (1, len(point), len(point))


def peak(mean: Any = None, sigma: Any = None) -> wilks.Gaussian:
    mean = wilks.Parameter("mu", 5, lower=2, upper=8) if mean is None else mean
    sigma = wilks.Parameter("sigma", 1.2, lower=0.1, upper=5) if sigma is None else sigma
    return wilks.Gaussian(x=X, mean=mean, sigma=sigma)


def sample(n: int) -> wilks.Data:
    return wilks.Data(X, RNG.normal(5, 1, n)) if n else no_events(X)


@pytest.fixture(scope="module")
def nll() -> wilks.NLL:
    return wilks.NLL(peak(), sample(30), compile=False)


def test_more_points_than_one_call_takes(nll: wilks.NLL) -> None:
    count = group.MOST_POINTS + 7
    points = np.stack([np.linspace(3, 7, count), np.linspace(2, 1, count)], axis=1)
    values, gradients = nll.batch(points), nll.gradient(points)
    for place in (0, 1, group.MOST_POINTS - 1, group.MOST_POINTS, count - 1):
        assert values[place] == pytest.approx(nll(points[place]), rel=ROUNDING)
        np.testing.assert_allclose(gradients[place], nll.gradient(points[place]), rtol=1e-10, atol=1e-10)


def test_large_data_see_fewer_points_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    other = wilks.NLL(peak(), sample(30), compile=False)
    points = np.array([[4.5, 1.0], [5.0, 1.1], [5.5, 1.3], [6.0, 2.0], [6.1, 2.0]])
    expected = other.batch(points)
    monkeypatch.setattr(group, "MOST_TILES", 2)
    assert other._evaluator._groups[0].points_at_once == 2
    np.testing.assert_allclose(other.batch(points), expected, rtol=ROUNDING)


def test_every_point_sees_its_data_set(nll: wilks.NLL) -> None:
    toys = [sample(n) for n in (40, 33, 64)]
    points = np.array([[4.5, 1.0], [5.0, 1.1], [5.5, 1.3], [6.0, 2.0]])
    sets = np.array([2, 0, 1, 2])
    found = nll.objective(data=toys).evaluator.at(points, Order.HESSIAN, sets=sets)
    for row, (point, number) in enumerate(zip(points, sets, strict=True)):
        alone = wilks.NLL(peak(), toys[number], compile=False)
        assert found.value[row] == pytest.approx(alone(point), rel=ROUNDING)
        np.testing.assert_allclose(found.gradient[row], alone.gradient(point), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(found.matrix[row], alone.hessian(point), rtol=1e-10, atol=1e-10)


def test_batches_are_split_over_cores_too(nll: wilks.NLL) -> None:
    toys = [sample(33 + i) for i in range(16 * 3)]
    points = np.stack([np.linspace(4, 6, len(toys)), np.linspace(0.8, 1.3, len(toys))], axis=1)
    whole, sharded = (nll.with_options(compile=False, shards=n).objective(data=toys).evaluator for n in (1, 3))
    sets = np.arange(len(toys))
    assert len(sharded._groups[0]._tiles(sets)[1]) == 3
    found, expected = (evaluator.at(points, Order.SCORES, sets=sets) for evaluator in (sharded, whole))
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=1e-10)


def test_one_of_several_data_sets(nll: wilks.NLL) -> None:
    toys = [sample(n) for n in (40, 33, 64)]
    objective = nll.objective(data=toys)
    alone = wilks.NLL(peak(), toys[2], compile=False)
    assert objective.seeing(2).value(objective.start) == pytest.approx(alone(), rel=ROUNDING)
    np.testing.assert_allclose(objective.seeing(2).evaluator.scores(objective.start[None])[0][0], alone.scores()[""])


def test_an_empty_data_set_has_a_value_of_what_is_left() -> None:
    n = wilks.Parameter("n", 12.0, lower=0)
    constraint = wilks.gaussian_constraint(n, observed=10, sigma=3)
    model = wilks.Mixture([peak()], [n], extended=True)
    nll = wilks.NLL(model, sample(9), constraints=[constraint], compile=False)
    objective = nll.objective(data=[sample(9), sample(0)])
    found = objective.evaluator.at(np.tile(objective.start, (2, 1)), Order.HESSIAN, sets=np.array([1, 0]))
    rest = wilks.NLL({}, constraints=[constraint], compile=False)
    assert found.value[0] == pytest.approx(12 + rest(), rel=1e-14)
    np.testing.assert_allclose(found.gradient[0], [0, 0, 1 + rest.gradient()[0]], rtol=1e-13)
    only = nll.objective(data=[sample(0)])
    assert only.value(only.start) == found.value[0]


def test_data_of_about_one_size_are_one_program() -> None:
    shape = wilks.Exponential(x=X, c=wilks.Parameter("c", 0.2))
    nll = wilks.NLL(shape, sample(1000))
    first = nll.objective(data=[sample(n) for n in (900, 1024, 951)])
    points = np.array([[0.1], [0.2], [0.3]])
    for order in (Order.VALUE, Order.HESSIAN):
        first.evaluator.at(points, order, sets=np.arange(3))
    before = {program: program.traces for program in first.evaluator.programs}
    for lengths in [(1024, 1024, 1024), (903, 902, 901), (1000, 950, 900)]:
        other = wilks.NLL(shape, sample(1)).objective(data=[sample(n) for n in lengths])
        for order in (Order.VALUE, Order.HESSIAN):
            assert np.isfinite(other.evaluator.at(points, order, sets=np.arange(3)).value).all()
        assert {program: program.traces for program in other.evaluator.programs} == before


@dataclass(frozen=True, kw_only=True)
class Wedge(wilks.PDF):
    """A density that falls to zero at an edge."""

    x: wilks.Observable
    edge: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, edge: Any) -> Any:
        return wnp.maximum(edge - x, 0.0)

    @staticmethod
    def integral(lower: Any, upper: Any, edge: Any) -> Any:
        low, high = wnp.minimum(lower, edge), wnp.minimum(upper, edge)
        return edge * (high - low) - 0.5 * (high**2 - low**2)


@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "graph"])
def test_an_event_without_density_spoils_no_other_point(compiled: bool) -> None:
    x = np.array([1.0, 2.0, 6.0, 6.5])
    nll = wilks.NLL(Wedge(x=X, edge=wilks.Parameter("edge", 7)), wilks.Data(X, x), compile=compiled)
    edges = np.array([[7.0], [3.0], [6.3], [9.5]])
    expected = [-np.sum(np.log(2 * (edge - x) / edge**2)) if edge > 6.5 else np.inf for (edge,) in edges]
    np.testing.assert_allclose(nll.batch(edges), expected, rtol=ROUNDING)
    good = edges[[0, 3], 0]
    slopes = [2 * len(x) / edge - np.sum(1 / (edge - x)) for edge in good]
    np.testing.assert_allclose(nll.gradient(edges)[[0, 3], 0], slopes, rtol=1e-12)
    curvatures = [np.sum(1 / (edge - x) ** 2) - 2 * len(x) / edge**2 for edge in good]
    np.testing.assert_allclose(nll.hessian(edges)[[0, 3], 0, 0], curvatures, rtol=1e-12)
    assert nll({"edge": 3.0}) == np.inf


def test_normalisations_are_accurate_at_every_point() -> None:
    m = wilks.Parameter("m", 5.2, lower=3, upper=7)
    narrow = wilks.Generic(expression="exp(-0.5 * ((x - m) / 0.05)^2)", variables={"x": X, "m": m})
    x = np.random.default_rng(1).normal(4.5, 0.05, 50)
    nll = wilks.NLL(narrow, wilks.Data(X, x), compile=False)
    exact = wilks.NLL(peak(m, 0.05), wilks.Data(X, x), compile=False)
    points = np.array([[4.5], [4.52], [5.2]])
    for ours, theirs in (
        (nll.batch(points), exact.batch(points)),
        (nll.gradient(points), exact.gradient(points)),
        (nll.hessian(points), exact.hessian(points)),
        (nll.scores(points)[""], exact.scores(points)[""]),
        (nll.scan({"m": points[:, 0]}), exact.scan({"m": points[:, 0]})),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-7)


def test_one_point_has_one_value(nll: wilks.NLL) -> None:
    with pytest.raises(ParameterError, match=r"nll\.batch"):
        nll(np.ones((2, 2)))
    with pytest.raises(ParameterError, match="shape"):
        nll.batch(np.ones(2))
    with pytest.raises(ParameterError, match="2 floating parameters"):
        nll.gradient(np.ones((2, 3)))


def test_a_scan_of_one_parameter(nll: wilks.NLL) -> None:
    means = np.linspace(4, 6, 5)
    np.testing.assert_allclose(nll.scan({"mu": means}), [nll({"mu": mean}) for mean in means], rtol=ROUNDING)
    np.testing.assert_allclose(nll.scan({"mu": 4.5}), [nll({"mu": 4.5})], rtol=ROUNDING)


def test_a_scan_of_two_is_a_grid(nll: wilks.NLL) -> None:
    widths, means = np.array([0.8, 1.0, 1.3]), np.array([4.5, 5.5])
    found = nll.scan({"sigma": widths, "mu": means})
    expected = [[nll({"mu": mean, "sigma": width}) for mean in means] for width in widths]
    np.testing.assert_allclose(found, expected, rtol=ROUNDING)


def test_a_scan_of_what_is_fixed() -> None:
    nll = wilks.NLL(peak(sigma=wilks.Parameter("sigma", 1.2, fixed=True)), sample(30), compile=False)
    assert nll.floating == ("mu",)
    found = nll.scan({"sigma": [0.9, 1.5]}, start={"mu": 5.1})
    np.testing.assert_allclose(found, [nll({"mu": 5.1, "sigma": s}) for s in (0.9, 1.5)], rtol=ROUNDING)


def test_a_scan_starts_at_a_result(nll: wilks.NLL) -> None:
    result = wilks.fit(nll)
    found = nll.scan({"mu": [4.9, result.values["mu"]]}, start=result)
    assert found[1] == pytest.approx(result.minimum, rel=ROUNDING)
    assert found[0] == pytest.approx(nll({**result.values, "mu": 4.9}), rel=ROUNDING)


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({}, "at least one parameter"),
        ([4.0, 5.0], "at least one parameter"),
        ({"nu": [1.0]}, "'nu'"),
        ({"mu": []}, "'mu' must have the shape"),
        ({"mu": [[4.0, 5.0]]}, "'mu' must have the shape"),
        ({"mu": "high"}, "expected numbers"),
        ({"mu": [4.0, np.nan]}, "NaN"),
    ],
    ids=str,
)
def test_scans_that_cannot_be(nll: wilks.NLL, points: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        nll.scan(points)


def test_a_scan_does_not_know_other_names(nll: wilks.NLL) -> None:
    with pytest.raises(ParameterError, match="'nu'"):
        nll.scan({"mu": [4.0]}, start={"nu": 1})
