"""The compile cache: one set of compiled functions for each structure and shape, whatever the values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from warnings import warn

from wilks.compile.frame import Evaluation, Frame, Leaves, RowTensors
from wilks.compile.integrals import Key, PlannedIntegrals
from wilks.compile.program import Structure
from wilks.errors import ModelError
from wilks.numeric.backend import tf
from wilks.typing import Tensor

CACHE_SIZE = 256

_UNSUPPORTED = re.compile(r"unsupported operations.*?: (\w+) \(", re.DOTALL)


@dataclass(frozen=True)
class Signature:
    """What decides whether two evaluations share a compiled program.

    Args:
        structure: The lowered structure.
        floating: Slots with respect to which derivatives are taken.
        constant: The other slots.
        integrals: Keys of the numerical integrals, in order.
        shapes: Shapes of every leaf, of the panels, and of the shards.
    """

    structure: Structure
    floating: tuple[int, ...]
    constant: tuple[int, ...]
    integrals: tuple[Key, ...]
    shapes: tuple[Any, ...]


@dataclass(eq=False)
class Compiled:
    """The compiled functions of one signature. Arguments are tensors; see `Evaluator` for their making."""

    signature: Signature
    traces: int = field(default=0, init=False)
    """How often a function was traced: once for each derivative asked for."""
    unsupported: str = field(default="", init=False)
    """An operation that XLA cannot compile, once that is known."""

    @cached_property
    def value(self) -> Callable[..., Tensor]:
        return self._sharded(lambda arguments, theta: (self._total(arguments, theta),))

    @cached_property
    def value_and_gradient(self) -> Callable[..., Tensor]:
        return self._sharded(self._value_and_gradient)

    @cached_property
    def hessian_product(self) -> Callable[..., Tensor]:
        """Hessian times a vector, given as the last argument."""

        def body(arguments: Any, theta: Tensor, vector: Tensor) -> tuple[Tensor, ...]:
            with tf.GradientTape() as outer:
                outer.watch(theta)
                _, gradient = self._value_and_gradient(arguments, theta)
                projected = tf.reduce_sum(gradient * vector)
            return (outer.gradient(projected, theta, unconnected_gradients="zero"),)

        return self._sharded(body)

    @cached_property
    def row_outer_product(self) -> Callable[..., Tensor]:
        """Sum over rows of w^2 s s^T, with s the gradient of the row's log term and w its weight."""

        def body(arguments: Any, theta: Tensor) -> tuple[Tensor, ...]:
            return (self._row_outer_product(arguments, theta),)

        return self._sharded(body)

    @cached_property
    def integral_error(self) -> Callable[..., Tensor]:
        """Largest relative error estimate of the numerical integrals."""

        def build(jit: bool) -> Callable[..., Any]:
            @tf.function(jit_compile=jit, autograph=False)  # type: ignore[untyped-decorator]
            def largest(theta: Tensor, constant: Tensor, leaves: Any, panels: Any, shards: Any) -> Tensor:
                self.traces += 1
                evaluation = self._evaluate((constant, leaves, panels, shards[0]), theta)[0]
                return tf.reduce_max(tf.stack([tf.reduce_max(error) for error in evaluation.integrals.errors]))

            return _concrete(largest)

        return self._compilable(build)

    def _sharded(self, body: Callable[..., tuple[Tensor, ...]]) -> Callable[..., Any]:
        """Compile a function whose results add up over shards of the rows; shards run in parallel."""

        def build(jit: bool) -> Callable[..., Any]:
            @tf.function(jit_compile=jit, autograph=False)  # type: ignore[untyped-decorator]
            def part(theta: Tensor, constant: Tensor, leaves: Any, panels: Any, shard: Any, *extra: Tensor) -> Any:
                self.traces += 1
                return body((constant, leaves, panels, shard), theta, *extra)

            @tf.function(autograph=False)  # type: ignore[untyped-decorator]
            def total(theta: Tensor, constant: Tensor, leaves: Any, panels: Any, shards: Any, *extra: Tensor) -> Any:
                parts = [part(theta, constant, leaves, panels, shard, *extra) for shard in shards]
                return tuple(tf.add_n(list(results)) for results in zip(*parts, strict=True))

            if self.signature.shapes[-1] > 1:
                return _concrete(total)
            only = _concrete(part)

            def alone(theta: Tensor, constant: Tensor, leaves: Any, panels: Any, shards: Any, *extra: Tensor) -> Any:
                # A call into one compiled program is cheaper than into a graph that holds it.
                return only(theta, constant, leaves, panels, shards[0], *extra)

            return alone

        return self._compilable(build)

    def _compilable(self, build: Callable[[bool], Callable[..., Any]]) -> Callable[..., Any]:
        """Return a function compiled by XLA; an ordinary graph, with a warning, where an operation cannot be."""
        compiled, ordinary = build(True), build(False)

        def call(*arguments: Any) -> Any:
            try:
                if self.unsupported:
                    return ordinary(*arguments)
                return compiled(*arguments)
            except tf.errors.OpError as error:
                found = None if self.unsupported else _UNSUPPORTED.search(str(error))
                if found is None:
                    raise ModelError(f"the compiled model fails: {str(error).strip().splitlines()[-1]}") from error
            self.unsupported = found[1]
            warn(f"XLA cannot compile {self.unsupported}: this likelihood runs as a slower graph", stacklevel=2)
            return call(*arguments)

        return call

    def _evaluate(self, arguments: Any, theta: Tensor) -> tuple[Evaluation, Tensor]:
        constant, (scalars, arrays), panels, (once, rows) = arguments
        signature = self.signature
        evaluation = Evaluation(
            structure=signature.structure,
            theta=_interleave(theta, constant, signature),
            leaves=Leaves(scalars, arrays, tuple(RowTensors(*row) for row in rows), once),
            integrals=PlannedIntegrals(dict(zip(signature.integrals, panels, strict=True))),
        )
        root = len(signature.structure.instructions) - 1
        return evaluation, Frame(evaluation, columns={}, intervals={}).value(root)[..., 0]

    def _total(self, arguments: Any, theta: Tensor) -> Tensor:
        return self._evaluate(arguments, theta)[1]

    def _value_and_gradient(self, arguments: Any, theta: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(theta)
            value = self._total(arguments, theta)
        return value, tape.gradient(value, theta, unconnected_gradients="zero")

    def _row_outer_product(self, arguments: Any, theta: Tensor) -> Tensor:
        size = len(self.signature.floating)
        result = tf.zeros((size, size), tf.float64)
        with tf.GradientTape(persistent=True) as inner:
            with tf.GradientTape(persistent=True) as outer:
                outer.watch(theta)
                evaluation, _ = self._evaluate(arguments, theta)
            # The gradient is linear in the cotangents: differentiating it by them gives the Jacobian,
            # one column for each parameter instead of one row for each event.
            ones = [tf.ones_like(term.log) for term in evaluation.row_terms]
            inner.watch(ones)
            pulled = [
                outer.gradient(term.log, theta, output_gradients=one, unconnected_gradients="zero")
                for term, one in zip(evaluation.row_terms, ones, strict=True)
            ]
            columns = [tf.unstack(gradient, num=size) for gradient in pulled]
        for term, one, column in zip(evaluation.row_terms, ones, columns, strict=True):
            scores = tf.stack([inner.gradient(entry, one, unconnected_gradients="zero") for entry in column])
            weighted = scores * term.weights
            result += tf.matmul(weighted, weighted, transpose_b=True)
        return result


@dataclass(eq=False)
class Known:
    """What was learnt about a structure by evaluating it once."""

    integral_free: bool = False


@lru_cache(maxsize=CACHE_SIZE)
def known(structure: Structure) -> Known:
    """Return the record of a structure, shared by all programs that have it."""
    del structure  # the key
    return Known()


@lru_cache(maxsize=CACHE_SIZE)
def compiled(signature: Signature) -> Compiled:
    """Return the compiled functions of a signature; the least recently used are forgotten."""
    return Compiled(signature)


def _concrete(function: Any) -> Callable[..., Any]:
    """Return a function that keeps what was traced for each shape of its first argument, the parameters.

    All other shapes are part of the signature. ``tf.function`` itself would warn of every new trace as of a mistake.
    """
    traced: dict[tuple[int, ...], Callable[..., Any]] = {}

    def call(theta: Tensor, *arguments: Any) -> Any:
        shape = tuple(theta.shape)
        if shape not in traced:
            traced[shape] = function.get_concrete_function(theta, *arguments)
        return traced[shape](theta, *arguments)

    return call


def _interleave(theta: Tensor, constant: Tensor, signature: Signature) -> Tensor:
    """Put floating and constant values back into the order of the slots."""
    order = signature.floating + signature.constant
    place = [order.index(slot) for slot in range(len(order))]
    if theta.shape.rank > 1:
        constant = tf.broadcast_to(constant, tf.concat([tf.shape(theta)[:-1], tf.shape(constant)], axis=0))
    return tf.gather(tf.concat([theta, constant], axis=-1), place, axis=-1)
