"""Through an HS3 document and back, with no plugin but the classes in question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wilks.documents.json_text import parse_json, write_json
from wilks.function import Function
from wilks.pdf import PDF
from wilks.registry import Plugin, hookimpl, registry_of
from wilks.serialization.files import to_document
from wilks.serialization.workspace import workspace_of


def through_document(pdf: PDF, *, distributions: Iterable[type[PDF]], functions: Iterable[type[Function]] = ()) -> PDF:
    """Return what is read from the text that a named PDF is written as.

    Args:
        pdf: What is written.
        distributions: Classes that are known when it is read.
        functions: Likewise.
    """
    offer = _Offer(tuple(distributions), tuple(functions))
    registry = registry_of([Plugin(offer, "wilks.testing", "(conformance)")])
    source = parse_json(write_json(to_document(pdf)))
    read: PDF = workspace_of(source, registry=registry).distributions[pdf.name]
    return read


@dataclass(frozen=True)
class _Offer:
    distributions: tuple[type[PDF], ...]
    functions: tuple[type[Function], ...]

    @hookimpl
    def wilks_distributions(self) -> tuple[type[PDF], ...]:
        return self.distributions

    @hookimpl
    def wilks_functions(self) -> tuple[type[Function], ...]:
        return self.functions
