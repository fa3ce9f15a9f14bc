"""What depends on data and fixed parameters only is computed once, and nobody can tell from the numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.compile.evaluator import Evaluator
from wilks.compile.layout import Order
from wilks.typing import Array

X = wilks.Space("x", 0, 10)
Y = wilks.Space("y", -1, 1)
RNG = np.random.default_rng(12)

CALLS: list[str] = []
"""Where the kernel below ran: ``once``, at once, or ``program``, while something was traced."""


@dataclass(frozen=True, kw_only=True)
class Decay(wilks.PDF):
    """An exponential that says when it is computed."""

    x: wilks.Observable
    c: wilks.Real

    @staticmethod
    def unnormalized_log_prob(x: Any, c: Any) -> Any:
        import tensorflow as tf

        CALLS.append("program" if tf.inside_function() else "once")
        return -c * x

    @staticmethod
    def integral(lower: Any, upper: Any, c: Any) -> Any:
        return (wnp.exp(-c * lower) - wnp.exp(-c * upper)) / c


def parameter(name: str, value: float) -> wilks.Parameter:
    return wilks.Parameter(name, value, lower=0.01, upper=9)


def peak(prefix: str = "", x: Any = X) -> wilks.Gaussian:
    return wilks.Gaussian(x=x, mean=parameter(f"{prefix}mu", 5), sigma=parameter(f"{prefix}sigma", 1.1))


def mixture(prefix: str = "", c: float = 0.3) -> wilks.Mixture:
    return wilks.Mixture([peak(prefix), Decay(x=X, c=parameter(f"{prefix}c", c))], [parameter(f"{prefix}f", 0.4)])


def sample(n: int, *, weighted: bool = False) -> wilks.Data:
    return wilks.Data(X, RNG.uniform(0, 10, n), weights=RNG.uniform(-0.2, 1.5, n) if weighted else None)


def plane(n: int) -> wilks.Data:
    return wilks.Data(X * Y, {"x": RNG.uniform(0, 10, n), "y": RNG.uniform(-1, 1, n)})


def in_a_mixture() -> wilks.NLL:
    return wilks.NLL(mixture(), sample(1500, weighted=True))


def in_channels() -> wilks.NLL:
    pairs = {"a": (mixture("a_"), sample(70)), "b": (mixture("b_", 0.2), sample(50))}
    pairs["other"] = (peak("a_"), sample(20))
    return wilks.NLL(pairs)


def normalised_numerically() -> wilks.NLL:
    names = {"x": X, "a": parameter("a", 0.5), "b": parameter("b", 1.5)}
    bump = wilks.Generic(expression="exp(-a * x) + b", variables=names)
    wave = wilks.Generic(expression="2 + sin(k * x)", variables={"x": X, "k": parameter("k", 1.2)})
    return wilks.NLL(wilks.Mixture([bump, wave], [parameter("f", 0.4)]), sample(60))


def in_a_product() -> wilks.NLL:
    slope = wilks.Exponential(x=Y, c=parameter("d", 0.5))
    return wilks.NLL(wilks.Product([peak(), Decay(x=X, c=parameter("c", 0.3)), slope]), plane(60))


def in_functions() -> wilks.NLL:
    shift = wilks.compose(wnp.sin, parameter("k", 0.7) * Y) + parameter("h", 0.3) * X
    narrow = wilks.Gaussian(x=X, mean=parameter("mu", 5) + shift, sigma=parameter("sigma", 1.1))
    return wilks.NLL(narrow, plane(60))


CASES: dict[str, tuple[Callable[[], wilks.NLL], Mapping[str, float], float]] = {
    # Sums of the same numbers in the same order differ by rounding only.
    "mixture": (in_a_mixture, {"c": 0.25}, 1e-13),
    "whole model": (in_a_mixture, {"c": 0.25, "mu": 4.8, "sigma": 1.3}, 1e-13),
    "channels": (in_channels, {"a_c": 0.25, "b_c": 0.15}, 1e-13),
    # Panels are chosen where the fixed parameters are, so that integrals agree to 1e-11.
    "numerical": (normalised_numerically, {"a": 0.6, "b": 1.1}, 1e-11),
    "product": (in_a_product, {"c": 0.4, "d": 0.2}, 1e-11),
    "functions": (in_functions, {"k": 0.6, "h": 0.2}, 1e-11),
}


@pytest.fixture(scope="module", params=CASES)
def both(request: Any) -> tuple[Evaluator, Evaluator, Array, Array, float]:
    """Return evaluators with frozen nodes and with none, the same points for both, and how well they agree."""
    make, fixed, tolerance = CASES[request.param]
    nll = make().with_options(compile=request.param == "whole model")
    frozen, free = nll.objective(fixed=fixed), nll.objective(start=fixed)
    points = np.tile(free.start, (3, 1))
    floating = [free.names.index(name) for name in frozen.names]
    points[:, floating] *= RNG.uniform(0.95, 1.05, (3, len(floating)))
    return frozen.evaluator, free.evaluator, points, np.array(floating), tolerance


def test_the_numbers_are_those_with_nothing_frozen(both: Any) -> None:
    frozen, free, points, floating, tolerance = both
    assert any(group.layout.frozen for group in frozen._groups)
    assert not any(group.layout.frozen for group in free._groups)
    found, expected = (e.at(p, Order.HESSIAN) for e, p in ((frozen, points[:, floating]), (free, points)))
    np.testing.assert_allclose(found.value, expected.value, rtol=tolerance)
    unit = np.sqrt(np.abs(np.diagonal(expected.matrix, axis1=1, axis2=2)))[:, floating]
    rows = 1e3  # events: the terms of a gradient are so much larger than their sum
    gradient = expected.gradient[:, floating]
    np.testing.assert_allclose(found.gradient / unit, gradient / unit, rtol=0, atol=rows * tolerance)
    units = unit[:, :, None] * unit[:, None, :]
    matrix = expected.matrix[:, floating[:, None], floating]
    np.testing.assert_allclose(found.matrix / units, matrix / units, rtol=0, atol=10 * tolerance)


def ran(action: Callable[[], Any]) -> set[str]:
    CALLS.clear()
    action()
    return set(CALLS)


def test_a_frozen_kernel_is_in_no_program() -> None:
    # Data of another length than anywhere else here, so that nothing is compiled already.
    nll = wilks.NLL(mixture("p_"), sample(5000)).with_options(compile=False)
    free, frozen = nll.objective().evaluator, nll.objective(fixed={"p_c": 0.2}).evaluator
    point = np.array([5.0, 1.1, 0.4])
    assert "program" in ran(lambda: free.at(np.insert(point, 2, 0.3)[None], Order.HESSIAN))
    assert ran(lambda: frozen.at(point[None], Order.HESSIAN)) == {"once"}
    # The data are looked at once; after that the kernel never runs again.
    assert ran(lambda: [frozen.at(1.01 * point[None], order) for order in Order]) == set()
    scores = frozen.scores(point[None])[0]
    assert ran(lambda: frozen.scores(point[None])) == set()
    np.testing.assert_allclose(scores, free.scores(np.insert(point, 2, 0.2)[None])[0][:, :, [0, 1, 3]], atol=1e-12)


def test_another_value_is_computed_anew_by_the_same_programs() -> None:
    nll = in_a_mixture().with_options(compile=False)
    point = np.array([5.0, 1.1, 0.4])
    first, second = (nll.objective(fixed={"c": c}).evaluator for c in (0.2, 0.5))
    values = [evaluator.value_and_gradient(point)[0] for evaluator in (first, second)]
    assert first.programs == second.programs
    assert {program.traces for program in first.programs} == {1}
    for value, c in zip(values, (0.2, 0.5), strict=True):
        assert value == pytest.approx(nll(dict(zip(("mu", "sigma", "f", "c"), (*point, c), strict=True))), rel=1e-13)
    assert values[0] != values[1]


def test_what_is_declared_fixed_is_frozen_too() -> None:
    c = wilks.Parameter("c", 0.25, fixed=True)
    nll = wilks.NLL(wilks.Mixture([peak(), Decay(x=X, c=c)], [0.5]), sample(50)).with_options(compile=False)
    assert [len(group.layout.frozen) for group in nll._evaluator._groups] == [1]
    moved = nll({"c": 0.5})
    number = wilks.Mixture([peak(), Decay(x=X, c=0.5)], [0.5])
    assert moved == pytest.approx(wilks.NLL(number, nll.channels[0].data).with_options(compile=False)(), rel=1e-13)


def test_where_nothing_floats_there_is_a_value_and_nothing_else() -> None:
    data = sample(50)
    nll = wilks.NLL(Decay(x=X, c=wilks.Parameter("c", 0.25, fixed=True)), data, compile=False)
    assert nll() == pytest.approx(np.sum(0.25 * data["x"] + np.log((1 - np.exp(-2.5)) / 0.25)), rel=1e-13)
    assert (nll.gradient().shape, nll.hessian().shape, nll.scores()[""].shape) == ((0,), (0, 0), (50, 0))
    assert nll.batch(np.zeros((2, 0))).tolist() == [nll(), nll()]
    assert nll.scan({"c": [0.1, 0.25]})[1] == pytest.approx(nll(), rel=1e-13)


def test_toys_see_frozen_columns_of_their_own() -> None:
    nll = in_channels().with_options(compile=False)
    toys = [{"a": sample(n), "b": sample(n + 3), "other": sample(4)} for n in (40, 60, 50)]
    objective = nll.objective(fixed={"a_c": 0.25, "b_c": 0.15}, data=toys)
    points = np.tile(objective.start, (4, 1)) * RNG.uniform(0.95, 1.05, (4, 1))
    sets = np.array([2, 0, 1, 2])
    found = objective.evaluator.at(points, Order.SCORES, sets=sets)
    for row, (number, point) in enumerate(zip(sets, points, strict=True)):
        pairs = {c.name: (c.model, toys[number][c.name]) for c in nll.channels}
        alone = wilks.NLL(pairs, compile=False).objective(start={"a_c": 0.25, "b_c": 0.15})
        whole = alone.start.copy()
        places = [alone.names.index(name) for name in objective.names]
        whole[places] = point
        expected = alone.evaluator.at(whole[None], Order.SCORES)
        assert found.value[row] == pytest.approx(expected.value[0], rel=1e-13)
        scale = np.abs(expected.matrix[0]).max()
        np.testing.assert_allclose(found.matrix[row], expected.matrix[0][np.ix_(places, places)], atol=1e-12 * scale)
