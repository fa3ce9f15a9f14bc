"""Negative log-likelihoods of one or several channels, with constraints."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from wilks.compile.evaluator import Derivatives, Evaluator
from wilks.compile.layout import Order
from wilks.compile.lowerable import Child, Fields, Rows
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
from wilks.typing import Array, ArrayLike

Vector: TypeAlias = Array
"""Values of the floating parameters, in their order."""

INTEGRAL_TOLERANCE = 1e-9
"""Relative error of a normalisation above which its panels are chosen anew."""


@dataclass(frozen=True)
class Options:
    """How a likelihood is computed; see `NLL`."""

    compile: bool = True
    shards: int | None = None

    def __post_init__(self) -> None:
        if self.shards is not None and (type(self.shards) is not int or self.shards < 1):
            raise ModelError(f"the number of shards must be an integer and at least 1, got {self.shards!r}")


@dataclass(frozen=True, init=False, eq=False)
class NLL(Node):
    """Negative log-likelihood, not doubled.

    Constraint terms come from ``constraints`` and from factors without observables in products; each counts once.

    Args:
        model: The PDF; or named channels, a mapping of names to pairs (PDF, Data).
        data: The events; not given for named channels.
        constraints: PDFs of parameters, such as `gaussian_constraint` makes.
        name: Name in documents.
        compile: Whether XLA compiles the likelihood. XLA keeps every program it makes, some MB for each structure;
            without it, a likelihood runs as an ordinary graph of TensorFlow, several times slower.
        shards: Into how many parts large data are split, which run in parallel; by default one for each core that the
            process may use.

    Raises:
        DataError: If the data are empty or lack an observable.
        SpaceError: If the data range beyond the model's limits.
        ParameterError: If two different parameters share a name.
        ModelError: If a constraint depends on an observable, or an option is out of range.

    Example:
        >>> nll = wilks.NLL({"low": (low_model, low_data), "high": (high_model, high_data)})  # doctest: +SKIP
    """

    channels: tuple[Channel, ...]
    constraints: tuple[PDF, ...]
    name: str
    options: Options

    def __init__(
        self,
        model: PDF | Mapping[str, tuple[PDF, Data]],
        data: Data | None = None,
        *,
        constraints: Iterable[PDF] = (),
        name: str = "",
        compile: bool = True,  # noqa: A002 (what users would call it)
        shards: int | None = None,
    ) -> None:
        if isinstance(model, Mapping):
            if data is not None:
                raise DataError("data belong into the pairs (model, data) of named channels")
            channels = tuple(Channel(key, *_pair(key, pair)) for key, pair in model.items())
        else:
            channels = (Channel("", *_pair("", (model, data))),)
        if isinstance(constraints, PDF):
            raise ModelError(f"constraints are a list of PDFs: write constraints=[...] around the {constraints.owner}")
        _fill(self, channels, tuple(constraints), name, Options(compile, shards))

    def with_options(self, *, compile: bool | None = None, shards: int | None = None) -> NLL:  # noqa: A002
        """Return the same likelihood, computed in another way; see the arguments of `NLL`. None keeps what it is."""
        options = Options(
            self.options.compile if compile is None else compile, self.options.shards if shards is None else shards
        )
        other = object.__new__(NLL)
        _fill(other, self.channels, self.constraints, self.name, options)
        return other

    def __add__(self, other: object) -> NLL:
        """Joint likelihood of two; parameters of one name are one parameter."""
        if other == 0:
            return self
        if not isinstance(other, NLL):
            return NotImplemented
        joint = object.__new__(NLL)
        channels = (*self.channels, *(_renamed(channel, self.channels) for channel in other.channels))
        _fill(joint, channels, (*self.constraints, *other.constraints), self.name or other.name, self.options)
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
        if np.ndim(point) == 2:  # type: ignore[arg-type]
            raise ParameterError("one point has one value: for points of shape (k, P) call nll.batch")
        return float(self._derivatives(point, Order.VALUE).value[0])

    def gradient(self, point: Point | Vector = None) -> Array:
        """Return the exact gradient with respect to the floating parameters; of points [k, P], all of them."""
        gradient: Array = _like(point, self._derivatives(point, Order.GRADIENT).gradient)
        return gradient

    def hessian(self, point: Point | Vector = None) -> Array:
        """Return the exact matrix of second derivatives in the floating parameters; of points [k, P], all of them."""
        matrix: Array = _like(point, self._derivatives(point, Order.HESSIAN).matrix)
        return matrix

    def scores(self, point: Point | Vector = None) -> dict[str, Array]:
        r"""Return the Jacobian of the events' log terms, by channel.

        These are :math:`\partial \log f(x_i) / \partial\theta_j`, extended:
        :math:`\partial \log[\nu f(x_i)] / \partial\theta_j`, without weights, of shape [n, P] with P the number of
        floating parameters; of points [k, P], of shape [k, n, P]. Rows of weight zero have zeros.
        """
        evaluator, points = self._at(point)
        found = [one.scores(some) for one, some in _accurate(evaluator, points)]
        result = {}
        for number, channel in enumerate(self.channels):
            scores = np.zeros((len(points), len(channel.data), points.shape[1]))
            if number in found[0]:
                scores[:, channel.used] = np.concatenate([one[number] for one in found])
            result[channel.name] = _like(point, scores)
        return result

    def batch(self, theta: Array) -> Array:
        """Return the values at each row of ``theta``, of shape [k, number of floating parameters]."""
        points = _numbers(theta)
        if points.ndim != 2 or points.shape[1] != len(self.floating):
            raise ParameterError(f"expected shape (k, {len(self.floating)}), got {points.shape}")
        return _derivatives(self._evaluator, points, Order.VALUE).value

    def scan(self, points: Mapping[str, ArrayLike], *, start: Point = None) -> Array:
        """Return the values on a grid of some parameters, without fitting the others; for that see `wilks.profile`.

        Args:
            points: Values of each parameter, floating or not; of several, the grid of all their combinations.
            start: Values of the others, where they differ from their start values; a fit result will do.

        Returns:
            The values, of the shape of the grid: one axis for each parameter, in their order.

        Raises:
            ParameterError: If a name is unknown, there is none, or values are no numbers in a row.
        """
        asked: Any = points  # what users pass need not be what the annotations say
        if not isinstance(asked, Mapping) or not asked:
            raise ParameterError(f"a scan needs values of at least one parameter, {{name: values}}, got {points!r}")
        axes = [np.atleast_1d(_numbers(values)) for values in points.values()]
        for name, axis in zip(points, axes, strict=True):
            if axis.ndim != 1 or not axis.size:
                raise ParameterError(f"values of {name!r} must have the shape (n,), got {axis.shape}")
        names = (*self.floating, *(name for name in points if name not in self.floating))
        given = {name: float(axis[0]) for name, axis in zip(points, axes, strict=True)}
        values = self.symbols.point({**values_of(start, self.symbols.parameters), **given})
        first = np.array([values[name] for name in names])
        constant = {name: value for name, value in values.items() if name not in names}
        grid = np.tile(first, (int(np.prod([len(axis) for axis in axes])), 1))
        for name, axis in zip(points, np.meshgrid(*axes, indexing="ij"), strict=True):
            grid[:, names.index(name)] = axis.reshape(-1)
        evaluator = self._evaluator.with_floating(names, constant, first)
        values_there = _derivatives(evaluator, grid, Order.VALUE).value
        return values_there.reshape([len(axis) for axis in axes])

    def compile(self) -> float:
        """Compile all that fits of the floating parameters need, ahead of the first one.

        Without it, what depends on no data (normalisations, constraints) runs as an ordinary graph until it has been
        used often enough for its compilation to pay.

        Returns:
            How long it took, in seconds.
        """
        return self._evaluator.compile()

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
        self,
        *,
        start: Point = None,
        fixed: Mapping[str, float] | None = None,
        data: Sequence[Data | Mapping[str, Data]] | None = None,
    ) -> Objective:
        """Return what a minimiser sees.

        Args:
            start: Start values that differ from the parameters' own.
            fixed: Parameters to keep, at these values.
            data: Data sets in place of the likelihood's own; with several channels, each a mapping of their names.

        Raises:
            ParameterError: If a name is unknown, a value lies outside its limits, or nothing is left to float.
            DataError: If data do not fit the channels.
        """
        fixed = self.symbols.check({} if fixed is None else fixed)
        values = self.symbols.point(self.symbols.check(values_of(start, self.symbols.parameters))) | fixed
        names = tuple(name for name in self.floating if name not in fixed)
        if not names:
            raise ParameterError("no parameter is left to float")
        parameters = [self.symbols.parameters[name] for name in names]
        vector = np.array([values[name] for name in names])
        evaluator = self._evaluator if data is None else self._evaluator.with_data(self._rows_of(data))
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

    def _rows_of(self, data: Sequence[Data | Mapping[str, Data]]) -> tuple[Sequence[Rows], ...]:
        """Return the rows of several data sets, for each channel."""
        names = [channel.name for channel in self.channels]
        sets: list[Any] = [{names[0]: one} if len(names) == 1 and not isinstance(one, Mapping) else one for one in data]
        for number, one in enumerate(sets):
            if not isinstance(one, Mapping) or set(one) != set(names):
                given = sorted(one) if isinstance(one, Mapping) else type(one).__name__
                raise DataError(f"data set {number}: expected a mapping with the channels {names}, got {given}")
            for values in one.values():
                if not isinstance(values, Data):
                    raise DataError(f"data set {number}: expected a wilks.Data(space, array), got {values!r:.80}")
        return tuple(
            [channel.rows_of(one[channel.name], f"data set {number}") for number, one in enumerate(sets)]
            for channel in self.channels
        )

    def _with_squared_weights(self) -> NLL:
        squared = object.__new__(NLL)
        channels = tuple(channel.with_squared_weights() for channel in self.channels)
        _fill(squared, channels, self.constraints, self.name, self.options)
        return squared

    def lowering_fields(self) -> Mapping[str, Any]:
        """Return the facts by name; see `Lowerable`."""
        return {"channels": self.channels, "constraints": self.constraints}

    @staticmethod
    def addends(fields: Fields) -> tuple[tuple[float, Child], ...]:
        """Return the terms with their signs: the channels, less the logs of the constraints."""
        channels = ((1.0, token) for token in fields["channels"])
        return (*channels, *((-1.0, token) for token in fields["constraints"]))

    @cached_property
    def _evaluator(self) -> Evaluator:
        start = self.start
        floating = self.floating
        return Evaluator(
            program=lower(self),
            floating=floating,
            constant={name: value for name, value in start.items() if name not in floating},
            planned_at=np.array([start[name] for name in floating]),
            shards=self.options.shards or _cores(),
            compiled=self.options.compile,
        )

    def _derivatives(self, point: Point | Vector, order: Order) -> Derivatives:
        return _derivatives(*self._at(point), order)

    def _at(self, point: Point | Vector) -> tuple[Evaluator, Array]:
        """Return an evaluator for a point or points, and these as rows."""
        evaluator, floating = self._evaluator, self.floating
        if isinstance(point, (np.ndarray, list, tuple)):
            points = _numbers(point)
            if points.ndim not in (1, 2) or points.shape[-1] != len(floating):
                raise ParameterError(f"expected a vector over {len(floating)} floating parameters, got {points.shape}")
            points = np.atleast_2d(points)
        else:
            values = self.symbols.point(values_of(point, self.symbols.parameters))
            points = np.array([[values[name] for name in floating]])
            constant = {name: value for name, value in values.items() if name not in floating}
            if constant != evaluator.constant:
                evaluator = evaluator.with_floating(floating, constant, points[0])
        return evaluator, points


def _derivatives(evaluator: Evaluator, points: Array, order: Order) -> Derivatives:
    found = [one.at(some, order) for one, some in _accurate(evaluator, points)]
    return found[0] if len(found) == 1 else Derivatives(*map(np.concatenate, zip(*found, strict=True)))


def _accurate(evaluator: Evaluator, points: Array) -> list[tuple[Evaluator, Array]]:
    """Return evaluators whose numerical integrals are accurate at points, and the points of each."""
    if evaluator.integral_error(points) <= INTEGRAL_TOLERANCE:
        return [(evaluator, points)]
    # Some point needs panels of its own for its normalisation.
    return [(evaluator.replanned(point), point[None]) for point in points]


def _like(point: Any, found: Array) -> Any:
    """Return one result for one point, and all of them for rows of points."""
    return found if np.ndim(point) == 2 else found[0]


def _numbers(values: ArrayLike) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"expected numbers, got {values!r}") from None
    if np.isnan(numbers).any():
        raise ParameterError("a value must not be NaN")
    return numbers


def _cores() -> int:
    """Return the number of cores that the process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fill(nll: NLL, channels: tuple[Channel, ...], constraints: tuple[PDF, ...], name: str, options: Options) -> None:
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
    object.__setattr__(nll, "options", options)
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
