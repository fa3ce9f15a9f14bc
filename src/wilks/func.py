"""The lowest contract: a `Func` is a number computed from parameters and observables.

Parameters and observables are its leaves; arithmetic on any of them, and on numbers, builds further Funcs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

import numpy as np

import wilks.numpy as wnp
from wilks.compile.frame import Frame
from wilks.compile.lowerable import postorder
from wilks.errors import ModelError
from wilks.typing import Tensor

Number: TypeAlias = float | int | np.floating[Any] | np.integer[Any]


class Node:
    """A frozen dataclass that is part of a model. Its floats, arrays and nodes are found by their types."""

    is_symbol: ClassVar[bool] = False
    opens_frame: ClassVar[bool] = False

    def lowering_fields(self) -> Mapping[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _LABELS}  # type: ignore[arg-type]

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (_take_apart(self),)


class Func(Node):
    """A number computed from parameters and observables.

    A subclass is a frozen dataclass with a static function ``value`` of its fields' values.
    """

    @classmethod
    def evaluate(cls, frame: Frame, node: int) -> Tensor:
        kernel: Any = cls.value  # type: ignore[attr-defined] # a Parameter has a number there, and is never evaluated
        return kernel(**{name: frame.resolve(token) for name, token in frame.fields(node).items()})

    def __add__(self, other: Operand) -> Func:
        return _binary(Sum, self, other)

    def __radd__(self, other: Operand) -> Func:
        return _binary(Sum, other, self)

    def __sub__(self, other: Operand) -> Func:
        return _binary(Difference, self, other)

    def __rsub__(self, other: Operand) -> Func:
        return _binary(Difference, other, self)

    def __mul__(self, other: Operand) -> Func:
        return _binary(Multiplication, self, other)

    def __rmul__(self, other: Operand) -> Func:
        return _binary(Multiplication, other, self)

    def __truediv__(self, other: Operand) -> Func:
        return _binary(Quotient, self, other)

    def __rtruediv__(self, other: Operand) -> Func:
        return _binary(Quotient, other, self)

    def __pow__(self, other: Operand) -> Func:
        return _binary(Power, self, other)

    def __rpow__(self, other: Operand) -> Func:
        return _binary(Power, other, self)

    def __neg__(self) -> Func:
        return Multiplication(-1.0, self)

    def __pos__(self) -> Func:
        return self

    # NumPy scalars on the left must not broadcast over a Func.
    __array_ufunc__ = None


Operand: TypeAlias = Func | Number


class Arithmetic(Func):
    """An operation that has no name. Chains of any length compare and print without recursion."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Arithmetic):
            return NotImplemented
        keys = _content([self, other])
        return keys[id(self)] == keys[id(other)]

    def __hash__(self) -> int:
        hashes: dict[int, int] = {}
        for node in _operations([self]):
            hashes[id(node)] = hash((type(node), *(hashes.get(id(value), value) for value in _values(node))))
        return hashes[id(self)]

    def __repr__(self) -> str:
        nodes = _operations([self])
        if len(nodes) > _LONGEST_REPR:
            return f"<{type(self).__name__} of {len(nodes)} operations>"
        texts: dict[int, str] = {}
        for node in nodes:
            operands = ", ".join(texts.get(id(value)) or repr(value) for value in _values(node))
            texts[id(node)] = f"{type(node).__name__}({operands})"
        return texts[id(self)]


@dataclass(frozen=True, eq=False, repr=False)
class Sum(Arithmetic):
    """Sum of two operands."""

    left: Func | float
    right: Func | float

    @staticmethod
    def value(left: Tensor, right: Tensor) -> Tensor:
        return left + right


@dataclass(frozen=True, eq=False, repr=False)
class Difference(Arithmetic):
    """Difference of two operands."""

    left: Func | float
    right: Func | float

    @staticmethod
    def value(left: Tensor, right: Tensor) -> Tensor:
        return left - right


@dataclass(frozen=True, eq=False, repr=False)
class Multiplication(Arithmetic):
    """Product of two operands."""

    left: Func | float
    right: Func | float

    @staticmethod
    def value(left: Tensor, right: Tensor) -> Tensor:
        return left * right


@dataclass(frozen=True, eq=False, repr=False)
class Quotient(Arithmetic):
    """Quotient of two operands."""

    left: Func | float
    right: Func | float

    @staticmethod
    def value(left: Tensor, right: Tensor) -> Tensor:
        return left / right


