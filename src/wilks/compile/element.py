"""Terms of a sum, lowered apart: equal ones share a program, and each has derivatives in its own few symbols only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wilks.compile.lowerable import ArrayLeaf, Child, RowsLeaf, Scalar, Slot
from wilks.compile.program import Instruction, Program, Structure


@dataclass(frozen=True, eq=False)
class Element:
    """One addend of a program.

    Args:
        sign: Its factor in the sum.
        structure: Its instructions, with symbols and leaves numbered in the order in which they are met.
        slots: Slot in the program of each of its symbols.
        scalars: Place in the program of each of its floats.
        arrays: Likewise of its arrays.
        rows: Likewise of its data sets, one at most.
    """

    sign: float
    structure: Structure
    slots: tuple[int, ...]
    scalars: tuple[int, ...]
    arrays: tuple[int, ...]
    rows: tuple[int, ...]


def elements(program: Program) -> tuple[Element, ...]:
    """Take a program apart where its last instruction says that it is a sum; else it is one element."""
    root = program.structure.instructions[-1]
    addends = getattr(root.owner, "addends", None)
    parts = ((1.0, Child(program.root)),) if addends is None else addends(root.tokens)
    return tuple(_Extraction(program.structure).element(sign, token.index) for sign, token in parts)


class _Extraction:
    """Copies the instructions below one of them, numbering anew all that they refer to."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.places: dict[int, int] = {}
        self.leaves: dict[type, dict[int, int]] = {kind: {} for kind in (Slot, Scalar, ArrayLeaf, RowsLeaf)}
        self.instructions: list[Instruction] = []

    def element(self, sign: float, index: int) -> Element:
        stack = [index]
        while stack:
            current = stack[-1]
            instruction = self.structure.instructions[current]
            missing = [child for child in instruction.children if child not in self.places]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            if current not in self.places:
                self.places[current] = len(self.instructions)
                fields = tuple((name, _map(value, self._token)) for name, value in instruction.fields)
                self.instructions.append(Instruction(instruction.owner, fields))
        slots, scalars, arrays, rows = (tuple(found) for found in self.leaves.values())
        return Element(sign, Structure(tuple(self.instructions)), slots, scalars, arrays, rows)

    def _token(self, token: Any) -> Any:
        if isinstance(token, Child):
            return Child(self.places[token.index])
        numbers = self.leaves.get(type(token))
        if numbers is None:
            return token
        place = numbers.setdefault(token.index, len(numbers))
        return RowsLeaf(place, token.weighted) if isinstance(token, RowsLeaf) else type(token)(place)


def _map(value: Any, token: Callable[[Any], Any]) -> Any:
    return tuple(_map(item, token) for item in value) if isinstance(value, tuple) else token(value)
