"""Reading columns of numbers out of whatever holds them, without importing what made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wilks.errors import DataError, did_you_mean
from wilks.typing import Array


def read_columns(values: Any, names: Sequence[str]) -> dict[str, Array]:
    """Return named columns of a table, or the columns of an array in the order of the names.

    A table is what knows the names of its columns and is indexed with them: a mapping, a frame of
    pandas or polars, a table of pyarrow, an awkward record or structured array, an uproot tree.

    Args:
        values: Table, or array of shape [n] or [n, d].
        names: Columns to read; other columns of a table are ignored.

    Raises:
        DataError: If a column is missing, does not hold numbers, or has missing values, or if the
            columns are not equally long.
    """
    known = column_names(values)
    if known is None:
        return _split(values, names)
    for name in names:
        if name not in known:
            raise unknown_column(name, known)
    columns = {name: read_column(name, values[name]) for name in names}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"columns must be equally long, got the lengths {lengths}")
    return columns


def column_names(values: Any) -> tuple[str, ...] | None:
    """Return the names of a table's columns, or None for what is not a table."""
    if isinstance(values, Mapping):
        return _strings(values.keys())  # iterating over an uproot tree gives its branches
    if isinstance(values, np.ndarray):
        names: tuple[str, ...] | None = values.dtype.names
        return names
    # Ask the class: instances of pandas and awkward also answer with columns of these names.
    cls = type(values)
    if hasattr(cls, "columns") and hasattr(cls, "collect"):
        raise DataError(f"{cls.__name__} is a lazy frame; give the result of its collect()")
    for attribute in ("column_names", "fields", "columns"):
        if hasattr(cls, attribute):
            return _strings(getattr(values, attribute)) or None
    return None


def read_column(name: str, values: Any) -> Array:
    """Return one column as an array without missing values; it may be the caller's own memory.

    Raises:
        DataError: If it is not one-dimensional, does not hold real numbers, or has missing values.
    """
    column = _as_floats(f"column {name!r}", values)
    if column.ndim != 1:
        raise DataError(f"column {name!r} must be one-dimensional, got the shape {list(column.shape)}")
    missing = np.flatnonzero(np.isnan(column))
    if len(missing):
        raise DataError(
            f"column {name!r}: {len(missing)} of {len(column)} rows are missing (NaN, null or "
            f"masked), the first is row {missing[0]}; drop them before"
        )
    return column


def unknown_column(name: str, known: Iterable[str]) -> DataError:
    """Return the error for a name that no column has."""
    known = tuple(known)
    shown = ", ".join(map(repr, known[:12])) + (", ..." if len(known) > 12 else "")
    hint = did_you_mean(str(name), known)
    return DataError(f"the data have no column {name!r}, only {shown or 'unnamed ones'}{hint}")


def frozen(values: npt.ArrayLike) -> Array:
    """Return a contiguous, read-only copy in float64."""
    array = np.array(values, dtype=np.float64, order="C")
    array.setflags(write=False)
    return array


def _split(values: Any, names: Sequence[str]) -> dict[str, Array]:
    array = _as_floats("the data", values)
    if array.ndim == 1 and len(names) == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.shape[1] != len(names):
        shape = "[n]" if len(names) == 1 else f"[n, {len(names)}]"
        raise DataError(
            f"an array of the observables {', '.join(names)} must have the shape {shape}, got {list(array.shape)}"
        )
    return {name: read_column(name, array[:, i]) for i, name in enumerate(names)}


def _as_floats(what: str, values: Any) -> Array:
    """Return an array of floats; NaN for what is missing."""
    try:
        array = _as_array(values)
        if array.dtype.kind == "O":
            array = _from_objects(array)
        if array.dtype.kind not in "biuf":
            raise DataError(f"{what} must hold real numbers, got {array.dtype}")
        # A masked array, possibly of integers: convert, then fill.
        return np.asarray(np.ma.filled(array.astype(np.float64, copy=False), np.nan))
    except (TypeError, ValueError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{what} must hold one real number per row, got {type(values).__name__}; "
            "flatten ragged data, convert text and times"
        ) from error


def _as_array(values: Any) -> Any:
    maker = type(values).__module__.partition(".")[0]
    if maker == "uproot":
        values = values.array(library="np")
    elif maker == "awkward":
        values = values.to_numpy(allow_missing=True)
    return np.ma.asarray(values)


def _from_objects(array: Any) -> Any:
    """Convert Python objects; None and pandas' NA become NaN."""
    items = [np.nan if _is_missing(item) else item for item in np.ma.filled(array, None).flat]
    if any(hasattr(item, "__len__") for item in items):
        raise TypeError("text or a sequence")
    return np.array(items, dtype=np.float64).reshape(array.shape)


def _is_missing(item: object) -> bool:
    return item is None or type(item).__name__ == "NAType"


def _strings(names: Iterable[Any]) -> tuple[str, ...]:
    return tuple(name for name in names if isinstance(name, str))
