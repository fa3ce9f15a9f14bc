"""Names must be unique; RooFit writes identical things twice, which is understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from wilks.documents.hs3.values import Report, text
from wilks.errors import DuplicateNameError

Place: TypeAlias = tuple[Mapping[str, object], str]


def unique(nodes: Iterable[Place], report: Report) -> list[tuple[Mapping[str, object], str, str]]:
    """Return the objects with names as (object, name, pointer), identical repetitions once.

    Args:
        nodes: Objects with their pointers; they share one namespace.
        report: Takes a :class:`~wilks.errors.DuplicateNameError` that names both places.
    """
    first: dict[str, Place] = {}
    for node, pointer in nodes:
        name = text(node, "name", pointer, report)
        if name is None:
            continue
        known, place = first.setdefault(name, (node, pointer))
        if place != pointer and known != node:
            message = f"{name!r} is something else at {place}; names must be unique"
            report(DuplicateNameError(message, pointer=pointer))
    return [(node, name, pointer) for name, (node, pointer) in first.items()]
