"""What a document contains, as plain values: what ``wilks inspect`` shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite

from wilks.documents.hs3.axes import bins
from wilks.documents.hs3.nodes import (
    AnalysisNode,
    AxisNode,
    BinnedNode,
    Component,
    DataNode,
    Document,
    LikelihoodNode,
    MetadataNode,
    PointNode,
)


def summary(document: Document) -> dict[str, object]:
    """Summarise a document; empty sections are left out.

    Limits that are infinite are None. The order is that of the file.
    """
    sections: dict[str, object] = {
        "metadata": _metadata(document.metadata),
        "dialect": document.dialect.name,
        "distributions": _components(document.distributions.values()),
        "functions": _components(document.functions.values()),
        "data": {data.name: _data(data) for data in document.data.values()},
        "likelihoods": {x.name: _likelihood(x) for x in document.likelihoods.values()},
        "parameters": parameters(document),
        "parameter_points": {x.name: len(x.parameters) for x in document.parameter_points.values()},
        "domains": {x.name: len(x.axes) for x in document.domains.values()},
        "analyses": {x.name: _analysis(x) for x in document.analyses.values()},
        "misc": list(document.misc),
        "extra": list(document.extra),
    }
    return {key: value for key, value in sections.items() if value}


def parameters(document: Document) -> dict[str, dict[str, object]]:
    """Return the value, limits and constness of every name with a start value or a range.

    Values are those of ``default_values``, and of ``NominalParamValues`` for names that are
    missing there; ranges are those of ``default_domain``.
    """
    found: dict[str, dict[str, object]] = {}
    for point in ("default_values", "NominalParamValues"):
        if point in document.parameter_points:
            for node in document.parameter_points[point].parameters.values():
                entry: dict[str, object] = {"value": node.value, "const": node.const}
                found.setdefault(node.name, entry)
    domain = document.domains.get("default_domain")
    for axis in domain.axes.values() if domain is not None else ():
        limits = {"min": _limit(axis.min), "max": _limit(axis.max)}
        found.setdefault(axis.name, {"value": None, "const": False}).update(limits)
    return {name: {"min": None, "max": None, **entry} for name, entry in found.items()}


def _metadata(metadata: MetadataNode) -> dict[str, object]:
    entries: Mapping[str, object] = {
        "hs3_version": metadata.hs3_version,
        "packages": [" ".join(package).strip() for package in metadata.packages],
        "authors": list(metadata.authors),
        "publications": list(metadata.publications),
        "description": metadata.description,
    }
    return {key: value for key, value in entries.items() if value}


def _components(components: Iterable[Component]) -> dict[str, object]:
    return {component.name: component.type for component in components}


def _data(data: DataNode) -> dict[str, object]:
    found: dict[str, object] = {"axes": [_axis(axis) for axis in data.axes]}
    if isinstance(data, PointNode):
        return {"type": "point", "value": data.value, "uncertainty": data.uncertainty, **found}
    if isinstance(data, BinnedNode):
        total = float(data.contents.sum())
        return {"type": "binned", "bins": data.contents.size, "sum_of_weights": total, **found}
    count = len(data.entries)
    total = float(count) if data.weights is None else float(data.weights.sum())
    return {"type": "unbinned", "entries": count, "sum_of_weights": total, **found}


def _axis(axis: AxisNode) -> dict[str, object]:
    found: dict[str, object] = {"name": axis.name, "min": axis.min, "max": axis.max}
    return {**found, "bins": bins(axis)} if axis.nbins is not None else found


def _likelihood(likelihood: LikelihoodNode) -> dict[str, object]:
    pairs = zip(likelihood.distributions, likelihood.data, strict=True)
    channels = [{"distribution": name, "data": data} for name, data in pairs]
    found: dict[str, object] = {"channels": channels}
    if likelihood.aux_distributions:
        found["aux_distributions"] = list(likelihood.aux_distributions)
    return found


def _analysis(analysis: AnalysisNode) -> dict[str, object]:
    entries: Mapping[str, object] = {
        "likelihood": analysis.likelihood,
        "parameters_of_interest": list(analysis.parameters_of_interest),
        "domains": list(analysis.domains),
        "init": analysis.init,
        "prior": analysis.prior,
    }
    return {key: value for key, value in entries.items() if value}


def _limit(value: float) -> float | None:
    return value if isfinite(value) else None
