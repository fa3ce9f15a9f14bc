"""Loading and saving."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from wilks.documents.files import read_text_document, write_text_document
from wilks.documents.hs3.convert import convert
from wilks.documents.hs3.dialect import ROOFIT, SPEC, dialect_named
from wilks.errors import DocumentError, ModelError
from wilks.loss.nll import NLL
from wilks.minimize.result import FORMAT, FitResult
from wilks.pdf import PDF
from wilks.registry import Registry, installed
from wilks.serialization.hs3.roofit import for_roofit
from wilks.serialization.hs3.write import write_nll, write_pdf
from wilks.serialization.workspace import Workspace, workspace_of

FilePath = str | PathLike[str]


def load(path: FilePath, *, dialect: str | None = None, registry: Registry | None = None) -> Workspace:
    """Read a file into a workspace.

    Args:
        path: An HS3 document, JSON or YAML.
        dialect: ``"spec"``, ``"roofit"`` or ``"pyhs3"``: how to read it; by default the file tells.
        registry: Where formats and types are looked up; by default all installed plugins.

    Raises:
        DocumentError: If the file is not acceptable; its ``pointer`` says where.
        OSError: If there is no such file.
    """
    source = read_text_document(path)
    if isinstance(source, Mapping) and source.get("format") == FORMAT:
        raise DocumentError("this is a fit result, not a model: read it with wilks.load_result")
    if dialect is not None or registry is not None:
        return workspace_of(source, registry=registry, dialect=dialect)
    formats = installed().serializers
    for serializer in formats.values():
        if serializer.reads(source):
            workspace: Workspace = serializer.load(source, folder=Path(path).parent)
            return workspace
    raise DocumentError(f"no installed plugin reads this file: it is none of {', '.join(formats)}")


def load_result(path: FilePath) -> FitResult:
    """Read a fit result that `save` wrote.

    Raises:
        DocumentError: If the file is none.
    """
    return FitResult.from_document(read_text_document(path))


def save(thing: PDF | NLL | Workspace | FitResult, path: FilePath, *, dialect: str | None = None) -> None:
    """Write a file: HS3 for models and likelihoods, plain JSON for results. ``.yaml`` and ``.yml`` make it YAML.

    Args:
        thing: What to write. A workspace keeps everything that its file held.
        path: Where to; the file is replaced at once, or not at all.
        dialect: ``"spec"`` or ``"roofit"``; by default that of a workspace's file, and the standard's for the rest.

    Raises:
        ModelError: If a part has no HS3 type, names clash, or the thing is none of these.
    """
    write_text_document(path, to_document(thing, dialect=dialect))


def to_document(thing: PDF | NLL | Workspace | FitResult, *, dialect: str | None = None) -> Mapping[str, Any]:
    """Return what `save` writes."""
    if isinstance(thing, FitResult):
        return thing.to_document()
    if isinstance(thing, Workspace):
        own = thing.document.dialect
        name = dialect or own.written_as
        converted = convert(thing.document.source, name, dialect=own.name)
        return for_roofit(converted) if name == ROOFIT.name != own.name else converted
    target = SPEC if dialect is None else dialect_named(dialect)
    if isinstance(thing, NLL):
        return write_nll(thing, target)
    if isinstance(thing, PDF):
        return write_pdf(thing, target)
    raise ModelError(f"save takes a PDF, NLL, Workspace or FitResult, got {type(thing).__name__}")
