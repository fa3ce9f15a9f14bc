"""``wilks validate``: report every problem of documents."""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wilks.cli.say import say
from wilks.errors import DocumentError, UnsupportedError

if TYPE_CHECKING:
    from wilks.documents.hs3.nodes import Document, LikelihoodNode
    from wilks.registry import Registry
    from wilks.serialization.hs3.integer_division import IntegerDivisionWarning

EXAMPLES = """\
examples:
  wilks validate model.json
  wilks validate --json models/*.json

Each problem is a line 'FILE: POINTER: message'; the JSON pointer says where, and is missing for the whole document.
A note ('FILE: POINTER: note: message', kind IntegerDivisionWarning) says what RooFit means otherwise; it is no problem.
exit code: 0 there are no problems, 1 there are some, 2 a file cannot be read
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", metavar="FILE", nargs="+", help="HS3 document, JSON or YAML")
    parser.add_argument("--dialect", metavar="NAME", help="read as spec, roofit or pyhs3; by default the file tells")
    parser.add_argument("--json", action="store_true", help="print a list of objects: file, pointer, kind, message")


@dataclass(frozen=True)
class Findings:
    """What there is to say of a document.

    Args:
        problems: What is wrong with it.
        notes: What is right, and yet may surprise.
    """

    problems: tuple[DocumentError, ...]
    notes: tuple[IntegerDivisionWarning, ...] = ()


def run(options: argparse.Namespace) -> int:
    """Print the problems; return 1 if there are any."""
    found = [(file, findings_of(file, dialect=options.dialect)) for file in options.files]
    wrong = any(findings.problems for _, findings in found)
    if options.json:
        say(json.dumps([entry for file, findings in found for entry in _described(file, findings)], indent=1))
        return 1 if wrong else 0
    for file, findings in found:
        for error in findings.problems:
            say(f"{file}: {' '.join(str(error).split())}")
        for note in findings.notes:
            say(f"{file}: {note.pointer}: note: {' '.join(note.message.split())}")
        if not findings.problems:
            say(f"{file}: valid")
    return 1 if wrong else 0


def findings_of(file: str, *, dialect: str | None) -> Findings:
    """Return what is wrong with a file: its structure, its references, and what it describes as far as it can be built.

    Raises:
        OSError: If the file cannot be read.
    """
    from wilks.documents.files import read_text_document
    from wilks.documents.hs3.dialect import dialect_named
    from wilks.documents.hs3.read import problems
    from wilks.registry import installed
    from wilks.serialization.hs3.integer_division import IntegerDivisionWarning
    from wilks.serialization.hs3.references import problems as problems_of_components

    registry = installed()
    if dialect is not None:
        dialect_named(dialect)
    try:
        source = read_text_document(file)
    except DocumentError as error:
        return Findings((error,))

    of_objects: list[DocumentError] = []

    def inside(document: Document) -> Iterable[DocumentError]:
        of_objects.extend(_problems_of_objects(document, registry))
        return problems_of_components(document, registry)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", IntegerDivisionWarning)
        found = problems(source, dialect=dialect, references=inside)
    notes = tuple(w.message for w in caught if isinstance(w.message, IntegerDivisionWarning))
    if any(
        error.pointer.startswith("/domains/") for error in found
    ):  # then start values may be outside for that reason
        of_objects = [error for error in of_objects if not error.pointer.startswith("/parameter_points/")]
    return Findings(_once([*found, *of_objects]), notes)


def _problems_of_objects(document: Document, registry: Registry) -> Iterator[DocumentError]:
    """Yield why what a document describes cannot be built: values outside limits, coefficients that do not sum, ..."""
    from wilks.serialization.workspace import Workspace

    workspace = Workspace(document, registry)
    things: Any
    for things in (workspace.data, workspace.functions, workspace.distributions, workspace.likelihoods):
        for name in things:
            if things is workspace.likelihoods and not _is_complete(document, document.likelihoods[name]):
                continue  # what is missing was reported
            try:
                things[name]
            except UnsupportedError:
                continue  # nothing is wrong with the document
            except DocumentError as error:
                yield error


def _is_complete(document: Document, likelihood: LikelihoodNode) -> bool:
    distributions = {*likelihood.distributions, *likelihood.aux_distributions}
    data = {name for name in likelihood.data if isinstance(name, str)}
    return distributions <= document.distributions.keys() and data <= document.data.keys()


def _once(errors: Iterable[DocumentError]) -> tuple[DocumentError, ...]:
    """Return each problem once: what uses a thing that cannot be built cannot be built for the same reason."""
    return tuple({(error.pointer, error.message): error for error in errors}.values())


def _described(file: str, findings: Findings) -> Iterator[dict[str, str]]:
    items: tuple[DocumentError | IntegerDivisionWarning, ...] = (*findings.problems, *findings.notes)
    for item in items:
        yield {"file": file, "pointer": item.pointer, "kind": type(item).__name__, "message": item.message}
