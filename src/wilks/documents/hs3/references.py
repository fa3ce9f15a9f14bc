"""Names that likelihoods and analyses refer to must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wilks.documents.hs3.nodes import AnalysisNode, Document
from wilks.documents.hs3.values import Report
from wilks.documents.pointer import child
from wilks.errors import UnknownNameError, did_you_mean


def check_references(document: Document, report: Report) -> None:
    """Report references from likelihoods and analyses to what the document does not define."""
    sections = ("distributions", "data", "likelihoods", "domains", "parameter_points")
    known = {section: defined_names(document.source, section) for section in sections}
    for section, name, pointer in _references(document):
        if name not in known[section]:
            hint = did_you_mean(name, sorted(known[section]))
            message = f"there is no {name!r} in {section!r}{hint}"
            report(UnknownNameError(message, pointer=pointer))


def _references(document: Document) -> Iterator[tuple[str, str, str]]:
    """Yield (section, name, pointer of the reference)."""
    for likelihood in document.likelihoods.values():
        for key, section, names in (
            ("distributions", "distributions", likelihood.distributions),
            ("data", "data", likelihood.data),
            ("aux_distributions", "distributions", likelihood.aux_distributions),
        ):
            places = (child(likelihood.pointer, key, i) for i in range(len(names)))
            found = zip(names, places, strict=True)
            yield from ((section, name, place) for name, place in found if isinstance(name, str))
    for analysis in document.analyses.values():
        for key, section, optional in (
            ("likelihood", "likelihoods", (analysis.likelihood,)),
            (_domain_key(document, analysis), "domains", analysis.domains),
            ("init", "parameter_points", (analysis.init,)),
            ("prior", "distributions", (analysis.prior,)),
        ):
            place = child(analysis.pointer, key)
            yield from ((section, name, place) for name in optional if name is not None)


def _domain_key(document: Document, analysis: AnalysisNode) -> str:
    """Return the spelling that the file has."""
    nodes = document.source["analyses"]
    index = int(analysis.pointer.rpartition("/")[2])
    node = nodes[index] if isinstance(nodes, (list, tuple)) else {}
    return "domains" if node.get("domains") is not None else "domain"


def defined_names(source: Mapping[str, object], section: str) -> frozenset[str]:
    """Return the names of a section's entries, whether or not the entries can be used."""
    entries = source.get(section)
    listed = entries if isinstance(entries, (list, tuple)) else ()
    names = (entry.get("name") for entry in listed if isinstance(entry, Mapping))
    return frozenset(name for name in names if isinstance(name, str))
