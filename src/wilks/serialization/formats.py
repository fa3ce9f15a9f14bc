"""HS3 as a file format, registered as any plugin's would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from wilks.documents.hs3.read import SECTIONS
from wilks.serialization.workspace import Workspace, workspace_of


@dataclass(frozen=True)
class Hs3:
    """The HEP Statistics Serialization Standard, https://github.com/hep-statistics-serialization-standard."""

    name: ClassVar[str] = "hs3"

    def reads(self, document: object) -> bool:
        """Return whether a document has any section of HS3."""
        return isinstance(document, Mapping) and any(section in document for section in SECTIONS)

    def load(self, document: object, *, folder: Path) -> Workspace:  # noqa: ARG002 (HS3 refers to no other files)
        """Return the workspace that a document describes."""
        return workspace_of(document)
