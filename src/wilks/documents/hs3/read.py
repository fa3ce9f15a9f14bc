"""From a parsed file to a :class:`~wilks.documents.hs3.nodes.Document`, or to what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeAlias, TypeVar

from wilks.documents.hs3.data import read_data
from wilks.documents.hs3.dialect import (
    Dialect,
    canonical,
    detect_dialect,
    dialect_named,
    wilks_notes,
)
from wilks.documents.hs3.nodes import Component, Document, MetadataNode
from wilks.documents.hs3.references import check_references, defined_names
from wilks.documents.hs3.sections import (
    read_analysis,
    read_domain,
    read_likelihood,
    read_metadata,
    read_parameter_point,
)
from wilks.documents.hs3.unique import Place, unique
from wilks.documents.hs3.values import (
    Report,
    check_numbers,
    kind,
    mapping,
    objects,
    raise_first,
    text,
)
from wilks.documents.pointer import child
from wilks.errors import DocumentError, InvalidValueError

T = TypeVar("T")
ReadEntry: TypeAlias = Callable[[Mapping[str, object], str, str, Report], T | None]
References: TypeAlias = Callable[[Document], Iterable[DocumentError]]

SECTIONS = (
    "distributions",
    "functions",
    "data",
    "likelihoods",
    "domains",
    "parameter_points",
    "analyses",
    "metadata",
    "misc",
)

MODEL_FUNCTIONS = frozenset({"gauss_model_function", "truth_model_function"})
"""Types that RooFit writes among the distributions, and the standard has among the functions."""


def parse(source: object, *, dialect: str | None = None) -> Document:
    """Read a parsed HS3 file.

    Names inside distributions and functions are not looked up: that needs to know their types.

    Args:
        source: What :func:`wilks.documents.files.read_text_document` returned. It is kept, and
            must not be changed afterwards.
        dialect: ``"spec"``, ``"roofit"`` or ``"pyhs3"``; by default the file tells.

    Raises:
        DocumentError: The first problem, as the subclass that says its kind.
    """
    return _read(source, dialect, raise_first)


def problems(
    source: object, *, dialect: str | None = None, references: References | None = None
) -> tuple[DocumentError, ...]:
    """List everything that is wrong with the structure of a parsed HS3 file.

    Args:
        source: The parsed file.
        dialect: As for :func:`parse`.
        references: Finds what is wrong inside distributions and functions, with knowledge of
            their types; it is asked if there is a document at all.
    """
    found: list[DocumentError] = []
    if not isinstance(source, Mapping):
        return (_not_an_object(source),)
    document = _read(source, dialect, found.append)
    if references is not None:
        found.extend(references(document))
    return tuple(found)


def _read(source: object, dialect: str | None, report: Report) -> Document:
    if not isinstance(source, Mapping):
        raise _not_an_object(source)
    chosen = detect_dialect(source) if dialect is None else dialect_named(dialect)
    components = _components(source, chosen, report)
    likelihood = partial(read_likelihood, data_names=defined_names(source, "data"))
    misc = source.get("misc")
    notes = wilks_notes(source)
    evaluation = notes.get("binned_evaluation")
    clip = notes.get("clip_yields")
    document = Document(
        source=source,
        dialect=chosen,
        metadata=_metadata(source, report),
        distributions=components["distributions"],
        functions=components["functions"],
        data=_section(source, "data", read_data, report),
        likelihoods=_section(source, "likelihoods", likelihood, report),
        domains=_section(source, "domains", read_domain, report),
        parameter_points=_section(source, "parameter_points", read_parameter_point, report),
        analyses=_section(source, "analyses", read_analysis, report),
        misc={} if misc is None else mapping(misc, "/misc", report) or {},
        extra={k: v for k, v in source.items() if k not in SECTIONS},
        binned_evaluation=(str(evaluation) if evaluation in ("centre", "integral") else chosen.binned_evaluation),
        clip_yields=clip if isinstance(clip, bool) else chosen.clip_yields,
    )
    check_references(document, report)
    return document


def _metadata(source: Mapping[str, object], report: Report) -> MetadataNode:
    if source.get("metadata") is None:
        message = "the section 'metadata' with 'hs3_version' is required in an HS3 document"
        report(InvalidValueError(message))
        return MetadataNode(hs3_version="")
    node = mapping(source["metadata"], "/metadata", report)
    return read_metadata(node or {}, "/metadata", report if node is not None else _ignore)


def _section(source: Mapping[str, object], key: str, read: ReadEntry[T], report: Report) -> dict[str, T]:
    nodes = unique(objects(source.get(key), child("", key), report), report)
    entries = ((name, read(node, name, place, report)) for node, name, place in nodes)
    return {name: entry for name, entry in entries if entry is not None}


def _components(source: Mapping[str, object], dialect: Dialect, report: Report) -> dict[str, dict[str, Component]]:
    listed: list[Place] = [
        place for key in ("distributions", "functions") for place in objects(source.get(key), child("", key), report)
    ]
    # Distributions and functions share one namespace, because references do not say which.
    nodes = unique(listed, report)
    names = {name for _, name, _ in nodes} | _parameter_names(source)
    sections: dict[str, dict[str, Component]] = {"distributions": {}, "functions": {}}
    for node, name, pointer in nodes:
        type_ = node.get("type")
        if type_ is None:
            message = (
                f"{name!r} has no 'type' (RooFit writes such an entry for a class that it cannot "
                "export: the file is incomplete)"
            )
            report(InvalidValueError(message, pointer=pointer))
            continue
        if text(node, "type", pointer, report) is None:
            continue
        check_numbers(node, pointer, report)
        fields = canonical(node, dialect, names)
        read_as = str(fields["type"])
        section = "functions" if read_as in MODEL_FUNCTIONS else pointer.split("/")[1]
        sections[section][name] = Component(
            name=name,
            type=read_as,
            fields={k: v for k, v in fields.items() if k not in ("name", "type")},
            pointer=pointer,
        )
    return sections


def _parameter_names(source: Mapping[str, object]) -> set[str]:
    # The section's own reader reports what is wrong with it.
    return {
        name
        for point, place in objects(source.get("parameter_points"), "", _ignore)
        for node, _ in objects(point.get("parameters"), place, _ignore)
        if isinstance(name := node.get("name"), str)
    }


def _ignore(_: DocumentError) -> None:
    return None


def _not_an_object(source: object) -> InvalidValueError:
    return InvalidValueError(f"an HS3 document is an object, got {kind(source)}")
