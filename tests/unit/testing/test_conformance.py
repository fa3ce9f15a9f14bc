"""The conformance kit notices what it promises to notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.contract import FunctionExample
from wilks.function import Function
from wilks.registry import hookimpl
from wilks.testing import distribution, function
from wilks.testing.agreement import require_close
from wilks.testing.conformance import conformance
from wilks.testing.quadrature import cell_integrals, integral
from wilks.testing.specimen import Specimen

EXAMPLE = wilks.Example({"slope": 0.5}, limits=(0.0, 2.0), x=1.0, prob=0.5)


@dataclass(frozen=True, kw_only=True)
class Ramp(wilks.PDF):
    r"""Straight line.

    .. math:: f(x; s) \propto 1 + s x

    Args:
        x: Observable.
        slope: Slope :math:`s`.
        name: Name in documents and plots.
    """

    x: wilks.Observable
    slope: wilks.Real

    hs3_type = "my_lab.ramp_dist"
    examples = (EXAMPLE,)

    @staticmethod
    def unnormalized_prob(x: Any, slope: Any) -> Any:
        return 1 + slope * x

    @staticmethod
    def integral(lower: Any, upper: Any, slope: Any) -> Any:
        return (upper - lower) * (1 + slope * (upper + lower) / 2)

    @staticmethod
    def sampler(generator: Any, size: int, slope: Any) -> Any:
        x = generator.uniform(0.0, 2.0, size=2 * size)
        return x[generator.uniform(0.0, 1 + 2 * slope, size=2 * size) < 1 + slope * x]


def wrong_integral(lower: Any, upper: Any, slope: Any) -> Any:
    return (upper - lower) * (1 + slope * (upper + lower))


def wrong_sampler(generator: Any, size: int, slope: Any) -> Any:
    return generator.uniform(0.0, 2.0 * slope / slope, size=size)


def no_gradient(x: Any, slope: Any) -> Any:
    return 1 + wnp.stop_gradient(slope) * x


def no_batch(x: Any, slope: Any) -> Any:
    return 1 + wnp.sum(slope) * x


def variant(**attributes: Any) -> Any:
    """Return a class declared as Ramp is, but for some of its attributes."""
    kept = {name: vars(Ramp)[name] for name in ("__module__", "__doc__", "__annotations__", "hs3_type", "examples")}
    kernels = {name: vars(Ramp)[name] for name in ("unnormalized_prob", "integral", "sampler")}
    return dataclass(frozen=True, kw_only=True)(type("Broken", (wilks.PDF,), kept | kernels | attributes))


def broken(**attributes: Any) -> Specimen:
    cls = variant(**attributes)
    return Specimen(cls, cls.examples[0])


def static(kernel: Any) -> Any:
    return staticmethod(kernel)


def test_a_good_distribution_passes() -> None:
    distribution.check_distribution(Ramp)


@pytest.mark.parametrize(
    ("check", "attributes", "message"),
    [
        ("normalized", {"integral": static(wrong_integral)}, "integral of .*check 'integral'"),
        ("integrals", {"integral": static(wrong_integral)}, "check 'integral'"),
        ("worked_value", {"examples": (wilks.Example({"slope": 0.5}, (0, 2), 1, 0.51),)}, "0.51"),
        ("gradient", {"unnormalized_prob": static(no_gradient)}, "stop_gradient"),
        ("batched", {"unnormalized_prob": static(no_batch)}, "broadcast"),
        ("tails", {"integral": static(wrong_integral)}, "cancel or underflow"),
        ("sampled", {"sampler": static(wrong_sampler)}, "check 'sampler'"),
    ],
)
def test_a_broken_distribution_fails(check: str, attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(AssertionError, match=f"(?s){message}"):
        getattr(distribution, check)(broken(**attributes))


def test_class_checks() -> None:
    plain = type("Plain", (Ramp,), {"__doc__": "no sentence", "examples": ()})
    for check, message in (
        (distribution.declared, "decorate Plain"),
        (distribution.documented, "one sentence"),
        (distribution.exemplified, "examples"),
    ):
        with pytest.raises(AssertionError, match=message):
            check(plain)


@pytest.mark.parametrize(
    ("docstring", "message"),
    [
        ("Line.\n\nArgs:\n    x: Observable.\n", "formula"),
        ("Line.\n\n.. math:: x\n\nArgs:\n    x: Observable.\n    slope: S.\n", "document name"),
        (
            "Line.\n\n.. math:: x\n\nArgs:\n    x: O.\n    slope: S.\n    name: N.\n    y: Y.\n",
            "no field is called y",
        ),
    ],
)
def test_docstrings(docstring: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        distribution.documented(type("Broken", (Ramp,), {"__doc__": docstring}))


@dataclass(frozen=True, kw_only=True)
class Root(Function):
    r"""Square root.

    .. math:: \sqrt{a}

    Args:
        a: Argument.
        name: Name in documents.
    """

    a: wilks.Positive

    hs3_type = "my_lab.root"
    examples = (FunctionExample({"a": 4.0}, value=2.0),)

    @staticmethod
    def value(a: Any) -> Any:
        return wnp.sqrt(a)


def test_a_good_function_passes() -> None:
    function.check_function(Root)


def test_a_function_that_is_nan_far_away_fails() -> None:
    cls = type("Broken", (Root,), {"__annotations__": {"a": wilks.Real}})
    cls = dataclass(frozen=True, kw_only=True)(cls)
    with pytest.raises(AssertionError, match="is NaN"):
        function.tails(function.FunctionSpecimen(cls, Root.examples[0]))


def test_what_cannot_be_pickled_fails() -> None:
    with pytest.raises(AssertionError, match="cannot be pickled"):
        distribution.pickled(Specimen(variant(), EXAMPLE))


def test_conformance_makes_one_test_for_each_class_and_check() -> None:
    class Both:
        @hookimpl
        def wilks_distributions(self) -> Any:
            return [Ramp]

        @hookimpl
        def wilks_functions(self) -> Any:
            return [Root]

    (mark,) = conformance(Both()).pytestmark
    ids = [parameters.id for parameters in mark.args[1]]
    kits = {"my_lab.ramp_dist": distribution, "my_lab.root": function}
    assert ids == [
        f"{hs3_type}-{check.__name__}"
        for hs3_type, kit in kits.items()
        for check in (*kit.CLASS_CHECKS, *kit.EXAMPLE_CHECKS)
    ]


@pytest.mark.parametrize("kit", [distribution, function])
def test_no_check_is_forgotten(kit: Any) -> None:
    listed = {check.__name__ for check in (*kit.CLASS_CHECKS, *kit.EXAMPLE_CHECKS)}
    public = {
        name
        for name, value in vars(kit).items()
        if callable(value)
        and getattr(value, "__annotations__", {}).get("return") == "None"
        and not name.startswith(("_", "check_", "require"))
    }
    assert listed == public


# Closed forms.
@pytest.mark.parametrize(
    ("integrand", "lower", "upper", "expected"),
    [
        (np.exp, 0.0, 1.0, np.e - 1),
        (np.sqrt, 0.0, 1.0, 2 / 3),
        (lambda x: x**-0.5, 0.0, 1.0, 2.0),
        (lambda x: np.abs(x - 0.3), 0.0, 1.0, 0.29),
        (lambda x: np.where(x < 0.3, 1.0, 0.0), 0.0, 1.0, 0.3),
        (lambda x: np.exp(-0.5 * x**2), -np.inf, np.inf, np.sqrt(2 * np.pi)),
    ],
)
def test_quadrature(integrand: Any, lower: float, upper: float, expected: float) -> None:
    assert integral(integrand, lower, upper) == pytest.approx(expected, rel=2e-9)


def test_cells_of_a_grid() -> None:
    edges = [np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 4.0, 5.0])]
    got = cell_integrals(lambda rows: rows[:, 0] ** 2 * rows[:, 1], edges)
    expected = np.outer(np.diff(edges[0] ** 3) / 3, np.diff(edges[1] ** 2) / 2)
    np.testing.assert_allclose(got, expected, rtol=1e-13)


def test_agreement_reports_the_worst_pair() -> None:
    require_close([1.0, np.inf], [1.0, np.inf], "same", rtol=0)
    with pytest.raises(AssertionError, match=r"numbers: got 2\.5, expected 2"):
        require_close([1.1, 2.5], [1.0, 2.0], "numbers", rtol=0.01)
    with pytest.raises(AssertionError, match="nan"):
        require_close([1.0, np.nan], [1.0, np.nan], "numbers", rtol=0)
