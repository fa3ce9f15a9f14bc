"""Arithmetic between parameters as a generic expression, and expressions with other names in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import wilks.numpy as wnp
from wilks.compile.lowerable import children_of
from wilks.errors import ModelError
from wilks.expression.parser import parse
from wilks.expression.tokens import tokenize
from wilks.func import Composed, Difference, Func, Multiplication, Power, Quotient, Sum

_OPERATORS: dict[type, tuple[str, str, str]] = {
    Sum: ("left", "+", "right"),
    Difference: ("left", "-", "right"),
    Multiplication: ("left", "*", "right"),
    Quotient: ("left", "/", "right"),
    Power: ("base", "^", "exponent"),
}

_CALLS = ("exp", "log", "sqrt", "abs", "sin", "cos", "tan", "minimum", "maximum", "power", "arcsin", "arccos", "arctan")
_HS3_NAMES = {
    "minimum": "min", "maximum": "max", "power": "pow", "arcsin": "asin", "arccos": "acos", "arctan": "atan"
}  # fmt: skip


def is_arithmetic(node: object) -> bool:
    """Return whether a node is an arithmetic operation, which has no HS3 type of its own."""
    return type(node) in _OPERATORS or isinstance(node, Composed)


def formula(root: Func, name_of: Callable[[Any], str | None]) -> str:
    """Return the expression of an arithmetic node.

    Args:
        root: The node.
        name_of: Name of a node that the expression refers to; None for one that it spells out.

    Raises:
        ModelError: If the expression would need a Python callable, or a name that expressions cannot have.
    """
    texts: dict[int, str] = {}

    def text(value: Any) -> str:
        if isinstance(value, (int, float)):
            return repr(value) if value >= 0 else f"({value!r})"
        if (name := name_of(value)) is not None:
            return _checked(name)
        return texts[id(value)]

    for node in _inner(root, name_of):
        if isinstance(node, Composed):
            texts[id(node)] = f"{_function(node)}({', '.join(text(a) for a in node.arguments)})"
        else:
            left, operator, right = _OPERATORS[type(node)]
            texts[id(node)] = f"({text(getattr(node, left))} {operator} {text(getattr(node, right))})"
    written = texts[id(root)]
    return written if isinstance(root, Composed) else written[1:-1]


def rename(expression: str, names: Mapping[str, str]) -> str:
    """Return an expression with other names, or numbers, in place of its symbols."""
    pieces, end = [], 0
    for token in tokenize(expression):
        if token.kind == "name" and token.text in names:
            pieces += [expression[end : token.position], names[token.text]]
            end = token.position + len(token.text)
    return "".join([*pieces, expression[end:]])


def _inner(root: Func, name_of: Callable[[Any], str | None]) -> list[Any]:
    """Return the nodes that the expression spells out, children before parents."""
    order: list[Any] = []
    stack: list[tuple[Any, bool]] = [(root, False)]
    seen: set[int] = set()
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in children_of(node) if name_of(child) is None)
    return order


def _function(node: Composed) -> str:
    for name in _CALLS:
        if node.function is getattr(wnp, name):
            return _HS3_NAMES.get(name, name)
    raise ModelError(
        f"HS3 cannot hold the Python function {getattr(node.function, '__name__', node.function)!r} given to compose: "
        f"write it as a GenericFunc, or as a function type of a plugin"
    )


def _checked(name: str) -> str:
    try:
        plain = parse(name).symbols == (name,)
    except ValueError:
        plain = False
    if not plain:
        raise ModelError(f"the name {name!r} cannot stand in an HS3 expression: use letters, digits and underscores")
    return name
