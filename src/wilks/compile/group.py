"""Elements of one structure, evaluated as one batch, and their place in the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from wilks.compile.cache import Programs, Signature, known, programs
from wilks.compile.element import Element
from wilks.compile.frame import Evaluation, Frame, entries
from wilks.compile.frozen import frozen_columns, frozen_nodes
from wilks.compile.integrals import Key, Panels, PlanningIntegrals, grid_size, panel_shapes
from wilks.compile.layout import Hoists, Layout, Order
from wilks.compile.lowerable import Rows
from wilks.compile.once import Once, OnceInputs, curvature, evaluate_once, integral_error
from wilks.compile.program import Program
from wilks.compile.rows import RowInputs, scores_of_rows, sum_rows
from wilks.compile.tiles import Chunks, bucket, is_large
from wilks.numeric.backend import tf
from wilks.numeric.sums import joined
from wilks.typing import Array, Indices, Tensor

TILES_PER_SHARD = 16
"""Below this, starting a second core costs more than it saves."""


CHEAP = 7
"""Second derivatives in this many parameters are not worth doing without."""


MOST_POINTS = 1024
MOST_TILES = 1 << 20
MOST_NODES = 1 << 21
"""How many points, tiles of points, and nodes of numerical integrals one call evaluates."""

MOST_ROOM = 64
"""By how much a program may be larger than what it is used for."""


@dataclass(eq=False)
class Ledger:
    """What evaluating a program cost.

    Args:
        compile_seconds: Time spent in tracing and compiling.
        programs: The compiled programs that were used.
        is_compiled: Whether everything was compiled ahead.
    """

    compile_seconds: float = 0.0
    programs: set[Programs] = field(default_factory=set)
    is_compiled: bool = False


@dataclass(frozen=True, eq=False)
class Leaves:
    """The numbers of a program, and its data on the device.

    Args:
        program: The lowered object.
        elements: Its terms.
        data: The data sets that stand in each place for one.
        storage: The chunks that hold the data of each place, and the number of its first data set among theirs.
        ledger: What evaluating it cost so far.
    """

    program: Program
    elements: tuple[Element, ...]
    data: tuple[Sequence[Rows], ...]
    storage: Mapping[int, tuple[Chunks, int]]
    ledger: Ledger = field(default_factory=Ledger)


@dataclass(frozen=True, eq=False)
class Group:
    """Elements of one structure with the same symbols floating.

    Args:
        leaves: The numbers of the whole program.
        elements: The elements.
        layout: Their structure, with what floats.
        places: For each element, the place of each of its floating symbols among all floating ones.
        constant: For each element, the values of its other symbols.
        panels: Panels of the numerical integrals.
        shards: How many parts large data are split into.
        compiled: Whether XLA compiles the program.
    """

    leaves: Leaves
    elements: tuple[Element, ...]
    layout: Layout
    places: Indices
    constant: Array
    panels: tuple[Panels, ...]
    shards: int
    compiled: bool
    _prepared: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    _rooms: dict[tuple[str, bool], set[int]] = field(default_factory=dict)

    def at(self, points: Array, order: Order, sets: Indices, *, squared: bool) -> tuple[Array, ...]:
        """Return value, gradient and matrix of each element at points [B, P], as far as the order asks for them."""
        order = order if self.layout.floating else Order.VALUE  # of what does not float there are no derivatives
        inputs = self._once_inputs(points)
        program = self._once_program(inputs)
        once, hoists = self._once(program, inputs, order)
        used = len(points) * len(self.elements)
        if not self.layout.has_rows:
            parts = [once.rest.numpy()[:used]]
            if order:
                parts.append(once.rest_slopes.numpy()[:used])
            if order >= Order.SCORES:
                none = np.zeros((len(inputs.numbers), 0))
                parts.append(self._curvature(program, inputs, hoists, none)[:used])
            return tuple(parts)
        sums = self._sum_rows(once, hoists, order, sets, squared=squared)
        value = once.rest.numpy() - sums[0]
        if not order:
            return (value[:used],)
        chain = once.chain.numpy()
        gradient = once.rest_slopes.numpy() - np.einsum("rmp,rm->rp", chain, sums[1])
        if order == Order.GRADIENT:
            return value[:used], gradient[:used]
        matrix = chain.swapaxes(1, 2) @ sums[2] @ chain
        if order == Order.HESSIAN:
            # The hoisted values are not linear in the parameters: their second derivatives count by their slopes.
            matrix = self._curvature(program, inputs, hoists, -sums[1]) - matrix
        return value[:used], gradient[:used], matrix[:used]

    def add(self, parts: tuple[Array, ...], value: Array, gradient: Array, matrix: Array) -> None:
        """Add what `at` returned to the sum over all elements."""
        count, sign = len(value), self.elements[0].sign
        value += sign * parts[0].reshape(count, -1).sum(axis=1)
        if len(parts) > 1:
            _scatter(gradient, (self.places,), sign * parts[1])
        if len(parts) > 2:
            _scatter(matrix, (self.places[:, :, None], self.places[:, None, :]), sign * parts[2])

    @property
    def parallel(self) -> int:
        """How many parts run in parallel for one point."""
        return len(self._tiles(np.zeros(1, dtype=np.intp))[1]) if self.layout.has_rows else 1

    @property
    def cheap_hessian(self) -> bool:
        """Whether second derivatives are computed in one go with everything else."""
        return not self.layout.has_rows or len(self.layout.floating) <= CHEAP

    def integral_error(self, points: Array) -> float:
        """Return the largest relative error estimate of the numerical integrals at points [B, P]."""
        inputs = self._once_inputs(points)
        body = partial(integral_error, self.layout)
        return float(self._call(self._once_program(inputs), "integral error", body, inputs))

    def _once(self, program: Programs, inputs: OnceInputs, order: Order) -> tuple[Once, Hoists]:
        order, layout = min(order, Order.GRADIENT), self.layout  # a program must not hold on to the data of a group

        def body(inputs: OnceInputs) -> Once:
            result, program.notes[order] = evaluate_once(layout, inputs, order)
            return result

        result = self._call(program, order, body, inputs)
        return result, program.notes[order]

    def _curvature(self, program: Programs, inputs: OnceInputs, hoists: Hoists, factors: Array) -> Array:
        body = partial(curvature, self.layout, hoists)
        result: Array = self._call(program, "curvature", body, inputs, tf.constant(factors)).numpy()
        return result

    def scores(self, points: Array, sets: Indices) -> Mapping[int, Array]:
        """Return the gradients of the log terms of all rows, of shape [B, number of rows, P], by place of the data."""
        if not (self.layout.has_rows and self.layout.floating):
            return {}
        inputs = self._once_inputs(points)
        once, hoists = self._once(self._once_program(inputs), inputs, Order.GRADIENT)
        program, arguments = self._row_program(once, hoists, self._tiles(sets)[0], squared=False)
        columns = self._call(program, "scores", partial(scores_of_rows, self.layout, hoists), arguments).numpy()
        chain = once.chain.numpy()
        result = {}
        members = len(self.elements)
        table = self._table(sets)
        for member, element in enumerate(self.elements):
            parts = []
            for row in range(member, len(points) * members, members):
                tiles = np.flatnonzero(table[:, 0] == row)
                parts.append(np.concatenate([columns[t, :, : table[t, 2]].T @ chain[row] for t in tiles]))
            full = np.zeros((len(points), len(parts[0]), points.shape[1]))
            full[:, :, self.places[member]] = parts
            result[element.rows[0]] = full
        return result

    @property
    def points_at_once(self) -> int:
        """How many points are evaluated by one call: tables of tiles and grids of nodes grow with it."""
        members = len(self.elements)
        tiles = int(self._chunks.sizes.max()) * members if self.layout.has_rows else 1
        nodes = sum(grid_size(panels) for panels in self.panels) * max(1, len(self.layout.floating))
        most = min(MOST_TILES // max(1, tiles), MOST_NODES // max(1, nodes), MOST_POINTS)
        return 1 << max(1, most).bit_length() - 1

    def _sum_rows(self, once: Once, hoists: Hoists, order: Order, sets: Indices, *, squared: bool) -> tuple[Array, ...]:
        """Return the sums over rows at R points: of the log terms [R], their slopes [R, m] and a matrix [R, m, m]."""
        key = sets.tobytes()
        found = self._prepared.get(key)
        if found is None:
            found = self._tiles(sets)
            self._prepared.clear()  # the last one is what a fit asks for again
            self._prepared[key] = found
        tiles, shards = found
        program, inputs = self._row_program(once, hoists, tiles, squared=squared)
        body = partial(sum_rows, self.layout, hoists, order)
        total, lost = self._call(program, order, body, inputs, shards=shards, join=joined)
        sums = total.numpy() + lost.numpy()
        size = hoists.varying
        shape = (len(sums), size, size) if order >= Order.SCORES else (len(sums), 0, 0)
        return sums[:, 0], sums[:, 1 : 1 + size], sums[:, 1 + size :].reshape(shape)

    def _row_program(self, once: Once, hoists: Hoists, tiles: Tensor, *, squared: bool) -> tuple[Programs, RowInputs]:
        chunks = self._chunks
        inputs = RowInputs(
            values=once.values,
            arrays=self._arrays,
            columns=chunks.columns,
            weights=chunks.squared_weights if squared else chunks.weights,
            frozen=self._frozen,
            tiles=tiles,
        )
        shapes = (tuple(once.values.shape), chunks.shape, tiles.shape[0], self._array_shapes)
        return programs(Signature(self.layout, hoists, shapes, self.compiled)), inputs

    def _once_inputs(self, points: Array) -> OnceInputs:
        count, members = len(points), len(self.elements)
        rows = self._room("points", count * members, several=count > 1)
        numbers = np.empty((rows, self.places.shape[1] + self._constants.shape[1]))
        used = numbers[: count * members].reshape(count, members, -1)
        used[:, :, : self.places.shape[1]] = points[:, self.places]
        used[:, :, self.places.shape[1] :] = self._constants
        numbers[count * members :] = used[-1, -1]
        return OnceInputs(
            numbers=tf.constant(numbers),
            arrays=self._arrays,
            panels=self._panel_tensors,
            columns=self._samples[0],
            frozen=self._samples[1],
        )

    def _once_program(self, inputs: OnceInputs) -> Programs:
        shapes = (int(inputs.numbers.shape[0]), self._array_shapes, panel_shapes(self.panels))
        return programs(Signature(self.layout, None, shapes, self.compiled))

    def _call(self, program: Programs, key: Any, body: Any, *arguments: Any, **shards: Any) -> Any:
        """Call a program, and note what its compilation took."""
        ledger = self.leaves.ledger
        ledger.programs.add(program)
        before = program.seconds
        result = program.call(key, body, *arguments, **shards)
        ledger.compile_seconds += program.seconds - before
        return result

    def _room(self, what: str, number: int, *, several: bool) -> int:
        """Return a size that a program has, at least as large as what is asked for.

        In a batch that becomes smaller, what is left over costs less than another program.
        """
        known = self._rooms.setdefault((what, several), set())
        room = min(
            (size for size in tuple(known) if several and number <= size <= MOST_ROOM * number), default=bucket(number)
        )
        known.add(room)
        return room

    def _table(self, sets: Indices) -> npt.NDArray[np.int32]:
        """Return the tiles of points that see given data sets."""
        return self._chunks.table((self._first_sets + sets[:, None]).reshape(-1))

    def _tiles(self, sets: Indices) -> tuple[Tensor, tuple[Any, ...]]:
        """Return the tiles of points that see given data sets, and which of them run in parallel."""
        tiles = self._table(sets)
        count = max(1, min(self.shards, len(tiles) // TILES_PER_SHARD))
        bounds = np.linspace(0, len(tiles), count + 1).astype(np.int32)
        shards = tuple((tf.constant(bounds[i : i + 2]),) for i in range(count))
        room = self._room("tiles", len(tiles), several=len(sets) > 1)
        padding = np.zeros((room - len(tiles), 3), np.int32)
        return tf.constant(np.concatenate([tiles, padding])), shards

    @cached_property
    def _chunks(self) -> Chunks:
        return self.leaves.storage[self.elements[0].rows[0]][0]

    @cached_property
    def _samples(self) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """Two rows of the data and of the frozen columns."""
        if not self.layout.has_rows:
            return (), ()
        return tuple(c[0, :2] for c in self._chunks.columns), tuple(c[0, :2] for c in self._frozen)

    @cached_property
    def _array_shapes(self) -> tuple[Any, ...]:
        return tuple(tuple(array.shape) for array in self._arrays)

    @cached_property
    def _first_sets(self) -> Indices:
        return np.array([self.leaves.storage[element.rows[0]][1] for element in self.elements])

    @cached_property
    def _scalars(self) -> Array:
        return np.array([self.leaves.program.scalars[list(element.scalars)] for element in self.elements])

    @cached_property
    def _constants(self) -> Array:
        """All numbers besides the floating symbols, for each element."""
        return np.concatenate([self.constant, self._scalars], axis=1)

    @cached_property
    def _arrays(self) -> tuple[Tensor, ...]:
        return tuple(tf.constant(self.leaves.program.arrays[i]) for i in self.elements[0].arrays)

    @cached_property
    def _panel_tensors(self) -> tuple[Any, ...]:
        return tuple(
            tuple(tuple(tf.constant(edges) for edges in intervals) for intervals in panels) for panels in self.panels
        )

    @cached_property
    def _frozen(self) -> tuple[Tensor, ...]:
        if not self.layout.frozen:
            return ()
        sets = [
            range(first, first + len(self.leaves.data[e.rows[0]]))
            for first, e in zip(self._first_sets, self.elements, strict=True)
        ]
        return frozen_columns(self.layout, self._chunks, sets, self.constant, self._scalars, self._arrays)


def grouped(
    leaves: Leaves,
    floating: tuple[str, ...],
    constant: Mapping[str, float],
    planned_at: Array,
    shards: int,
    compiled: bool,
) -> tuple[Group, ...]:
    """Put the elements of a program into groups, each of which is evaluated as a batch.

    Elements with arrays, numerical integrals or large data of their own stay alone; they may still share a compiled
    program.
    """
    names = leaves.program.symbols
    place = {name: i for i, name in enumerate(floating)}
    start = {**constant, **dict(zip(floating, planned_at.tolist(), strict=True))}
    groups: dict[Any, list[tuple[Element, tuple[Panels, ...]]]] = {}
    for number, element in enumerate(leaves.elements):
        local = tuple(names[slot] for slot in element.slots)
        plan = _plan(element, leaves, [start.get(name, np.nan) for name in local])
        split = tuple(i for i, name in enumerate(local) if name in place)
        large = any(is_large(leaves.data[place]) for place in element.rows)
        alone = number if element.arrays or plan or large else -1
        key = (element.structure, element.sign, split, tuple(plan), alone)
        groups.setdefault(key, []).append((element, tuple(plan.values())))
    result = []
    for (structure, _, split, keys, _), found in groups.items():
        rest = tuple(i for i in range(len(found[0][0].slots)) if i not in set(split))
        members = tuple(element for element, _ in found)
        symbols = [[names[slot] for slot in element.slots] for element in members]
        observables = frozenset(i for i in rest if symbols[0][i] not in constant)
        frozen = frozen_nodes(structure, frozenset(split), observables)
        if any(is_large(leaves.data[place]) for element in members for place in element.rows):
            frozen = frozen[: len(observables)]  # no more further columns than the data have
        layout = Layout(structure, split, rest, keys, frozen)
        result.append(
            Group(
                leaves,
                members,
                layout,
                places=np.array([[place[row[i]] for i in split] for row in symbols], dtype=np.intp),
                # Symbols that are observables everywhere have no value; it is never read.
                constant=np.array([[constant.get(row[i], np.nan) for i in rest] for row in symbols], dtype=np.float64),
                panels=found[0][1],
                shards=shards,
                compiled=compiled,
            )
        )
    return tuple(result)


def _plan(element: Element, leaves: Leaves, values: Sequence[float]) -> Mapping[Key, Panels]:
    """Choose the panels of the numerical integrals, by an evaluation at once."""
    record = known(element.structure)
    if record.integral_free:
        return {}
    planning = PlanningIntegrals()
    program = leaves.program
    # One row of data is enough to meet every integral.
    rows = [tuple(tf.constant(column[:1]) for column in program.rows[i].columns) for i in element.rows]
    evaluation = Evaluation(
        structure=element.structure,
        symbols=entries(tf.constant(values, tf.float64)),
        scalars=entries(tf.constant(program.scalars[list(element.scalars)], tf.float64)),
        arrays=tuple(tf.constant(program.arrays[i]) for i in element.arrays),
        rows=tuple(rows),
        integrals=planning,
    )
    Frame(evaluation, columns={}, intervals={}).value(len(element.structure.instructions) - 1)
    record.integral_free = not planning.plan
    return planning.plan


def _scatter(target: Array, places: tuple[Indices, ...], parts: Array) -> None:
    """Add the parts of the elements to their places in a target, of which the first axis runs over points."""
    members = len(places[0])
    parts = parts.reshape(len(target), members, *parts.shape[1:])
    if members == 1:
        target[(slice(None), *(place[0] for place in places))] += parts[:, 0]
    else:
        index: tuple[Any, ...] = (slice(None), *places)
        np.add.at(target, index, parts)
