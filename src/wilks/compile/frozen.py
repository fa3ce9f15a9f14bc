"""What depends on data and fixed parameters only: computed once, and given to the programs as further columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wilks.compile.frame import Evaluation, Frame, entries
from wilks.compile.integrals import PlanningIntegrals
from wilks.compile.layout import Layout
from wilks.compile.program import Structure
from wilks.compile.tiles import Chunks
from wilks.numeric.backend import tf
from wilks.numeric.memory import aligned, shared
from wilks.typing import Array, Tensor

ROWS_AT_ONCE = 1 << 20
"""How many rows are computed at once, so that memory does not grow with the data."""


def frozen_nodes(structure: Structure, floating: frozenset[int], observables: frozenset[int]) -> tuple[int, ...]:
    """Return the instructions that depend on observables and on nothing that floats, without those below them."""
    root = len(structure.instructions) - 1
    if not getattr(structure.instructions[root].owner, "opens_frame", False):
        return ()
    frozen = {
        index
        for index, depends in enumerate(structure.depends[:-1])
        if structure.instructions[index].owner is not None
        and depends.isdisjoint(floating)
        and not depends.isdisjoint(observables)
    }
    above = {
        child
        for i, instruction in enumerate(structure.instructions)
        if i not in frozen
        for child in instruction.children
    }
    return tuple(sorted(frozen & above))


def frozen_columns(
    layout: Layout,
    chunks: Chunks,
    sets: Sequence[range],
    constant: Array,
    scalars: Array,
    arrays: tuple[Tensor, ...],
) -> tuple[Tensor, ...]:
    """Return the values of the frozen nodes for all rows, in chunks like the data.

    Args:
        layout: What is evaluated.
        chunks: The data.
        sets: Which data sets belong to each element.
        constant: Values of the symbols that do not float, for each element.
        scalars: Every float, for each element.
        arrays: Every array.
    """
    structure = layout.structure
    root = len(structure.instructions) - 1
    columns = [np.asarray(column) for column in chunks.columns]  # no copies, as numpy() would make
    result = [aligned(chunks.shape[0] * chunks.shape[1]).reshape(chunks.shape) for _ in layout.frozen]
    step = max(1, ROWS_AT_ONCE // chunks.shape[1])
    for numbers, values, floats in zip(sets, constant, scalars, strict=True):
        symbols = np.full(len(layout.floating) + len(layout.constant), np.nan)
        symbols[list(layout.constant)] = values
        begin = chunks.first[numbers[0]]
        end = chunks.end(numbers[-1])
        for low in range(begin, end, step):
            rows = slice(low, min(low + step, end))
            evaluation = Evaluation(
                structure=structure,
                symbols=entries(tf.constant(symbols)),
                scalars=entries(tf.constant(floats)),
                arrays=arrays,
                rows=(tuple(tf.constant(column[rows].reshape(-1)) for column in columns),),
                integrals=PlanningIntegrals(),
            )
            frame = structure.instructions[root].owner.frame(Frame(evaluation, columns={}, intervals={}), root)
            for target, node in zip(result, layout.frozen, strict=True):
                target[rows] = np.broadcast_to(frame.value(node), target[rows].size).reshape(target[rows].shape)
    return tuple(shared(column) for column in result)
