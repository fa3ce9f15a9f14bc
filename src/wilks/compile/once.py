"""What does not depend on the rows of the data: normalisations, yields, constraint terms, with their derivatives.

All functions are evaluated at R points at once: every number of the model has the shape [R, 1].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from wilks.compile.frame import Evaluation, Frame, entries
from wilks.compile.integrals import PlannedIntegrals
from wilks.compile.layout import Hoists, Layout, Order
from wilks.compile.lowerable import Scalar
from wilks.numeric.backend import tf
from wilks.typing import Tensor


class OnceInputs(NamedTuple):
    """Arguments of a program without rows.

    Args:
        numbers: The floating symbols, the other ones, and every float of the element, of shape [R, number of them].
        arrays: Every array.
        panels: Edges of the panels of numerical integrals.
        columns: Two rows of the data, which stand for all in what does not depend on them.
        frozen: Likewise of the values that are given.
    """

    numbers: Tensor
    arrays: tuple[Tensor, ...]
    panels: tuple[Any, ...]
    columns: tuple[Tensor, ...]
    frozen: tuple[Tensor, ...]


class Once(NamedTuple):
    """Results at R points.

    Args:
        rest: The terms that are not sums over rows, of shape [R].
        rest_slopes: Their derivatives, of shape [R, p].
        values: The hoisted values, of shape [R, number of them].
        chain: Derivatives of those that vary, of shape [R, varying, p].
    """

    rest: Tensor
    rest_slopes: Tensor
    values: Tensor
    chain: Tensor


def evaluate_once(layout: Layout, inputs: OnceInputs, order: Order) -> tuple[Once, Hoists]:
    """Return the hoisted values, with derivatives if an order asks for any."""
    numbers = entries(inputs.numbers)
    theta = numbers[: len(layout.floating)]
    # Derivatives are taken in the entries: one that a term does not depend on then costs nothing.
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(theta)
        evaluation, rest = _evaluate(layout, inputs, numbers)
        used = evaluation.hoisted.used if layout.has_rows else {}
        used = {key: tf.broadcast_to(value, rest.shape) for key, value in used.items()}
    slopes = {key: tape.gradient(value, theta) for key, value in used.items() if order and not isinstance(key, Scalar)}
    varying = [key for key, row in slopes.items() if any(slope is not None for slope in row)]
    keys = (*varying, *(key for key in used if key not in set(varying)))
    rest_slopes = tape.gradient(rest, theta) if order else []
    values = [used[key] for key in keys]
    chain = [_row(slopes[key], rest) for key in varying]
    none = rest[:, :0]
    result = Once(
        rest=rest[:, 0],
        rest_slopes=_row(rest_slopes, rest) if rest_slopes else none,
        values=tf.concat(values, axis=-1) if values else none,
        chain=tf.stack(chain, axis=1) if chain else tf.zeros([rest.shape[0], 0, len(theta)], tf.float64),
    )
    return result, Hoists(keys, len(varying))


def curvature(layout: Layout, hoists: Hoists, inputs: OnceInputs, factors: Tensor) -> Tensor:
    """Return the second derivatives [R, p, p] of the rest plus the hoisted values times factors [R, varying].

    The points are repeated, once for each row of the matrix: so the program does not grow with its size.
    """
    count, size = int(inputs.numbers.shape[0]), len(layout.floating)
    numbers = entries(tf.tile(inputs.numbers, [size, 1]))
    theta = numbers[:size]
    with tf.GradientTape() as second:
        second.watch(theta)
        with tf.GradientTape() as first:
            first.watch(theta)
            evaluation, total = _evaluate(layout, inputs, numbers)
            for key, factor in zip(hoists.keys, entries(tf.tile(factors, [size, 1])), strict=False):
                total += factor * evaluation.hoisted.used[key]
        slopes = _row(first.gradient(total, theta), total)
        chosen = tf.reduce_sum(slopes * tf.repeat(tf.eye(size, dtype=tf.float64), count, axis=0))
    rows = _row(second.gradient(chosen, theta), total)
    return tf.transpose(tf.reshape(rows, [size, count, size]), [1, 0, 2])


def integral_error(layout: Layout, inputs: OnceInputs) -> Tensor:
    """Return the largest relative error estimate of the numerical integrals, at all points."""
    errors = _evaluate(layout, inputs, entries(inputs.numbers))[0].integrals.errors
    return tf.reduce_max(tf.stack([tf.constant(0.0, tf.float64), *(tf.reduce_max(error) for error in errors)]))


def _evaluate(layout: Layout, inputs: OnceInputs, numbers: Sequence[Tensor]) -> tuple[Evaluation, Tensor]:
    """Evaluate an element without the sum over its rows; return the value, of shape [R, 1]."""
    slots = (*layout.floating, *layout.constant)
    symbols = dict(zip(slots, numbers, strict=False))
    evaluation = Evaluation(
        structure=layout.structure,
        symbols=[symbols[slot] for slot in range(len(slots))],
        scalars=numbers[len(slots) :],
        arrays=inputs.arrays,
        rows=(inputs.columns,),
        integrals=PlannedIntegrals(dict(zip(layout.integrals, inputs.panels, strict=True))),
        frozen=dict(zip(layout.frozen, inputs.frozen, strict=True)),
    )
    value = Frame(evaluation, columns={}, intervals={}).value(layout.root)
    return evaluation, tf.broadcast_to(value, numbers[0].shape)


def _row(slopes: Sequence[Tensor | None], like: Tensor) -> Tensor:
    """Return derivatives in each floating symbol as one tensor [R, p]."""
    return tf.concat([tf.zeros_like(like) if slope is None else slope for slope in slopes], axis=-1)
