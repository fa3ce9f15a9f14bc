"""Rewriting an HS3 document from one dialect into another, such that it means the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isinf
from typing import TypeAlias

from wilks.documents.hs3.dialect import (
    SPEC,
    Dialect,
    detect_dialect,
    dialect_named,
    localise,
    wilks_notes,
)
from wilks.documents.hs3.nodes import AnalysisNode, Component, Document
from wilks.documents.hs3.read import parse
from wilks.errors import InvalidValueError

Source: TypeAlias = dict[str, object]


def convert(source: object, to: str, *, dialect: str | None = None) -> Source:
    """Rewrite a parsed HS3 file in another dialect.

    Components, data, domains and analyses get the keys of that dialect; identical repetitions
    are dropped. What a dialect cannot say (how densities meet bins, whether yields are clipped)
    is noted under ``misc.wilks``, as is the dialect itself where the packages tell another.

    Args:
        source: The parsed file; it is not changed.
        to: ``"spec"`` or ``"roofit"``.
        dialect: The dialect of ``source``; by default the file tells.

    Raises:
        DocumentError: If the source cannot be read, or ``to`` cannot be written.
    """
    target = dialect_named(to)
    if target.written_as != target.name:
        message = f"the HS3 dialect {to!r} is only read, use {target.written_as!r}"
        raise InvalidValueError(message)
    document = parse(source, dialect=dialect)
    if document.dialect is target:
        return dict(document.source)
    rewritten: Source = dict(document.source)
    for section, components in (
        ("distributions", document.distributions),
        ("functions", document.functions),
    ):
        if components or section in rewritten:
            rewritten[section] = [write_component(c, target) for c in components.values()]
    _rewrite_sections(rewritten, document, target)
    _note(rewritten, document, target)
    return rewritten


def write_component(component: Component, dialect: Dialect) -> dict[str, object]:
    """Write a canonical component as it stands in a document of a dialect."""
    fields = {"name": component.name, "type": component.type, **component.fields}
    return localise(fields, dialect)


def _rewrite_sections(rewritten: Source, document: Document, target: Dialect) -> None:
    entries = {
        key: _entries(document.source, key, names)
        for key, names in (
            ("data", document.data),
            ("domains", document.domains),
            ("analyses", document.analyses),
        )
    }
    if target is SPEC:
        entries["data"] = [_spec_data(node) for node in entries["data"]]
        merged = [_domain(a, document) for a in document.analyses.values() if len(a.domains) > 1]
        entries["domains"] += merged
    entries["domains"] = [_limited(node) for node in entries["domains"]]
    entries["analyses"] = [
        _analysis(node, document.analyses[str(node["name"])], document, target) for node in entries["analyses"]
    ]
    rewritten.update({key: nodes for key, nodes in entries.items() if key in rewritten or nodes})
    metadata = document.source["metadata"]
    if isinstance(metadata, Mapping):
        rewritten["metadata"] = {**metadata, "hs3_version": target.hs3_version}


def _entries(source: Mapping[str, object], key: str, names: Iterable[str]) -> list[Source]:
    """Return the objects of a section, the first of each name."""
    nodes = source.get(key)
    first: dict[str, Source] = {}
    for node in nodes if isinstance(nodes, (list, tuple)) else ():
        first.setdefault(node["name"], dict(node))
    return [first[name] for name in names]


def _spec_data(node: Source) -> Source:
    axes = node.get("axes")
    if not isinstance(axes, (list, tuple)):
        return node
    binned = node.get("type") == "binned"
    return {**node, "axes": [_spec_axis(axis, binned=binned) for axis in axes]}


def _spec_axis(axis: Mapping[str, object], *, binned: bool) -> Source:
    dropped = ("value", "const") if binned else ("value", "const", "nbins", "edges")
    kept = {k: v for k, v in axis.items() if k not in dropped}
    edges = axis.get("edges")
    if isinstance(edges, (list, tuple)):
        kept = {k: v for k, v in kept.items() if k != "nbins" or not binned}
        kept = {"min": edges[0], "max": edges[-1], **kept}
    return kept


def _domain(analysis: AnalysisNode, document: Document) -> Source:
    """Join the domains of an analysis, of which the standard has only one."""
    joined: dict[str, tuple[float, float]] = {}
    for name in analysis.domains:
        for axis in document.domains[name].axes.values():
            lower, upper = joined.get(axis.name, (axis.min, axis.max))
            joined[axis.name] = max(lower, axis.min), min(upper, axis.max)
    axes = [{"name": n, "min": lower, "max": upper} for n, (lower, upper) in joined.items()]
    return {"name": _joined_name(analysis, document), "type": "product_domain", "axes": axes}


def _joined_name(analysis: AnalysisNode, document: Document) -> str:
    name = f"{analysis.name}_domain"
    while name in document.domains:
        name += "_"
    return name


def _limited(domain: Source) -> Source:
    """Leave out infinite limits, which JSON cannot write."""
    axes = domain.get("axes")
    if not isinstance(axes, (list, tuple)):
        return domain
    return {**domain, "axes": [{k: v for k, v in a.items() if not _endless(k, v)} for a in axes]}


def _endless(key: str, value: object) -> bool:
    return key in ("min", "max") and (value is None or (isinstance(value, float) and isinf(value)))


def _analysis(node: Source, analysis: AnalysisNode, document: Document, target: Dialect) -> Source:
    rewritten = {"domain", "domains", "parameter_of_interest", "parameters_of_interest"}
    kept = {k: v for k, v in node.items() if k not in rewritten}
    if analysis.parameters_of_interest:
        kept["parameters_of_interest"] = list(analysis.parameters_of_interest)
    if target is not SPEC:
        return {**kept, "domains": list(analysis.domains)}
    if len(analysis.domains) > 1:
        return {**kept, "domain": _joined_name(analysis, document)}
    named = analysis.domains or tuple(d for d in ("default_domain",) if d in document.domains)
    return {**kept, "domain": named[0]} if named else kept


def _note(rewritten: Source, document: Document, target: Dialect) -> None:
    """Write under ``misc.wilks`` what the target does not say by itself."""
    ours = {"dialect", "binned_evaluation", "clip_yields"}
    notes = {k: v for k, v in wilks_notes(document.source).items() if k not in ours}
    if document.binned_evaluation != target.binned_evaluation:
        notes["binned_evaluation"] = document.binned_evaluation
    if document.clip_yields != target.clip_yields:
        notes["clip_yields"] = document.clip_yields
    rewritten["misc"] = {k: v for k, v in document.misc.items() if k != "wilks"}
    if detect_dialect(rewritten) is not target:
        notes["dialect"] = target.name
    if notes:
        rewritten["misc"] = {**document.misc, "wilks": notes}
    if not rewritten["misc"]:
        del rewritten["misc"]
