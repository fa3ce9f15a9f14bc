"""From the components of a document to objects, for given observables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wilks.documents.hs3.nodes import Component, Document
from wilks.documents.order import reference_order
from wilks.documents.pointer import child
from wilks.errors import (
    DocumentError,
    InvalidValueError,
    WilksError,
)
from wilks.fields import Field, declared_fields
from wilks.parameter import Parameter
from wilks.registry import Registry
from wilks.serialization.hs3.integer_division import warn_of_integer_division
from wilks.serialization.hs3.points import StartPoint
from wilks.serialization.hs3.references import Reference, class_of, known_names, missing, references_of
from wilks.space import Space

Observables = Mapping[str, Space]


@dataclass(frozen=True, eq=False)
class Builder:
    """Builds objects by name; what does not depend on an observable is built once for all channels.

    Args:
        document: The document.
        registry: Where the classes of types are looked up.
        start: Values and limits of its parameters.
    """

    document: Document
    registry: Registry
    start: StartPoint
    _built: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False)
    _references: dict[str, tuple[Reference, ...]] = field(default_factory=dict, init=False)
    # Which parameters and observables each component depends on, as a set of bits: long chains of sums stay small.
    _depends: dict[str, int] = field(default_factory=dict, init=False)
    _bits: dict[str, int] = field(default_factory=dict, init=False)
    _variates: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False)

    def build(self, name: str, observables: Observables, given: Mapping[str, float] | None = None) -> Any:
        """Return a distribution, function, parameter or observable.

        Args:
            name: Its name.
            observables: The names that are observables here, with their ranges.
            given: Names that are observed numbers here, in place of parameters.

        Raises:
            DocumentError: If it cannot be built.
        """
        given = given or {}
        self._learn(name)
        # Iterative, so that chains of any length can be built.
        pending = [name]
        while pending:
            current = pending[-1]
            if not self._waits(current, observables, given):
                pending.pop()
                continue
            below = [r.name for r in self._references[current] if self._waits(r.name, observables, given)]
            if below:
                pending.extend(reversed(below))
            else:
                self._built[self._key(current, observables, given)] = self._component(current, observables, given)
        return self._resolve(name, observables, given)

    @cached_property
    def _known(self) -> frozenset[str]:
        return known_names(self.document)

    def component(self, name: str) -> Component | None:
        """Return the component of a name, if it is one."""
        return self.document.distributions.get(name) or self.document.functions.get(name)

    def variates(self, name: str) -> tuple[str, ...]:
        """Return the names that stand where observables do in a distribution and those it is made of."""
        self._learn(name)
        return self._variates.get(name, ())

    def _waits(self, name: str, observables: Observables, given: Mapping[str, float]) -> bool:
        """Tell whether a name is a component that is still to be built."""
        return self.component(name) is not None and self._key(name, observables, given) not in self._built

    def _learn(self, name: str) -> None:
        """Find out what a name and all below it refer to; what is known already is not looked at again."""
        graph: dict[str, list[str]] = {}
        pending = [name]
        while pending:
            current = pending.pop()
            component = self.component(current)
            if component is None or current in graph or current in self._depends:
                continue
            if current not in self._references:
                self._references[current] = self._references_of(component)
            graph[current] = [r.name for r in self._references[current]]
            pending.extend(graph[current])
        for current in reference_order(graph, {n: c.pointer for n in graph if (c := self.component(n))}):
            depends = 0
            variates: dict[str, None] = {}
            for reference in self._references[current]:
                below = reference.name
                if self.component(below):
                    depends |= self._depends[below]
                    variates.update(dict.fromkeys(self._variates[below]))
                else:
                    depends |= self._bits.setdefault(below, 1 << len(self._bits))
                    variates.update({below: None} if reference.variate else {})
            self._depends[current] = depends
            self._variates[current] = tuple(variates)

    def _references_of(self, component: Component) -> tuple[Reference, ...]:
        cls = class_of(component, self.document, self.registry)
        references = tuple(references_of(component, cls))
        for reference in references:
            if problem := missing(reference, self.document, self._known):
                raise problem
        if self.document.dialect.name == "roofit":
            warn_of_integer_division(component, cls)
        return references

    def _key(self, name: str, observables: Observables, given: Mapping[str, float]) -> tuple[Any, ...]:
        depends = self._depends[name]
        return (
            name,
            tuple((n, observables[n].axes) for n in sorted(observables) if depends & self._bits.get(n, 0)),
            tuple((n, given[n]) for n in sorted(given) if depends & self._bits.get(n, 0)),
        )

    def _component(self, name: str, observables: Observables, given: Mapping[str, float]) -> Any:
        component = self.component(name)
        assert component is not None
        cls = class_of(component, self.document, self.registry)

        def resolve(reference: str, pointer: str) -> Any:
            return self._resolve(reference, observables, given, pointer)

        arguments = {
            f.name: _value(f, component.fields[f.name], f.depth, component, (f.name,), resolve)
            for f in declared_fields(cls)
            if f.name in component.fields
        }
        bound = {r.name: r.pointer for r in self._references[name]}
        bindings = [f.name for f in declared_fields(cls) if f.kind.role == "bindings"]
        arguments |= {key: {n: resolve(n, pointer) for n, pointer in bound.items()} for key in bindings}
        try:
            return cls(**arguments, name=name)
        except DocumentError:
            raise
        except WilksError as error:
            raise InvalidValueError(str(error), pointer=component.pointer) from error

    def _resolve(self, name: str, observables: Observables, given: Mapping[str, float], pointer: str = "") -> Any:
        if self.component(name) is not None:
            return self._built[self._key(name, observables, given)]
        if name in given:
            return Parameter(name, given[name], fixed=True)
        if name in observables:
            return observables[name]
        return self.start.parameter(name, pointer)


def _value(
    field: Field,
    entry: Any,
    depth: int,
    component: Component,
    place: tuple[str | int, ...],
    resolve: Callable[[str, str], Any],
) -> Any:
    """Return what a field of a component stands for, with objects in place of names."""
    if depth:
        return tuple(_value(field, item, depth - 1, component, (*place, i), resolve) for i, item in enumerate(entry))
    if isinstance(entry, str) and field.kind.role in ("real", "observable", "node"):
        return resolve(entry, child(component.pointer, *place))
    if field.kind.role == "observable":  # a number among the variates was observed, and is fixed
        return Parameter("_".join(map(str, (component.name, *place))), entry, fixed=True)
    return entry
