"""The contract of functions: one check for each of its promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np

import wilks.contract
from wilks.contract import FunctionExample
from wilks.distributions.gaussian import Gaussian
from wilks.errors import PluginError
from wilks.evaluation import evaluate
from wilks.function import Function
from wilks.space import Space
from wilks.symbols import symbols_of
from wilks.testing.agreement import require, require_close
from wilks.testing.derivatives import batched, gradient, hessian
from wilks.testing.docstring import require_documented
from wilks.testing.program import Program
from wilks.testing.round_trip import require_rebuilt, through_document
from wilks.testing.specimen import arguments, far_values


@dataclass(frozen=True, eq=False)
class FunctionSpecimen:
    """A function at one of its examples; every number of the example is a parameter.

    Args:
        cls: The class.
        example: One of its examples.
    """

    cls: type[Function]
    example: FunctionExample

    @property
    def owner(self) -> str:
        """How messages name the specimen."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.example.args.items())
        return f"{self.cls.__name__}({given})"

    @cached_property
    def function(self) -> Function:
        """The function of parameters."""
        return self.cls(**arguments(self.cls, self.example.args))

    @cached_property
    def values(self) -> dict[str, float]:
        """The value of every parameter."""
        parameters = symbols_of([self.function]).parameters
        return {name: parameter.value for name, parameter in parameters.items()}

    @cached_property
    def program(self) -> Program:
        """The compiled function."""
        return Program(self.function, self.values)


ClassCheck: TypeAlias = Callable[[type[Function]], None]
ExampleCheck: TypeAlias = Callable[[FunctionSpecimen], None]


def check_function(cls: type[Function]) -> None:
    """Run every check of the contract on a class.

    Raises:
        AssertionError: If it breaks a promise; says which, and what to do.
    """
    for check in CLASS_CHECKS:
        check(cls)
    for example in wilks.contract.examples_of(cls):
        specimen = FunctionSpecimen(cls, example)
        for check_example in EXAMPLE_CHECKS:
            check_example(specimen)


def declared(cls: type[Function]) -> None:
    """The class is a frozen dataclass with a static function of its fields."""
    try:
        wilks.contract.check_function(cls)
    except PluginError as error:
        raise AssertionError(str(error)) from None


def documented(cls: type[Function]) -> None:
    """The docstring has the formula and every argument."""
    require_documented(cls)


def exemplified(cls: type[Function]) -> None:
    """There is a worked value."""
    message = f"{cls.__name__}: give 'examples' with a FunctionExample, computed by other means"
    require(wilks.contract.examples_of(cls), message)


def worked_value(specimen: FunctionSpecimen) -> None:
    """The value is that of the example."""
    message = f"value of {specimen.owner}; compare kernel and example"
    require_close(_eager(specimen), specimen.example.value, message, rtol=1e-12)


def compiled(specimen: FunctionSpecimen) -> None:
    """The compiled function is the one evaluated step by step."""
    got, expected = specimen.program.value_and_gradient[0], _eager(specimen)
    require_close(got, expected, f"compiled {specimen.owner} against eager", rtol=1e-12, atol=1e-14)


def tails(specimen: FunctionSpecimen) -> None:
    """Where arguments are far away, neither values nor derivatives are NaN."""
    program = specimen.program
    for name, far in far_values(specimen.function, distance=20.0):
        point = specimen.values | {name: far}
        value, slope = program.evaluator.value_and_gradient(np.array(list(point.values())))
        where = f"{specimen.owner} at {name}={far:g}"
        require(not np.isnan(value), f"{where} is NaN; give it a value there, too")
        require(
            not np.isfinite(value) or np.all(np.isfinite(slope)),
            f"a derivative of {where} is NaN; guard the argument of a where, not its result",
        )


def pickled(specimen: FunctionSpecimen) -> None:
    """The object pickles, and what it is rebuilt from gives an equal one."""
    require_rebuilt(specimen.function, specimen.owner)


def published(specimen: FunctionSpecimen) -> None:
    """An HS3 document gives back an equal object, here as the mean of a Gaussian."""
    function = replace(specimen.function, name="specimen")
    pdf = Gaussian(name="gaussian", x=Space("observable", 0, 1), mean=function, sigma=1.0)
    read = through_document(pdf, distributions=[Gaussian], functions=[specimen.cls])
    require(read == pdf, f"the HS3 document of {specimen.owner} gives back something else: {read}")


CLASS_CHECKS: tuple[ClassCheck, ...] = (declared, documented, exemplified)
EXAMPLE_CHECKS: tuple[ExampleCheck, ...] = (
    worked_value,
    compiled,
    gradient,
    hessian,
    batched,
    tails,
    pickled,
    published,
)


def _eager(specimen: FunctionSpecimen) -> float:
    value = evaluate(specimen.function, columns={}, over=(), values=specimen.values)
    return float(np.ravel(value)[0])
