"""The rewritings of components that the rules of dialects are made of.

Each takes a component and returns it or a changed copy. They accept anything: what is malformed
is passed on, to be reported by who reads the fields.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

from wilks.documents.hs3.values import NUMERIC

Fields: TypeAlias = Mapping[str, object]
Rewrite: TypeAlias = Callable[[Fields], Fields]

_VERBATIM = frozenset({"name", "type", "expression"})
# Types whose coefficients RooFit pads, and what the padding of the first place means.
_PADDING = {"polynomial_dist": 1, "polynomial": 0, "legacy_exp_poly_dist": 0}
_SIDED = ("alpha", "n", "sigma")


def numbers_for_numeric_texts(fields: Fields, names: Collection[str]) -> dict[str, object]:
    """Read numeric texts as numbers at any depth, except names and expressions."""
    return {k: v if k in _VERBATIM else _numbers(v, names) for k, v in fields.items()}


def _numbers(value: object, names: Collection[str]) -> object:
    if isinstance(value, str):
        return _plain(value) if NUMERIC.fullmatch(value) and value not in names else value
    if isinstance(value, Mapping):
        return numbers_for_numeric_texts(value, names)
    if isinstance(value, (list, tuple)):
        # Arrays of numbers are long, and hold no text.
        if set(map(type, value)) <= {int, float}:
            return value
        return [_numbers(item, names) for item in value]
    return value


def _plain(value: str) -> int | float:
    try:
        return int(value)
    except ValueError:
        return float(value)


def renamed(old: str, new: str, keys: Mapping[str, str] | None = None) -> Rewrite:
    """Rename a type, and some of its keys."""

    def rename(fields: Fields) -> Fields:
        if fields.get("type") != old:
            return fields
        return {(keys or {}).get(k, k): v for k, v in fields.items()} | {"type": new}

    return rename


def _without(fields: Fields, *keys: str) -> dict[str, object]:
    return {k: v for k, v in fields.items() if k not in keys}


def rate_extended_from_extend_pdf(fields: Fields) -> Fields:
    """Read an ``extend_pdf`` without a range as ``rate_extended_dist``."""
    # With a range the yield refers to a part of the axis: that is no rate_extended_dist.
    if fields.get("range"):
        return fields
    rename = renamed("extend_pdf", "rate_extended_dist", {"norm": "rate", "pdf": "dist"})
    return rename(fields)


def uniform_with_list(fields: Fields) -> Fields:
    """Put the variable of a uniform distribution into a list."""
    if fields.get("type") == "uniform_dist" and isinstance(fields.get("x"), str):
        return {**fields, "x": [fields["x"]]}
    return fields


def uniform_with_name(fields: Fields) -> Fields:
    """Take the only variable of a uniform distribution out of its list."""
    x = fields.get("x")
    if fields.get("type") == "uniform_dist" and isinstance(x, (list, tuple)) and len(x) == 1:
        return {**fields, "x": x[0]}
    return fields


def both_sides_of_crystalball(fields: Fields) -> Fields:
    """Let ``alpha``, ``n`` and ``sigma`` set both sides."""
    if fields.get("type") != "crystalball_dist":
        return fields
    both = [k for k in _SIDED if k in fields]
    # A side's own key wins over the one for both sides.
    sides = {f"{k}_{side}": fields[k] for k in both for side in "LR"}
    return sides | _without(fields, *both)


def onesided_crystalball(fields: Fields) -> Fields:
    """Give the crystal ball with one ``alpha`` a type of its own."""
    onesided = "alpha" in fields and "alpha_L" not in fields
    if fields.get("type") == "crystalball_dist" and onesided:
        return {**fields, "type": "wilks.crystalball_onesided_dist"}
    return fields


def _yields_given(fields: Fields) -> bool | None:
    sizes = [fields.get(k) for k in ("coefficients", "summands")]
    lists = [s for s in sizes if isinstance(s, (list, tuple))]
    if fields.get("type") not in ("mixture_dist", "mixture_model") or len(lists) != 2:
        return None
    return len(lists[0]) == len(lists[1])


def extended_if_missing(fields: Fields) -> Fields:
    """Infer ``extended`` where it is missing."""
    inferred = _yields_given(fields)
    if inferred is None or fields.get("extended") is not None:
        return fields
    return {**fields, "extended": inferred}


def extended_by_length(fields: Fields) -> Fields:
    """Infer ``extended``, whatever is given."""
    inferred = _yields_given(fields)
    return fields if inferred is None else {**fields, "extended": inferred}


def poisson_reading(without_key: str) -> Rewrite:
    """Read the key ``integer`` of a Poisson distribution as a type."""

    def read(fields: Fields) -> Fields:
        if fields.get("type") != "poisson_dist":
            return fields
        integer = fields.get("integer")
        read_as = {True: "poisson_dist", False: "wilks.interpolated_poisson_dist"}
        meaning = read_as[integer] if isinstance(integer, bool) else without_key
        return _without(fields, "integer") | {"type": meaning}

    return read


def poisson_writing(continued: Mapping[str, bool]) -> Rewrite:
    """Write the type of a Poisson distribution as the key ``integer``."""
    flags: Mapping[str, Mapping[str, bool]] = {
        "poisson_dist": {"integer": True},
        "wilks.interpolated_poisson_dist": {"integer": False},
        "wilks.continued_poisson_dist": continued,
    }

    def write(fields: Fields) -> Fields:
        flag = flags.get(str(fields.get("type")))
        return fields if flag is None else {**fields, "type": "poisson_dist", **flag}

    return write


def padding_resolved(fields: Fields) -> Fields:
    """Replace RooFit's padding of coefficients by the numbers it stands for."""
    # Padding: "1.0" in the first place, "0.0" before the first true coefficient.
    coefficients = fields.get("coefficients")
    first = _PADDING.get(str(fields.get("type")))
    if first is None or not isinstance(coefficients, (list, tuple)):
        return fields
    read = list(coefficients)
    for i, value in enumerate(coefficients):
        if value != "0.0" and not (i == 0 and value == "1.0"):
            break
        read[i] = first if i == 0 else 0
    return {**fields, "coefficients": read}


def padding_avoided(fields: Fields) -> Fields:
    """Write no coefficient that RooFit would take for padding."""
    # RooFit compares the text of a coefficient with "1.0" and "0.0": integers are safe.
    coefficients = fields.get("coefficients")
    if str(fields.get("type")) not in _PADDING or not isinstance(coefficients, (list, tuple)):
        return fields
    whole = [int(c) if isinstance(c, float) and c in (0.0, 1.0) else c for c in coefficients]
    return {**fields, "coefficients": whole}
