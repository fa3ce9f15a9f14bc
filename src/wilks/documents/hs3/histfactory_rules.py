"""How the modifiers of ``histfactory_dist`` differ between dialects.

Canonical: ``shapesys.data.vals`` are relative uncertainties, 0 where there is no constraint; the
type of a constraint stands under ``constraint``; a modifier with one parameter has ``parameter``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from sys import float_info
from typing import TypeAlias, TypeGuard

Fields: TypeAlias = Mapping[str, object]
# (sample, modifier) -> modifier
ModifierRewrite: TypeAlias = Callable[[Fields, Fields], Fields]

_CODES = {"lin": 0, "log": 1, "parabolic": 2}
_SINGLE = ("normfactor", "normsys", "histosys")


def parameter_from_name(fields: Fields) -> Fields:
    """Take the name of a modifier for its parameter where it has none."""

    def rewrite(_: Fields, modifier: Fields) -> Fields:
        has_none = "parameter" not in modifier and "parameters" not in modifier
        if has_none and modifier.get("type") in _SINGLE and "name" in modifier:
            return {**modifier, "parameter": modifier["name"]}
        return modifier

    return _each_modifier(fields, rewrite)


def name_from_parameter(fields: Fields) -> Fields:
    """Give every normfactor the name of its parameter."""

    def rewrite(_: Fields, modifier: Fields) -> Fields:
        if modifier.get("type") == "normfactor" and "parameter" in modifier:
            return {**modifier, "name": modifier["parameter"]}
        return modifier

    return _each_modifier(fields, rewrite)


def constraint_from_constraint_type(fields: Fields) -> Fields:
    """Move ``constraint_type`` to ``constraint``."""
    return _each_modifier(fields, lambda _, m: _moved(m, "constraint_type", "constraint"))


def constraint_type_from_constraint(fields: Fields) -> Fields:
    """Move ``constraint`` to ``constraint_type``."""
    return _each_modifier(fields, lambda _, m: _moved(m, "constraint", "constraint_type"))


def codes_for_interpolation(fields: Fields) -> Fields:
    """Write the interpolation of a normsys as RooFit's number."""

    def rewrite(_: Fields, modifier: Fields) -> Fields:
        name = modifier.get("interpolation")
        if modifier.get("type") == "normsys" and isinstance(name, str) and name in _CODES:
            return {**modifier, "interpolation": _CODES[name]}
        return modifier

    return _each_modifier(fields, rewrite)


def relative_from_root_of_counts(fields: Fields) -> Fields:
    """Read ``vals`` whose squares are the counts of the constraint: 1 / vals is relative."""

    def rewrite(_: Fields, modifier: Fields) -> Fields:
        # Whoever writes constraint_type also writes relative uncertainties.
        return modifier if "constraint_type" in modifier else _with_vals(modifier, _inverse)

    return _each_modifier(fields, rewrite)


def root_of_counts_from_relative(fields: Fields) -> Fields:
    """Write ``vals`` such that their squares are the counts of the constraint."""
    return _each_modifier(fields, lambda _, modifier: _with_vals(modifier, _inverse))


def relative_from_absolute(fields: Fields) -> Fields:
    """Read ``vals`` in units of the yields."""

    def rewrite(sample: Fields, modifier: Fields) -> Fields:
        data = sample.get("data")
        contents = data.get("contents") if isinstance(data, Mapping) else None
        if not _are_numbers(contents):
            return modifier
        return _with_vals(modifier, lambda vals: _ratios(vals, contents))

    return _each_modifier(fields, rewrite)


def _each_modifier(fields: Fields, rewrite: ModifierRewrite) -> Fields:
    samples = fields.get("samples")
    if fields.get("type") != "histfactory_dist" or not isinstance(samples, (list, tuple)):
        return fields
    return {**fields, "samples": [_sample(sample, rewrite) for sample in samples]}


def _sample(sample: object, rewrite: ModifierRewrite) -> object:
    modifiers = sample.get("modifiers") if isinstance(sample, Mapping) else None
    if not isinstance(sample, Mapping) or not isinstance(modifiers, (list, tuple)):
        return sample
    changed = [rewrite(sample, m) if isinstance(m, Mapping) else m for m in modifiers]
    return {**sample, "modifiers": changed}


def _moved(modifier: Fields, old: str, new: str) -> Fields:
    if old not in modifier or new in modifier:
        return modifier
    return {new if k == old else k: v for k, v in modifier.items()}


def _with_vals(modifier: Fields, change: Callable[[Sequence[float]], Sequence[float]]) -> Fields:
    data = modifier.get("data")
    vals = data.get("vals") if isinstance(data, Mapping) else None
    if modifier.get("type") != "shapesys" or not isinstance(data, Mapping):
        return modifier
    if not _are_numbers(vals):
        return modifier
    return {**modifier, "data": {**data, "vals": list(change(vals))}}


def _ratios(vals: Sequence[float], contents: Sequence[float]) -> Sequence[float]:
    if len(vals) != len(contents):
        return vals
    return [v / c if c else 0.0 for v, c in zip(vals, contents, strict=True)]


def _are_numbers(values: object) -> TypeGuard[Sequence[float]]:
    if not isinstance(values, (list, tuple)) or not set(map(type, values)) <= {int, float}:
        return False
    return all(-float_info.max <= v <= float_info.max for v in values)


def _inverse(vals: Sequence[float]) -> list[float]:
    return [1.0 / v if v else 0.0 for v in vals]
