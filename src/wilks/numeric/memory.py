"""Memory that NumPy and TensorFlow share, so that large data are held once."""

from __future__ import annotations

from typing import Any

import numpy as np

from wilks.numeric.backend import tf
from wilks.typing import Array, Flags, Tensor

ALIGNMENT = 64
"""TensorFlow reads addresses that are multiples of it, and ends the process at others."""

ROWS_AT_ONCE = 1 << 20


class Room:
    """Memory for some rows, with room for more behind them: where chunks need padding, nothing has to be copied.

    What nobody touches takes no memory, only addresses.

    Args:
        length: Number of rows.
    """

    def __init__(self, length: int) -> None:
        self.length = length
        self.whole = aligned(1 << max(length - 1, 0).bit_length())

    @property
    def __array_interface__(self) -> dict[str, Any]:
        """The rows, read-only."""
        interface = self.whole.__array_interface__
        return {**interface, "data": (interface["data"][0], True), "shape": (self.length,)}


def kept(values: Array, rows: Flags | None = None) -> Array:
    """Return a read-only copy in a `Room`; what is one already is not copied.

    Args:
        values: One number for each row.
        rows: Which of them to keep; by default all.
    """
    if rows is None and isinstance(values.base, Room):
        return values
    room = Room(len(values) if rows is None else int(np.count_nonzero(rows)))
    if rows is None:
        room.whole[: room.length] = values
        return np.asarray(room)
    end = 0
    for low in range(0, len(values), ROWS_AT_ONCE):  # of all rows at once, NumPy makes further copies
        some = slice(low, low + ROWS_AT_ONCE)
        found = values[some][rows[some]]
        room.whole[end : end + len(found)] = found
        end += len(found)
    return np.asarray(room)


def aligned(size: int) -> Array:
    """Return zeros where TensorFlow can read them."""
    numbers = ALIGNMENT // 8
    buffer = np.zeros(size + numbers)
    skipped = -(buffer.ctypes.data // 8) % numbers
    return buffer[skipped : skipped + size]


def shared(array: Array) -> Tensor:
    """Return a tensor in the memory of an aligned array, which must not change any more."""
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
