"""A workspace: what a file describes, by name, built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from wilks.binned_data import BinnedData
from wilks.data import Data
from wilks.documents.hs3.nodes import AnalysisNode, Document
from wilks.documents.hs3.read import parse
from wilks.errors import ModelError, ParameterError, UnknownNameError, did_you_mean
from wilks.evaluation import number
from wilks.func import Func
from wilks.loss.nll import NLL
from wilks.parameter import Parameter
from wilks.pdf import PDF
from wilks.point import Point, values_of
from wilks.registry import Registry, installed
from wilks.serialization.hs3.read import Reader
from wilks.symbols import Symbols, symbols_of

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class LazyMapping(Mapping[str, T], Generic[T]):
    """Named things that are built at first access, once."""

    kind: str
    names: tuple[str, ...]
    build: Callable[[str], T]

    @cached_property
    def _built(self) -> dict[str, T]:
        return {}

    def __getitem__(self, name: str) -> T:
        if name not in self.names:
            raise UnknownNameError(f"no {self.kind} {name!r} in the document{did_you_mean(name, self.names)}")
        if name not in self._built:
            self._built[name] = self.build(name)
        return self._built[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self.names))}}}"


@dataclass(frozen=True, eq=False)
class WorkspaceFunction:
    """A function of a document, to be evaluated at a point that may name anything that the document knows.

    Args:
        name: Its name in the document.
        func: The function.
        known: Names that a point may have.
    """

    name: str
    func: Func
    known: frozenset[str]

    def __call__(self, params: Point = None) -> float:
        """Return the value at a point; parameters that it does not name take their start values.

        Raises:
            ParameterError: If a name is unknown, a value is not a number, or an observable has none.
        """
        given = values_of(params, dict.fromkeys(self.known))
        for name in given:
            if name not in self.known:
                raise ParameterError(f"no parameter {name!r} in the document{did_you_mean(str(name), self.known)}")
        symbols = symbols_of([self.func])
        for name in symbols.observables:
            if name not in given:
                raise ParameterError(f"{self.name!r} depends on the observable {name!r}: give its value")
        checked = Symbols({name: Parameter(name, 0.0) for name in given}, {}).point(given)
        return number(self.func, {**symbols.point(None), **checked})


@dataclass(frozen=True, eq=False, repr=False)
class Workspace:
    """What a document describes.

    Args:
        document: The document; what it holds beyond the objects below is kept when it is saved.
        registry: Where the classes of types are looked up.
    """

    document: Document
    registry: Registry

    @cached_property
    def likelihoods(self) -> Mapping[str, NLL]:
        """Likelihoods by name."""
        return LazyMapping("likelihood", tuple(self.document.likelihoods), self._reader.likelihood)

    @property
    def likelihood(self) -> NLL:
        """The likelihood, if there is exactly one.

        Raises:
            ModelError: If there are none or several.
        """
        if len(self.likelihoods) != 1:
            raise ModelError(f"the document has {len(self.likelihoods)} likelihoods: take one of {self.likelihoods!r}")
        return next(iter(self.likelihoods.values()))

    @cached_property
    def distributions(self) -> Mapping[str, PDF]:
        """Distributions by name, over the ranges of the data's axes."""
        return LazyMapping("distribution", tuple(self.document.distributions), self._reader.distribution)

    @cached_property
    def functions(self) -> Mapping[str, WorkspaceFunction]:
        """Functions by name, to be called with a parameter point."""

        def build(name: str) -> WorkspaceFunction:
            return WorkspaceFunction(name, self._reader.function(name), self._known)

        return LazyMapping("function", tuple(self.document.functions), build)

    @cached_property
    def data(self) -> Mapping[str, Data | BinnedData | float]:
        """Data sets by name; point data are numbers."""
        return LazyMapping("data set", tuple(self.document.data), self._reader.data)

    @property
    def analyses(self) -> Mapping[str, AnalysisNode]:
        """What the document suggests to do."""
        return self.document.analyses

    @cached_property
    def parameter_points(self) -> Mapping[str, Mapping[str, float]]:
        """Named values of parameters."""
        points = self.document.parameter_points.values()
        return {point.name: {name: node.value for name, node in point.parameters.items()} for point in points}

    def with_point(self, name: str, point: Point) -> Workspace:
        """Return the workspace with a parameter point added, such as a best fit; one of that name is replaced."""
        values = values_of(point, dict.fromkeys(self._known))
        fixed = set(getattr(point, "fixed", ()))
        parameters = [{"name": n, "value": v, **({"const": True} if n in fixed else {})} for n, v in values.items()]
        source = dict(self.document.source)
        others = [entry for entry in _entries(source.get("parameter_points")) if entry.get("name") != name]
        source["parameter_points"] = [*deepcopy(others), {"name": name, "parameters": parameters}]
        return workspace_of(source, registry=self.registry, dialect=self.document.dialect.name)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self.document, self.registry)

    @cached_property
    def _known(self) -> frozenset[str]:
        from_points = (name for point in self.document.parameter_points.values() for name in point.parameters)
        from_domains = (name for domain in self.document.domains.values() for name in domain.axes)
        from_data = (axis.name for node in self.document.data.values() for axis in node.axes)
        return frozenset([*from_points, *from_domains, *from_data])

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.document,)

    def __repr__(self) -> str:
        parts = {
            "likelihoods": self.document.likelihoods,
            "distributions": self.document.distributions,
            "functions": self.document.functions,
            "data": self.document.data,
        }
        counts = ", ".join(f"{len(names)} {kind}" for kind, names in parts.items())
        return f"Workspace({self.document.dialect.name} HS3 {self.document.metadata.hs3_version}: {counts})"


def workspace_of(source: object, *, registry: Registry | None = None, dialect: str | None = None) -> Workspace:
    """Return the workspace of a parsed HS3 document.

    Raises:
        DocumentError: If the document is not acceptable.
    """
    return Workspace(parse(source, dialect=dialect), registry or installed())


def _unpickle(document: Document) -> Workspace:
    return Workspace(document, installed())


def _entries(value: Any) -> Iterable[Mapping[str, Any]]:
    return value if isinstance(value, (list, tuple)) else ()
