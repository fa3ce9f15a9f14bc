"""The JSON schemas of what wilks reads and writes, derived from the classes.

``python -m wilks.serialization.schemas FOLDER`` writes them; a test compares them with the repository's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from wilks.documents.hs3.schema import document_schema
from wilks.fields import Field, declared_fields
from wilks.minimize.result import FORMAT, FitResult
from wilks.registry import Registry, installed

Schema = dict[str, Any]

_NAME: Schema = {"type": "string", "minLength": 1}
_REFERENCE: Schema = {"anyOf": [{"$ref": "#/$defs/number"}, _NAME]}
_STATIC: Mapping[Any, Schema] = {str: {"type": "string"}, bool: {"type": "boolean"}, int: {"type": "integer"}}


def hs3_schema(registry: Registry) -> Schema:
    """Return the schema of HS3 documents with the types that wilks itself provides; plugins document theirs."""
    own = {item.value for item in registry.provided if item.plugin.package == "wilks"}
    return document_schema(
        {name: _component(name, cls) for name, cls in registry.distributions.items() if cls in own},
        {name: _component(name, cls) for name, cls in registry.functions.items() if cls in own},
    )


def fit_result_schema() -> Schema:
    """Return the schema of fit results."""
    number: Schema = {"type": ["number", "null"]}
    numbers: Schema = {"type": "object", "additionalProperties": number}
    names_only: Schema = {"type": "array", "items": _NAME}
    kinds: Mapping[str, Schema] = {
        "values": numbers,
        "errors": numbers,
        "covariance": {"type": "array", "items": {"type": "array", "items": number}},
        "bounds": {"type": "object", "additionalProperties": {"type": "array", "items": number}},
        "valid": {"type": "boolean"},
        "evaluations": {"type": "integer"},
        "asymmetric": {"type": "object", "additionalProperties": {"type": "array", "minItems": 3, "maxItems": 3}},
        **dict.fromkeys(("minimum", "edm", "integral_error"), number),
        **dict.fromkeys(("start", "timings"), numbers),
        **dict.fromkeys(("message", "minimizer", "covariance_method"), _STATIC[str]),
        **dict.fromkeys(("floating", "fixed", "at_limit"), names_only),
        "provenance": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    names = [field.name for field in fields(FitResult) if not field.metadata.get("transient")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "wilks fit result",
        "type": "object",
        "required": ["format", *names],
        "properties": {"format": {"const": FORMAT}, **{name: kinds[name] for name in names}},
    }


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "hs3.schema.json": lambda: hs3_schema(installed()),
    "fit_result.schema.json": fit_result_schema,
}
"""Each schema by the name of its file."""


def write_schemas(folder: Path) -> None:
    """Write every schema into a folder."""
    for name, schema in SCHEMAS.items():
        (folder / name).write_text(json.dumps(schema(), indent=1) + "\n")


def _component(type_: str, cls: Any) -> Schema:
    declared = [field for field in declared_fields(cls) if field.kind.role != "bindings"]
    properties = {field.name: _value(field) for field in declared}
    required = [field.name for field in declared if field.required]
    if type_ == "crystalball_dist":  # one key may stand for both sides
        sides = {key: [f"{key}_L", f"{key}_R"] for key in ("alpha", "n", "sigma")}
        properties |= dict.fromkeys(sides, _REFERENCE)
        choices = [{"anyOf": [{"required": [key]}, {"required": both}]} for key, both in sides.items()]
        return {"properties": properties, "required": ["m", "m0"], "allOf": choices}
    if type_ == "uniform_dist":  # the standard has one variable, RooFit a list
        properties["x"] = {"anyOf": [_NAME, properties["x"]]}
    return {"properties": properties, "required": required}


def _value(field: Field) -> Schema:
    role = field.kind.role
    schema = _REFERENCE if role in ("real", "observable") else _NAME
    if role == "static":
        schema = _STATIC.get(field.type, {})
    for _ in range(field.depth):
        schema = {"type": "array", "items": schema}
    return schema


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
