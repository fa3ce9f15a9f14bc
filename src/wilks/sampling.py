"""Drawing events from a PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wilks.data import Data, no_events
from wilks.density import predicted
from wilks.errors import ModelError
from wilks.evaluation import count_observables, evaluator, number
from wilks.fields import declared_fields
from wilks.func import Func
from wilks.grid_sampling import sample_counts, sample_grid, sample_line
from wilks.kernel import variates
from wilks.numeric.random import generator
from wilks.point import Point, values_of
from wilks.space import Space
from wilks.symbols import symbols_of
from wilks.typing import Array

_LEAST_EFFICIENCY = 0.01


def draw(pdf: Any, n: int | None, *, seed: int, params: Point) -> Data:
    """Draw events of a PDF; see `PDF.sample`."""
    if n is None and not pdf.is_extended:
        raise ModelError(f"{pdf.owner} is not extended: say how many events to draw")
    random = generator(seed)
    values = pdf.symbols.point(values_of(params, pdf.symbols.parameters))
    size = int(random.poisson(predicted(pdf, params))) if n is None else n
    if not isinstance(size, (int, np.integer)) or size < 0:  # type: ignore[redundant-expr]
        raise ModelError(f"the number of events must be a whole one, got {size!r}")
    if size == 0:
        return no_events(pdf.space)
    columns = draw_columns(pdf, size, random, values)
    order = random.permutation(size)
    return Data(pdf.space, {name: column[order] for name, column in columns.items()})


def draw_columns(pdf: Any, size: int, random: np.random.Generator, values: Mapping[str, float]) -> dict[str, Array]:
    """Draw columns of a PDF, in any order of the rows."""
    if pdf.draw is not None:
        columns: dict[str, Array] = pdf.draw(size, random, values)
        return columns
    fields = _plain_fields(pdf, values) if pdf.sampler is not None else None
    if fields is not None and (drawn := _draw_inside(pdf, size, random, fields)) is not None:
        return drawn
    return draw_numerically(pdf, list(pdf.symbols.observables.values()), size, random, values)


def draw_numerically(
    pdf: Any, spaces: list[Space], size: int, random: np.random.Generator, values: Mapping[str, float]
) -> dict[str, Array]:
    """Draw columns by nothing but the density."""
    log_density = evaluator(pdf, over=spaces, values=values)

    def density(columns: Mapping[str, Array]) -> Array:
        return np.broadcast_to(np.exp(log_density(columns)), columns[spaces[0].name].shape)

    counts = count_observables(pdf)
    if len(spaces) > 1:
        return sample_grid(density, spaces, size, random, counts=counts)
    return (sample_counts if counts else sample_line)(density, spaces[0], size, random)


def _plain_fields(pdf: Any, values: Mapping[str, float]) -> dict[str, Any] | None:
    """Return the fields besides the observables as numbers; None where they depend on observables."""
    names = variates(type(pdf))
    observables = [item for name in names for item in _as_tuple(getattr(pdf, name))]
    if not all(isinstance(item, Space) for item in observables) or len(observables) != len(pdf.symbols.observables):
        return None

    def numbers(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(numbers(item) for item in value)
        return number(value, values) if isinstance(value, Func) else value

    others = [field.name for field in declared_fields(pdf.__class__) if field.name not in names]
    if any(_depends(getattr(pdf, name)) for name in others):
        return None
    return {name: numbers(getattr(pdf, name)) for name in others}


def _draw_inside(
    pdf: Any, size: int, random: np.random.Generator, fields: Mapping[str, Any]
) -> dict[str, Array] | None:
    """Draw on the whole support and keep what lies inside the limits; give up where little does."""
    space = pdf.space
    kept, found, tried = [np.empty((0, len(space)))], 0, 0
    while found < size:
        drawn = pdf.sampler(generator=random, size=max(2 * (size - found), 1000), **fields)
        rows = np.reshape(drawn, (-1, len(space)))
        kept.append(rows[space.contains(dict(zip(space.names, rows.T, strict=True)))])
        found, tried = found + len(kept[-1]), tried + len(rows)
        if found < _LEAST_EFFICIENCY * tried:
            return None
    return dict(zip(space.names, np.concatenate(kept)[:size].T, strict=True))


def _depends(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(_depends(item) for item in value)
    return isinstance(value, Func) and bool(symbols_of([value]).observables)


def _as_tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
