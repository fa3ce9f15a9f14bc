"""What can be lowered, and how any such object splits into structure, array leaves and children.

The rule is one: **floats and arrays are leaves, everything else is structure**. Two objects that differ in leaves only
(start values, constants, data, limits) share one compiled program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

import numpy as np

from wilks.typing import Array, Tensor


class Symbol(Protocol):
    """A named leaf: its value comes from the parameter point or from a column of data."""

    @property
    def is_symbol(self) -> Literal[True]: ...
    @property
    def name(self) -> str: ...
    @property
    def limits(self) -> tuple[float, float]: ...


class Lowerable(Protocol):
    """A node of a model: immutable facts about itself, and a pure static function that gives its value."""

    is_symbol: ClassVar[Literal[False]]
    opens_frame: ClassVar[bool]
    """Whether the node evaluates its children in frames of its own (a channel with its data)."""

    def lowering_fields(self) -> Mapping[str, Any]:
        """Return the facts by name: nodes, floats, arrays, tuples of these, or static values."""

    @staticmethod
    def evaluate(frame: Any, node: int) -> Tensor:
        """Return the value of a node in a frame; its fields there hold tokens in place of nodes and leaves."""


@dataclass(frozen=True)
class Name:
    """The name of a symbol, where a node refers to it without holding it."""

    name: str


@dataclass(frozen=True, eq=False)
class Rows:
    """Columns of equal length over which a loss is a sum; they may be split over cores."""

    columns: tuple[Array, ...]
    weights: Array | None

    def __len__(self) -> int:
        return len(self.columns[0])


@dataclass(frozen=True)
class Child:
    """Stands for another node."""

    index: int


@dataclass(frozen=True)
class Scalar:
    """Stands for a float, by its place in the vector of all of them."""

    index: int


@dataclass(frozen=True)
class ArrayLeaf:
    """Stands for an array."""

    index: int


@dataclass(frozen=True)
class RowsLeaf:
    """Stands for the columns of a data set."""

    index: int
    weighted: bool


@dataclass(frozen=True)
class Slot:
    """Stands for a symbol."""

    index: int


Fields: TypeAlias = Mapping[str, Any]
"""Field name to token, static value, or a tuple of these."""


def is_symbol(value: object) -> bool:
    """Return whether a value is a symbol; asked so often that a structural check would show."""
    return getattr(value, "is_symbol", None) is True


def is_node(value: object) -> bool:
    """Return whether a value is a symbol or another node."""
    return getattr(value, "is_symbol", None) is not None


def replace_leaves(value: Any, token: Callable[[Any], Any]) -> Any:
    """Return ``value`` with every node and leaf inside nested tuples replaced by its token."""
    if isinstance(value, tuple):
        return tuple(replace_leaves(item, token) for item in value)
    if isinstance(value, (float, np.ndarray, Rows, Name)) or is_node(value):
        return token(value)
    return value


def children_of(node: object) -> Iterator[Any]:
    """Yield the nodes that a node holds directly."""
    if is_symbol(node):
        return
    pending: list[Any] = list(reversed(list(node.lowering_fields().values())))  # type: ignore[attr-defined]
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending.extend(reversed(value))
        elif is_node(value):
            yield value


def postorder(roots: Iterable[object]) -> list[Any]:
    """Return every node below the roots once, children before parents, without recursion."""
    order: list[Any] = []
    seen: set[int] = set()
    stack: list[tuple[Any, bool]] = [(root, False) for root in reversed(list(roots))]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(list(children_of(node))))
    return order
