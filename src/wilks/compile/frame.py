"""Evaluation of a program: frames say what the symbols are, and remember what was computed.

Every value has a trailing axis that runs over events (or has length one); further axes, to its left, are batches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from wilks.compile.integrals import Axis, Integrals
from wilks.compile.lowerable import ArrayLeaf, Child, Fields, RowsLeaf, Scalar, Slot
from wilks.compile.program import Structure
from wilks.errors import ModelError, WilksError
from wilks.numeric.backend import tf
from wilks.typing import Tensor

Intervals: TypeAlias = tuple[tuple[Tensor, Tensor], ...]
"""Limits ``(lower, upper)`` of disjoint intervals, each of shape [1]."""


@dataclass(eq=False)
class Hoisted:
    """What does not depend on the columns of data: computed once, before the loop over the rows.

    Args:
        values: What is known already, by key.
    """

    values: dict[Hashable, Tensor] = field(default_factory=dict)
    used: dict[Hashable, Tensor] = field(default_factory=dict, init=False)
    """What the terms of single rows need, in the order in which they asked."""
    _depth: int = field(default=0, init=False)

    def compute(self, key: Hashable, function: Callable[[], Tensor]) -> Tensor:
        """Return the value of a key; what is asked for on the way to it is not needed by the rows themselves."""
        if key not in self.values:
            self._depth += 1
            self.values[key] = function()
            self._depth -= 1
        return self.values[key]

    def use(self, key: Hashable) -> Tensor:
        """Return a value that is known, and note that it is needed."""
        if not self._depth:
            self.used[key] = self.values[key]
        return self.values[key]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What all frames of one evaluation share.

    Args:
        structure: The instructions.
        symbols: The value of each slot, of shape [..., 1].
        scalars: Every float of the model, of shape [..., 1].
        arrays: Every array of the model.
        rows: Columns of each data set.
        integrals: Computes numerical integrals.
        frozen: Values of instructions, one for each row, that need not be computed.
        hoisted: What does not depend on columns.
        row_terms: The log terms of data sets, one for each row, as losses sum them.
    """

    structure: Structure
    symbols: Sequence[Tensor]
    scalars: Sequence[Tensor]
    arrays: tuple[Tensor, ...]
    rows: tuple[tuple[Tensor, ...], ...]
    integrals: Integrals
    frozen: Mapping[int, Tensor] = field(default_factory=dict)
    hoisted: Hoisted = field(default_factory=Hoisted)
    row_terms: list[Tensor] = field(default_factory=list)


