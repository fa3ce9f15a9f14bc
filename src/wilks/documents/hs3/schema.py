"""The JSON schema of HS3 documents, as far as this package reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from wilks.documents.hs3.values import NUMERIC

Schema: TypeAlias = dict[str, object]

_NAME: Schema = {"type": "string", "minLength": 1}
_NAMES: Schema = {"type": "array", "items": _NAME}
_NAME_OR_NAMES: Schema = {"anyOf": [_NAME, _NAMES]}
_NUMBER: Schema = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{NUMERIC.pattern}$"}]}
_NUMBERS: Schema = {"type": "array", "items": {"$ref": "#/$defs/number"}}
_TABLE: Schema = {"type": "array", "items": _NUMBERS}
_LIMIT: Schema = {"anyOf": [{"$ref": "#/$defs/number"}, {"enum": [None, "inf", "-inf"]}]}


def document_schema(
    distributions: Mapping[str, Mapping[str, object]],
    functions: Mapping[str, Mapping[str, object]],
) -> Schema:
    """Return the schema (draft 2020-12) of HS3 documents.

    Keys that HS3 does not define are allowed everywhere, as are types that are not given here:
    plugins may provide them.

    Args:
        distributions: For each type of distribution the schema of its objects.
        functions: For each type of function, likewise.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "HS3 document",
        "type": "object",
        "required": ["metadata"],
        "properties": {
            "metadata": _metadata(),
            "distributions": _components("distributions", distributions),
            "functions": _components("functions", functions),
            "data": _list(_data()),
            "likelihoods": _list(_likelihood()),
            "domains": _list(_domain()),
            "parameter_points": _list(_parameter_point()),
            "analyses": _list(_analysis()),
            "misc": {"type": ["object", "null"]},
        },
        "$defs": {
            "number": _NUMBER,
            "limit": _LIMIT,
            "distributions": dict(sorted(distributions.items())),
            "functions": dict(sorted(functions.items())),
        },
    }


def _object(properties: Mapping[str, object], *required: str) -> Schema:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def _list(items: Schema) -> Schema:
    return {"anyOf": [{"type": "array", "items": items}, {"type": "null"}]}


def _components(section: str, schemas: Mapping[str, Mapping[str, object]]) -> Schema:
    base = _object({"name": _NAME, "type": _NAME}, "name", "type")
    cases = [
        {
            "if": {"properties": {"type": {"const": type_}}},
            "then": {"$ref": f"#/$defs/{section}/{type_}"},
        }
        for type_ in sorted(schemas)
    ]
    return _list({**base, "allOf": cases} if cases else base)


def _metadata() -> Schema:
    package = _object({"name": _NAME, "version": {"type": "string"}}, "name")
    properties = {
        "hs3_version": {"type": ["string", "number"], "minLength": 1},
        "packages": _list(package),
        "authors": _NAME_OR_NAMES,
        "publications": _NAME_OR_NAMES,
        "description": {"type": ["string", "null"]},
    }
    return _object(properties, "hs3_version")


def _axis(**more: Schema) -> Schema:
    limits: Schema = {"min": {"$ref": "#/$defs/limit"}, "max": {"$ref": "#/$defs/limit"}}
    return _object({"name": _NAME, **limits, **more}, "name")


def _data() -> Schema:
    edges: Schema = {**_NUMBERS, "minItems": 2}
    binned_axis = _axis(nbins={"type": "integer", "minimum": 1}, edges=edges)
    binned_axis["anyOf"] = [{"required": ["edges"]}, {"required": ["nbins", "min", "max"]}]
    uncertainty = _object(
        {
            "type": {"const": "gaussian_uncertainty"},
            "sigma": _NUMBERS,
            "correlation": {"anyOf": [{"const": 0}, _TABLE]},
        },
        "type",
    )
    kinds = {
        "unbinned": _object(
            {
                "axes": {"type": "array", "items": _axis(), "minItems": 1},
                "entries": {"anyOf": [_TABLE, _NUMBERS]},
                "weights": _NUMBERS,
                "entries_uncertainties": {"anyOf": [_TABLE, _NUMBERS]},
            },
            "axes",
            "entries",
        ),
        "binned": _object(
            {
                "axes": {"type": "array", "items": binned_axis, "minItems": 1},
                "contents": _NUMBERS,
                "uncertainty": uncertainty,
            },
            "axes",
            "contents",
        ),
        "point": _object(
            {
                "value": {"$ref": "#/$defs/number"},
                "uncertainty": {"$ref": "#/$defs/number"},
                "axes": {"type": "array", "items": _axis()},
            },
            "value",
        ),
    }
    base = _object({"name": _NAME, "type": {"enum": list(kinds)}}, "name", "type")
    cases = [{"if": {"properties": {"type": {"const": kind}}}, "then": schema} for kind, schema in kinds.items()]
    return {**base, "allOf": cases}


def _likelihood() -> Schema:
    observed = {"anyOf": [_NAME, {"$ref": "#/$defs/number"}]}
    properties = {
        "name": _NAME,
        "distributions": _NAME_OR_NAMES,
        "data": {"anyOf": [_NAME, {"type": "array", "items": observed}]},
        "aux_distributions": _NAME_OR_NAMES,
    }
    return _object(properties, "name")


def _domain() -> Schema:
    type_ = {"const": "product_domain"}
    return _object({"name": _NAME, "type": type_, "axes": _list(_axis())}, "name")


def _parameter_point() -> Schema:
    parameter = _axis(value={"$ref": "#/$defs/number"}, const={"type": "boolean"})
    parameter["required"] = ["name", "value"]
    return _object({"name": _NAME, "parameters": _list(parameter)}, "name")


def _analysis() -> Schema:
    properties = {
        "name": _NAME,
        "likelihood": _NAME,
        "domain": _NAME_OR_NAMES,
        "domains": _NAME_OR_NAMES,
        "parameter_of_interest": _NAME_OR_NAMES,
        "parameters_of_interest": _NAME_OR_NAMES,
        "init": {"type": ["string", "null"]},
        "prior": {"type": ["string", "null"]},
    }
    return _object(properties, "name", "likelihood")
