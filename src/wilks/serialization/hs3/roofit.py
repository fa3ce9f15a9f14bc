"""What RooFit needs beyond the standard to rebuild a likelihood.

RooFit fits one PDF to one data set. It joins the channels of a likelihood over a category as ``misc.ROOT_internal``
says, finds the data of a channel by name, takes ranges of observables from the default domain, and keeps constraint
terms in analyses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wilks.errors import ModelError
from wilks.serialization.hs3.names import free_name
from wilks.serialization.hs3.points import DEFAULT_DOMAIN
from wilks.serialization.hs3.roofit_expressions import expression_for_roofit

Source = dict[str, Any]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def for_roofit(document: Mapping[str, Any]) -> Source:
    """Return a document, spelled in RooFit's dialect, with all that RooFit needs.

    Data sets get the names that RooFit looks for. A likelihood without data sets stays as it is: RooFit has no such.

    Raises:
        ModelError: If RooFit cannot hold it: an observable has two ranges, or a name is none that C++ has.
    """
    taken = _checked(_names(document))
    components = {
        section: [_expressed(component) for component in document[section]]
        for section in ("distributions", "functions")
        if section in document
    }
    data = {entry["name"]: entry for entry in document.get("data") or ()}
    joint = {
        likelihood["name"]: _Joint(likelihood, data, taken)
        for likelihood in document.get("likelihoods") or ()
        if likelihood.get("data") and all(_is_sample(data.get(name)) for name in likelihood["data"])
    }
    if not joint:
        return {**document, **components}
    samples = [sample for j in joint.values() for sample in j.samples]
    replaced = {name for j in joint.values() for name in j.likelihood["data"]}
    replaced -= {name for n in document["likelihoods"] if n["name"] not in joint for name in n.get("data") or ()}
    analyses = _analyses(document, joint)
    return {
        **document,
        **components,
        "data": [*(entry for name, entry in data.items() if name not in replaced), *samples],
        "likelihoods": [joint[n["name"]].written if n["name"] in joint else n for n in document["likelihoods"]],
        "analyses": analyses,
        "domains": _domains(document, [axis for sample in samples for axis in sample["axes"]]),
        "misc": {**document.get("misc", {}), "ROOT_internal": _notes(joint, analyses, taken)},
    }


def _expressed(component: Source) -> Source:
    text = component.get("expression")
    return {**component, "expression": expression_for_roofit(text)} if isinstance(text, str) else component


class _Joint:
    """A likelihood as RooFit has it: a PDF and a data set over a category with one label for each channel."""

    def __init__(self, likelihood: Source, data: Mapping[str, Source], taken: set[str]) -> None:
        self.likelihood = likelihood
        self.pdf = _free("simPdf", taken)
        self.data = _free("obsData", taken)
        used: set[str] = set()
        labels = [_free(distribution, used) for distribution in likelihood["distributions"]]
        self.category = {"index_cat": _free("channel", taken), "indices": list(range(len(labels))), "labels": labels}
        self.samples = [
            _sample(data[name], f"{self.data}_{label}") for name, label in zip(likelihood["data"], labels, strict=True)
        ]
        self.written = {**likelihood, "data": [sample["name"] for sample in self.samples]}


def _is_sample(entry: Source | None) -> bool:
    return entry is not None and entry["type"] in ("unbinned", "binned")


def _sample(entry: Source, name: str) -> Source:
    """Return data under another name, with the columns of events in the order in which RooFit reads them: by name."""
    if entry["type"] == "binned":
        return {**entry, "name": name}
    order = sorted(range(len(entry["axes"])), key=lambda i: entry["axes"][i]["name"])
    if order == list(range(len(order))):
        return {**entry, "name": name}
    entries = [[row[i] for i in order] for row in entry["entries"]]
    return {**entry, "name": name, "axes": [entry["axes"][i] for i in order], "entries": entries}


def _analyses(document: Mapping[str, Any], joint: Iterable[str]) -> list[Source]:
    """Return the analyses, with one for each likelihood that had none."""
    analyses = [
        {**{k: v for k, v in analysis.items() if k != "domain"}, "domains": _list(analysis, "domains", "domain")}
        for analysis in document.get("analyses") or ()
    ]
    analysed = {analysis["likelihood"] for analysis in analyses}
    new = [{"name": name, "likelihood": name, "domains": [DEFAULT_DOMAIN]} for name in joint if name not in analysed]
    return [*analyses, *new]


def _notes(joint: Mapping[str, _Joint], analyses: list[Source], taken: set[str]) -> Source:
    """Return ``misc.ROOT_internal``."""
    only = len(analyses) == 1
    configs = {
        a["name"]: {"mcName": _free("ModelConfig" if only else a["name"], taken), "pdfName": joint[a["likelihood"]].pdf}
        for a in analyses
        if a["likelihood"] in joint
    }
    return {
        "ModelConfigs": configs,
        "combined_datasets": {j.data: j.category for j in joint.values()},
        "combined_distributions": {
            j.pdf: {"distributions": j.likelihood["distributions"], **j.category} for j in joint.values()
        },
    }


def _list(analysis: Mapping[str, Any], several: str, one: str) -> list[Any]:
    return list(analysis[several]) if several in analysis else [analysis[one]] if one in analysis else []


def _domains(document: Mapping[str, Any], axes: Iterable[Mapping[str, Any]]) -> list[Source]:
    """Return the domains, with the ranges of the data in the default one."""
    ranges: dict[str, Source] = {}
    for axis in axes:
        edges = axis.get("edges") or (axis.get("min"), axis.get("max"))
        limits = {k: v for k, v in (("min", edges[0]), ("max", edges[-1])) if v is not None}
        known = ranges.setdefault(axis["name"], limits)
        if known != limits:
            raise ModelError(
                f"RooFit has one range for {axis['name']!r}, but the data have {known} and {limits}: "
                f"give the observable another name in one of the channels"
            )
    domains = {domain["name"]: domain for domain in document.get("domains") or ()}
    default = domains.get(DEFAULT_DOMAIN, {"name": DEFAULT_DOMAIN, "type": "product_domain", "axes": []})
    kept = [axis for axis in default.get("axes") or () if not ranges.get(axis["name"])]
    new = [{"name": name, **limits} for name, limits in ranges.items() if limits]
    return list({**domains, DEFAULT_DOMAIN: {**default, "axes": [*kept, *new]}}.values())


def _names(document: Mapping[str, Any]) -> set[str]:
    """Return the names of components, parameters and observables, which share one space in RooFit."""
    named = [entry for section in ("distributions", "functions") for entry in document.get(section) or ()]
    for section, key in (("data", "axes"), ("domains", "axes"), ("parameter_points", "parameters")):
        named += [entry for owner in document.get(section) or () for entry in owner.get(key) or ()]
    return {entry["name"] for entry in named}


def _checked(names: set[str]) -> set[str]:
    for name in sorted(names):
        if not _NAME.fullmatch(name):
            raise ModelError(f"RooFit cannot read the name {name!r}: use letters, digits and underscores")
    return names


def _free(base: str, taken: set[str]) -> str:
    """Return a free name, and take it."""
    name = free_name(base, taken)
    taken.add(name)
    return name
