"""Every kind of table gives the same data."""

from __future__ import annotations

import sys

import awkward as ak
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import uproot

from wilks.data import BinnedData, Data
from wilks.errors import DataError, MissingDependencyError
from wilks.space import Space

space = Space("y", -5, 5) * Space("x", 0, 10)

X = np.array([1.0, 2.0, 30.0, 4.0])
Y = np.array([0, 1, 2, 3])
W = np.array([1, 2, 3, 4], dtype=np.float32)
TABLE = {"x": X, "label": ["a", "b", "c", "d"], "y": Y, "w": W}


def structured() -> np.ndarray:
    array = np.zeros(4, dtype=[("x", "f8"), ("y", "i4"), ("w", "f4")])
    array["x"], array["y"], array["w"] = X, Y, W
    return array


class SubFrame(pd.DataFrame):
    """A frame of a library built on pandas."""


TABLES = {
    "dict": TABLE,
    "dict of lists": {name: list(column) for name, column in TABLE.items()},
    "dict of series": {"x": pd.Series(X), "y": pl.Series(Y), "w": ak.Array(W)},
    "structured": structured(),
    "recarray": structured().view(np.recarray),
    "pandas": pd.DataFrame(TABLE),
    "pandas with an index": pd.DataFrame(TABLE, index=[7, 7, 8, 9]),
    "pandas nullable": pd.DataFrame(TABLE).convert_dtypes(),
    "pandas on arrow": pd.DataFrame(TABLE).convert_dtypes(dtype_backend="pyarrow"),
    "pandas with odd columns": pd.DataFrame({**TABLE, "fields": X, "columns": X, 3: X}),
    "pandas subclass": SubFrame(TABLE),
    "polars": pl.DataFrame(TABLE),
    "pyarrow table": pa.table(TABLE),
    "pyarrow chunks": pa.concat_tables([pa.table(TABLE).slice(0, 1), pa.table(TABLE).slice(1)]),
    "pyarrow batch": pa.RecordBatch.from_pydict(TABLE),
    "awkward": ak.Array({**TABLE, "jagged": [[1], [], [2], [3, 4]]}),
    "awkward records": ak.Array([dict(zip("xyw", row, strict=True)) for row in zip(X, Y, W, strict=True)]),
    "awkward with odd fields": ak.Array({**TABLE, "fields": X, "columns": X, "to_numpy": X}),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_tables(table):
    data = Data(space, table, weights="w")
    assert type(data) is Data
    assert list(data.columns) == ["y", "x"]
    np.testing.assert_array_equal(data.to_numpy(), [[0, 1], [1, 2], [3, 4]])
    np.testing.assert_array_equal(data.weights, [1, 2, 4])
    assert data.n_outside == 1
    with pytest.raises(DataError, match="no column 'z'"):
        Data(Space("z", 0, 1), table)


COLUMNS = {
    "list": X.tolist(),
    "tuple": tuple(X),
    "float32": X.astype(np.float32),
    "big endian": X.astype(">f8"),
    "int": X.astype(int),
    "object": X.astype(object),
    "pandas": pd.Series(X, name="other"),
    "pandas nullable": pd.Series(X).convert_dtypes(),
    "pandas index": pd.Index(X),
    "polars": pl.Series(X),
    "pyarrow": pa.array(X),
    "pyarrow chunks": pa.chunked_array([X[:1], X[1:]]),
    "awkward": ak.Array(X),
    "awkward ints": ak.Array(X.astype(int)),
    "masked nowhere": np.ma.masked_array(X),
    "memoryview": memoryview(X),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_single_columns(column):
    data = Data(Space("x", 0, 10), column, weights=column)
    np.testing.assert_array_equal(data["x"], [1, 2, 4])
    np.testing.assert_array_equal(data.weights, [1, 2, 4])


MISSING = {
    "pandas": pd.DataFrame({"x": [1, None, 3]}),
    "pandas nullable": pd.DataFrame({"x": pd.array([1, None, 3], dtype="Int64")}),
    "pandas objects": pd.DataFrame({"x": pd.Series([1, pd.NA, 3], dtype=object)}),
    "pandas on arrow": pd.DataFrame({"x": pd.array([1, None, 3], dtype="int64[pyarrow]")}),
    "polars": pl.DataFrame({"x": [1, None, 3]}),
    "pyarrow": pa.table({"x": [1, None, 3]}),
    "awkward": ak.Array({"x": [1, None, 3]}),
    "awkward column": ak.Array([1.0, None, 3.0]),
    "pyarrow column": pa.array([1, None, 3]),
    "polars column": pl.Series([1, None, 3]),
    "pandas column": pd.Series([1, None, 3], dtype="Int64"),
}


@pytest.mark.parametrize("values", MISSING.values(), ids=MISSING)
def test_missing_values(values):
    with pytest.raises(DataError, match=r"column 'x': 1 of 3 rows .* first is row 1"):
        Data(Space("x", 0, 10), values)


NOT_NUMBERS = {
    "ragged": ak.Array([[1.0], [], [2.0, 3.0]]),
    "ragged field": ak.Array({"x": [[1.0], [], [2.0, 3.0]]}),
    "lists of one": pl.DataFrame({"x": [[1.0], [2.0]]}),
    "records": ak.Array({"x": [{"a": 1}, {"a": 2}]}),
    "pandas text": pd.DataFrame({"x": ["1", "2"]}),
    "pandas times": pd.DataFrame({"x": pd.to_datetime(["2020-01-01"])}),
    "polars text": pl.DataFrame({"x": ["1", "2"]}),
    "polars times": pl.DataFrame({"x": pl.Series([1, 2]).cast(pl.Datetime)}),
    "pyarrow text": pa.table({"x": ["1", "2"]}),
    "doubled column": pd.DataFrame(np.ones((3, 2)), columns=["x", "x"]),
    "lazy frame": pl.LazyFrame({"x": [1.0]}),
}


@pytest.mark.parametrize("values", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_column_of_numbers(values):
    with pytest.raises(DataError):
        Data(Space("x", 0, 10), values)


def test_a_lazy_frame_is_not_collected_silently():
    with pytest.raises(DataError, match=r"collect\(\)"):
        Data(Space("x", 0, 10), pl.LazyFrame({"x": [1.0]}))


@pytest.fixture(scope="module")
def root_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("root") / "events.root"
    jagged = ak.Array([[1.0], [], [2.0], [3.0, 4.0]])
    columns = {"x": X, "y": Y, "w": W, "jagged": jagged}
    with uproot.recreate(path) as file:
        file.mktree("tree", columns)
        file.mkrntuple("ntuple", columns)
        file["folder/hist"] = np.histogram(X, bins=4, range=(0, 8))
    return path


@pytest.mark.parametrize("tree", ["tree", "ntuple"])
def test_root_trees(root_file, tree):
    read = Data.from_root(root_file, tree=tree, space=space, weights="w", name="d")
    np.testing.assert_array_equal(read.to_numpy(), [[0, 1], [1, 2], [3, 4]])
    np.testing.assert_array_equal(read.weights, [1, 2, 4])
    assert (read.name, read.n_outside) == ("d", 1)
    with uproot.open(root_file) as file:
        np.testing.assert_array_equal(Data(space, file[tree]).to_numpy(), read.to_numpy())


@pytest.mark.parametrize("tree", ["tree", "ntuple"])
def test_root_branches_that_are_refused(root_file, tree):
    with pytest.raises(DataError, match="column 'jagged' must hold one real number per row"):
        Data.from_root(root_file, tree=tree, space=Space("jagged", 0, 1))
    with pytest.raises(DataError, match=r"no column 'jaged', only .*; did you mean 'jagged'"):
        Data.from_root(root_file, tree=tree, space=Space("jaged", 0, 1))


def test_root_files_without_the_tree(root_file):
    with pytest.raises(DataError, match="no 'tre'; did you mean 'tree'"):
        Data.from_root(root_file, tree="tre", space=space)
    with pytest.raises(DataError, match="'folder/hist' is a Model_TH1D_v3, not a tree"):
        Data.from_root(root_file, tree="folder/hist", space=space)
    with pytest.raises(FileNotFoundError):
        Data.from_root(root_file.with_name("none.root"), tree="tree", space=space)


def test_root_files_need_uproot(monkeypatch):
    monkeypatch.setitem(sys.modules, "uproot", None)
    with pytest.raises(MissingDependencyError, match=r"pip install wilks\[root\]"):
        Data.from_root("events.root", tree="tree", space=space)


def test_root_histograms(root_file):
    with uproot.open(root_file) as file:
        binned = Data(Space("mass", 0, 8), file["folder/hist"])
        default = BinnedData.from_hist(file["folder/hist"])
    assert isinstance(binned, BinnedData)
    assert binned.space.names == ("mass",)
    np.testing.assert_array_equal(binned.contents, [1, 1, 1, 0])
    assert default.space.names == ("x",)
