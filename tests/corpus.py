"""The corpus of HS3 documents with RooFit's and SciPy's numbers, and what each is compared to."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from wilks.errors import UnknownTypeError
from wilks.registry import installed
from wilks.serialization.files import load
from wilks.serialization.hs3.references import class_of
from wilks.serialization.workspace import Workspace

FIDELITIES = ("exact", "patched")
"""Documents that determine the numbers; the others lost information, or the standard leaves them open."""


@dataclass(frozen=True)
class Fixture:
    """A document and its reference."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def expected(self) -> dict[str, Any]:
        return json.loads(self.path.with_suffix(".expected.json").read_text())

    @cached_property
    def workspace(self) -> Workspace:
        return load(self.path)

    @property
    def rtol(self) -> float:
        return self.expected.get("suggested_rtol") or 1e-6

    @property
    def nlls(self) -> list[dict[str, Any]]:
        """The likelihoods that HS3 can express, which leaves out options of RooFit."""
        return [entry for entry in self.expected["nll"] if entry.get("hs3_expressible", True)]

    @property
    def fits(self) -> list[dict[str, Any]]:
        return [fit for fit in self.expected["fits"] if fit["converged"] and fit["variant"] == "default"]

    def why_not(self) -> str:
        """Say why the document is not tested yet; nothing if it is."""
        if self.expected["fidelity"] not in FIDELITIES:
            return f"fidelity {self.expected['fidelity']}"
        document = self.workspace.document
        missing = set()
        for component in (*document.distributions.values(), *document.functions.values()):
            try:
                class_of(component, document, installed())
            except UnknownTypeError:
                missing.add(component.type)
        if missing:
            return f"missing type {', '.join(sorted(missing))}"
        used = {data for likelihood in document.likelihoods.values() for data in likelihood.data}
        if any(type(document.data.get(name)).__name__ == "BinnedNode" for name in used if isinstance(name, str)):
            return "binned data"
        return ""


def corpus_folder() -> Path:
    """Return the folder of published models with reference values: `$WILKS_CORPUS`, else `../shared`."""
    return Path(os.environ.get("WILKS_CORPUS") or Path(__file__).parents[2] / "shared")


def fixtures(corpus: Path) -> list[Fixture]:
    """Return every document of the corpus that has a reference; none where the corpus is absent."""
    folder = corpus / "hs3" / "public"
    return [Fixture(path) for path in sorted(folder.glob("*.json")) if not path.stem.endswith(".expected")]
