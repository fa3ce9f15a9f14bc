"""Negative log-likelihoods of one or several channels, with constraints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

import wilks.numpy as wnp
from wilks.compile.evaluator import Evaluator
from wilks.compile.frame import Frame
from wilks.compile.program import lower
from wilks.data import Data
from wilks.errors import DataError, ModelError, ParameterError
from wilks.func import Node
from wilks.loss.channel import Channel
from wilks.loss.objective import Objective
from wilks.models.product import constraint_factors
from wilks.pdf import PDF
from wilks.point import Point, values_of
from wilks.symbols import Symbols, symbols_of
from wilks.typing import Array, ArrayLike, Tensor

Vector: TypeAlias = Array
"""Values of the floating parameters, in their order."""

INTEGRAL_TOLERANCE = 1e-9
"""Relative error of a normalisation above which its panels are chosen anew."""


@dataclass(frozen=True, init=False, eq=False)
class NLL(Node):
    """Negative log-likelihood, not doubled.

    Constraint terms come from ``constraints`` and from factors without observables in products; each counts once.

    Args:
        model: The PDF; or named channels, a mapping of names to pairs (PDF, Data).
        data: The events; not given for named channels.
        constraints: PDFs of parameters, such as `gaussian_constraint` makes.
        name: Name in documents.

    Raises:
        DataError: If the data are empty or lack an observable.
        SpaceError: If the data range beyond the model's limits.
        ParameterError: If two different parameters share a name.
        ModelError: If a constraint depends on an observable.

    Example:
        >>> nll = wilks.NLL({"low": (low_model, low_data), "high": (high_model, high_data)})  # doctest: +SKIP
    """

    channels: tuple[Channel, ...]
    constraints: tuple[PDF, ...]
    name: str

    def __init__(
        self,
        model: PDF | Mapping[str, tuple[PDF, Data]],
        data: Data | None = None,
        *,
        constraints: Iterable[PDF] = (),
        name: str = "",
    ) -> None:
        if isinstance(model, Mapping):
            if data is not None:
                raise DataError("data belong into the pairs (model, data) of named channels")
            channels = tuple(Channel(key, *_pair(key, pair)) for key, pair in model.items())
        else:
            channels = (Channel("", *_pair("", (model, data))),)
        if isinstance(constraints, PDF):
            raise ModelError(f"constraints are a list of PDFs: write constraints=[...] around the {constraints.owner}")
        _fill(self, channels, tuple(constraints), name)

    def __add__(self, other: object) -> NLL:
        """Joint likelihood of two; parameters of one name are one parameter."""
        if other == 0:
            return self
        if not isinstance(other, NLL):
            return NotImplemented
        joint = object.__new__(NLL)
        channels = (*self.channels, *(_renamed(channel, self.channels) for channel in other.channels))
        _fill(joint, channels, (*self.constraints, *other.constraints), self.name or other.name)
        return joint

    __radd__ = __add__

    def __call__(self, point: Point | Vector = None) -> float:
        """Return the value at a point.

        Args:
            point: Values by name, a fit result, or a vector over the floating parameters. Parameters that it does not
                name take their start values.

        Raises:
            ParameterError: If a name is unknown.
        """
        evaluator, vector = self._at(point)
        return evaluator.value(vector)

    def gradient(self, point: Point | Vector = None) -> Array:
        """Return the exact gradient with respect to the floating parameters."""
        evaluator, vector = self._at(point)
        return evaluator.value_and_gradient(vector)[1]

    def hessian(self, point: Point | Vector = None) -> Array:
        """Return the exact matrix of second derivatives with respect to the floating parameters."""
        evaluator, vector = self._at(point)
        return evaluator.hessian(vector)

    def batch(self, theta: Array) -> Array:
        """Return the values at each row of ``theta``, of shape [k, number of floating parameters]."""
        points = _numbers(theta)
        if points.ndim != 2 or points.shape[1] != len(self.floating):
            raise ParameterError(f"expected shape (k, {len(self.floating)}), got {points.shape}")
        if self._evaluator.integral_error(points) > INTEGRAL_TOLERANCE:
            # Some point needs panels of its own for its normalisation.
            return np.array([self(point) for point in points])
        return self._evaluator.batch(points)

    @cached_property
    def symbols(self) -> Symbols:
        """The parameters and observables of all channels and constraints."""
        return symbols_of([*(channel.model for channel in self.channels), *self.constraints])

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of all parameters, fixed ones included."""
        return tuple(self.symbols.parameters)

    @property
    def floating(self) -> tuple[str, ...]:
        """Names of the parameters that a fit varies."""
        return tuple(name for name, parameter in self.symbols.parameters.items() if not parameter.fixed)

    @property
    def fixed(self) -> frozenset[str]:
        """Names of the parameters that a fit keeps."""
        return frozenset(self.parameters) - frozenset(self.floating)

    @property
    def start(self) -> dict[str, float]:
        """Start values of all parameters."""
        return {name: parameter.value for name, parameter in self.symbols.parameters.items()}

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """Limits of all parameters, infinite where there are none."""
        return {name: parameter.limits for name, parameter in self.symbols.parameters.items()}

    def objective(
        self, *, start: Point = None, fixed: Mapping[str, float] | None = None, shards: int | None = None
    ) -> Objective:
        """Return what a minimiser sees.

        Args:
            start: Start values that differ from the parameters' own.
            fixed: Parameters to keep, at these values.
            shards: Into how many parts large data are split; by default one for each core.

        Raises:
            ParameterError: If a name is unknown, a value lies outside its limits, or nothing is left to float.
        """
        fixed = self.symbols.check({} if fixed is None else fixed)
        values = self.symbols.point(self.symbols.check(values_of(start, self.symbols.parameters))) | fixed
        names = tuple(name for name in self.floating if name not in fixed)
        if not names:
            raise ParameterError("no parameter is left to float")
        parameters = [self.symbols.parameters[name] for name in names]
        vector = np.array([values[name] for name in names])
        evaluator = self._evaluator if shards is None else replace(self._evaluator, shards=shards)
        constant = {name: value for name, value in values.items() if name not in names}
        return Objective(
            names=names,
            start=vector,
            lower=np.array([parameter.lower for parameter in parameters]),
            upper=np.array([parameter.upper for parameter in parameters]),
            steps=np.array([np.nan if parameter.step is None else parameter.step for parameter in parameters]),
            fixed=constant,
            weighted=any(channel.data.weights is not None for channel in self.channels),
            evaluator=evaluator.with_floating(names, constant, vector),
            squared_weights=lambda: lower(self._with_squared_weights()),
        )

    def _with_squared_weights(self) -> NLL:
        squared = object.__new__(NLL)
        _fill(squared, tuple(channel.with_squared_weights() for channel in self.channels), self.constraints, self.name)
        return squared

    @staticmethod
    def evaluate(frame: Frame, node: int) -> Tensor:
        """Return the sum of the channels, less the logs of the constraints."""
        fields = frame.fields(node)
        total = wnp.asarray(0.0)
        for term in frame.resolve(fields["channels"]):
            total = total + term
        for log_prob in frame.resolve(fields["constraints"]):
            total = total - frame.once * log_prob
        return total

    @cached_property
    def _evaluator(self) -> Evaluator:
        start = self.start
        floating = self.floating
        return Evaluator(
            program=lower(self),
            floating=floating,
            constant={name: value for name, value in start.items() if name not in floating},
            planned_at=np.array([start[name] for name in floating]),
            shards=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        )

    def _at(self, point: Point | Vector) -> tuple[Evaluator, Array]:
        """Return an evaluator that is accurate at a point, and the point as a vector."""
        evaluator, floating = self._evaluator, self.floating
        if isinstance(point, (np.ndarray, list, tuple)):
            vector = _numbers(point)
            if vector.shape != (len(floating),):
                raise ParameterError(f"expected a vector over {len(floating)} floating parameters, got {vector.shape}")
        else:
            values = self.symbols.point(values_of(point, self.symbols.parameters))
            vector = np.array([values[name] for name in floating])
            constant = {name: value for name, value in values.items() if name not in floating}
            if constant != evaluator.constant:
                evaluator = evaluator.with_floating(floating, constant, vector)
        if evaluator.integral_error(vector) > INTEGRAL_TOLERANCE:
            evaluator = evaluator.replanned(vector)
        return evaluator, vector


