"""Readers of the plain values that HS3 documents are made of.

Each reports what is wrong through ``report``, which either raises (parsing stops at the first
problem) or collects (validation lists them all), and then returns None or an empty value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from math import isfinite, isnan
from typing import TypeAlias, cast

import numpy as np

from wilks.documents.pointer import child
from wilks.errors import DocumentError, InvalidValueError
from wilks.typing import Array

Report: TypeAlias = Callable[[DocumentError], None]

NUMERIC = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
"""A decimal number as text: RooFit names its constants so."""

_INFINITE = re.compile(r"\s*([-+]?)inf(inity)?\s*", re.IGNORECASE)


def raise_first(error: DocumentError) -> None:
    """Raise: the ``report`` of whoever stops at the first problem."""
    raise error


def kind(value: object) -> str:
    """Say what a plain value is, for messages."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "...")
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def mapping(value: object, pointer: str, report: Report) -> Mapping[str, object] | None:
    """Read an object."""
    if isinstance(value, Mapping):
        return cast(Mapping[str, object], value)
    report(InvalidValueError(f"expected an object, got {kind(value)}", pointer=pointer))
    return None


def items(value: object, pointer: str, report: Report) -> Sequence[object]:
    """Read a list; nothing and null are empty ones."""
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return value
    report(InvalidValueError(f"expected a list, got {kind(value)}", pointer=pointer))
    return ()


def objects(value: object, pointer: str, report: Report) -> list[tuple[Mapping[str, object], str]]:
    """Read a list of objects, each with its pointer; what is no object is left out."""
    places = ((item, child(pointer, i)) for i, item in enumerate(items(value, pointer, report)))
    read = ((mapping(item, place, report), place) for item, place in places)
    return [(node, place) for node, place in read if node is not None]


def text(node: Mapping[str, object], key: str, pointer: str, report: Report) -> str | None:
    """Read a required text that is not empty."""
    value = node.get(key)
    if isinstance(value, str) and value:
        return value
    if key not in node:
        report(InvalidValueError(f"the key {key!r} is required", pointer=pointer))
    else:
        message = f"expected text that is not empty, got {kind(value)}"
        report(InvalidValueError(message, pointer=child(pointer, key)))
    return None


def optional_text(node: Mapping[str, object], key: str, pointer: str, report: Report) -> str | None:
    """Read a text that may be missing or null."""
    return None if node.get(key) is None else text(node, key, pointer, report)


def texts(value: object, pointer: str, report: Report) -> tuple[str, ...]:
    """Read a list of texts; a single text is a list of one."""
    if isinstance(value, str) and value:
        return (value,)
    found: list[str] = []
    for i, item in enumerate(items(value, pointer, report)):
        if isinstance(item, str) and item:
            found.append(item)
        else:
            message = f"expected a name, got {kind(item)}"
            report(InvalidValueError(message, pointer=child(pointer, i)))
    return tuple(found)


def number(value: object, pointer: str, report: Report) -> float | None:
    """Read a finite number; a numeric text is one."""
    found = _float(value)
    if found is not None and isfinite(found):
        return found
    report(InvalidValueError(f"expected a finite number, got {kind(value)}", pointer=pointer))
    return None


def bound(value: object, pointer: str, report: Report) -> float | None:
    """Read a limit, which may be infinite; nothing and null mean that there is none."""
    if value is None:
        return None
    infinite = _INFINITE.fullmatch(value) if isinstance(value, str) else None
    found = float(infinite[1] + "inf") if infinite else _float(value)
    if found is not None and not isnan(found):
        return found
    report(InvalidValueError(f"expected a number or null, got {kind(value)}", pointer=pointer))
    return None


def array(value: object, pointer: str, report: Report) -> Array | None:
    """Read a list of finite numbers as a read-only array; fast for 10^6 of them."""
    numbers = _list(value, pointer, report)
    if numbers is None:
        return None
    if set(map(type, numbers)) <= {int, float}:
        found = _finite(numbers)
        if found is not None:
            return found
    # Slow path: something is numeric text or wrong; find it.
    read = [number(item, child(pointer, i), report) for i, item in enumerate(numbers)]
    return None if None in read else _finite(read)


def table(value: object, pointer: str, report: Report) -> Array | None:
    """Read a list of equally long lists of finite numbers as a two-dimensional array."""
    rows = _list(value, pointer, report)
    if rows is None:
        return None
    if not rows:
        return frozen(np.empty((0, 0)))
    if set(map(type, rows)) <= {list, tuple}:
        lists = cast(Sequence[Sequence[object]], rows)
        width = len(lists[0])
        flat = list(chain.from_iterable(lists))
        if set(map(len, lists)) == {width} and set(map(type, flat)) <= {int, float}:
            found = _finite(flat)
            if found is not None:
                return frozen(found.reshape(len(lists), width))
    return _table_slowly(rows, pointer, report)


def check_numbers(value: object, pointer: str, report: Report) -> None:
    """Report the first number at any depth that is NaN or beyond the range of floats."""
    todo = [(value, pointer)]
    while todo:
        item, place = todo.pop()
        if isinstance(item, Mapping):
            todo += [(v, child(place, k)) for k, v in item.items()]
        elif isinstance(item, (list, tuple)):
            # Arrays of numbers are long: a pointer for each would be slow.
            if not set(map(type, item)) <= {int, float} or _finite(item) is None:
                todo += [(v, child(place, i)) for i, v in enumerate(item)]
        elif isinstance(item, (int, float)) and not isinstance(item, bool):
            found = _float(item)
            if found is None or isnan(found):
                report(InvalidValueError(f"expected a number, got {kind(item)}", pointer=place))
                return


def frozen(values: Array) -> Array:
    """Make an array read-only."""
    values.flags.writeable = False
    return values


def _list(value: object, pointer: str, report: Report) -> Sequence[object] | None:
    if value is None:
        report(InvalidValueError("expected a list, got null", pointer=pointer))
        return None
    found = items(value, pointer, report)
    return found if isinstance(value, (list, tuple)) else None


def _table_slowly(rows: Sequence[object], pointer: str, report: Report) -> Array | None:
    read: list[Array] = []
    for i, row in enumerate(rows):
        place = child(pointer, i)
        found = array(row, place, report)
        if found is None:
            return None
        if read and len(found) != len(read[0]):
            message = f"expected {len(read[0])} numbers as in the first row, got {len(found)}"
            report(InvalidValueError(message, pointer=place))
            return None
        read.append(found)
    return frozen(np.array(read, dtype=np.float64))


def _float(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return None
    if isinstance(value, str) and NUMERIC.fullmatch(value):
        return float(value)
    return None


def _finite(numbers: Sequence[object]) -> Array | None:
    try:
        found = np.array(numbers, dtype=np.float64)
    except OverflowError:
        return None
    return frozen(found) if np.isfinite(found).all() else None
