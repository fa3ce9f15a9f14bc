"""What RooFit needs beside the standard to rebuild a likelihood: the section ``misc.ROOT_internal``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COMBINED_DATA = "obsData"
CATEGORY = "channel"


def roofit_notes(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the notes for the likelihood of a document; nothing if it has none.

    RooFit joins channels into one PDF and one data set with a category; it finds the parts of the data by their names.
    """
    likelihoods = document.get("likelihoods")
    if not likelihoods:
        return {}
    (likelihood,) = likelihoods
    labels = list(likelihood["distributions"])
    category = {"index_cat": CATEGORY, "indices": list(range(len(labels))), "labels": labels}
    return {
        "ROOT_internal": {
            "ModelConfigs": {likelihood["name"]: {"mcName": "ModelConfig", "pdfName": "simultaneous"}},
            "combined_datasets": {COMBINED_DATA: category},
            "combined_distributions": {"simultaneous": {"distributions": labels, **category}},
        }
    }
