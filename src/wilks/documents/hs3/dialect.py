"""The dialects of HS3: what the standard, RooFit and pyhs3 mean by the same or similar keys.

Every difference is one :class:`~wilks.documents.hs3.rules.Rule` of a table, with a function that
reads a component into wilks' canonical spelling and one that writes it in the dialect. The
canonical spelling has one type per meaning:

- ``crystalball_dist`` is double-sided, with ``alpha_L`` ... ``sigma_R``;
  ``wilks.crystalball_onesided_dist`` has ``m, m0, sigma, alpha, n``;
- ``poisson_dist`` is the mass function, normalised by its sum over the integers in the range;
  ``wilks.continued_poisson_dist`` is the Gamma-function form, normalised by its integral;
  ``wilks.interpolated_poisson_dist`` is RooFit's mixture of both: Gamma functions, but
  normalised by the sum over the integers; all three have ``x, mean``;
- ``uniform_dist`` has a list ``x``; ``mixture_dist`` has ``extended``;
- ``shapesys.vals`` are relative uncertainties (0: no constraint), types of constraints stand
  under ``constraint``;
- numeric texts are numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wilks.documents.hs3 import rules
from wilks.documents.hs3.rewrites import numbers_for_numeric_texts
from wilks.documents.hs3.rules import Rule
from wilks.errors import InvalidValueError, did_you_mean


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """One way of reading and writing HS3.

    Args:
        name: ``"spec"``, ``"roofit"`` or ``"pyhs3"``.
        rules: How components are read and written.
        packages: Packages (lower case) that write it, as named in ``metadata.packages``.
        written_as: The dialect in which a document of this one is saved.
        hs3_version: The version it states when written.
        binned_evaluation: A continuous density meets binned data at the bin ``"centre"``, or
            its ``"integral"`` over the bin does.
        clip_yields: Whether sums of HistFactory yields are clipped at zero.
    """

    name: str
    rules: tuple[Rule, ...]
    packages: frozenset[str] = frozenset()
    written_as: str
    hs3_version: str
    binned_evaluation: str = "integral"
    clip_yields: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        # Rules hold functions made on the way; the name says it all.
        return dialect_named, (self.name,)


SPEC = Dialect(name="spec", rules=rules.SPEC, written_as="spec", hs3_version="0.2.9")
ROOFIT = Dialect(
    name="roofit",
    rules=rules.ROOFIT,
    packages=frozenset({"root", "roofit"}),
    written_as="roofit",
    hs3_version="0.2",
    binned_evaluation="centre",
    clip_yields=True,
)
PYHS3 = Dialect(
    name="pyhs3",
    rules=rules.PYHS3,
    packages=frozenset({"pyhs3"}),
    written_as="spec",
    hs3_version="0.2.9",
)
DIALECTS: Mapping[str, Dialect] = MappingProxyType({d.name: d for d in (SPEC, ROOFIT, PYHS3)})


def dialect_named(name: str) -> Dialect:
    """Return a dialect.

    Raises:
        InvalidValueError: If there is none of that name.
    """
    if name not in DIALECTS:
        known = ", ".join(DIALECTS)
        hint = did_you_mean(name, DIALECTS)
        raise InvalidValueError(f"unknown HS3 dialect {name!r}, expected one of {known}{hint}")
    return DIALECTS[name]


def detect_dialect(source: Mapping[str, object]) -> Dialect:
    """Tell the dialect of a document from what it says of itself.

    ``misc.wilks.dialect`` decides where wilks converted a file; else the packages that wrote
    it do. ROOT states version "0.2" whatever it writes, so the version tells nothing.
    """
    marked = wilks_notes(source).get("dialect")
    if isinstance(marked, str) and marked in DIALECTS:
        return DIALECTS[marked]
    metadata = source.get("metadata")
    packages = metadata.get("packages") if isinstance(metadata, Mapping) else None
    listed = packages if isinstance(packages, (list, tuple)) else ()
    names = {str(p.get("name")).lower() for p in listed if isinstance(p, Mapping)}
    return next((d for d in (ROOFIT, PYHS3) if d.packages & names), SPEC)


def wilks_notes(source: Mapping[str, object]) -> Mapping[str, object]:
    """Return ``misc.wilks``: what HS3 cannot say, but wilks has to remember."""
    misc = source.get("misc")
    notes = misc.get("wilks") if isinstance(misc, Mapping) else None
    return notes if isinstance(notes, Mapping) else {}


def canonical(
    component: Mapping[str, object], dialect: Dialect, names: Collection[str] = frozenset()
) -> dict[str, object]:
    """Read a distribution or function into the canonical spelling.

    Args:
        component: The object as it stands in the document.
        dialect: The dialect of the document.
        names: Names that the document defines; a numeric text that is one of them is no number.
    """
    fields = component
    for rule in dialect.rules:
        fields = rule.reading(fields)
    return numbers_for_numeric_texts(fields, names)


def localise(component: Mapping[str, object], dialect: Dialect) -> dict[str, object]:
    """Write a canonical distribution or function in a dialect."""
    fields = component
    for rule in reversed(dialect.rules):
        fields = rule.writing(fields)
    return dict(fields)
