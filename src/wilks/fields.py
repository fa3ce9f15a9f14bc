"""The declared fields of distributions and functions: what kind of value each takes, and its conversion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from wilks.errors import ExpressionError, ModelError, ParameterError, did_you_mean
from wilks.expression.parser import parse
from wilks.expression.syntax import Expression
from wilks.func import Func, Node, as_operand
from wilks.parameter import Parameter
from wilks.space import Space


@dataclass(frozen=True)
class Kind:
    """What a field holds, and whether its numbers must be positive.

    Args:
        role: ``observable``, ``real``, ``expression``, ``bindings``, ``node`` or ``static``.
        positive: Whether numbers must be above zero.
    """

    role: str
    positive: bool = False


Observable: TypeAlias = Annotated[Func, Kind("observable")]
"""What a density is a density of: a Space; in a constraint a Parameter or Func."""

Real: TypeAlias = Annotated[Func | float, Kind("real")]
"""A number, Parameter or Func."""

Positive: TypeAlias = Annotated[Func | float, Kind("real", positive=True)]
"""A Real above zero; a parameter's limits are narrowed to that in a fit."""


Formula: TypeAlias = Annotated[Expression | str, Kind("expression")]
"""A generic expression of HS3; text is parsed."""

Bindings: TypeAlias = Annotated[tuple[tuple[str, Func | float], ...], Kind("bindings")]
"""What the symbols of the expression beside it stand for: a mapping, or parameters and spaces of these names."""


@dataclass(frozen=True)
class Field:
    """A declared field.

    Args:
        name: Its name, which is its HS3 key.
        kind: What it holds.
        depth: 0 for a single value, 1 for a tuple, 2 for a tuple of tuples.
        required: Whether it must be given.
        type: The Python type of a static field, or the base class of a node.
    """

    name: str
    kind: Kind
    depth: int
    required: bool
    type: Any


@cache
def declared_fields(cls: type) -> tuple[Field, ...]:
    """Return the declared fields of a PDF or Func class, without its label ``name``.

    Raises:
        ModelError: If an annotation is none that a field may have.
    """
    if not hasattr(cls, "__dataclass_fields__"):
        raise ModelError(f"{cls.__name__} must be a dataclass: decorate it with @dataclass(frozen=True, kw_only=True)")
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise ModelError(f"an annotation of {cls.__name__} cannot be read (NameError: {error})") from None
    return tuple(
        _field(cls, item.name, hints[item.name], required=item.default is MISSING and item.default_factory is MISSING)
        for item in fields(cls)
        if item.name != "name" and item.init
    )


def convert_fields(node: Node, owner: str) -> None:
    """Check and convert the values a node was built with, in place: the last step of its construction.

    Raises:
        ModelError: If a value has the wrong type.
        ParameterError: If a number or start value that must be positive is not.
    """
    for field in declared_fields(_class_of(node)):
        value = getattr(node, field.name)
        if value is not None or field.required:
            object.__setattr__(node, field.name, _convert(field, value, field.depth, owner))


def check_bindings(expression: Expression | str, bindings: Iterable[tuple[str, Any]], owner: str) -> None:
    """Check that bindings are those of the symbols of an expression, each once.

    Raises:
        ExpressionError: If a symbol is not bound.
        ModelError: If a name is not a symbol, or bound twice.
    """
    expression = parse(expression) if isinstance(expression, str) else expression
    names = [name for name, _ in bindings]
    for name in expression.symbols:
        if name not in names:
            raise ExpressionError(
                f"{owner}: {name!r} in {expression.text!r} is not among its variables{did_you_mean(name, names)}"
            )
    for name in names:
        if name not in expression.symbols:
            near = did_you_mean(name, expression.symbols)
            raise ModelError(f"{owner}: the variable {name!r} is not in {expression.text!r}{near}")
        if names.count(name) > 1:
            raise ModelError(f"{owner}: the variable {name!r} is given twice")


def check_limits(observables: Iterable[Any], owner: str) -> None:
    """Check that observables, or parameters in their place, have finite limits.

    Raises:
        ModelError: If one has not.
    """
    for observable in observables:
        limits = observable.limits if observable.is_symbol else None
        if limits is None or not all(map(isfinite, limits)):
            raise ModelError(f"{owner} needs an observable with finite limits, got {observable!r}")


