"""A worked example of a distribution, built: what the checks look at."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

import wilks.numpy as wnp
from wilks.data import Data
from wilks.fields import declared_fields
from wilks.func import Node
from wilks.kernel import variates
from wilks.loss.nll import NLL
from wilks.parameter import Parameter
from wilks.pdf import PDF, Example
from wilks.space import Space
from wilks.symbols import symbols_of
from wilks.testing.program import Program
from wilks.testing.quadrature import integral, whole_numbers
from wilks.typing import Array

Intervals: TypeAlias = Sequence[tuple[float, float]]

_POINTS = 40
_SMALLEST = 1e-12


@dataclass(frozen=True, eq=False)
class Specimen:
    """A distribution at one of its examples; every number of the example is a parameter.

    Args:
        cls: The class.
        example: One of its examples.
    """

    cls: type[PDF]
    example: Example

    @property
    def owner(self) -> str:
        """How messages name the specimen."""
        return f"{self.cls.__name__}({', '.join(f'{k}={v!r}' for k, v in self.example.args.items())})"

    @cached_property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """The limits of each observable."""
        limits: Any = self.example.limits
        return tuple(limits) if isinstance(limits[0], tuple) else (limits,)

    @cached_property
    def pdf(self) -> PDF:
        """The distribution over the limits of the example."""
        return self.over(*([pair] for pair in self.limits))

    @property
    def is_count(self) -> bool:
        """Whether the observable is a count: sums over integers take the place of integrals."""
        return self.cls.counts

    def probability(self, pdf: PDF, intervals: Intervals, values: Mapping[str, float] | None = None) -> float:
        """Return the integral of the density over intervals of its one observable."""

        def density(x: Array) -> Array:
            return self.density(pdf, x, values)

        if self.is_count:
            return sum(float(density(whole_numbers(*pair)).sum()) for pair in intervals)
        return sum(integral(density, *pair) for pair in intervals)

    @cached_property
    def values(self) -> dict[str, float]:
        """The value of every parameter."""
        return {name: parameter.value for name, parameter in self.pdf.symbols.parameters.items()}

    @property
    def width(self) -> float:
        """The widest range of an observable."""
        return max(upper - lower for lower, upper in self.limits)

    @cached_property
    def point(self) -> Array:
        """The point of the example, as a row of observables."""
        return np.atleast_1d(np.asarray(self.example.x, dtype=np.float64))

    def over(self, *intervals: Intervals) -> PDF:
        """Return the distribution over other intervals of each observable."""
        return self.cls(**arguments(self.cls, self.example.args, intervals))

    def density(self, pdf: PDF, rows: Array, values: Mapping[str, float] | None = None) -> Array:
        """Return the density at rows of observables, or at values of a single one."""
        return np.exp(self.log_density(pdf, rows, values))

    def log_density(self, pdf: PDF, rows: Array, values: Mapping[str, float] | None = None) -> Array:
        """Return the log of the density; see `density`."""
        return pdf.log_pdf(rows if rows.ndim == 1 or rows.shape[1] > 1 else rows[:, 0], params=values)

    def kernel(self, rows: Array, values: Mapping[str, float]) -> Array:
        """Return the log of the density before it is normalised, at rows of observables."""
        cls: Any = self.cls
        kernel = cls.unnormalized_log_prob or cls.unnormalized_prob
        symbols = {**values, **dict(zip(self.pdf.space.names, rows.T, strict=True))}
        given = {field.name: _numbers(getattr(self.pdf, field.name), symbols) for field in declared_fields(cls)}
        for name, (lower, upper) in zip(variates(cls), self.limits, strict=False):
            given |= {f"{name}_lower": wnp.asarray(lower), f"{name}_upper": wnp.asarray(upper)}
        wanted = inspect.signature(kernel).parameters
        result = np.asarray(kernel(**{name: given[name] for name in wanted}))
        with np.errstate(divide="ignore", invalid="ignore"):
            return result if cls.unnormalized_log_prob is not None else np.log(result)

    @cached_property
    def rows(self) -> Array:
        """Points all over the limits, those where the density vanishes left out."""
        rows = spread(self.limits, _POINTS)
        density = self.density(self.pdf, rows)
        return rows[density > _SMALLEST * np.max(density)]

    @cached_property
    def program(self) -> Program:
        """The compiled negative log-likelihood of these points."""
        data = Data(self.pdf.space, dict(zip(self.pdf.space.names, self.rows.T, strict=True)))
        return Program(NLL(self.pdf, data), self.values, largest_scale=self.width)


def arguments(cls: Any, args: Mapping[str, Any], intervals: Iterable[Intervals] = ()) -> dict[str, Any]:
    """Return the arguments of a class: parameters for numbers, spaces for observables.

    Observables that the arguments name themselves, in an expression, are given the intervals, too.
    """
    fields = {field.name: field for field in declared_fields(cls)}
    remaining = list(intervals)
    made: dict[str, Any] = {}
    for name in variates(cls):
        if fields[name].depth:
            made[name] = tuple(Space(f"{name}_{i}", pairs) for i, pairs in enumerate(remaining))
        else:
            made[name] = Space(name, remaining.pop(0))
    for name, value in args.items():
        if fields[name].kind.role == "real":
            made[name] = _parameters((name,), value)
        elif fields[name].kind.role == "bindings":
            made[name] = {symbol: _binding(symbol, v, remaining) for symbol, v in value.items()}
        else:
            made[name] = value
    return made


def spread(limits: Iterable[tuple[float, float]], size: int) -> Array:
    """Return rows well inside limits, on a lattice that meets no round number."""
    lower, upper = np.array(list(limits)).T
    steps = np.sqrt([2.0, 3.0, 5.0, 7.0, 11.0, 13.0])[: len(lower)]
    fractions = 0.03 + 0.94 * np.mod(np.outer(np.arange(1, size + 1), steps), 1.0)
    rows: Array = lower + (upper - lower) * fractions
    return rows


def far_values(node: Node, distance: float) -> Iterator[tuple[str, float]]:
    """Yield names of parameters with values far away: at a distance, or twenty times as large or small."""
    for name, parameter in symbols_of([node]).parameters.items():
        value = parameter.value
        if parameter.lower == 0:
            yield from ((name, 0.05 * value), (name, 20 * value))
        else:
            shift = max(5 * abs(value), distance)
            yield from ((name, value - shift), (name, value + shift))


def _numbers(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, tuple):
        return tuple(_numbers(item, values) for item in value)
    if isinstance(value, (Parameter, Space)):
        return wnp.asarray(values[value.name])
    return wnp.asarray(value) if isinstance(value, float) else value


def _binding(symbol: str, value: Any, remaining: list[Intervals]) -> Any:
    if isinstance(value, Space) and remaining:
        return Space(value.name, remaining.pop(0))
    return _parameters((symbol,), value)


def _parameters(name: tuple[str, ...], value: Any) -> Any:
    if value is None or isinstance(value, Node):
        return value
    if isinstance(value, (tuple, list)):
        return tuple(_parameters((*name, str(i)), item) for i, item in enumerate(value))
    # A matrix is symmetric: what mirrors each other is one parameter.
    head, indices = name[0], sorted(name[1:])
    return Parameter("_".join([head, *indices]), float(value))
