"""The shipped schemas are those of the classes, and accept what is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import wilks
from tests.corpus import Fixture, corpus_folder, fixtures
from wilks.registry import installed
from wilks.serialization.schemas import SCHEMAS, hs3_schema

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", SCHEMAS)
def test_shipped_schemas_are_up_to_date(name: str) -> None:
    written = json.loads((ROOT / "schemas" / name).read_text())
    assert written == json.loads(json.dumps(SCHEMAS[name]())), "run: python -m wilks.serialization.schemas schemas"
    jsonschema.Draft202012Validator.check_schema(written)


@pytest.mark.skipif(not fixtures(corpus_folder()), reason="the HS3 corpus is absent: set WILKS_CORPUS")
@pytest.mark.parametrize("fixture", fixtures(corpus_folder()), ids=lambda fixture: fixture.name)
def test_corpus_follows_the_schema(fixture: Fixture) -> None:
    validator = jsonschema.Draft202012Validator(hs3_schema(installed()))
    document = json.loads(fixture.path.read_text())
    assert not [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def test_a_missing_key_breaks_the_schema() -> None:
    document: dict[str, Any] = {
        "metadata": {"hs3_version": "0.2.9"},
        "distributions": [{"name": "g", "type": "gaussian_dist", "x": "x", "mean": 0}],
    }
    validator = jsonschema.Draft202012Validator(hs3_schema(installed()))
    assert not validator.is_valid(document)
    document["distributions"][0]["sigma"] = "s"
    assert validator.is_valid(document)


def test_results_follow_their_schema() -> None:
    result = wilks.FitResult(
        values={"a": 1.0},
        errors={"a": float("nan")},
        covariance=np.full((1, 1), np.nan),
        floating=("a",),
        minimum=0.0,
        edm=0.0,
        valid=True,
        bounds={"a": (0.0, float("inf"))},
    )
    jsonschema.validate(json.loads(result.to_json()), SCHEMAS["fit_result.schema.json"]())