def positive_parameters(node: Any) -> list[Parameter]:
    """Return the parameters that stand directly in positive fields of a node."""
    if not isinstance(node, Node) or node.is_symbol or not hasattr(type(node), "__dataclass_fields__"):
        return []
    found: list[Parameter] = []
    for field in declared_fields(_class_of(node)):
        if field.kind.positive:
            values = getattr(node, field.name)
            found += [v for v in (values if isinstance(values, tuple) else (values,)) if isinstance(v, Parameter)]
    return found


def _field(cls: type, name: str, hint: Any, *, required: bool) -> Field:
    depth = 0
    while True:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, UnionType) and NoneType in arguments:
            hint = Union[tuple(a for a in arguments if a is not NoneType)]  # noqa: UP007 (built at run time)
        elif origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
            hint, depth = arguments[0], depth + 1
        else:
            break
    if origin is Annotated and isinstance(arguments[1], Kind):
        return Field(name, arguments[1], depth, required, None)
    if isinstance(hint, type) and issubclass(hint, Node):
        return Field(name, Kind("node"), depth, required, hint)
    if hint in (str, bool, int) or not isinstance(hint, type) or hint.__module__.startswith("wilks"):
        return Field(name, Kind("static"), depth, required, hint)
    raise ModelError(
        f"{cls.__name__}.{name}: a field is annotated with wilks.Observable, wilks.Real, wilks.Positive, a PDF or "
        f"Func, str, bool or int, or a tuple of these; got {hint!r}"
    )


def _convert(field: Field, value: Any, depth: int, owner: str) -> Any:
    if depth:
        return tuple(_convert(field, item, depth - 1, owner) for item in _items(field, value, owner))
    match field.kind.role:
        case "static":
            return value
        case "expression":
            return _expression(field, value, owner)
        case "bindings":
            return _bindings(value, owner)
        case "node" if not isinstance(value, field.type):
            raise ModelError(f"{field.name!r} of {owner} must be a {field.type.__name__}, got {value!r}")
        case "node":
            return value
        case "observable" if not isinstance(value, Func):
            raise ModelError(
                f"{field.name!r} of {owner} must be a Space (or, in a constraint, a Parameter or Func), got {value!r}"
            )
    return _operand(field, value, owner)


def _items(field: Field, value: Any, owner: str) -> Iterable[Any]:
    if field.kind.role == "observable" and isinstance(value, Func):
        return value if isinstance(value, Space) else (value,)
    if isinstance(value, (str, Mapping, Func)) or not hasattr(value, "__iter__"):
        raise ModelError(f"{field.name!r} of {owner} must be a sequence, got {value!r}")
    return value  # type: ignore[no-any-return]


def _expression(field: Field, value: Any, owner: str) -> Expression:
    expression = parse(value) if isinstance(value, str) else value
    if not isinstance(expression, Expression):
        raise ModelError(f"{field.name!r} of {owner} must be an expression, got {value!r}")
    return expression


def _operand(field: Field, value: Any, owner: str) -> Func | float:
    operand = as_operand(value)
    if operand is None:
        raise ModelError(f"{field.name!r} of {owner} must be a number, Parameter or Func, got {value!r}")
    if isinstance(operand, Space) and len(operand) != 1:
        raise ModelError(f"{field.name!r} of {owner} must be one-dimensional, got {operand}")
    number = operand if isinstance(operand, float) else operand.value if isinstance(operand, Parameter) else None
    if isinstance(number, float) and not isfinite(number):
        raise ModelError(f"{field.name!r} of {owner} must be finite, got {number}")
    if isinstance(number, float) and field.kind.positive and number <= 0:
        source = f" (start value of {operand.name!r})" if isinstance(operand, Parameter) else ""
        raise ParameterError(f"{field.name!r} of {owner} must be > 0, got {number:g}{source}")
    return operand


def _bindings(value: Any, owner: str) -> tuple[tuple[str, Func | float], ...]:
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        pairs = [item if isinstance(item, tuple) else (getattr(item, "name", None), item) for item in value]
    bound = [(name, as_operand(item)) for name, item in pairs]
    for (name, operand), (_, item) in zip(bound, pairs, strict=True):
        if not isinstance(name, str) or operand is None:
            raise ModelError(f"the variables of {owner} are named numbers, Parameters, Spaces or Funcs, got {item!r}")
    return tuple((name, operand) for name, operand in bound if operand is not None)


def _class_of(node: Node) -> Any:
    return type(node)
