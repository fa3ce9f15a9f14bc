"""A model taken apart: instructions that are hashable structure, and the leaves they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
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


@dataclass(frozen=True, eq=False)
class Slots(Set[int]):
    """A set of slots as the bits of a number: a sum of n parameters has n such sets, of n slots each.

    Args:
        bits: Has the bit of each slot set.
    """

    bits: int

    def __contains__(self, slot: object) -> bool:
        return isinstance(slot, int) and slot >= 0 and bool(self.bits >> slot & 1)

    def __iter__(self) -> Iterator[int]:
        return (slot for slot, bit in enumerate(reversed(f"{self.bits:b}")) if bit == "1")

    def __len__(self) -> int:
        return self.bits.bit_count()

    @classmethod
    def _from_iterable(cls, slots: Iterable[int]) -> frozenset[int]:  # type: ignore[override] # of set operations
        return frozenset(slots)


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
    def depends(self) -> tuple[Slots, ...]:
        """The slots on which each instruction depends, through its children; equal sets are one object."""
        known: dict[int, Slots] = {}
        result: list[Slots] = []
        for instruction in self.instructions:
            bits = 0
            for slot in instruction.slots:
                bits |= 1 << slot
            for child in instruction.children:
                bits |= result[child].bits
            result.append(known.setdefault(bits, Slots(bits)))
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
        return self._slots[name]

    @cached_property
    def _slots(self) -> Mapping[str, int]:
        return {name: slot for slot, name in enumerate(self.symbols)}


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
