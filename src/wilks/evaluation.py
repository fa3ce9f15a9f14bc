"""Evaluation of a node at given columns and parameters, at once and without compiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import inf, isinf
from typing import Any

import numpy as np

import wilks.numpy as wnp
from wilks.compile.frame import Evaluation, Frame, Hoisted, Intervals, entries
from wilks.compile.integrals import PlanningIntegrals
from wilks.compile.lowerable import Child
from wilks.compile.program import Program, lower
from wilks.kernel import count_slots, expected_events, region_log_probability
from wilks.space import Space
from wilks.typing import Array

LARGEST_LIMIT = 1e100
"""Stands for an infinite limit in formulae: its square is finite, so that no derivative is NaN."""


def finite_intervals(space: Space) -> tuple[tuple[float, float], ...]:
    """Return the intervals of an observable with infinite limits replaced by very large ones."""
    return tuple((max(lower, -LARGEST_LIMIT), min(upper, LARGEST_LIMIT)) for lower, upper in space.intervals)


def is_unbounded(space: Space) -> bool:
    """Return whether an observable runs over the whole line."""
    return len(space.intervals) == 1 and isinf(space.lower) and isinf(space.upper)


def evaluate(node: Any, *, columns: Mapping[str, Array], over: Iterable[Space], values: Mapping[str, float]) -> Array:
    """Return the value of a node; for a PDF the log of its density, normalised over spaces.

    Args:
        node: What to evaluate.
        columns: Values of the observables, all of one length.
        over: One-dimensional spaces to normalise over, by name.
        values: Values of all other symbols.

    Raises:
        IntegrationError: If a normalisation cannot be computed to 1e-8.
    """
    return evaluator(node, over=over, values=values)(columns)


def evaluator(
    node: Any, *, over: Iterable[Space], values: Mapping[str, float]
) -> Callable[[Mapping[str, Array]], Array]:
    """Return `evaluate` as a function of columns that computes integrals once: they are over all its observables."""
    program = lower(node)
    spaces, hoisted = tuple(over), Hoisted()

    def at(columns: Mapping[str, Array]) -> Array:
        frame = _frame(program, columns=columns, over=spaces, values=values, hoisted=hoisted)
        result: Array = frame.value(program.root).numpy()
        return result

    return at


def count_observables(pdf: Any) -> frozenset[str]:
    """Return the names of the observables that are counts."""
    program = lower(pdf)
    return frozenset(program.symbols[slot] for slot in count_slots(program.structure)[program.root])


def number(value: Any, values: Mapping[str, float]) -> float:
    """Return a number, or a function of parameters as a number."""
    if isinstance(value, float):
        return value
    return float(np.ravel(evaluate(value, columns={}, over=(), values=values))[0])


def evaluate_integral(pdf: Any, *, region: Space, over: Iterable[Space], values: Mapping[str, float]) -> float:
    """Return the integral of a density, normalised over spaces, over a region inside them."""
    program = lower(pdf)
    start = {space.name: np.array([space.intervals[0][0]]) for space in region}
    frame = _frame(program, columns=start, over=over, values=values)
    intervals = {program.slot(space.name): _limits(space) for space in region}
    log_probability = region_log_probability(type(pdf), frame, program.root, intervals)
    return float(wnp.exp(log_probability)[..., 0])


def evaluate_events(pdf: Any, *, values: Mapping[str, float]) -> float:
    """Return the number of events that an extended PDF predicts."""
    program = lower(pdf)
    frame = _frame(program, columns={}, over=(), values=values)
    events: Any = expected_events(frame, Child(program.root))
    return float(events[..., 0])


def _frame(
    program: Program,
    *,
    columns: Mapping[str, Array],
    over: Iterable[Space],
    values: Mapping[str, float],
    hoisted: Hoisted | None = None,
) -> Frame:
    known = set(program.symbols)
    spaces = {space.name: space for space in over if space.name in known}
    return Frame(
        _evaluation(program, values, hoisted or Hoisted()),
        columns={program.slot(name): wnp.asarray(column) for name, column in columns.items() if name in known},
        intervals={program.slot(name): _limits(space) for name, space in spaces.items()},
        unbounded=frozenset(program.slot(name) for name, space in spaces.items() if is_unbounded(space)),
    )


def _evaluation(program: Program, values: Mapping[str, float], hoisted: Hoisted) -> Evaluation:
    theta = np.array([values.get(name, inf) for name in program.symbols], dtype=np.float64)
    return Evaluation(
        structure=program.structure,
        symbols=entries(wnp.asarray(theta)),
        scalars=entries(wnp.asarray(program.scalars)),
        arrays=tuple(wnp.asarray(array) for array in program.arrays),
        rows=(),
        integrals=PlanningIntegrals(),
        hoisted=hoisted,
    )


def _limits(space: Space) -> Intervals:
    return tuple((wnp.asarray([lower]), wnp.asarray([upper])) for lower, upper in finite_intervals(space))
