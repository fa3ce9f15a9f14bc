"""Text documents on disk: read safely, written atomically.

Documents are plain values: objects with text keys, lists, text, numbers, booleans and null.
Numbers survive a round trip exactly. NaN is never written; infinities are, as ``1e999`` in JSON
(valid JSON, and infinite wherever numbers are doubles) and as ``.inf`` in YAML.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from wilks.documents.json_text import parse_json, write_json
from wilks.documents.yaml_text import parse_yaml, write_yaml
from wilks.errors import DocumentError, DocumentSyntaxError

_YAML = (".yaml", ".yml")


def read_text_document(path: str | os.PathLike[str]) -> object:
    """Read a JSON or YAML file: the suffix tells which, else the first character.

    Raises:
        DocumentSyntaxError: If it is neither, or nested too deeply; with line and column.
        DuplicateNameError: If an object has a key twice.
        OSError: If the file cannot be read.
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{file.name}: not text in UTF-8, from byte {error.start} on"
        raise DocumentSyntaxError(message) from None
    try:
        return parse_yaml(text) if _is_yaml(file, text) else parse_json(text)
    except DocumentError as error:
        raise type(error)(f"{file.name}: {error.message}", pointer=error.pointer) from None


def write_text_document(path: str | os.PathLike[str], document: object) -> None:
    """Write a document as JSON, or as YAML if the suffix says so.

    The file is complete or untouched: it is written beside its place and then moved there.

    Raises:
        InvalidValueError: If a value has no place in a document, such as NaN; with its pointer.
    """
    file = Path(path)
    text = write_yaml(document) if file.suffix.lower() in _YAML else write_json(document)
    unfinished = file.with_name(f".{file.name}.{uuid4().hex}.tmp")
    try:
        with unfinished.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _is_yaml(file: Path, text: str) -> bool:
    suffix = file.suffix.lower()
    if suffix in (*_YAML, ".json"):
        return suffix in _YAML
    return text.lstrip()[:1] not in ("{", "[")
