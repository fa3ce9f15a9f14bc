"""``wilks inspect``: show what a document holds, as a tree."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wilks.cli.say import say

if TYPE_CHECKING:
    from rich.tree import Tree

    from wilks.documents.hs3.nodes import Component, Document

EXAMPLES = """\
examples:
  wilks inspect model.json
  wilks inspect --all big.json
  wilks inspect --json model.json
"""

SHOWN = 20
"""Entries of a section that are shown unless all are asked for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = EXAMPLES
    parser.add_argument("file", metavar="FILE", help="HS3 document, JSON or YAML")
    parser.add_argument("--dialect", metavar="NAME", help="read as spec, roofit or pyhs3; by default the file tells")
    parser.add_argument("--all", action="store_true", help=f"show sections of more than {SHOWN} entries in full")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the tree."""
    from wilks.cli.screen import console
    from wilks.documents.files import read_text_document
    from wilks.documents.hs3.read import parse
    from wilks.documents.hs3.tree import summary

    document = parse(read_text_document(options.file), dialect=options.dialect)
    if options.json:
        say(json.dumps(summary(document), indent=1))
    else:
        most = None if options.all else SHOWN
        console().print(tree(document, summary(document), title=Path(options.file).name, most=most))
    return 0


def tree(document: Document, facts: Mapping[str, Any], *, title: str, most: int | None) -> Tree:
    """Return a document as a tree.

    Args:
        document: The document.
        facts: Its summary.
        title: Name of the file.
        most: How many entries of a section are shown; None for all.
    """
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text.assemble((title, "bold"), f"  HS3 {facts['metadata'].get('hs3_version')}, {facts['dialect']}"))
    for name, lines in _sections(document, facts).items():
        branch = root.add(Text.assemble((name, "bold cyan"), (f" ({len(lines)})", "dim")))
        width = max(len(head) for head, _ in lines)
        for head, rest in lines[:most]:
            branch.add(Text.assemble(head.ljust(width) if rest else head, "  ", (rest, "dim")))
        if most is not None and len(lines) > most:
            branch.add(Text(f"... {len(lines) - most} more: --all shows them", style="dim italic"))
    return root


def _sections(document: Document, facts: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return lines, a name and what there is to say of it, by section; empty sections are left out."""
    about = {key: value for key, value in facts["metadata"].items() if key != "hs3_version"}
    sections = {
        "about": [(key, _listed(value)) for key, value in about.items()],
        "analyses": [(name, _analysis(entry)) for name, entry in facts.get("analyses", {}).items()],
        "likelihoods": [(name, _likelihood(entry)) for name, entry in facts.get("likelihoods", {}).items()],
        "distributions": [(x.name, _component(x)) for x in document.distributions.values()],
        "functions": [(x.name, _component(x)) for x in document.functions.values()],
        "data": [(name, _data(entry)) for name, entry in facts.get("data", {}).items()],
        "parameters": [(name, _parameter(entry)) for name, entry in facts.get("parameters", {}).items()],
        "parameter_points": [(name, f"{n} values") for name, n in facts.get("parameter_points", {}).items()],
        "domains": [(name, f"{n} ranges") for name, n in facts.get("domains", {}).items()],
        "misc": [(name, "") for name in facts.get("misc", ())],
        "extra": [(name, "") for name in facts.get("extra", ())],
    }
    return {name: lines for name, lines in sections.items() if lines}


def _analysis(entry: Mapping[str, Any]) -> str:
    words = [f"{key.replace('_', ' ')}: {_listed(value)}" for key, value in entry.items()]
    return ", ".join(words)


def _likelihood(entry: Mapping[str, Any]) -> str:
    channels = ", ".join(f"{channel['distribution']} of {channel['data']}" for channel in entry["channels"])
    constraints = _listed(entry.get("aux_distributions", ()))
    return "; ".join(filter(None, (channels, constraints and f"constraints {constraints}")))


def _component(component: Component) -> str:
    fields = ", ".join(f"{key}={_brief(value)}" for key, value in component.fields.items())
    return f"{component.type}({fields})"


def _data(entry: Mapping[str, Any]) -> str:
    axes = ", ".join(_axis(axis) for axis in entry["axes"])
    match entry["type"]:
        case "point":
            error = "" if entry["uncertainty"] is None else f" +- {entry['uncertainty']:g}"
            return f"point {entry['value']:g}{error}"
        case "binned":
            return f"binned, {entry['bins']} bins, sum {entry['sum_of_weights']:g}: {axes}"
    weighted = f", sum of weights {entry['sum_of_weights']:g}" if entry["sum_of_weights"] != entry["entries"] else ""
    return f"unbinned, {entry['entries']} entries{weighted}: {axes}"


def _axis(axis: Mapping[str, Any]) -> str:
    bins = f" in {axis['bins']} bins" if "bins" in axis else ""
    return f"{axis['name']} {_interval(axis['min'], axis['max'])}{bins}".replace("  ", " ").rstrip()


def _parameter(entry: Mapping[str, Any]) -> str:
    value = "" if entry["value"] is None else f"{entry['value']:g}"
    const = "constant" if entry["const"] else ""
    return "  ".join(filter(None, (value, _interval(entry["min"], entry["max"]), const)))


def _interval(lower: float | None, upper: float | None) -> str:
    if lower is None and upper is None:
        return ""
    low, high = (f"{x:g}" if x is not None and isfinite(x) else "" for x in (lower, upper))
    return f"[{low or '-inf'}, {high or 'inf'}]"


def _listed(value: Any) -> str:
    items: Iterable[Any] = value if isinstance(value, (list, tuple)) else (value,)
    return ", ".join(str(item) for item in items)


def _brief(value: Any) -> str:
    text = f"[{', '.join(_brief(item) for item in value)}]" if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