@dataclass(frozen=True, eq=False, repr=False)
class Power(Arithmetic):
    """One operand to the power of another; whole exponents are structure, so that they differentiate exactly."""

    base: Func | float
    exponent: Func | float | int

    @staticmethod
    def value(base: Tensor, exponent: Tensor | int) -> Tensor:
        return wnp.power(base, exponent)


@dataclass(frozen=True, eq=False, repr=False)
class Composed(Arithmetic):
    """Value of a differentiable callable."""

    function: Callable[..., Tensor]
    arguments: tuple[Func | float, ...]

    @staticmethod
    def value(function: Callable[..., Tensor], arguments: tuple[Tensor, ...]) -> Tensor:
        return wnp.asarray(function(*arguments))


def compose(function: Callable[..., Tensor], *arguments: Operand) -> Func:
    """Make a Func of any callable written with `wilks.numpy` or TensorFlow operations.

    Args:
        function: Takes one tensor for each argument and returns one, element by element.
        arguments: Parameters, observables, functions or numbers.

    Raises:
        ModelError: If an argument is none of these.

    Example:
        >>> import wilks, wilks.numpy as wnp
        >>> angle = wilks.Parameter("angle", 0.5)
        >>> slope = wilks.compose(wnp.tan, angle)
    """
    if not callable(function):
        raise ModelError(f"compose needs a callable as its first argument, got {function!r}")
    operands = tuple(as_operand(argument) for argument in arguments)
    if None in operands:
        wrong = arguments[operands.index(None)]
        raise ModelError(f"compose takes parameters, observables, functions and numbers, got {wrong!r}")
    return Composed(function, operands)  # type: ignore[arg-type]


def as_operand(value: object) -> Func | float | None:
    """Return a Func as it is, a number as a float, and None for anything else."""
    if isinstance(value, Func):
        return value
    if isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool):
        return float(value)
    return None


def _binary(node: Any, left: Operand, right: Operand) -> Func:
    whole = isinstance(right, (int, np.integer)) and not isinstance(right, bool)
    operands = (as_operand(left), int(right) if node is Power and whole else as_operand(right))  # type: ignore[arg-type]
    result: Func = NotImplemented if None in operands else node(*operands)
    return result


_LONGEST_REPR = 100


def _operations(roots: Iterable[Func]) -> list[Func]:
    """Return the arithmetic below the roots, operands first."""
    order: list[Func] = []
    seen: set[int] = set()
    stack: list[tuple[Func, bool]] = [(root, False) for root in roots]
    while stack:
        node, expanded = stack.pop()
        if expanded:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((value, False) for value in reversed(_values(node)) if isinstance(value, Arithmetic))
    return order


def _values(node: Func) -> list[Any]:
    """Return the operands of an operation; of a composition the callable too."""
    values = (getattr(node, f.name) for f in fields(node))  # type: ignore[arg-type]
    return [item for value in values for item in (value if isinstance(value, tuple) else (value,))]


def _content(roots: Iterable[Func]) -> dict[int, int]:
    """Number the operations below the roots such that equal ones have one number."""
    numbers: dict[Any, int] = {}
    content: dict[int, int] = {}
    for node in _operations(roots):
        # A number by its type too: whole exponents are structure.
        values = ((content[id(v)],) if id(v) in content else (type(v), v) for v in _values(node))
        content[id(node)] = numbers.setdefault((type(node), *values), len(numbers))
    return content


_LABELS = frozenset({"name", "label"})
"""Fields that name a node and change no number."""


@dataclass(frozen=True)
class _Reference:
    index: int


def _take_apart(root: Node) -> tuple[tuple[type, dict[str, Any]], ...]:
    """Return the nodes below a root with references in place of nodes: flat, so that pickling does not recurse."""
    nodes = postorder([root])
    index = {id(node): i for i, node in enumerate(nodes)}

    def refer(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(refer(item) for item in value)
        return _Reference(index[id(value)]) if id(value) in index else value

    return tuple((type(node), {f.name: refer(getattr(node, f.name)) for f in fields(node)}) for node in nodes)


def _rebuild(parts: tuple[tuple[type, dict[str, Any]], ...]) -> Node:
    nodes: list[Any] = []

    def resolve(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(resolve(item) for item in value)
        return nodes[value.index] if isinstance(value, _Reference) else value

    for cls, values in parts:
        node: Any = object.__new__(cls)
        for name, value in values.items():
            object.__setattr__(node, name, resolve(value))
        nodes.append(node)
    return nodes[-1]  # type: ignore[no-any-return]
