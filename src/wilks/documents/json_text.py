"""JSON as text: strict about structure, exact about numbers, laid out to be read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeGuard

from wilks.documents.plain import check_depth, find_foreign, too_deep
from wilks.documents.pointer import child
from wilks.errors import DocumentSyntaxError, DuplicateNameError, InvalidValueError

_WIDTH = 100
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|Infinity')


def parse_json(text: str) -> object:
    """Parse JSON; ``NaN`` and ``Infinity`` are understood as numbers.

    Raises:
        DocumentSyntaxError: If it is not JSON, with line and column, or nested too deeply.
        DuplicateNameError: If an object has a key twice.
    """
    repeated: list[_Repeated] = []

    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        built = dict(pairs)
        if len(built) == len(pairs):
            return built
        repeated.append(_Repeated(built, pairs))
        return repeated[-1]

    try:
        document = json.loads(text, object_pairs_hook=build)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise DocumentSyntaxError(message) from None
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:  # an integer of more than 4300 digits
        raise DocumentSyntaxError(f"not a usable number: {error}") from None
    if text.count("[") + text.count("{") > 1:
        check_depth(document)
    if repeated:
        pointer = next(place for value, place in _objects(document) if value is repeated[0])
        message = f"the key {repeated[0].key!r} stands twice in one object"
        raise DuplicateNameError(message, pointer=pointer)
    return document


def write_json(document: object) -> str:
    """Write a document; what is short stands on one line.

    Raises:
        InvalidValueError: If a value has no place in JSON.
    """
    try:
        return "".join(_layout(document, "", 0)) + "\n"
    except InvalidValueError as error:
        # Found in a part of the document: look again for the pointer in the whole.
        raise find_foreign(document) or error from None
    except RecursionError:
        raise too_deep() from None


class _Repeated(dict[str, object]):
    """An object with a key that stood there twice."""

    def __init__(self, built: dict[str, object], pairs: list[tuple[str, object]]) -> None:
        super().__init__(built)
        keys = [key for key, _ in pairs]
        self.key = next(key for i, key in enumerate(keys) if key in keys[:i])


def _objects(document: object) -> Iterator[tuple[object, str]]:
    todo = [(document, "")]
    while todo:
        value, pointer = todo.pop()
        if isinstance(value, dict):
            yield value, pointer
            todo += [(v, child(pointer, k)) for k, v in value.items()]
        elif isinstance(value, list):
            todo += [(v, child(pointer, i)) for i, v in enumerate(value)]


def _layout(value: object, indent: str, used: int) -> Iterator[str]:
    """Yield the text of a value that starts after ``used`` characters of its line."""
    if _numeric_rows(value):
        yield _rows(value, indent)
        return
    if _is_small(value):
        line = _line(value)
        container = isinstance(value, (Mapping, list, tuple))
        if len(line) + used + len(indent) < _WIDTH or not container:
            yield line
            return
    inner = indent + " "
    if isinstance(value, Mapping):
        yield "{"
        for i, (key, item) in enumerate(value.items()):
            label = f"{_line(key)}: "
            yield f"{',' if i else ''}\n{inner}{label}"
            yield from _layout(item, inner, len(label))
        yield f"\n{indent}}}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for i, item in enumerate(value):
            yield f"{',' if i else ''}\n{inner}"
            yield from _layout(item, inner, 1)
        yield f"\n{indent}]"


def _numeric_rows(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether this is a long list of numbers, or of lists of numbers."""
    if not isinstance(value, (list, tuple)) or len(value) < 10:
        return False
    kinds = set(map(type, value))
    if kinds <= {int, float}:
        return True
    if not kinds <= {list, tuple}:
        return False
    return set(map(type, chain.from_iterable(value))) <= {int, float}


def _rows(value: Sequence[object], indent: str) -> str:
    if not isinstance(value[0], (list, tuple)):
        chunks = (value[i : i + 10] for i in range(0, len(value), 10))
        lines = [_line(list(chunk))[1:-1] for chunk in chunks]
    else:
        # One call for all rows: a call for each of 10^6 events is slow.
        lines = _line(value)[1:-1].replace("], [", "],\n[").split("\n")
        lines = [line.rstrip(",") for line in lines]
    inner = f"\n{indent} "
    return f"[{inner}" + f",{inner}".join(lines) + f"\n{indent}]"


def _is_small(value: object) -> bool:
    """Tell whether a value could stand on one line."""
    limit = _WIDTH // 3
    count = 0
    todo = [value]
    while todo:
        item = todo.pop()
        count += 1
        if count > limit:
            return False
        if isinstance(item, Mapping):
            if not all(isinstance(key, str) for key in item):
                raise InvalidValueError("keys must be text")
            todo += item.values()
        elif isinstance(item, (list, tuple)):
            todo += item[:limit]
    return True


def _line(value: object) -> str:
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError):
        return _unusual_line(value)


def _unusual_line(value: object) -> str:
    foreign = find_foreign(value)
    if foreign is not None:
        raise foreign
    text = json.dumps(value, ensure_ascii=False)
    return _TOKENS.sub(lambda m: "1e999" if m[0] == "Infinity" else m[0], text)
