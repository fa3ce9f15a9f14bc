"""A model taken apart: instructions that are hashable structure, and the leaves they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from wilks.compile.lowerable import (
    ArrayLeaf,
    Child,
    Fields,
    Name,
    Rows,
    RowsLeaf,
    Scalar,
    Slot,
    is_symbol,
    postorder,
    replace_leaves,
)
from wilks.typing import Array


@dataclass(frozen=True)
class Instruction:
    """One node: its class, which holds the pure function, and its fields as tokens. A symbol has no class."""

    owner: Any
    fields: tuple[tuple[str, Any], ...]

    @cached_property
    def tokens(self) -> Fields:
        return dict(self.fields)

    @cached_property
    def children(self) -> tuple[int, ...]:
        return tuple(token.index for token in _flat(self.fields) if isinstance(token, Child))

    @cached_property
    def slots(self) -> frozenset[int]:
        return frozenset(token.index for token in _flat(self.fields) if isinstance(token, Slot))


@dataclass(frozen=True)
class Structure:
    """Everything that decides what is compiled; hashed once."""

    instructions: tuple[Instruction, ...]
    key: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hash(self.instructions))

    def __hash__(self) -> int:
        return self.key

    @cached_property
    def depends(self) -> tuple[frozenset[int], ...]:
        """The slots on which each instruction depends, through its children."""
        result: list[frozenset[int]] = []
        for instruction in self.instructions:
            below = (result[child] for child in instruction.children)
            result.append(instruction.slots.union(*below))
        return tuple(result)


@dataclass(frozen=True, eq=False)
class Program:
    """A lowered object.

    Args:
        structure: The instructions, the last of which is the object itself.
        symbols: Name of each slot.
        scalars: Every float of the model, in one vector.
        arrays: Every array of the model.
        rows: Every data set.
    """

    structure: Structure
    symbols: tuple[str, ...]
    scalars: Array
    arrays: tuple[Array, ...]
    rows: tuple[Rows, ...]

    @property
    def root(self) -> int:
        return len(self.structure.instructions) - 1

    def slot(self, name: str) -> int:
        return self.symbols.index(name)


def lower(root: object) -> Program:
    """Take an object apart into structure and leaves, iteratively: deep models do not overflow the stack."""
    builder = _Builder()
    for node in postorder([root]):
        builder.add(node)
    return builder.program()


class _Builder:
    def __init__(self) -> None:
        self.instructions: list[Instruction] = []
        self.index_of: dict[int, int] = {}
        self.slots: dict[str, int] = {}
        self.symbol_instructions: dict[tuple[Any, ...], int] = {}
        self.scalars: list[float] = []
        self.arrays: list[Array] = []
        self.rows: list[Rows] = []

    def add(self, node: Any) -> None:
        if is_symbol(node):
            # An observable may have other limits in another channel; its slot is the same.
            key = (node.name, *map(float, node.limits))
            if key not in self.symbol_instructions:
                self.symbol_instructions[key] = len(self.instructions)
                self._append(None, {"slot": Name(node.name), "limits": key[1:]})
            self.index_of[id(node)] = self.symbol_instructions[key]
        else:
            self.index_of[id(node)] = len(self.instructions)
            self._append(type(node), node.lowering_fields())

    def program(self) -> Program:
        return Program(
            structure=Structure(tuple(self.instructions)),
            symbols=tuple(self.slots),
            scalars=np.asarray(self.scalars, dtype=np.float64),
            arrays=tuple(self.arrays),
            rows=tuple(self.rows),
        )

    def _append(self, owner: Any, fields: Mapping[str, Any]) -> None:
        tokens = tuple((name, replace_leaves(value, self._token)) for name, value in fields.items())
        self.instructions.append(Instruction(owner, tokens))

    def _token(self, value: Any) -> Any:
        match value:
            case float():
                self.scalars.append(value)
                return Scalar(len(self.scalars) - 1)
            case np.ndarray():
                self.arrays.append(value)
                return ArrayLeaf(len(self.arrays) - 1)
            case Rows():
                self.rows.append(value)
                return RowsLeaf(len(self.rows) - 1, weighted=value.weights is not None)
            case Name():
                return Slot(self.slots.setdefault(value.name, len(self.slots)))
            case _:
                return Child(self.index_of[id(value)])


def _flat(value: Any) -> list[Any]:
    flat: list[Any] = []
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, tuple):
            pending.extend(reversed(item))
        else:
            flat.append(item)
    return flat
