"""The sum over the rows of the data, with derivatives in the hoisted values.

It runs as one loop over tiles, in which everything is a column of a thousand numbers: they stay in a core's own cache,
and memory does not grow with the number of rows. Whatever is the same for all rows was computed before.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

from wilks.compile.frame import Evaluation, Frame, Hoisted, entries
from wilks.compile.integrals import PlannedIntegrals
from wilks.compile.layout import Hoists, Layout, Order
from wilks.numeric.backend import tf
from wilks.numeric.sums import two_sum
from wilks.typing import Tensor

UNROLLED = 10
"""Second derivatives in more values than this are computed direction by direction, by a loop in a smaller program."""


class RowInputs(NamedTuple):
    """Arguments of a sum over rows.

    Args:
        values: The hoisted values at R points, of shape [R, number of them].
        arrays: Every array of the element.
        columns: Data in chunks, each of shape [K, C].
        weights: Likewise; None if there are none.
        frozen: Values of nodes that are given, likewise.
        tiles: Rows of (point, chunk, rows that count).
    """

    values: Tensor
    arrays: tuple[Tensor, ...]
    columns: tuple[Tensor, ...]
    weights: Tensor | None
    frozen: tuple[Tensor, ...]
    tiles: Tensor


def sum_rows(layout: Layout, hoists: Hoists, order: Order, inputs: RowInputs, bounds: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sums over the rows of the tiles between two bounds, of shape [R, length], and what these lack.

    They are of the log terms; then, by order, of w s, with m values that vary m of them, and of w s s^T or of w times
    the second derivatives, m^2 of them.
    """
    size = hoists.varying
    matrix = {Order.SCORES: size * size, Order.HESSIAN: _entries_of_triangle(size)}.get(order, 0)
    length = 1 + (size if order else 0) + matrix
    count = int(inputs.values.shape[0])
    first, last = tf.unstack(bounds)

    def body(tile: Tensor, total: Tensor, lost: Tensor) -> tuple[Tensor, ...]:
        point, chunk, valid = tf.unstack(tf.gather(inputs.tiles, tile))
        terms = _Tile(layout, hoists, inputs, point, chunk, valid).sums(order)
        return tile + 1, *_add(total, lost, terms, None if count == 1 else point)

    start = tf.zeros([count, length], tf.float64)
    _, total, lost = tf.while_loop(lambda tile, *_: tile < last, body, (first, start, start), parallel_iterations=1)
    if order == Order.HESSIAN and size <= UNROLLED:
        # The upper triangle was summed; each entry of the matrix is one of its.
        place = {pair: 1 + size + i for i, pair in enumerate(combinations_with_replacement(range(size), 2))}
        square = [place[min(i, j), max(i, j)] for i in range(size) for j in range(size)]
        total, lost = (tf.gather(part, [*range(1 + size), *square], axis=1) for part in (total, lost))
    return total, lost


def scores_of_rows(layout: Layout, hoists: Hoists, inputs: RowInputs) -> Tensor:
    """Return the derivatives of the log term of each row in the values that vary, of shape [tiles, m, C]."""

    def scores(tile: Tensor) -> Tensor:
        columns = _Tile(layout, hoists, inputs, *tf.unstack(tile)).scores()
        return tf.stack(columns) if columns else tf.zeros([0, inputs.columns[0].shape[1]], tf.float64)

    return tf.map_fn(scores, inputs.tiles, fn_output_signature=tf.float64, parallel_iterations=1)


