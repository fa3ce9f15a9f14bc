"""A parsed expression: instructions for a stack machine, in postfix order.

A flat tuple instead of a tree: comparing, hashing, pickling and evaluating need no recursion, so
the depth of an expression is limited by memory only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """Push a literal.

    Args:
        value: Its value.
        integer: Whether it is written as an integer or a truth value.
    """

    value: float
    integer: bool = False


@dataclass(frozen=True, slots=True)
class Symbol:
    """Push the value of a parameter, observable or function of the model.

    Args:
        name: Its name.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """Replace the topmost values by the value of an operation on them.

    Args:
        operation: A key of ``operations.OPERATIONS``.
    """

    operation: str


class Control(Enum):
    """The ternary: ``condition BRANCH if_true ELSE if_false SELECT``."""

    BRANCH = "branch"
    ELSE = "else"
    SELECT = "select"


Instruction: TypeAlias = Number | Symbol | Apply | Control


@dataclass(frozen=True)
class Expression:
    """A generic expression of the HS3 standard, made by ``parser.parse``.

    Two expressions are equal if they compute the same in the same order; spaces, redundant
    parentheses and the spelling of an operation (``x^2``, ``pow(x, 2)``) do not matter.

    Args:
        code: The instructions.
        symbols: The free names, in order of first appearance.
        text: The expression as it was written, which is also how it is written back.
    """

    code: tuple[Instruction, ...] = field(repr=False)
    symbols: tuple[str, ...]
    text: str = field(compare=False)