def _numbers(values: ArrayLike) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"expected numbers, got {values!r}") from None
    if np.isnan(numbers).any():
        raise ParameterError("a value must not be NaN")
    return numbers


def _fill(nll: NLL, channels: tuple[Channel, ...], constraints: tuple[PDF, ...], name: str) -> None:
    factors = [factor for channel in channels for factor in constraint_factors(channel.model)]
    for constraint in constraints:
        if not isinstance(constraint, PDF):
            raise ModelError(f"a constraint must be a PDF, such as gaussian_constraint makes, got {constraint!r}")
        if names := tuple(constraint.symbols.observables):
            raise ModelError(f"the constraint {constraint.owner} depends on the observable {names[0]!r}")
    if not channels and not constraints:
        raise ModelError("a likelihood needs at least one channel or constraint")
    object.__setattr__(nll, "channels", channels)
    object.__setattr__(nll, "constraints", _unique([*constraints, *factors]))
    object.__setattr__(nll, "name", name)
    nll.symbols  # noqa: B018 (two parameters of one name are an error now, not in the fit)


def _unique(constraints: list[PDF]) -> tuple[PDF, ...]:
    """Return each constraint once. Equal ones are one measurement: two would have global observables of their own."""
    named: dict[str, PDF] = {}
    unnamed: list[PDF] = []
    for constraint in constraints:
        if not constraint.name:
            if constraint not in unnamed:
                unnamed.append(constraint)
        elif named.setdefault(constraint.name, constraint) != constraint:
            other = named[constraint.name]
            raise ModelError(f"two different constraints are named {constraint.name!r}: {other} and {constraint}")
    return (*named.values(), *unnamed)


def _pair(name: str, pair: Any) -> tuple[PDF, Data]:
    title = f"channel {name!r}: " if name else ""
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise DataError(f"{title}expected a pair (model, data), got {pair!r}")
    model, data = pair
    if not isinstance(model, PDF):
        raise ModelError(f"{title}the model must be a PDF, got {model!r}")
    if not isinstance(data, Data):
        raise DataError(f"{title}the data must be a wilks.Data(space, array), got {type(data).__name__}")
    return model, data


def _renamed(channel: Channel, others: tuple[Channel, ...]) -> Channel:
    """Return a channel that was never named under a free name; two of one given name are an error."""
    taken = {other.name for other in others}
    if channel.name not in taken:
        return channel
    if channel.name:
        raise ModelError(f"both likelihoods have a channel {channel.name!r}")
    number = next(i for i in range(2, len(others) + 3) if f"channel_{i}" not in taken)
    return replace(channel, name=f"channel_{number}")
