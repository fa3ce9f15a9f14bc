"""One structure is compiled once: values, data, limits and names are arguments."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.compile.cache import programs
from wilks.errors import ModelError

RNG = np.random.default_rng(20)
VALUES = RNG.normal(5, 1, 60)


def likelihood(
    *,
    values: Any = VALUES,
    limits: tuple[float, float] = (0, 10),
    mean: float = 5,
    width: float = 1.0,
    bounds: tuple[float, float] = (3, 7),
    slope: float = 0.3,
    prefix: str = "",
    weights: Any = None,
) -> wilks.NLL:
    x = wilks.Space(f"{prefix}x", *limits)
    mu = wilks.Parameter(f"{prefix}mu", mean, lower=bounds[0], upper=bounds[1], step=0.1, label="mean")
    f = wilks.Parameter(f"{prefix}f", 0.6, lower=0, upper=1)
    peak = wilks.Gaussian(x=x, mean=2 * mu - mu, sigma=width, name=f"{prefix}peak")
    model = wilks.Mixture([peak, wilks.Exponential(x=x, c=slope)], [f])
    return wilks.NLL(model, wilks.Data(x, values, weights=weights), name=f"{prefix}nll")


def use(nll: wilks.NLL) -> list[float]:
    """Ask for everything that a fit needs."""
    return [nll(), *nll.gradient(), *nll.hessian().ravel()]


def traces(nll: wilks.NLL) -> dict[Any, int]:
    """Return how often each program that a likelihood used was traced."""
    return {program: program.traces for program in nll._evaluator.programs}


@pytest.fixture(scope="module")
def traced() -> dict[Any, int]:
    nll = likelihood()
    use(nll)
    found = traces(nll)
    # One program without rows (values, slopes, curvature), two with them (the value; its gradient and Hessian).
    assert sorted(found.values()) == [1, 2, 3]
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"values": VALUES[::-1] + 0.1},
        {"values": VALUES[:-7]},
        {"values": np.linspace(0.1, 9.9, 1000)},
        {"mean": 4.5},
        {"bounds": (-np.inf, np.inf)},
        {"width": 2.0, "slope": -0.1},
        {"limits": (-5, 20)},
        {"prefix": "other_"},
    ],
    ids="-".join,
)
def test_other_values_compile_nothing(traced: dict[Any, int], changes: dict[str, Any]) -> None:
    nll = likelihood(**changes)
    assert np.all(np.isfinite(use(nll)))
    assert traces(nll) == traced


def test_a_fit_from_elsewhere_compiles_nothing(traced: dict[Any, int]) -> None:
    first = wilks.fit(likelihood())
    second = wilks.fit(nll := likelihood(), start={"mu": 4.1, "f": 0.4})
    assert second.values == pytest.approx(first.values, rel=1e-5)
    assert traces(nll).items() <= traced.items()


@pytest.mark.parametrize(
    "nll",
    [
        likelihood(weights=np.ones(60)),
        wilks.NLL(wilks.Uniform(x=wilks.Space("x", 0, 10)), wilks.Data(wilks.Space("x", 0, 10), VALUES)),
    ],
    ids=["weights", "model"],
)
def test_another_structure_is_another_program(traced: dict[Any, int], nll: wilks.NLL) -> None:
    nll()
    assert not traced.keys() & traces(nll).keys()


def test_channels_of_one_structure_are_one_program(traced: dict[Any, int]) -> None:
    one, joint = likelihood(), likelihood() + likelihood(prefix="b_", values=VALUES[:-5])
    assert joint() == pytest.approx(one() + likelihood(values=VALUES[:-5])(), rel=1e-13)
    # Two points in place of one: as many programs.
    assert len(use(joint)) == 1 + 4 + 16
    assert sorted(traces(joint).values()) == sorted(traced.values())


def test_fixing_a_parameter_is_another_program_shared_by_all_its_values(traced: dict[Any, int]) -> None:
    first = likelihood().objective(fixed={"mu": 5.0}).evaluator
    second = likelihood(mean=4).objective(fixed={"mu": 6.0}).evaluator
    # A parameter that is declared fixed is the same as one that is fixed in the fit.
    assert first.value(np.array([0.5])) == pytest.approx(likelihood()({"mu": 5.0, "f": 0.5}), rel=1e-14)
    assert second.value(np.array([0.5])) == pytest.approx(likelihood()({"mu": 6.0, "f": 0.5}), rel=1e-14)
    assert first.programs == second.programs
    assert not traced.keys() & first.programs


def test_each_pattern_of_what_floats_is_traced_once() -> None:
    nll = likelihood().with_options(compile=False)
    patterns: list[dict[str, float]] = [{}, {"mu": 5.0}, {"f": 0.5}]
    programs_of = []
    for fixed in patterns:
        objective = nll.objective(fixed=fixed)
        objective.expand(objective.start[None], exact=True)
        programs_of.append(objective.evaluator.programs)
    before = traces(nll)
    assert len(set().union(*programs_of)) == 2 * len(patterns)  # with rows and without
    for fixed in ({"mu": 6.0}, {}, {"f": 0.1}, {"mu": 4.0}):
        objective = nll.objective(start={"mu": 5.5, "f": 0.7}, fixed=fixed)
        assert np.isfinite(objective.expand(objective.start[None], exact=True).value).all()
    assert traces(nll) == before


def opaque(value: Any) -> Any:
    """Return a value whose derivative must not be asked for."""
    import tensorflow as tf

    @tf.custom_gradient
    def identity(inner: Any) -> Any:
        def derivative(_: Any) -> Any:
            raise AssertionError("nobody needs this derivative")

        return tf.identity(inner), derivative

    return identity(value)


def test_derivatives_in_what_does_not_float_are_never_computed() -> None:
    x, mu, width = wilks.Space("x", 0, 10), wilks.Parameter("mu", 5), wilks.Parameter("width", 1.5, lower=0.1)
    peak = wilks.Gaussian(x=x, mean=mu, sigma=wilks.compose(opaque, width))
    nll = wilks.NLL(peak, wilks.Data(x, VALUES), compile=False)
    plain = wilks.NLL(wilks.Gaussian(x=x, mean=mu, sigma=1.5), wilks.Data(x, VALUES), compile=False)
    objective, expected = nll.objective(fixed={"width": 1.5}), plain.objective()
    for exact in (True, False):
        found = objective.expand(np.array([[4.5]]), exact=exact)
        wanted = expected.expand(np.array([[4.5]]), exact=exact)
        np.testing.assert_allclose(found.matrix, wanted.matrix, rtol=1e-13)
    with pytest.raises(AssertionError, match="nobody needs"):
        nll.gradient()


def test_squared_weights_compile_nothing() -> None:
    nll = likelihood(weights=RNG.uniform(0.5, 1.5, 60))
    wilks.fit(nll, covariance="hesse")
    before, size = traces(nll), programs.cache_info().currsize
    wilks.fit(nll, covariance="sumw2")
    assert (traces(nll), programs.cache_info().currsize) == (before, size)


def test_the_memo_has_an_end() -> None:
    assert programs.cache_info().maxsize is not None


@dataclass(frozen=True, kw_only=True)
class Dawson(wilks.PDF):
    """Dawson's integral, for which XLA has no operation."""

    x: wilks.Observable
    width: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, width: Any) -> Any:
        import tensorflow as tf

        return tf.math.special.dawsn(x / width)


