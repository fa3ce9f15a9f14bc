"""Out of memory and back: through a copy, and through an HS3 document."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable
from dataclasses import dataclass

from wilks.documents.json_text import parse_json, write_json
from wilks.func import Node
from wilks.function import Function
from wilks.pdf import PDF
from wilks.registry import Plugin, hookimpl, registry_of
from wilks.serialization.files import to_document
from wilks.serialization.workspace import workspace_of
from wilks.testing.agreement import require


def require_rebuilt(node: Node, owner: str) -> None:
    """Fail unless a node pickles, and what it is rebuilt from gives an equal node.

    Nothing is unpickled: the sources of wilks never do. A deep copy goes by the same protocol.
    """
    try:
        pickle.dumps(node)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise AssertionError(f"{owner} cannot be pickled: {error}") from None
    require(copy.deepcopy(node) == node, f"what {owner} is rebuilt from gives something else")


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
