"""What the distributions and functions of a document refer to, by the declared fields of their classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wilks.documents.hs3.nodes import Component, Document
from wilks.documents.order import reference_order
from wilks.documents.pointer import child
from wilks.errors import DocumentError, ExpressionError, InvalidValueError, UnknownNameError, did_you_mean
from wilks.expression.parser import parse
from wilks.fields import Field, declared_fields
from wilks.pdf import PDF
from wilks.registry import Registry


@dataclass(frozen=True)
class Reference:
    """A name in a field.

    Args:
        name: The name referred to.
        to_distribution: Whether it must be a distribution.
        variate: Whether it stands where an observable does.
        pointer: Where it stands.
    """

    name: str
    to_distribution: bool
    variate: bool
    pointer: str


def class_of(component: Component, document: Document, registry: Registry) -> Any:
    """Return the class that implements a component.

    Raises:
        UnknownTypeError: If no plugin provides its type.
    """
    pointer = child(component.pointer, "type")
    if component.name in document.distributions:
        return registry.distribution(component.type, pointer=pointer)
    return registry.function(component.type, pointer=pointer)


def references_of(component: Component, cls: Any) -> Iterator[Reference]:
    """Yield what a component refers to.

    Raises:
        InvalidValueError: If a required key is missing or a value has the wrong kind.
    """
    for field in declared_fields(cls):
        pointer = child(component.pointer, field.name)
        if field.kind.role == "bindings":
            continue  # the expression beside it names them
        if field.name not in component.fields:
            if field.required:
                raise InvalidValueError(
                    f"{component.type} {component.name!r} needs the key {field.name!r}"
                    f"{did_you_mean(field.name, component.fields)}",
                    pointer=component.pointer,
                )
            continue
        yield from _names(component.fields[field.name], field, field.depth, pointer)


def problems(document: Document, registry: Registry) -> Iterator[DocumentError]:
    """Yield what is wrong inside distributions and functions: unknown types and names, missing keys, cycles."""
    graph: dict[str, list[str]] = {}
    components = {**document.functions, **document.distributions}
    known = known_names(document)
    for component in components.values():
        try:
            references = list(references_of(component, class_of(component, document, registry)))
        except DocumentError as error:
            yield error
            continue
        graph[component.name] = [reference.name for reference in references]
        for reference in references:
            if problem := missing(reference, document, known):
                yield problem
    try:
        reference_order(graph, {name: component.pointer for name, component in components.items()})
    except DocumentError as error:
        yield error


def known_names(document: Document) -> frozenset[str]:
    """Return every name that a document gives a meaning, in any section."""
    names = {*document.distributions, *document.functions}
    for point in document.parameter_points.values():
        names.update(point.parameters)
    for domain in document.domains.values():
        names.update(domain.axes)
    for node in document.data.values():
        names.update(axis.name for axis in node.axes)
    return frozenset(names)


def missing(reference: Reference, document: Document, known: frozenset[str]) -> UnknownNameError | None:
    """Return the error of a reference to what is not there; None if it is."""
    if reference.to_distribution and reference.name not in document.distributions:
        near = did_you_mean(reference.name, document.distributions)
        return UnknownNameError(f"there is no distribution {reference.name!r}{near}", pointer=reference.pointer)
    # A variate needs no definition: inline data may be all that is known of it.
    if reference.name not in known and not reference.variate:
        near = did_you_mean(reference.name, known)
        return UnknownNameError(
            f"{reference.name!r} is no function, parameter or observable of the document{near}",
            pointer=reference.pointer,
        )
    return None


def _names(value: Any, field: Field, depth: int, pointer: str) -> Iterator[Reference]:
    if depth:
        if not isinstance(value, (list, tuple)):
            raise InvalidValueError(f"expected an array, got {value!r}", pointer=pointer)
        for index, item in enumerate(value):
            yield from _names(item, field, depth - 1, child(pointer, index))
        return
    match field.kind.role:
        case "expression":
            yield from (Reference(name, False, False, pointer) for name in _symbols(value, pointer))
        case "node":
            yield Reference(_name(value, field, pointer), issubclass(field.type, PDF), False, pointer)
        case "static":
            _check_static(value, field, pointer)
        case role if isinstance(value, str):
            yield Reference(value, False, role == "observable", pointer)
        case _:
            _check_number(value, pointer)


def _check_static(value: Any, field: Field, pointer: str) -> None:
    if field.type in (str, bool, int) and type(value) is not field.type:
        raise InvalidValueError(f"expected {field.type.__name__}, got {value!r}", pointer=pointer)


def _check_number(value: Any, pointer: str) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidValueError(f"expected a number or a name, got {value!r}", pointer=pointer)


def _name(value: Any, field: Field, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidValueError(f"expected the name of a {field.type.__name__}, got {value!r}", pointer=pointer)
    return value


def _symbols(text: Any, pointer: str) -> tuple[str, ...]:
    if not isinstance(text, str):
        raise InvalidValueError(f"expected an expression, got {text!r}", pointer=pointer)
    try:
        return parse(text).symbols
    except ExpressionError as error:
        raise InvalidValueError(str(error), pointer=pointer) from error