@dataclass(frozen=True, kw_only=True)
class HalfDifferentiable(wilks.PDF):
    """A PDF with a first derivative and no second one, and that only when it is computed."""

    x: wilks.Observable
    width: wilks.Positive

    @staticmethod
    def unnormalized_prob(x: Any, width: Any) -> Any:
        import tensorflow as tf

        result = tf.py_function(lambda a, b: wnp.exp(-a / b), [x, width], tf.float64)
        result.set_shape(tf.broadcast_static_shape(x.shape, width.shape))
        return result


def test_what_xla_cannot_compile_runs_as_a_graph_with_one_warning() -> None:
    x, width = wilks.Space("x", 0, 10), wilks.Parameter("width", 2, lower=0.5, upper=9)
    nll = wilks.NLL(Dawson(x=x, width=width), wilks.Data(x, VALUES))
    with pytest.warns(UserWarning, match="XLA cannot compile Dawsn"):
        value = nll()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = wilks.fit(nll)
    assert result.valid
    assert value == pytest.approx(-np.sum(nll.channels[0].model.log_pdf(VALUES)), rel=1e-10)


@pytest.mark.filterwarnings("ignore:XLA cannot compile")
def test_what_fails_while_it_runs_is_an_error_of_ours() -> None:
    x, width = wilks.Space("x", 0, 10), wilks.Parameter("width", 2, lower=0.5, upper=9)
    nll = wilks.NLL(HalfDifferentiable(x=x, width=width), wilks.Data(x, VALUES))
    assert np.isfinite(nll())
    with pytest.raises(ModelError, match="compiled model fails"):
        nll.hessian()
