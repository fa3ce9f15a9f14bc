"""A lowered object bound to its leaves: numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from wilks.compile.cache import Compiled, Signature, compiled, known
from wilks.compile.frame import Evaluation, Frame, Leaves, RowTensors
from wilks.compile.integrals import Key, Panels, PlanningIntegrals, panel_shapes
from wilks.compile.lowerable import Rows
from wilks.compile.program import Program
from wilks.numeric.backend import tf
from wilks.typing import Array, Tensor

ROWS_PER_SHARD = 50_000
"""Below this, starting a second core costs more than it saves."""


@dataclass(frozen=True, eq=False)
class Evaluator:
    """Value and derivatives of a scalar program at points of its floating parameters.

    Args:
        program: The lowered object.
        floating: Names of the parameters that a point holds, in its order.
        constant: Values of every other symbol.
        planned_at: Point at which the panels of the numerical integrals are chosen.
        shards: Into how many parts large data are split; they run in parallel.
    """

    program: Program
    floating: tuple[str, ...]
    constant: Mapping[str, float]
    planned_at: Array
    shards: int

    def value(self, point: Array) -> float:
        return float(self._call(self._compiled.value, point)[0])

    def value_and_gradient(self, point: Array) -> tuple[float, Array]:
        value, gradient = self._call(self._compiled.value_and_gradient, point)
        return float(value), gradient.numpy()

    def batch(self, points: Array) -> Array:
        """Return the values at each row of ``points``, of shape [k, number of floating parameters]."""
        result: Array = self._call(self._compiled.value, points)[0].numpy()
        return result

    def hessian(self, point: Array) -> Array:
        """Return the exact matrix of second derivatives."""
        product = self._compiled.hessian_product
        columns = [self._call(product, point, tf.constant(unit))[0].numpy() for unit in np.eye(len(self.floating))]
        matrix = np.reshape(columns, (len(self.floating),) * 2)
        return 0.5 * (matrix + matrix.T)

    def row_outer_product(self, point: Array) -> Array:
        """Return the sum over rows of w^2 s s^T; see arXiv:1911.01303."""
        result: Array = self._call(self._compiled.row_outer_product, point)[0].numpy()
        return result

    def integral_error(self, point: Array) -> float:
        """Return the largest relative error estimate of the numerical integrals; zero if there are none."""
        if not self._plan:
            return 0.0
        return float(self._call(self._compiled.integral_error, point))

    def replanned(self, point: Array) -> Evaluator:
        """Return this evaluator with the panels of its integrals chosen at another point."""
        return self._with(replace(self, planned_at=np.asarray(point, dtype=np.float64)), "_leaves", "_shards")

    def with_floating(self, floating: tuple[str, ...], constant: Mapping[str, float], start: Array) -> Evaluator:
        """Return this evaluator with other parameters floating, or other values of the constant ones."""
        return self._with(replace(self, floating=floating, constant=constant, planned_at=start), "_leaves", "_shards")

    def _with(self, other: Evaluator, *shared: str) -> Evaluator:
        for name in shared:  # the data are on the device already
            other.__dict__[name] = getattr(self, name)
        return other

    def _call(self, function: Any, point: Array, *extra: Tensor) -> Any:
        theta = tf.constant(np.asarray(point, dtype=np.float64))
        return function(theta, self._constant, self._leaves, self._panels, self._shards, *extra)

    @cached_property
    def _slots(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        floating = tuple(self.program.slot(name) for name in self.floating)
        return floating, tuple(i for i in range(len(self.program.symbols)) if i not in set(floating))

    @cached_property
    def _constant(self) -> Tensor:
        names = self.program.symbols
        # Symbols that are observables everywhere have no value; it is never read.
        return tf.constant([self.constant.get(names[slot], np.nan) for slot in self._slots[1]], tf.float64)

    @cached_property
    def _leaves(self) -> tuple[Tensor, tuple[Tensor, ...]]:
        return tf.constant(self.program.scalars, tf.float64), tuple(tf.constant(a) for a in self.program.arrays)

    @cached_property
    def _shards(self) -> tuple[Any, ...]:
        largest = max((len(rows) for rows in self.program.rows), default=0)
        count = self.shards if largest >= ROWS_PER_SHARD else 1
        split = [_split(rows, count) for rows in self.program.rows]
        return tuple(
            (tf.constant(1.0 if shard == 0 else 0.0, tf.float64), tuple(parts[shard] for parts in split))
            for shard in range(count)
        )

    @cached_property
    def _plan(self) -> Mapping[Key, Panels]:
        record = known(self.program.structure)
        if record.integral_free:
            return {}
        planning = PlanningIntegrals()
        theta = np.array([self.constant.get(name, np.nan) for name in self.program.symbols])
        theta[list(self._slots[0])] = self.planned_at
        scalars, arrays = self._leaves
        # One row of data is enough to meet every integral.
        rows = tuple(RowTensors(*_split(_first_row(rows), 1)[0]) for rows in self.program.rows)
        evaluation = Evaluation(
            structure=self.program.structure,
            theta=tf.constant(theta),
            leaves=Leaves(scalars, arrays, rows, tf.constant(1.0, tf.float64)),
            integrals=planning,
        )
        Frame(evaluation, columns={}, intervals={}).value(self.program.root)
        record.integral_free = not planning.plan
        return planning.plan

    @cached_property
    def _panels(self) -> tuple[Any, ...]:
        return tuple(
            tuple(tuple(tf.constant(edges) for edges in intervals) for intervals in panels)
            for panels in self._plan.values()
        )

    @cached_property
    def _compiled(self) -> Compiled:
        floating, constant = self._slots
        shapes = (
            tuple(array.shape for array in self.program.arrays),
            tuple(len(rows) for rows in self.program.rows),
            panel_shapes(self._plan.values()),
            len(self._shards),
        )
        return compiled(Signature(self.program.structure, floating, constant, tuple(self._plan), shapes))


def _split(rows: Rows, count: int) -> list[tuple[tuple[Tensor, ...], Tensor | None, Tensor]]:
    """Cut a data set into parts of one length; the last is padded with its own last row, which then does not count."""
    length = -(-len(rows) // count)
    padding = length * count - len(rows)

    def cut(column: Array) -> list[Tensor]:
        padded = np.concatenate([column, np.repeat(column[-1:], padding)]) if padding else column
        return [tf.constant(part) for part in np.split(padded, count)]

    columns = list(zip(*(cut(column) for column in rows.columns), strict=True))
    weights = [None] * count if rows.weights is None else cut(rows.weights)
    valid = [min(length, max(0, len(rows) - shard * length)) for shard in range(count)]
    return [(columns[i], weights[i], tf.constant(valid[i])) for i in range(count)]


def _first_row(rows: Rows) -> Rows:
    weights = None if rows.weights is None else rows.weights[:1]
    return Rows(tuple(column[:1] for column in rows.columns), weights)
