"""Evaluation of a program: frames say what the symbols are, and remember what was computed.

Every value has a trailing axis that runs over events (or has length one); further axes, to its left, are batches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from wilks.compile.integrals import Axis, Integrals
from wilks.compile.lowerable import ArrayLeaf, Child, Fields, RowsLeaf, Scalar, Slot
from wilks.compile.program import Structure
from wilks.errors import ModelError, WilksError
from wilks.numeric.backend import tf
from wilks.typing import Tensor

Intervals: TypeAlias = tuple[tuple[Tensor, Tensor], ...]
"""Limits ``(lower, upper)`` of disjoint intervals, each of shape [1]."""


@dataclass(frozen=True)
class RowTensors:
    """The columns of a data set on the device; only the first ``valid`` rows count, the rest is padding."""

    columns: tuple[Tensor, ...]
    weights: Tensor | None
    valid: Tensor


@dataclass(frozen=True)
class Leaves:
    """The arguments of a compiled program besides the parameters."""

    scalars: Tensor
    arrays: tuple[Tensor, ...]
    rows: tuple[RowTensors, ...]
    once: Tensor
    """One where this evaluation carries the terms that are not sums over rows, zero in the other shards."""


@dataclass(frozen=True)
class RowTerm:
    """The log terms of a data set, one for each row, and their weights, zero for padding."""

    log: Tensor
    weights: Tensor


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What all frames of one evaluation share; losses note their row terms in it."""

    structure: Structure
    theta: Tensor
    leaves: Leaves
    integrals: Integrals
    row_terms: list[RowTerm] = field(default_factory=list)

    # One operation each, whose gradient is one too: a slice for each number would make large models slow to compile.
    @cached_property
    def scalars(self) -> Sequence[Tensor]:
        """Every float of the model, each of shape [1]."""
        return _entries(self.leaves.scalars)

    @cached_property
    def symbols(self) -> Sequence[Tensor]:
        """The value of each slot, of shape [..., 1]."""
        return _entries(self.theta)


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

    @property
    def once(self) -> Tensor:
        return self.evaluation.leaves.once

    def open(
        self,
        scope: int,
        *,
        columns: Mapping[int, Tensor],
        intervals: Mapping[int, Intervals],
        unbounded: frozenset[int],
    ) -> Frame:
        """Return the frame of a channel: other columns, same parameters."""
        return Frame(
            self.evaluation, columns=columns, intervals=intervals, unbounded=unbounded, scope=scope, parent=self
        )

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
                return self.evaluation.scalars[index]
            case ArrayLeaf(index):
                return self.evaluation.leaves.arrays[index]
            case RowsLeaf(index):
                return self.evaluation.leaves.rows[index]
            case Slot(index):
                return self._symbol(index)
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

    def sum_rows(self, rows: RowTensors, log: Tensor) -> Tensor:
        """Return the weighted sum of a log term over the rows of a data set, and note the term for its scores."""
        counts = tf.range(rows.columns[0].shape[0]) < rows.valid
        used = tf.cast(counts, tf.float64)
        weights = used if rows.weights is None else used * rows.weights
        self.evaluation.row_terms.append(RowTerm(log, weights))
        # Not a product: a weight of zero would turn an infinite term into NaN.
        terms = log if rows.weights is None else rows.weights * log
        return tf.reduce_sum(tf.where(counts, terms, tf.zeros_like(terms)), axis=-1, keepdims=True)

    def value(self, index: int) -> Tensor:
        """Return the value of a node; its children come first, without recursion."""
        instructions = self.evaluation.structure.instructions
        stack = [index]
        while stack:
            current = stack[-1]
            if current in self._memo:
                stack.pop()
                continue
            if self._parent is not None and not self._own & self.evaluation.structure.depends[current]:
                self._memo[current] = self._parent.value(current)
                continue
            instruction = instructions[current]
            if instruction.owner is None:
                self._memo[current] = self._symbol(instruction.tokens["slot"].index)
                continue
            waiting = () if instruction.owner.opens_frame else instruction.children
            missing = [child for child in waiting if child not in self._memo]
            if missing:
                stack.extend(missing)
            else:
                self._memo[current] = instruction.owner.evaluate(self, current)
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
        return self.evaluation.integrals.log_integral((self.scope, key), domain, at_nodes)

    def _symbol(self, slot: int) -> Tensor:
        if slot in self.columns:
            return self.columns[slot]
        return self.evaluation.symbols[slot]


def _entries(vector: Tensor) -> Sequence[Tensor]:
    size = int(vector.shape[-1])
    entries: Sequence[Tensor] = tf.split(vector, size, axis=-1) if size else ()
    return entries


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].partition(". ")[0]


def _same(columns: Mapping[int, Tensor], others: Mapping[int, Tensor]) -> frozenset[int]:
    return frozenset(slot for slot, column in columns.items() if others.get(slot) is column)
