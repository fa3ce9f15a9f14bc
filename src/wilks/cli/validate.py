"""``wilks validate``: report every problem of documents."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from wilks.cli.say import say
from wilks.errors import DocumentError, UnsupportedError

EXAMPLES = """\
examples:
  wilks validate model.json
  wilks validate --json models/*.json

Each problem is a line 'FILE: POINTER: message'; the JSON pointer says where, and is missing for the whole document.
exit code: 0 there are no problems, 1 there are some, 2 a file cannot be read
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = EXAMPLES
    parser.add_argument("files", metavar="FILE", nargs="+", help="HS3 document, JSON or YAML")
    parser.add_argument("--dialect", metavar="NAME", help="read as spec, roofit or pyhs3; by default the file tells")
    parser.add_argument("--json", action="store_true", help="print a list of objects: file, pointer, kind, message")


def run(options: argparse.Namespace) -> int:
    """Print the problems; return 1 if there are any."""
    found = [(file, error) for file in options.files for error in problems_of(file, dialect=options.dialect)]
    if options.json:
        say(json.dumps([_described(file, error) for file, error in found], indent=1))
        return 1 if found else 0
    for file in options.files:
        errors = [error for name, error in found if name == file]
        for error in errors:
            say(f"{file}: {' '.join(str(error).split())}")
        if not errors:
            say(f"{file}: valid")
    return 1 if found else 0


def problems_of(file: str, *, dialect: str | None) -> list[DocumentError]:
    """Return what is wrong with a file: its structure and references, and if these are right, what it describes.

    Raises:
        OSError: If the file cannot be read.
    """
    from wilks.documents.files import read_text_document
    from wilks.documents.hs3.dialect import dialect_named
    from wilks.documents.hs3.read import problems
    from wilks.registry import installed
    from wilks.serialization.hs3.references import problems as problems_of_components

    registry = installed()
    if dialect is not None:
        dialect_named(dialect)
    try:
        source = read_text_document(file)
    except DocumentError as error:
        return [error]
    found = problems(source, dialect=dialect, references=lambda document: problems_of_components(document, registry))
    return _once([*found] or [*_problems_of_objects(source, dialect)])


def _problems_of_objects(source: object, dialect: str | None) -> Iterator[DocumentError]:
    """Yield why what a document describes cannot be built: values outside limits, coefficients that do not sum, ..."""
    from wilks.serialization.workspace import workspace_of

    workspace = workspace_of(source, dialect=dialect)
    for section in (workspace.data, workspace.functions, workspace.distributions, workspace.likelihoods):
        things: Any = section
        for name in things:
            try:
                things[name]
            except UnsupportedError:
                continue  # nothing is wrong with the document
            except DocumentError as error:
                yield error


def _once(errors: list[DocumentError]) -> list[DocumentError]:
    """Return each problem once: what uses a thing that cannot be built cannot be built for the same reason."""
    return list({(error.pointer, error.message): error for error in errors}.values())


def _described(file: str, error: DocumentError) -> dict[str, str]:
    return {"file": file, "pointer": error.pointer, "kind": type(error).__name__, "message": error.message}
