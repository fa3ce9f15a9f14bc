"""Data in chunks, and the tables that say which chunk counts for which point."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wilks.compile.lowerable import Rows
from wilks.compile.tiles import Chunks, bucket, chunked
from wilks.typing import Array

SIZE = 4


def numbered(lengths: list[int], *, weighted: bool = False) -> list[Rows]:
    """Return data sets of two columns, in which no number comes twice."""
    ends = np.cumsum([0, *lengths]) + 1.0
    columns = [np.arange(low, high) for low, high in pairwise(ends)]
    return [Rows((column, -column), 0.5 * column if weighted else None) for column in columns]


def seen(chunks: Chunks, column: int, sets: list[int]) -> list[Array]:
    """Return what each point counts of a column, by the table."""
    table = chunks.table(np.array(sets, dtype=np.intp))
    values = np.asarray(chunks.columns[column])
    return [
        np.concatenate([np.zeros(0), *(values[chunk, :rows] for point, chunk, rows in table if point == number)])
        for number in range(len(sets))
    ]


@given(lengths=st.lists(st.integers(0, 19), min_size=1, max_size=6), data=st.data())
def test_every_point_counts_each_row_of_its_data_set_once(lengths: list[int], data: st.DataObject) -> None:
    rows = numbered(lengths)
    sets = data.draw(st.lists(st.integers(0, len(lengths) - 1), max_size=8))
    chunks = chunked(rows, SIZE)
    for column in (0, 1):
        for found, number in zip(seen(chunks, column, sets), sets, strict=True):
            np.testing.assert_array_equal(found, rows[number].columns[column])


def test_a_table_for_ragged_data_sets() -> None:
    chunks = chunked(numbered([6, 3, 0, 4]), SIZE)
    assert chunks.shape == (4, SIZE)
    assert chunks.first.tolist() == [0, 2, 3, 3]
    assert [chunks.end(number) for number in range(4)] == [2, 3, 3, 4]
    # Of point, chunk and rows; the third point sees the empty data set, and has no tile.
    assert chunks.table(np.array([0, 3, 2, 1, 0])).tolist() == [
        [0, 0, 4],
        [0, 1, 2],
        [1, 3, 4],
        [3, 2, 3],
        [4, 0, 4],
        [4, 1, 2],
    ]


def test_padding_repeats_the_last_row() -> None:
    # So that nothing is computed outside the range of the data.
    chunks = chunked(numbered([5, 1], weighted=True), SIZE)
    expected = [[1, 2, 3, 4], [5, 5, 5, 5], [6, 6, 6, 6]]
    for found, factor in zip((*chunks.columns, chunks.weights), (1, -1, 0.5), strict=True):
        np.testing.assert_array_equal(np.asarray(found)[:3], np.multiply(expected, factor))


@pytest.mark.parametrize("lengths", [[0], [0, 0, 0]], ids=str)
def test_data_sets_without_any_row_have_no_tiles(lengths: list[int]) -> None:
    chunks = chunked(numbered(lengths), SIZE)
    assert chunks.shape == (1, SIZE)
    assert chunks.table(np.arange(len(lengths))).shape == (0, 3)


def test_one_data_set_that_fills_its_chunks() -> None:
    (rows,) = numbered([8])
    np.testing.assert_array_equal(seen(chunked([rows], SIZE), 0, [0])[0], rows.columns[0])


@given(st.integers(0, 1 << 20))
def test_sizes_that_programs_are_compiled_for(number: int) -> None:
    size = bucket(number)
    assert size >= max(number, 1)
    assert bucket(size) == size
    if number > 64:
        assert size <= 1.25 * number  # at most a fifth is padding
    else:
        assert size.bit_count() == 1


def test_sizes_are_few() -> None:
    assert len({bucket(number) for number in range(1 << 14)}) == 7 + 4 * (14 - 6)