class Frame:
    """Values of the nodes of a program where some symbols are columns of data.

    Args:
        evaluation: What all frames share.
        columns: Values of the symbols that are observables here, by slot.
        intervals: The region each observable is normalised over, by slot.
        unbounded: The observables whose region is the whole line.
        scope: Which channel this is; names the integrals.
        parent: Frame that holds what does not depend on ``columns``.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        *,
        columns: Mapping[int, Tensor],
        intervals: Mapping[int, Intervals],
        unbounded: frozenset[int] = frozenset(),
        scope: int = -1,
        parent: Frame | None = None,
    ) -> None:
        self.evaluation = evaluation
        self.columns = columns
        self.intervals = intervals
        self.unbounded = unbounded
        self.scope = scope
        self._parent = parent
        self._own = frozenset(columns) if parent is None else frozenset(columns) - _same(columns, parent.columns)
        self._memo: dict[int, Tensor] = {}
        self._hoisted: dict[int, Hashable] = {}

    def open(
        self,
        scope: int,
        *,
        columns: Mapping[int, Tensor],
        intervals: Mapping[int, Intervals],
        unbounded: frozenset[int],
    ) -> Frame:
        """Return the frame of a channel: other columns, same parameters."""
        frame = Frame(
            self.evaluation, columns=columns, intervals=intervals, unbounded=unbounded, scope=scope, parent=self
        )
        frame._memo.update(self.evaluation.frozen)
        return frame

    def at(self, columns: Mapping[int, Tensor]) -> Frame:
        """Return this frame with some observables elsewhere, such as at the nodes of a quadrature."""
        return Frame(
            self.evaluation,
            columns={**self.columns, **columns},
            intervals=self.intervals,
            unbounded=self.unbounded,
            scope=self.scope,
            parent=self,
        )

    def fields(self, node: int) -> Fields:
        """Return the fields of a node, as tokens."""
        return self.evaluation.structure.instructions[node].tokens

    def owner(self, token: Child) -> Any:
        """Return the class of the node that a field holds; None for a symbol."""
        return self.evaluation.structure.instructions[token.index].owner

    def observables(self, token: Any) -> tuple[int, ...]:
        """Return the slots of the observables that a field depends on, in order."""
        depends = self.evaluation.structure.depends
        slots: set[int] = set()
        for item in token if isinstance(token, tuple) else (token,):
            if isinstance(item, tuple):
                slots.update(self.observables(item))
            elif isinstance(item, Child):
                slots.update(depends[item.index])
        return tuple(sorted(slots.intersection(self.columns)))

    def limits(self, token: Child) -> tuple[Tensor, Tensor]:
        """Return the declared limits of a symbol."""
        lower, upper = self.evaluation.structure.instructions[token.index].tokens["limits"]
        return self.resolve(lower), self.resolve(upper)

    def symbol(self, token: Any) -> int | None:
        """Return the slot of a field that is a plain symbol; None for a function of symbols or a number."""
        if not isinstance(token, Child) or self.owner(token) is not None:
            return None
        slot: int = self.fields(token.index)["slot"].index
        return slot

    def resolve(self, token: Any) -> Any:
        """Return the value of a field: tensors in place of tokens."""
        match token:
            case tuple():
                return tuple(self.resolve(item) for item in token)
            case Child(index):
                return self.value(index)
            case Scalar(index):
                return self.hoist(token, lambda: self.evaluation.scalars[index])
            case ArrayLeaf(index):
                return self.evaluation.arrays[index]
            case RowsLeaf(index):
                return self.evaluation.rows[index]
            case Slot(index):
                return (
                    self.columns[index]
                    if index in self.columns
                    else self.hoist(token, lambda: self.evaluation.symbols[index])
                )
            case _:
                return token

    def call(self, kernel: Callable[..., Any], arguments: Mapping[str, Any]) -> Tensor:
        """Return what a kernel makes of its arguments.

        Raises:
            ModelError: If it fails, or does not give one number for each event.
        """
        try:
            result = kernel(**arguments)
            tensor = tf.cast(result, tf.float64)
        except WilksError:
            raise
        except Exception as error:
            raise ModelError(
                f"{kernel.__qualname__} cannot be evaluated ({type(error).__name__}: {_first_line(error)}); kernels "
                f"are written with wilks.numpy, and choose with wnp.where instead of 'if'"
            ) from error
        if tensor.shape.rank == 0 and tf.is_tensor(result):
            raise ModelError(f"{kernel.__qualname__} gives one number for all events: it must work element by element")
        return tf.reshape(tensor, [1]) if tensor.shape.rank == 0 else tensor

    def hoist(self, key: Hashable, compute: Callable[[], Tensor]) -> Tensor:
        """Return what does not depend on the columns, and is therefore computed once for all rows."""
        self.evaluation.hoisted.compute(key, compute)
        return self.evaluation.hoisted.use(key)

    def sum_rows(self, log: Tensor) -> Tensor:
        """Return the weighted sum of a log term over the rows of a data set.

        Here it is zero: the term is noted, and whoever evaluates the loss adds the sum up, some rows at a time.
        """
        self.evaluation.row_terms.append(log)
        return tf.zeros([1], tf.float64)

    def value(self, index: int) -> Tensor:
        """Return the value of a node; its children come first, without recursion."""
        instructions = self.evaluation.structure.instructions
        stack = [index]
        while stack:
            current = stack[-1]
            if current in self._memo:
                stack.pop()
                continue
            instruction = instructions[current]
            if instruction.owner is None:
                self._take_symbol(current, instruction.tokens["slot"].index)
                continue
            if self._parent is not None and not self._own & self.evaluation.structure.depends[current]:
                self._take_from(self._parent, current)
                continue
            waiting = () if instruction.owner.opens_frame else instruction.children
            missing = [child for child in waiting if child not in self._memo and not self._is_hoisted(child)]
            if missing:
                stack.extend(missing)
            else:
                self._memo[current] = instruction.owner.evaluate(self, current)
        if index in self._hoisted:
            return self.evaluation.hoisted.use(self._hoisted[index])
        return self._memo[index]

    def log_integral(
        self,
        key: Hashable,
        intervals: Mapping[int, Intervals],
        log_f: Callable[[Frame], Tensor],
        *,
        counts: frozenset[int] = frozenset(),
    ) -> Tensor:
        """Return the log of the integral of exp(log_f) over some symbols, by quadrature.

        Args:
            key: Who asks; everybody asks once in each channel.
            intervals: Where to integrate, by slot; at most three.
            log_f: Log of the integrand, to be evaluated in the frame it is given.
            counts: Slots of counts: these integrals are sums over the integers.
        """

        def at_nodes(nodes: tuple[Tensor, ...]) -> Tensor:
            # A constant density knows nothing of the nodes.
            return log_f(self.at(dict(zip(intervals, nodes, strict=True)))) + tf.zeros_like(nodes[0])

        domain = tuple(Axis(pairs, is_count=slot in counts) for slot, pairs in intervals.items())
        name = (self.scope, key)
        return self.hoist(name, lambda: self.evaluation.integrals.log_integral(name, domain, at_nodes))

    def _is_hoisted(self, index: int) -> bool:
        """Return whether a node is computed when it is asked for: it may not be needed by the rows."""
        instruction = self.evaluation.structure.instructions[index]
        depends = self.evaluation.structure.depends[index]
        return (instruction.owner is None or self._parent is not None) and depends.isdisjoint(self.columns)

    def _take_symbol(self, index: int, slot: int) -> None:
        if slot in self.columns:
            self._memo[index] = self.columns[slot]
        else:
            self._hoist_node(index, Slot(slot), lambda: self.evaluation.symbols[slot])

    def _take_from(self, parent: Frame, index: int) -> None:
        if self.evaluation.structure.depends[index].isdisjoint(self.columns):
            self._hoist_node(index, Child(index), lambda: parent.value(index))
        else:
            self._memo[index] = parent.value(index)

    def _hoist_node(self, index: int, key: Hashable, compute: Callable[[], Tensor]) -> None:
        self._memo[index] = self.evaluation.hoisted.compute(key, compute)
        self._hoisted[index] = key


def entries(vector: Tensor) -> Sequence[Tensor]:
    """Return the entries of the last axis, each of shape [..., 1].

    One operation, whose gradient is one too: a slice for each number would make large models slow to compile.
    """
    size = int(vector.shape[-1])
    parts: Sequence[Tensor] = tf.split(vector, size, axis=-1) if size else ()
    return parts


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].partition(". ")[0]


def _same(columns: Mapping[int, Tensor], others: Mapping[int, Tensor]) -> frozenset[int]:
    return frozenset(slot for slot, column in columns.items() if others.get(slot) is column)