class _Tile:
    """One chunk of a data set at one point."""

    def __init__(
        self, layout: Layout, hoists: Hoists, inputs: RowInputs, point: Tensor, chunk: Tensor, valid: Tensor
    ) -> None:
        self.layout = layout
        self.hoists = hoists
        self.inputs = inputs
        self.chunk = chunk
        # Not column[chunk]: XLA takes what the index of a slice comes from for constants, and compiles for each.
        self.columns = tuple(tf.gather(column, chunk) for column in inputs.columns)
        self.counts = tf.range(self.columns[0].shape[0]) < valid
        used = tf.cast(self.counts, tf.float64)
        self.weights = used if inputs.weights is None else used * tf.gather(inputs.weights, chunk)
        self.values = list(entries(tf.gather(inputs.values, point)))

    def sums(self, order: Order) -> Tensor:
        """Return all sums over the rows of the tile, in one vector."""
        size = self.hoists.varying
        varying, constant = self.values[:size], self.values[size:]
        if order in (Order.VALUE, Order.GRADIENT) or not size:
            with tf.GradientTape() as tape:
                tape.watch(varying)
                log = self._log(varying, constant)
            slopes = tape.gradient(log, varying, output_gradients=self.weights) if order and size else []
            return tf.concat([self._total(log), *_filled(slopes, self.weights[:1])], axis=0)
        # A value for each row instead of one for all: then derivatives are columns too, without a sum for each.
        varying = [tf.broadcast_to(value, self.weights.shape) for value in varying]
        if order == Order.HESSIAN and size > UNROLLED:
            return self._by_direction(varying, constant)
        with tf.GradientTape(persistent=True) as second:
            second.watch(varying)
            log, columns = self._slopes(varying, constant)
        scores = tf.stack(columns)
        if order == Order.SCORES:
            matrix = tf.reshape(tf.matmul(scores * self.weights, scores, transpose_b=True), [-1])
        else:
            rows = [_filled(second.gradient(column, varying[i:]), self.weights) for i, column in enumerate(columns)]
            matrix = tf.linalg.matvec(tf.stack([entry for row in rows for entry in row]), self.weights)
        return tf.concat([self._total(log), tf.linalg.matvec(scores, self.weights), matrix], axis=0)

    def scores(self) -> list[Tensor]:
        """Return the derivatives of the log term of each row."""
        size = self.hoists.varying
        varying = [tf.broadcast_to(value, self.weights.shape) for value in self.values[:size]]
        return self._slopes(varying, self.values[size:])[1]

    def _slopes(self, varying: list[Tensor], constant: list[Tensor]) -> tuple[Tensor, list[Tensor]]:
        """Return the log term of each row, and its derivatives in values that are columns."""
        with tf.GradientTape() as tape:
            tape.watch(varying)
            log = self._log(varying, constant)
        return log, _filled(tape.gradient(log, varying), self.weights)

    def _by_direction(self, varying: list[Tensor], constant: list[Tensor]) -> Tensor:
        """Return all sums over the rows with second derivatives, one row of the matrix after the other.

        What all rows need is computed again for each of them: it would only make the program larger.
        """
        size = len(varying)

        def row(place: Tensor, _: Tensor, matrix: Tensor) -> tuple[Tensor, ...]:
            direction = tf.one_hot(place, size, dtype=tf.float64)
            with tf.GradientTape() as second:
                second.watch(varying)
                log, columns = self._slopes(varying, constant)
                slope = tf.add_n([column * direction[i] for i, column in enumerate(columns)])
            curvatures = tf.stack(_filled(second.gradient(slope, varying), self.weights))
            sums = tf.linalg.matvec(curvatures, self.weights)
            others = tf.concat([self._total(log), tf.linalg.matvec(tf.stack(columns), self.weights)], axis=0)
            return place + 1, others, tf.tensor_scatter_nd_update(matrix, [[place]], [sums])

        start = (tf.constant(0), tf.zeros([1 + size], tf.float64), tf.zeros([size, size], tf.float64))
        _, others, matrix = tf.while_loop(lambda place, *_: place < size, row, start, parallel_iterations=1)
        return tf.concat([others, tf.reshape(matrix, [-1])], axis=0)

    def _log(self, varying: Sequence[Tensor], constant: Sequence[Tensor]) -> Tensor:
        """Return the log term of each row."""
        values: dict[Hashable, Tensor] = dict(zip(self.hoists.keys, (*varying, *constant), strict=True))
        frozen = zip(self.layout.frozen, self.inputs.frozen, strict=True)
        evaluation = Evaluation(
            structure=self.layout.structure,
            symbols=(),
            scalars=(),
            arrays=self.inputs.arrays,
            rows=(self.columns,),
            integrals=PlannedIntegrals({}),
            hoisted=Hoisted(values),
            frozen={node: tf.gather(column, self.chunk) for node, column in frozen},
        )
        Frame(evaluation, columns={}, intervals={}).value(self.layout.root)
        (log,) = evaluation.row_terms
        return tf.broadcast_to(log, self.weights.shape)

    def _total(self, log: Tensor) -> Tensor:
        # Not a product of all rows: a weight of zero would turn an infinite term into NaN. Compiled, a product with
        # ones uses all lanes of a core, where reduce_sum adds one number after the other.
        terms = tf.where(self.counts, self.weights * log, 0.0)
        return tf.linalg.matvec(terms[None], tf.ones_like(terms))


def _add(total: Tensor, lost: Tensor, terms: Tensor, at: Tensor | None) -> tuple[Tensor, Tensor]:
    """Add terms to a row of a total, and what rounding loses to another."""
    after, loss = two_sum(total[0] if at is None else tf.gather(total, at), terms)
    if at is None:
        return after[None], lost + loss
    place = tf.reshape(at, [1, 1])
    return tf.tensor_scatter_nd_update(total, place, after[None]), tf.tensor_scatter_nd_add(lost, place, loss[None])


def _filled(slopes: Sequence[Tensor | None], like: Tensor) -> list[Tensor]:
    return [tf.zeros_like(like) if slope is None else slope for slope in slopes]


def _entries_of_triangle(size: int) -> int:
    return size * (size + 1) // 2 if size <= UNROLLED else size * size
