"""The typed values of an HS3 document.

They are views of the parsed ``source``, which a :class:`Document` keeps verbatim, so that keys
that wilks does not know survive a round trip. Names end in ``Node`` where a mathematical object
of the same name exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

from wilks.documents.hs3.dialect import Dialect
from wilks.typing import Array


@dataclass(frozen=True, kw_only=True)
class MetadataNode:
    """What a file says of its making."""

    hs3_version: str
    packages: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A distribution or function, in the canonical spelling (see ``dialect``).

    Args:
        name: Name of the object.
        type: Its HS3 type.
        fields: Every other key; values are plain (numbers, names, lists, objects).
        pointer: Where it stands in the source.
    """

    name: str
    type: str
    fields: Mapping[str, object]
    pointer: str


@dataclass(frozen=True, kw_only=True, eq=False)
class AxisNode:
    """An axis of data: an observable with its range and, for binned data, its bins.

    Args:
        name: Name of the observable.
        min: Lower limit; None if the file does not say (then the default domain does).
        max: Upper limit, likewise.
        nbins: Number of bins; None where the axis is not binned.
        edges: Bin edges; None where the axis is not binned or its bins are of equal width.
    """

    name: str
    min: float | None = None
    max: float | None = None
    nbins: int | None = None
    edges: Array | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class UnbinnedNode:
    """Unbinned data: ``entries[i, j]`` is the value of event i on axis j."""

    name: str
    axes: tuple[AxisNode, ...]
    entries: Array
    weights: Array | None = None
    uncertainties: Array | None = None
    pointer: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class BinnedNode:
    """Binned data; ``contents`` has one dimension per axis."""

    name: str
    axes: tuple[AxisNode, ...]
    contents: Array
    uncertainties: Array | None = None
    correlation: Array | None = None
    pointer: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PointNode:
    """The measurement of one number."""

    name: str
    value: float
    uncertainty: float | None = None
    axes: tuple[AxisNode, ...] = ()
    pointer: str = ""


DataNode: TypeAlias = UnbinnedNode | BinnedNode | PointNode


@dataclass(frozen=True, kw_only=True)
class LikelihoodNode:
    """Pairs of distributions and data; inline observations are numbers."""

    name: str
    distributions: tuple[str, ...] = ()
    data: tuple[str | float, ...] = ()
    aux_distributions: tuple[str, ...] = ()
    pointer: str = ""


@dataclass(frozen=True, kw_only=True)
class DomainAxis:
    """The range of one parameter or variable."""

    name: str
    min: float = -inf
    max: float = inf


@dataclass(frozen=True, kw_only=True)
class DomainNode:
    """A product of ranges."""

    name: str
    axes: Mapping[str, DomainAxis]
    pointer: str = ""


@dataclass(frozen=True, kw_only=True)
class ParameterNode:
    """The value of a parameter at a point, and what RooFit adds to it."""

    name: str
    value: float
    const: bool = False
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, kw_only=True)
class ParameterPointNode:
    """Named values of parameters."""

    name: str
    parameters: Mapping[str, ParameterNode]
    pointer: str = ""


@dataclass(frozen=True, kw_only=True)
class AnalysisNode:
    """What a file suggests to do with a likelihood."""

    name: str
    likelihood: str
    parameters_of_interest: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    init: str | None = None
    prior: str | None = None
    pointer: str = ""


@dataclass(frozen=True, kw_only=True)
class Document:
    """An HS3 document: named things by section, and the source they are views of.

    Two documents are equal if their sources are and they are read in the same dialect.

    Args:
        source: The parsed file, untouched; what is saved again.
        dialect: How it is read.
        metadata: Version and provenance.
        distributions: Distributions in canonical spelling.
        functions: Functions in canonical spelling.
        data: Data sets.
        likelihoods: Likelihoods.
        domains: Domains.
        parameter_points: Parameter points.
        analyses: Analyses.
        misc: The section ``misc``, as it is.
        extra: Top-level keys that HS3 does not define, as they are.
        binned_evaluation: ``"centre"`` or ``"integral"``: how a continuous density meets bins.
        clip_yields: Whether sums of HistFactory yields are clipped at zero.
    """

    source: Mapping[str, object]
    dialect: Dialect
    metadata: MetadataNode = field(compare=False)
    distributions: Mapping[str, Component] = field(compare=False, default_factory=dict)
    functions: Mapping[str, Component] = field(compare=False, default_factory=dict)
    data: Mapping[str, DataNode] = field(compare=False, default_factory=dict)
    likelihoods: Mapping[str, LikelihoodNode] = field(compare=False, default_factory=dict)
    domains: Mapping[str, DomainNode] = field(compare=False, default_factory=dict)
    parameter_points: Mapping[str, ParameterPointNode] = field(compare=False, default_factory=dict)
    analyses: Mapping[str, AnalysisNode] = field(compare=False, default_factory=dict)
    misc: Mapping[str, object] = field(compare=False, default_factory=dict)
    extra: Mapping[str, object] = field(compare=False, default_factory=dict)
    binned_evaluation: str = field(compare=False, default="integral")
    clip_yields: bool = field(compare=False, default=False)
