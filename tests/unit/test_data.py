"""Unbinned data: what is kept, what is refused, and that nothing changes afterwards."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wilks.data import Data
from wilks.errors import DataError, SpaceError
from wilks.space import Space

x = Space("x", 0, 10)
y = Space("y", -1, 1)

finite = st.floats(-20, 20, allow_nan=False)
samples = hnp.arrays(np.float64, st.integers(1, 50), elements=finite)


def test_an_array_of_one_observable():
    data = Data(x, [1, 2.5, 10, 11], name="run 2")
    np.testing.assert_array_equal(data["x"], [1, 2.5, 10])
    assert len(data) == 3
    assert data.n_outside == 1
    assert data.name == "run 2"
    assert data.weights is None
    assert not data.is_weighted
    assert data.sum_weights == data.sum_weights_squared == 3.0
    assert not data.is_binned


def test_an_array_of_several_observables_is_in_the_order_of_the_space():
    rows = np.array([[1, 0.5], [2, 2.0], [3, -1.0]])
    data = Data(x * y, rows)
    assert list(data.columns) == ["x", "y"]
    np.testing.assert_array_equal(data["y"], [0.5, -1])
    np.testing.assert_array_equal(data.to_numpy(), rows[[0, 2]])
    assert data.n_outside == 1


def test_a_column_of_shape_n_1_is_one_observable():
    assert Data(x, np.ones((4, 1))).to_numpy().shape == (4, 1)


def test_columns_are_taken_by_name_and_others_ignored():
    data = Data(y * x, {"x": [1, 2], "other": ["a", "b"], "y": [0, 1]})
    np.testing.assert_array_equal(data.to_numpy(), [[0, 1], [1, 2]])


def test_weights_are_cut_with_their_rows():
    data = Data(x, [1, 11, 2], weights=[0.5, 100, -2])
    np.testing.assert_array_equal(data.weights, [0.5, -2])
    assert data.is_weighted
    assert data.sum_weights == -1.5
    assert data.sum_weights_squared == 4.25


def test_weights_from_a_column():
    table = {"x": [1, 2, 30], "w": [1, 2, 3]}
    np.testing.assert_array_equal(Data(x, table, weights="w").weights, [1, 2])


def test_weights_may_be_an_observable():
    data = Data(x, {"x": [1, 2]}, weights="x")
    np.testing.assert_array_equal(data.weights, data["x"])


def test_infinities_lie_outside_unless_the_space_has_no_limit():
    values = [1, np.inf, -np.inf]
    assert Data(x, values).n_outside == 2
    assert Data(Space("x", 0, np.inf), values).n_outside == 1


def test_a_union_of_intervals_has_gaps():
    data = Data(Space("x", [(0, 3), (7, 10)]), [1, 3, 5, 7, 12])
    np.testing.assert_array_equal(data["x"], [1, 3, 7])
    assert data.n_outside == 2


@given(samples)
def test_each_row_is_kept_or_counted(values):
    inside = values[(values >= 0) & (values <= 10)]
    if len(inside) == 0:
        with pytest.raises(DataError, match="outside"):
            Data(x, values)
        return
    data = Data(x, values)
    np.testing.assert_array_equal(data["x"], inside)
    assert len(data) + data.n_outside == len(values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "empty"),
        ({"x": []}, "empty"),
        ([20, 30], r"all 2 rows lie outside of Space\('x', 0, 10\): 'x' reaches from 20 to 30"),
        ([1, np.nan, np.nan], r"column 'x': 2 of 3 rows are missing .* the first is row 1"),
        ([1, None], "1 of 2 rows are missing"),
        (np.ma.masked_array([1, 2], [True, False]), "1 of 2 rows are missing"),
        (np.ma.masked_array(np.ones(2), [True, False]), "1 of 2 rows are missing"),
        ({"x": np.ma.masked_array([1, 2], [False, True])}, "the first is row 1"),
        ({"y": [1]}, r"no column 'x', only 'y'"),
        ({"xx": [1]}, "did you mean 'xx'"),
        ({}, "only unnamed ones"),
        ({"x": 1.0}, "one-dimensional"),
        ({"x": [[1, 2]]}, "one-dimensional"),
        (3.0, r"shape \[n\]"),
        ([[1, 2]], r"shape \[n\], got \[1, 2\]"),
        (["1", "2"], "real numbers"),
        (np.array(["1"], dtype=object), "real numbers|real number per row"),
        ([1j], "real numbers"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "real numbers"),
        ([[1], [2, 3]], "one real number per row"),
        (np.array([np.ones(1), np.ones(2)], dtype=object), "one real number per row"),
        (object(), "one real number per row"),
    ],
)
def test_values_that_are_refused(values, message):
    with pytest.raises(DataError, match=message):
        Data(x, values)


def test_an_array_of_several_observables_must_have_their_number_of_columns():
    with pytest.raises(DataError, match=r"observables x, y must have the shape \[n, 2\]"):
        Data(x * y, np.ones((5, 3)))
    with pytest.raises(DataError, match=r"got \[5\]"):
        Data(x * y, np.ones(5))


def test_columns_of_different_lengths():
    with pytest.raises(DataError, match=r"\{'x': 2, 'y': 1\}"):
        Data(x * y, {"x": [1, 2], "y": [0]})


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, 2], "2 weights for 3 rows"),
        ([1, np.nan, 2], "'weights': 1 of 3 rows"),
        ([1, np.inf, 2], "finite"),
        (1.0, "one-dimensional"),
        ("w", "names a column, but the data have no names"),
    ],
)
def test_weights_that_are_refused(weights, message):
    with pytest.raises(DataError, match=message):
        Data(x, [1, 2, 3], weights=weights)


def test_an_array_has_no_column_of_weights_even_if_it_has_columns_enough():
    with pytest.raises(DataError, match="names a column"):
        Data(x, np.ones((3, 2)), weights="w")


def test_a_missing_column_of_weights():
    with pytest.raises(DataError, match="no column 'weigth', only 'x', 'weight'; did you mean 'weight'"):
        Data(x, {"x": [1], "weight": [1]}, weights="weigth")


def test_missing_values_of_a_column_of_weights():
    with pytest.raises(DataError, match="column 'w': 1 of 2"):
        Data(x, {"x": [1, 2], "w": [1, None]}, weights="w")


def test_the_space_comes_first():
    with pytest.raises(SpaceError, match="Space first, got list"):
        Data([1, 2], x)


def test_data_from_data_keep_weights_name_and_count():
    first = Data(x, [1, 5, 20], weights=[1, 2, 3], name="d")
    second = Data(Space("x", 0, 3), first)
    np.testing.assert_array_equal(second.weights, [1])
    assert second.n_outside == 2
    assert second.name == "d"
    assert Data(x, first, weights=[3, 4]).sum_weights == 7


def test_data_from_data_of_more_observables():
    both = Data(x * y, {"x": [1, 2], "y": [0, 1]})
    assert list(Data(y, both).columns) == ["y"]


def test_with_weights():
    data = Data(x, [1, 2, 20])
    weighted = data.with_weights([2, 3])
    assert weighted.sum_weights == 5
    assert weighted.n_outside == 1
    assert weighted.with_weights(None).weights is None
    assert data.weights is None
    with pytest.raises(DataError, match="3 weights for 2 rows"):
        data.with_weights([1, 2, 3])


@given(samples.filter(lambda v: ((v >= 0) & (v <= 4)).any() and ((v > 4) & (v <= 10)).any()))
def test_restricting_counts_what_it_cuts(values):
    data = Data(x, values, weights=np.arange(len(values)))
    part = data.restrict(Space("x", 0, 4))
    assert len(part) + part.n_outside == len(values)
    np.testing.assert_array_equal(part["x"], data["x"][data["x"] <= 4])
    np.testing.assert_array_equal(part.weights, data.weights[data["x"] <= 4])


def test_restricting_beyond_the_space():
    with pytest.raises(SpaceError, match="does not lie inside"):
        Data(x, [1]).restrict(Space("x", 0, 11))
    with pytest.raises(SpaceError, match="does not lie inside"):
        Data(x, [1]).restrict(y)


def test_an_unknown_column():
    with pytest.raises(DataError, match="no column 'mas', only 'mass'; did you mean 'mass'"):
        Data(Space("mass", 0, 1), [0.5])["mas"]


def test_data_are_no_sequence_of_rows():
    with pytest.raises(DataError, match="no column 0"):
        Data(x, [1])[0]


def test_the_array_given_is_copied():
    values = np.array([1.0, 2.0])
    data = Data(x, values)
    values[0] = 5
    assert data["x"][0] == 1


@pytest.mark.parametrize("make", [lambda d: d, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_nothing_changes(make):
    data = make(Data(x, [1, 2, 12], weights=[1, 2, 3], name="d"))
    assert repr(data) == "Data('d', Space('x', 0, 10), 2 rows, sum of weights 3, 1 outside)"
    for array in (data["x"], data.weights):
        assert array.dtype == np.float64
        assert array.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(TypeError):
        data.columns["x"] = np.ones(2)
    with pytest.raises(AttributeError):
        data.name = "other"


def test_data_are_compared_by_identity():
    data = Data(x, [1])
    assert data == data
    assert data != Data(x, [1])
    assert len({data, Data(x, [1])}) == 2


def test_columns_of_an_array_become_contiguous():
    data = Data(x * y, np.asfortranarray(np.zeros((5, 2))))
    assert all(column.flags.c_contiguous for column in data.columns.values())
    assert Data(x, np.arange(20.0)[::2])["x"].flags.c_contiguous


def test_repr():
    assert repr(Data(x, [1, 2])) == "Data(Space('x', 0, 10), 2 rows)"


def test_html_is_escaped():
    html = Data(x, [1, 2, 30], name="<b>")._repr_html_()
    assert "<b>" not in html
    assert "<td>1.5</td>" in html
    assert "1 outside" in html


@given(samples.filter(lambda v: ((v >= 0) & (v <= 10)).any()), st.integers(1, 7))
def test_binning_loses_nothing(values, bins):
    weights = np.cos(values)
    data = Data(x, values, weights=weights)
    binned = data.to_binned(x.binned(bins))
    assert binned.sum_weights == pytest.approx(data.sum_weights, abs=1e-12)
    assert binned.sum_weights_squared == pytest.approx(data.sum_weights_squared)
    assert binned.n_outside == data.n_outside
    counts = data.with_weights(None).to_binned(x.binned(bins))
    assert not counts.is_weighted
    assert counts.sum_weights == len(data)


def test_binning_two_observables():
    data = Data(x * y, {"x": [1, 1, 9], "y": [-0.5, -0.5, 0.5]}, name="d")
    binned = data.to_binned(y.binned(2) * x.binned([0, 5, 10]))
    np.testing.assert_array_equal(binned.contents, [[2, 0], [0, 1]])
    assert binned.space.names == ("y", "x")
    assert binned.name == "d"


def test_both_limits_belong_to_the_bins():
    binned = Data(x, [0, 10]).to_binned(x.binned(2))
    np.testing.assert_array_equal(binned.contents, [1, 1])
    assert binned.n_outside == 0


def test_binning_by_the_datas_own_space_or_a_part_of_it():
    data = Data(x.binned(5), [1, 9, 9.5, 11])
    np.testing.assert_array_equal(data.to_binned().contents, [1, 0, 0, 0, 2])
    part = data.to_binned(x.binned([0, 1, 2]))
    np.testing.assert_array_equal(part.contents, [0, 1])
    assert part.n_outside == 3


def test_binning_needs_bins_of_the_same_observables():
    data = Data(x, [1])
    with pytest.raises(SpaceError, match="'x' is not binned"):
        data.to_binned()
    with pytest.raises(SpaceError, match="observables"):
        data.to_binned(y.binned(3))


def test_importing_loads_no_library_of_tables():
    heavy = ["tensorflow", "pandas", "polars", "pyarrow", "awkward", "uproot", "hist"]
    code = f"import sys, wilks.data; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
