"""Reading the section ``data``."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from wilks.documents.hs3.axes import bins, read_axes
from wilks.documents.hs3.nodes import AxisNode, BinnedNode, DataNode, PointNode, UnbinnedNode
from wilks.documents.hs3.values import Report, array, frozen, mapping, number, table, text
from wilks.documents.pointer import child
from wilks.errors import InvalidValueError, UnknownTypeError, did_you_mean
from wilks.typing import Array


def read_data(node: Mapping[str, object], name: str, pointer: str, report: Report) -> DataNode | None:
    """Read one data set."""
    readers = {"unbinned": _unbinned, "binned": _binned, "point": _point}
    type_ = text(node, "type", pointer, report)
    if type_ is None:
        return None
    if type_ not in readers:
        hint = did_you_mean(type_, readers)
        message = f"unknown type of data {type_!r}, expected one of {', '.join(readers)}{hint}"
        report(UnknownTypeError(message, pointer=child(pointer, "type")))
        return None
    return readers[type_](node, name, pointer, report)


def _unbinned(node: Mapping[str, object], name: str, pointer: str, report: Report) -> UnbinnedNode | None:
    axes = _required_axes(node, pointer, report, binned=False)
    place = child(pointer, "entries")
    entries = _entries(node.get("entries"), place, report)
    if axes is None or entries is None:
        return None
    if len(entries) == 0:
        entries = frozen(np.empty((0, len(axes))))
    if entries.shape[1] != len(axes):
        message = f"there are {len(axes)} axes, but entries have {entries.shape[1]} numbers"
        report(InvalidValueError(message, pointer=place))
        return None
    weights = _as_long(node, "weights", len(entries), pointer, report)
    errors = None
    if node.get("entries_uncertainties") is not None:
        errors = _entries(node["entries_uncertainties"], child(pointer, "entries_uncertainties"), report)
        # The standard's own example has one column for two axes: columns are not compared.
        if errors is not None and len(errors) != len(entries):
            message = f"expected {len(entries)} rows as in 'entries', got {len(errors)}"
            place = child(pointer, "entries_uncertainties")
            report(InvalidValueError(message, pointer=place))
            errors = None
    return UnbinnedNode(
        name=name, axes=axes, entries=entries, weights=weights, uncertainties=errors,
        pointer=pointer,
    )  # fmt: skip


def _entries(value: object, pointer: str, report: Report) -> Array | None:
    # One observable: a list of numbers instead of a list of lists of one is understood.
    if isinstance(value, (list, tuple)) and value and not isinstance(value[0], (list, tuple)):
        column = array(value, pointer, report)
        return None if column is None else frozen(column.reshape(-1, 1))
    return table(value, pointer, report)


def _binned(node: Mapping[str, object], name: str, pointer: str, report: Report) -> BinnedNode | None:
    axes = _required_axes(node, pointer, report, binned=True)
    contents = array(node.get("contents"), child(pointer, "contents"), report)
    if axes is None or contents is None:
        return None
    shape = tuple(bins(axis) for axis in axes)
    if len(contents) != prod(shape):
        of = " x ".join(map(str, shape))
        message = f"expected {prod(shape)} numbers for {of} bins, got {len(contents)}"
        report(InvalidValueError(message, pointer=child(pointer, "contents")))
        return None
    sigma = correlation = None
    if node.get("uncertainty") is not None:
        place = child(pointer, "uncertainty")
        uncertainty = mapping(node["uncertainty"], place, report) or {}
        sigma, correlation = _uncertainty(uncertainty, len(contents), place, report)
    # Row-major: the bins of the last axis are neighbours.
    return BinnedNode(
        name=name, axes=axes, contents=frozen(contents.reshape(shape)),
        uncertainties=None if sigma is None else frozen(sigma.reshape(shape)),
        correlation=correlation, pointer=pointer,
    )  # fmt: skip


def _uncertainty(
    node: Mapping[str, object], size: int, pointer: str, report: Report
) -> tuple[Array | None, Array | None]:
    if node.get("type") != "gaussian_uncertainty":
        message = f"unknown type {node.get('type')!r}, expected 'gaussian_uncertainty'"
        report(UnknownTypeError(message, pointer=child(pointer, "type")))
        return None, None
    sigma = _as_long(node, "sigma", size, pointer, report)
    correlation = node.get("correlation")
    if correlation is None or correlation == 0:
        return sigma, None
    place = child(pointer, "correlation")
    matrix = table(correlation, place, report)
    if matrix is not None and matrix.shape != (size, size):
        message = f"expected a matrix of {size} x {size}, got {matrix.shape[0]} rows"
        report(InvalidValueError(message, pointer=place))
        return sigma, None
    return sigma, matrix


def _point(node: Mapping[str, object], name: str, pointer: str, report: Report) -> PointNode | None:
    value = number(node.get("value"), child(pointer, "value"), report)
    uncertainty = None
    if node.get("uncertainty") is not None:
        uncertainty = number(node["uncertainty"], child(pointer, "uncertainty"), report)
    axes = read_axes(node.get("axes"), child(pointer, "axes"), report, binned=False)
    if value is None or axes is None:
        return None
    return PointNode(name=name, value=value, uncertainty=uncertainty, axes=axes, pointer=pointer)


def _required_axes(
    node: Mapping[str, object], pointer: str, report: Report, *, binned: bool
) -> tuple[AxisNode, ...] | None:
    axes = read_axes(node.get("axes"), child(pointer, "axes"), report, binned=binned)
    if axes == ():
        report(InvalidValueError("data need at least one axis in 'axes'", pointer=pointer))
        return None
    return axes


def _as_long(node: Mapping[str, object], key: str, size: int, pointer: str, report: Report) -> Array | None:
    if node.get(key) is None:
        return None
    place = child(pointer, key)
    found = array(node[key], place, report)
    if found is not None and len(found) != size:
        report(InvalidValueError(f"expected {size} numbers, got {len(found)}", pointer=place))
        return None
    return found
