"""Data on the device, cut into chunks, and the tables that say which chunk counts for which point.

A tile is one chunk of one data set at one point. A likelihood, a batch of points, toys of different size: each is only
another table of tiles, so that all of them are one program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wilks.compile.lowerable import Rows
from wilks.numeric.memory import Room, aligned, shared
from wilks.typing import Array, Indices, Tensor

CHUNK = 1024
"""Rows in a chunk: some columns of it and of its derivatives fit into a core's own cache."""

GRAPH_CHUNK = 65_536
"""The same where nothing is compiled and each operation on a chunk has a cost of its own."""


LARGE = 1 << 23
"""Data with more rows than this are worth more time than memory."""


@dataclass(frozen=True, eq=False)
class Chunks:
    """Columns of some data sets, one after the other; a data set starts with a chunk of its own.

    Args:
        columns: Each of shape [number of chunks, rows in a chunk].
        weights: Likewise; None if there are none.
        first: Number of the first chunk of each data set.
        lengths: Number of rows of each data set.
    """

    columns: tuple[Tensor, ...]
    weights: Tensor | None
    first: Indices
    lengths: Indices

    @property
    def shape(self) -> tuple[int, int]:
        count, size = self.columns[0].shape
        return int(count), int(size)

    def end(self, number: int) -> int:
        """Return the chunk after the last one of a data set."""
        return int(self.first[number] + self.sizes[number])

    @cached_property
    def squared_weights(self) -> Tensor | None:
        return None if self.weights is None else self.weights * self.weights

    @cached_property
    def sizes(self) -> Indices:
        """Number of chunks of each data set."""
        return -(-self.lengths // self.shape[1])

    def table(self, sets: Indices) -> npt.NDArray[np.int32]:
        """Return the tiles of points that each see one data set: rows of (point, chunk, rows that count)."""
        sizes = self.sizes[sets]
        points = np.repeat(np.arange(len(sets)), sizes)
        within = np.arange(len(points)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = np.minimum(self.lengths[sets][points] - within * self.shape[1], self.shape[1])
        return np.stack([points, self.first[sets][points] + within, rows], axis=1).astype(np.int32)


def chunked(data: Sequence[Rows], size: int) -> Chunks:
    """Cut data sets into chunks, of which the last is padded with its own last row, which does not count."""
    lengths = np.array([len(rows) for rows in data])
    counts = -(-lengths // size)
    first = np.cumsum(counts) - counts
    total = bucket(int(counts.sum()))

    def cut(columns: Sequence[Array]) -> Tensor:
        room = columns[0].base
        if len(columns) == 1 and isinstance(room, Room) and len(room.whole) >= total * size:
            flat = room.whole[: total * size]
        else:
            flat = aligned(total * size)
            for column, start in zip(columns, first * size, strict=True):
                flat[start : start + len(column)] = column
        for start, length, count in zip(first * size, lengths, counts * size, strict=True):
            flat[start + length : start + count] = flat[start + length - 1]
        return shared(flat.reshape(total, size))

    columns = tuple(cut([rows.columns[i] for rows in data]) for i in range(len(data[0].columns)))
    weights = [rows.weights for rows in data if rows.weights is not None]
    return Chunks(columns, cut(weights) if weights else None, first, lengths)


def is_large(data: Sequence[Rows]) -> bool:
    """Return whether data sets have so many rows that further copies of them are avoided."""
    return sum(map(len, data)) > LARGE


def bucket(number: int) -> int:
    """Return the next size that programs are compiled for: powers of two, with quarter steps between large ones."""
    power = 1 << max(number - 1, 0).bit_length()
    return next(
        (size for size in (5 * power // 8, 6 * power // 8, 7 * power // 8) if power > 64 and number <= size), power
    )
