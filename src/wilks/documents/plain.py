"""Plain values: what a document may hold, and how deep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wilks.documents.pointer import child
from wilks.errors import DocumentError, DocumentSyntaxError, InvalidValueError

MAX_DEPTH = 200
"""Deeper documents are refused, so that no later walk can overflow the stack."""


def check_depth(document: object) -> None:
    """Refuse a document that is nested too deeply.

    Raises:
        DocumentSyntaxError: If it is.
    """
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        if not level:
            return
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    if level:
        raise too_deep()


def too_deep() -> DocumentSyntaxError:
    """Return the error for a document that is nested too deeply."""
    return DocumentSyntaxError(f"nested more than {MAX_DEPTH} levels deep")


def find_foreign(document: object) -> DocumentError | None:
    """Find the first value that is not plain (NaN is not), with its pointer.

    Slow: for the message when something has already gone wrong.
    """
    for value, pointer in _walk(document):
        if isinstance(value, Mapping):
            wrong = next((k for k in value if not isinstance(k, str)), None)
            if wrong is not None:
                return InvalidValueError(f"keys must be text, got {wrong!r}", pointer=pointer)
        elif isinstance(value, float) and value != value:
            return InvalidValueError("NaN has no place in a document", pointer=pointer)
        elif not isinstance(value, (list, tuple, str, int, float, type(None))):
            kind = type(value).__name__
            return InvalidValueError(f"cannot write a {kind}", pointer=pointer)
    return None


def _walk(document: object) -> Iterator[tuple[object, str]]:
    todo: list[tuple[object, str]] = [(document, "")]
    while todo:
        value, pointer = todo.pop()
        yield value, pointer
        if pointer.count("/") > MAX_DEPTH:
            raise too_deep()
        if isinstance(value, Mapping):
            todo += reversed([(v, child(pointer, str(k))) for k, v in value.items()])
        elif isinstance(value, (list, tuple)):
            todo += reversed([(v, child(pointer, i)) for i, v in enumerate(value)])
