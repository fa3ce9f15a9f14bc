"""A lowered object bound to its leaves: numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from wilks.compile.cache import Programs
from wilks.compile.element import Element, elements
from wilks.compile.group import Group, Leaves, grouped
from wilks.compile.layout import Order
from wilks.compile.lowerable import Rows
from wilks.compile.program import Program
from wilks.compile.tiles import CHUNK, GRAPH_CHUNK, Chunks, bucket, chunked, is_large
from wilks.typing import Array, Indices

FEWEST_ROWS = 2
"""Programs without rows see as many, that stand for all; so no chunk has fewer."""


class Derivatives(NamedTuple):
    """What is known of a function at B points.

    Args:
        value: Of shape [B].
        gradient: Of shape [B, P].
        matrix: Of shape [B, P, P]: second derivatives, or for `Order.SCORES` their approximation by products of scores.
    """

    value: Array
    gradient: Array
    matrix: Array


@dataclass(frozen=True, eq=False)
class Evaluator:
    """Value and derivatives of a scalar program at points of its floating parameters.

    Args:
        program: The lowered object.
        floating: Names of the parameters that a point holds, in its order.
        constant: Values of every other symbol.
        planned_at: Point at which the panels of the numerical integrals are chosen.
        shards: Into how many parts large data are split; they run in parallel.
        compiled: Whether XLA compiles the program; else it runs as an ordinary graph.
        data: Data sets in place of each one of the program, for points that see different ones.
        selected: Which of these data sets points see that do not say.
    """

    program: Program
    floating: tuple[str, ...]
    constant: Mapping[str, float]
    planned_at: Array
    shards: int
    compiled: bool = True
    data: tuple[Sequence[Rows], ...] | None = None
    selected: int = 0

    def value(self, point: Array) -> float:
        return float(self.at(_one(point), Order.VALUE).value[0])

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        found = self.at(_one(point), Order.GRADIENT)
        return float(found.value[0]), found.gradient[0]

    def batch(self, points: Array) -> Array:
        """Return the values at each row of ``points``, of shape [k, number of floating parameters]."""
        return self.at(points, Order.VALUE).value

    def hessian(self, point: Array) -> Array:
        """Return the exact matrix of second derivatives."""
        matrix: Array = self.at(_one(point), Order.HESSIAN).matrix[0]
        return matrix

    def row_outer_product(self, point: Array) -> Array:
        """Return the sum over rows of w^2 s s^T; see arXiv:1911.01303."""
        matrix: Array = self.at(_one(point), Order.SCORES, squared=True).matrix[0]
        return matrix

    def at(self, points: Array, order: Order, *, sets: Indices | None = None, squared: bool = False) -> Derivatives:
        """Return value and derivatives at points.

        Args:
            points: Of shape [B, P].
            order: Which derivatives.
            sets: Which of the data sets each point sees.
            squared: Whether weights are squared and all terms left out that are not sums over rows: then the matrix of
                `Order.SCORES` is C of the sandwich estimate, and nothing else has a meaning.
        """
        count, size = points.shape
        value = np.zeros(count)
        gradient = np.zeros((count, size if order else 0))
        matrix = np.zeros((count, size, size) if order >= Order.SCORES else (count, 0, 0))
        if sets is None:
            sets = np.full(count, self.selected)
        for group in self._groups:
            if squared and not group.layout.has_rows:
                continue
            step = group.points_at_once
            for low in range(0, count, step):
                some = slice(low, low + step)
                with np.errstate(invalid="ignore"):  # where it is infinite, derivatives are not numbers
                    parts = group.at(points[some], order, sets[some], squared=squared)
                    group.add(parts, value[some], gradient[some], matrix[some])
        return Derivatives(value, gradient, 0.5 * (matrix + matrix.swapaxes(1, 2)))

    def scores(self, points: Array) -> Mapping[int, Array]:
        """Return the gradients of the log terms of all rows, of shape [B, number of rows, P], by data set."""
        result: dict[int, Array] = {}
        for group in self._groups:
            result.update(group.scores(points, np.full(len(points), self.selected)))
        return result

    def compile(self) -> float:
        """Compile all that fits need, now and with XLA; return how long that took, in seconds."""
        before = self.compile_seconds
        for _ in range(2):  # at first as they come; then what ran as ordinary graphs
            for order in Order:
                self.at(_one(self.planned_at), order)
            for program in self.programs:
                program.patience = 0
        self._leaves.ledger.is_compiled = True
        return self.compile_seconds - before

    @property
    def is_compiled(self) -> bool:
        """Whether everything was compiled ahead."""
        return self._leaves.ledger.is_compiled

    def integral_error(self, point: Array) -> float:
        """Return the largest relative error estimate of the numerical integrals; zero if there are none."""
        points = np.atleast_2d(point)
        largest = 0.0
        for group in self._groups:
            step = group.points_at_once
            for low in range(0, len(points) if group.layout.integrals else 0, step):
                largest = max(largest, group.integral_error(points[low : low + step]))
        return largest

    def replanned(self, point: Array) -> Evaluator:
        """Return this evaluator with the panels of its integrals chosen at another point."""
        other = replace(self, planned_at=np.asarray(point, dtype=np.float64))
        if any(group.layout.integrals for group in self._groups):
            return self._with(other)
        return self._with(other, "_groups")

    def with_floating(self, floating: tuple[str, ...], constant: Mapping[str, float], start: Array) -> Evaluator:
        """Return this evaluator with other parameters floating, or other values of the constant ones."""
        return self._with(replace(self, floating=floating, constant=constant, planned_at=start))

    def with_data(self, data: tuple[Sequence[Rows], ...]) -> Evaluator:
        """Return this evaluator with several data sets in place of each one."""
        return replace(self, data=data)

    def seeing(self, number: int) -> Evaluator:
        """Return this evaluator for one of its data sets."""
        return self._with(replace(self, selected=number), "_groups")

    @property
    def parallel(self) -> int:
        """Into how many parts the data are split for one point; small data are not."""
        return max(group.parallel for group in self._groups)

    @property
    def cheap_hessian(self) -> bool:
        """Whether second derivatives cost hardly more than products of scores."""
        return all(group.cheap_hessian for group in self._groups)

    @property
    def compile_seconds(self) -> float:
        """How long tracing and compiling took so far."""
        return self._leaves.ledger.compile_seconds

    @property
    def programs(self) -> frozenset[Programs]:
        """The compiled programs that were used so far."""
        return frozenset(self._leaves.ledger.programs)

    def _with(self, other: Evaluator, *more: str) -> Evaluator:
        for name in ("_leaves", *more):  # the data are on the device already
            other.__dict__[name] = getattr(self, name)
        return other

    @cached_property
    def _leaves(self) -> Leaves:
        parts = elements(self.program)
        data = tuple((rows,) for rows in self.program.rows) if self.data is None else self.data
        longest = max((len(rows) for sets in data for rows in sets), default=1)
        chunk = CHUNK if self.compiled else min(max(FEWEST_ROWS, bucket(longest)), GRAPH_CHUNK)
        return Leaves(self.program, parts, data, _storage(parts, data, chunk))

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        return grouped(self._leaves, self.floating, self.constant, self.planned_at, self.shards, self.compiled)


def _storage(parts: Sequence[Element], data: Sequence[Sequence[Rows]], chunk: int) -> Mapping[int, tuple[Chunks, int]]:
    """Return where the data of each place are. Those of one structure stand together; large ones are not copied."""
    members: dict[Any, list[int]] = {}
    for part in parts:
        for place in part.rows:
            members.setdefault((part.structure, place if is_large(data[place]) else -1), []).append(place)
    storage = {}
    for places in members.values():
        sets: list[Rows] = []
        first: dict[int, int] = {}
        for place in dict.fromkeys(places):
            first[place] = len(sets)
            sets.extend(data[place])
        chunks = chunked(sets, chunk)
        storage.update({place: (chunks, number) for place, number in first.items()})
    return storage


def _one(point: Array) -> Array:
    return np.asarray(point, dtype=np.float64)[None]
