"""The compile cache: one set of compiled functions for each structure and shape, whatever the values."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Any
from warnings import warn

from wilks.compile.layout import Hoists, Layout
from wilks.compile.program import Structure
from wilks.errors import ModelError
from wilks.numeric.backend import tf

CACHE_SIZE = 256

PATIENCE = 200
"""How often a program without rows runs as an ordinary graph before XLA compiles it.

It has many operations on few numbers: as a graph it takes a millisecond, its compilation up to seconds.
"""

_UNSUPPORTED = re.compile(r"unsupported operations.*?: (\w+) \(", re.DOTALL)


@dataclass(frozen=True)
class Signature:
    """What decides whether two evaluations share a compiled program.

    Args:
        layout: What is evaluated.
        hoists: What rows need; None for programs without rows.
        shapes: Shapes of all arguments.
        compiled: Whether XLA compiles it; else it runs as an ordinary graph.
    """

    layout: Layout
    hoists: Hoists | None
    shapes: tuple[Any, ...]
    compiled: bool


@dataclass(eq=False)
class Known:
    """What was learnt about a structure by evaluating it once.

    Args:
        integral_free: Whether it has no numerical integrals.
        unsupported: An operation that XLA cannot compile.
    """

    integral_free: bool = False
    unsupported: str = ""


@lru_cache(maxsize=CACHE_SIZE)
def known(structure: Structure) -> Known:
    """Return the record of a structure, shared by all programs that have it."""
    del structure  # the key
    return Known()


@dataclass(eq=False, repr=False)
class Programs:
    """The compiled functions of one signature.

    Args:
        signature: What they are for.
    """

    signature: Signature
    patience: int = field(default=0, init=False)
    """How many calls of each function run as an ordinary graph."""
    traces: int = field(default=0, init=False)
    """How often a function was traced."""
    seconds: float = field(default=0.0, init=False)
    """How long tracing and compiling took, first runs included."""
    notes: dict[Any, Any] = field(default_factory=dict, init=False)
    """What tracing found out."""
    _functions: dict[Any, Callable[..., Any]] = field(default_factory=dict, init=False)
    _calls: dict[Any, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.patience = PATIENCE if self.signature.hoists is None else 0

    @property
    def _known(self) -> Known:
        return known(self.signature.layout.structure)

    def call(
        self,
        key: Any,
        body: Callable[..., Any],
        *arguments: Any,
        shards: tuple[Any, ...] = (),
        join: Callable[..., Any] = tuple,
    ) -> Any:
        """Return what a function makes of its arguments.

        Args:
            key: Names the function.
            body: What it does, of tensors.
            arguments: Its arguments, tensors in nested tuples.
            shards: Further arguments for each of several calls, which run in parallel.
            join: Makes one result of theirs.

        Raises:
            ModelError: If it fails.
        """
        self._calls[key] = self._calls.get(key, 0) + 1
        jit = self.signature.compiled and not self._known.unsupported and self._calls[key] > self.patience
        place = (key, jit, len(shards))
        function = self._functions.get(place)
        begin = perf_counter()
        try:
            if function is not None:
                return function(*arguments, shards)
            function = self._functions[place] = self._build(body, arguments, shards, join, jit=jit)
            result = function(*arguments, shards)
            self.seconds += perf_counter() - begin
        except tf.errors.OpError as error:
            found = _UNSUPPORTED.search(str(error)) if jit else None
            if found is None:
                raise ModelError(f"the compiled model fails: {str(error).strip().splitlines()[-1]}") from error
            self._known.unsupported = found[1]
            warn(f"XLA cannot compile {self._known.unsupported}: this likelihood runs as a slower graph", stacklevel=2)
            return self.call(key, body, *arguments, shards=shards, join=join)
        return result

    def _build(
        self, body: Callable[..., Any], arguments: Any, shards: Any, join: Callable[..., Any], *, jit: bool
    ) -> Callable[..., Any]:
        @tf.function(jit_compile=jit, autograph=False)  # type: ignore[untyped-decorator]
        def function(*arguments: Any) -> Any:
            self.traces += 1
            return body(*arguments)

        if len(shards) <= 1:
            # A call into one compiled program is cheaper than into a graph that holds it.
            alone = function.get_concrete_function(*arguments, *(shards[0] if shards else ()))
            return lambda *given: alone(*given[:-1], *(given[-1][0] if given[-1] else ()))

        @tf.function(autograph=False)  # type: ignore[untyped-decorator]
        def together(*given: Any) -> Any:
            return join([function(*given[:-1], *shard) for shard in given[-1]])

        return together.get_concrete_function(*arguments, shards)  # type: ignore[no-any-return]


@lru_cache(maxsize=CACHE_SIZE)
def programs(signature: Signature) -> Programs:
    """Return the compiled functions of a signature; the least recently used are forgotten."""
    return Programs(signature)
