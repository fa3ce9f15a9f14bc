"""Reading the axes of data, of HistFactory channels and of histograms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wilks.documents.hs3.nodes import AxisNode
from wilks.documents.hs3.values import Report, array, bound, frozen, kind, objects, text
from wilks.documents.pointer import child
from wilks.errors import DuplicateNameError, InvalidValueError
from wilks.typing import Array


def read_axes(value: object, pointer: str, report: Report, *, binned: bool) -> tuple[AxisNode, ...] | None:
    """Read a list of axes; None if one of them cannot be used.

    ``binned`` axes need ``nbins`` with finite limits, or ``edges``, from which limits follow. On
    other axes bins are ignored (RooFit writes them), and limits may be missing.
    """
    nodes = objects(value, pointer, report)
    axes = [read_axis(node, place, report, binned=binned) for node, place in nodes]
    first: dict[str, str] = {}
    for (_, place), axis in zip(nodes, axes, strict=True):
        if axis is not None and first.setdefault(axis.name, place) != place:
            message = f"the axis {axis.name!r} is also at {first[axis.name]}"
            report(DuplicateNameError(message, pointer=place))
            return None
    complete = tuple(axis for axis in axes if axis is not None)
    return complete if len(complete) == _length(value) else None


def read_axis(node: Mapping[str, object], pointer: str, report: Report, *, binned: bool) -> AxisNode | None:
    """Read one axis; keys such as RooFit's ``value`` are ignored."""
    name = text(node, "name", pointer, report)
    lower = bound(node.get("min"), child(pointer, "min"), report)
    upper = bound(node.get("max"), child(pointer, "max"), report)
    if name is None:
        return None
    if lower is not None and upper is not None and not lower < upper:
        message = f"'min' must be below 'max', got {lower:g} and {upper:g}"
        report(InvalidValueError(message, pointer=pointer))
        return None
    if not binned:
        return AxisNode(name=name, min=lower, max=upper)
    if node.get("edges") is not None:
        return _irregular(node, name, (lower, upper), pointer, report)
    return _regular(node, name, (lower, upper), pointer, report)


def bins(axis: AxisNode) -> int:
    """Return the number of bins of a binned axis."""
    return axis.nbins or 0


def edges(axis: AxisNode) -> Array:
    """Return the bin edges of a binned axis.

    Raises:
        ValueError: If the axis has no bins.
    """
    if axis.edges is not None:
        return axis.edges
    if axis.min is None or axis.max is None or axis.nbins is None:
        raise ValueError(f"the axis {axis.name!r} has no bins")
    return frozen(np.linspace(axis.min, axis.max, axis.nbins + 1))


def _regular(
    node: Mapping[str, object],
    name: str,
    limits: tuple[float | None, float | None],
    pointer: str,
    report: Report,
) -> AxisNode | None:
    lower, upper = limits
    count = _count(node, pointer, report)
    if count is None:
        return None
    if lower is None or upper is None or not np.isfinite([lower, upper]).all():
        message = f"the binned axis {name!r} needs finite 'min' and 'max', or 'edges'"
        report(InvalidValueError(message, pointer=pointer))
        return None
    return AxisNode(name=name, min=lower, max=upper, nbins=count)


def _irregular(
    node: Mapping[str, object],
    name: str,
    limits: tuple[float | None, float | None],
    pointer: str,
    report: Report,
) -> AxisNode | None:
    place = child(pointer, "edges")
    found = array(node["edges"], place, report)
    if found is None:
        return None
    if len(found) < 2 or not (np.diff(found) > 0).all():
        message = "'edges' must be at least two numbers in ascending order"
        report(InvalidValueError(message, pointer=place))
        return None
    if node.get("nbins") is not None:
        count = _count(node, pointer, report)
        if count != len(found) - 1:
            message = f"'nbins' is {count}, but there are {len(found)} edges"
            report(InvalidValueError(message, pointer=pointer))
            return None
    for key, limit, edge in zip(("min", "max"), limits, (found[0], found[-1]), strict=True):
        width = float(found[-1] - found[0])
        if limit is not None and not abs(limit - edge) <= 1e-9 * width:
            message = f"{key!r} is {limit:g}, but the bins end at {edge:g}"
            report(InvalidValueError(message, pointer=child(pointer, key)))
            return None
    ends = float(found[0]), float(found[-1])
    return AxisNode(name=name, min=ends[0], max=ends[1], nbins=len(found) - 1, edges=found)


def _count(node: Mapping[str, object], pointer: str, report: Report) -> int | None:
    value = node.get("nbins")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if value is None:
        report(InvalidValueError("a binned axis needs 'nbins' or 'edges'", pointer=pointer))
    else:
        message = f"expected a positive whole number, got {kind(value)}"
        report(InvalidValueError(message, pointer=child(pointer, "nbins")))
    return None


def _length(value: object) -> int:
    return len(value) if isinstance(value, (list, tuple)) else 0
