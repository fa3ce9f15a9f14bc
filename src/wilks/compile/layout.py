"""What a compiled program is made for, besides numbers."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import IntEnum

from wilks.compile.integrals import Key
from wilks.compile.program import Structure


class Order(IntEnum):
    """What is computed besides the value."""

    VALUE = 0
    GRADIENT = 1
    SCORES = 2
    """The gradient, and the sum over rows of w s s^T, with s the gradient of a row's log term."""
    HESSIAN = 3
    """The gradient and the matrix of second derivatives."""


@dataclass(frozen=True)
class Layout:
    """An element, and what floats in it.

    Args:
        structure: Its instructions.
        floating: Slots with respect to which derivatives are taken.
        constant: The other slots.
        integrals: Keys of the numerical integrals, in order.
        frozen: Instructions whose values, one for each row, are given.
    """

    structure: Structure
    floating: tuple[int, ...]
    constant: tuple[int, ...]
    integrals: tuple[Key, ...]
    frozen: tuple[int, ...]

    @property
    def root(self) -> int:
        return len(self.structure.instructions) - 1

    @property
    def has_rows(self) -> bool:
        """Whether the element is a sum over the rows of a data set, besides a term that is not."""
        return bool(getattr(self.structure.instructions[-1].owner, "opens_frame", False))


@dataclass(frozen=True)
class Hoists:
    """The values that are the same for all rows, in the order of their columns.

    Args:
        keys: What they are, as frames ask for them.
        varying: How many of them depend on what floats; these come first.
    """

    keys: tuple[Hashable, ...]
    varying: int
