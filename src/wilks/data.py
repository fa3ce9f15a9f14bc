"""Data over a space, unbinned; given a histogram, binned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib import import_module
from os import PathLike
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from wilks.binned_data import BinnedData, bin_shape
from wilks.columns import column_names, read_column, read_columns, unknown_column
from wilks.errors import DataError, MissingDependencyError, SpaceError, did_you_mean
from wilks.histogram import axis_names, is_histogram
from wilks.numeric.memory import kept
from wilks.space import Space
from wilks.typing import Array, ArrayLike

__all__ = ["BinnedData", "Data"]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Data:
    """Unbinned data over a space. Rows outside of it are left out and counted.

    A histogram as values (hist, boost-histogram, uproot) makes a `BinnedData` with its bins.

    Args:
        space: Observables and their ranges.
        values: Array of shape [n] for one observable, [n, d] for d of them in their order; or what
            has named columns: a dict, a frame or series of pandas or polars, a table of pyarrow, an
            awkward record array, a structured array, an uproot tree, other data. Columns that are
            no observables are ignored.
        weights: Weights of the rows, or the name of the column that holds them; by default those of
            other data, else none.
        name: Name of the data set.

    Raises:
        DataError: If columns are missing, have missing values, are ragged or not equally long, or
            no row lies inside the space.
        SpaceError: If the bins of a histogram do not fit the space.

    Example:
        >>> import wilks
        >>> wilks.Data(wilks.Space("x", 0, 10), [1.5, 3.0, 12.0])
        Data(Space('x', 0, 10), 2 rows, 1 outside)
    """

    space: Space
    columns: Mapping[str, Array]
    weights: Array | None
    name: str
    n_outside: int

    is_binned: ClassVar[bool] = False

    def __new__(
        cls,
        space: Space,
        values: Any,
        *,
        weights: ArrayLike | str | None = None,
        name: str = "",
    ) -> Data:
        """Return `Data`; as pathlib.Path does, another type for what asks for it: a histogram."""
        if not isinstance(space, Space):
            raise SpaceError(f"Data takes a Space first, got {type(space).__name__}")
        if is_histogram(values):
            return _from_histogram(space, values, weights, name)  # type: ignore[return-value]
        if isinstance(values, Data):
            weights = values.weights if weights is None else weights
            columns, weights = _read(space, values.columns, weights)
            return _cut(space, columns, weights, name or values.name, values.n_outside)
        columns, weights = _read(space, values, weights)
        return _cut(space, columns, weights, name, 0)

    @staticmethod
    def from_root(
        path: str | PathLike[str],
        *,
        tree: str,
        space: Space,
        weights: ArrayLike | str | None = None,
        name: str = "",
    ) -> Data:
        """Read the branches of the observables, and of the weights, from a ROOT file.

        Args:
            path: File, or address that uproot can open.
            tree: Name of the TTree or RNTuple.
            space: Observables, named as the branches, and their ranges.
            weights: Weights of the rows, or the branch that holds them.
            name: Name of the data set.

        Raises:
            DataError: If there is no such tree, or its branches are not acceptable.
            MissingDependencyError: If uproot is not installed.
        """
        try:
            uproot = import_module("uproot")
        except ImportError:
            raise MissingDependencyError("ROOT files need uproot: pip install wilks[root]") from None
        with uproot.open(path) as file:
            try:
                values = file[tree]
            except KeyError:
                known = file.keys(cycle=False)
                raise DataError(f"{path}: no {tree!r}{did_you_mean(tree, known)}") from None
            if not isinstance(values, Mapping):
                raise DataError(f"{path}: {tree!r} is a {type(values).__name__}, not a tree")
            return Data(space, values, weights=weights, name=name)

    def restrict(self, space: Space) -> Data:
        """Return the data in a smaller range of the same observables.

        Raises:
            SpaceError: If the space does not lie inside that of the data.
            DataError: If no row lies inside.
        """
        if not self.space.covers(space):
            raise SpaceError(f"{space} does not lie inside the space of the data, {self.space}")
        return _cut(space, self.columns, self.weights, self.name, self.n_outside)

    def with_weights(self, weights: ArrayLike | None) -> Data:
        """Return the same rows with other weights, or with none.

        Raises:
            DataError: If there is not one finite weight for each row.
        """
        checked = None if weights is None else kept(_checked_weights(weights, len(self)))
        return _make(self.space, self.columns, checked, self.name, self.n_outside)

    def to_binned(self, space: Space | None = None) -> BinnedData:
        """Count the rows, or add up their weights, in bins; variances are sums of squared weights.

        Args:
            space: Bins of the same observables, such as ``x.binned(50)``; by default the data's
                own. Rows outside of them are counted in `n_outside`.

        Raises:
            SpaceError: If the observables differ or are not binned.
        """
        space = self.space if space is None else space
        if set(space.names) != set(self.space.names):
            raise SpaceError(f"the data have the observables {self.space.names}, not {space.names}")
        bin_shape(space)
        sample = np.stack([self.columns[name] for name in space.names], axis=1)
        edges = [np.array(axis.edges) for axis in space.axes]
        contents, _ = np.histogramdd(sample, bins=edges, weights=self.weights)
        variances = None
        if self.weights is not None:
            variances, _ = np.histogramdd(sample, bins=edges, weights=np.square(self.weights))
        outside = self.n_outside + int(np.sum(~space.contains(self.columns)))
        return BinnedData(space, contents, variances=variances, name=self.name, n_outside=outside)

    def to_numpy(self) -> Array:
        """Return the values as an array of shape [n, d]."""
        return np.stack(tuple(self.columns.values()), axis=1)

    @property
    def is_weighted(self) -> bool:
        """Whether the rows have weights."""
        return self.weights is not None

    @property
    def sum_weights(self) -> float:
        """Sum of the weights; without weights, the number of rows."""
        return float(len(self)) if self.weights is None else float(np.sum(self.weights))

    @property
    def sum_weights_squared(self) -> float:
        """Sum of the squared weights; without weights, the number of rows."""
        return float(len(self)) if self.weights is None else float(np.sum(np.square(self.weights)))

    def __len__(self) -> int:
        return len(self.columns[self.space.names[0]])

    def __getitem__(self, name: str) -> Array:
        if name not in self.columns:
            raise unknown_column(name, self.columns)
        return self.columns[name]

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        weighted = f", sum of weights {self.sum_weights:g}" if self.is_weighted else ""
        outside = f", {self.n_outside} outside" if self.n_outside else ""
        return f"Data({name}{self.space}, {len(self)} rows{weighted}{outside})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{np.min(column):.6g}</td>"
            f"<td>{np.mean(column):.6g}</td><td>{np.max(column):.6g}</td></tr>"
            for name, column in self.columns.items()
            if len(column)
        )
        head = "<tr><th></th><th>min</th><th>mean</th><th>max</th></tr>"
        return f"<table><caption>{escape(repr(self))}</caption>{head}{rows}</table>"

    def __reduce__(self) -> tuple[Any, ...]:
        # A mapping proxy cannot be pickled, and pickled arrays forget that they are read-only.
        state = (self.space, dict(self.columns), self.weights, self.name, self.n_outside)
        return _make, state


def no_events(space: Space) -> Data:
    """Return a sample that happens to be empty; nobody else may make one."""
    return _make(space, {name: np.empty(0) for name in space.names}, None, "", 0)


def _read(space: Space, values: Any, weights: ArrayLike | str | None) -> tuple[dict[str, Array], Array | None]:
    """Return the columns of the observables, and the weights, of every row."""
    if not isinstance(weights, str):
        columns = read_columns(values, space.names)
        n = len(columns[space.names[0]])
        return columns, None if weights is None else _checked_weights(weights, n)
    if column_names(values) is None:
        raise DataError(f"weights={weights!r} names a column, but the data have no names")
    columns = read_columns(values, (*space.names, weights))
    checked = _checked_weights(columns[weights], len(columns[weights]))
    return {name: columns[name] for name in space.names}, checked


def _checked_weights(values: ArrayLike, n: int) -> Array:
    weights = read_column("weights", values)
    if len(weights) != n:
        raise DataError(f"{len(weights)} weights for {n} rows")
    if not np.all(np.isfinite(weights)):
        raise DataError(f"weights must be finite, {int(np.sum(np.isinf(weights)))} are infinite")
    return weights


def _cut(space: Space, columns: Mapping[str, Array], weights: Array | None, name: str, n_outside: int) -> Data:
    """Return the rows that lie inside, in memory of our own."""
    n = len(columns[space.names[0]])
    if n == 0:
        raise DataError(f"the data for {space} are empty")
    inside = space.contains(columns)
    n_inside = int(np.sum(inside))
    if n_inside == 0:
        ranges = ", ".join(
            f"{name!r} reaches from {np.min(columns[name]):g} to {np.max(columns[name]):g}" for name in space.names
        )
        raise DataError(f"all {n} rows lie outside of {space}: {ranges}")
    rows = inside if n_inside < n else None
    columns = {name: kept(columns[name], rows) for name in space.names}
    weights = None if weights is None else kept(weights, rows)
    return _make(space, columns, weights, name, n_outside + n - n_inside)


def _make(space: Space, columns: Mapping[str, Array], weights: Array | None, name: str, n_outside: int) -> Data:
    data = object.__new__(Data)
    set_ = object.__setattr__
    set_(data, "space", space)
    set_(data, "columns", MappingProxyType({name: _sealed(columns[name]) for name in space.names}))
    set_(data, "weights", None if weights is None else _sealed(weights))
    set_(data, "name", name)
    set_(data, "n_outside", n_outside)
    return data


def _sealed(array: Array) -> Array:
    """Return an array of ours as read-only, without the copy that one of the user's needs."""
    array.setflags(write=False)
    return array


def _from_histogram(space: Space, histogram: Any, weights: ArrayLike | str | None, name: str) -> BinnedData:
    if weights is not None:
        raise DataError("a histogram brings its own weights; give none with it")
    own = axis_names(histogram)
    if len(own) != len(space):
        raise DataError(f"a histogram of {len(own)} axes for {len(space)} observables of {space}")
    names = [mine or wanted for mine, wanted in zip(own, space.names, strict=True)]
    return BinnedData.from_hist(histogram, names=names, name=name).restrict(space)
