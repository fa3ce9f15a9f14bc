"""Density and probabilities of a PDF at a parameter point, evaluated at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from wilks.data import Data
from wilks.errors import DataError, ModelError, SpaceError, did_you_mean
from wilks.evaluation import evaluate, evaluate_events, evaluate_integral
from wilks.point import Point, values_of
from wilks.space import Space
from wilks.symbols import Symbols, symbols_of
from wilks.typing import Array, ArrayLike


def log_density(pdf: Any, x: ArrayLike | Mapping[str, ArrayLike] | Data, params: Point) -> Array:
    """Return the log of the density, normalised over the observables given; see `PDF.pdf`."""
    columns = _columns(pdf, x)
    symbols = symbols_of([pdf], observables=columns)
    over = [symbols.observables[name] for name in columns]
    inside = np.broadcast_to(np.all([s.contains(columns) for s in over], axis=0), next(iter(columns.values())).shape)
    # Outside, kernels may not even be defined: evaluate at the nearest place inside, then discard.
    safe = {space.name: _clip(columns[space.name], space) for space in over}
    log_prob = evaluate(pdf, columns=safe, over=over, values=_values(symbols, params, columns))
    undefined = np.any([np.isnan(column) for column in columns.values()], axis=0)
    return np.where(undefined, np.nan, np.where(inside, log_prob, -np.inf))


def integrate(pdf: Any, space: Space, params: Point) -> float:
    """Return the probability of a region; see `PDF.integrate`."""
    if not isinstance(space, Space):
        raise SpaceError(f"integrate takes a Space, such as wilks.Space('x', 0, 1), got {space!r}")
    symbols = symbols_of([pdf], observables=space.names)
    over = [_observable(pdf, symbols, name) for name in space.names]
    for part, whole in zip(space, over, strict=True):
        if not whole.covers(part):
            raise SpaceError(f"{part} does not lie inside the range of the PDF, {whole}")
    values = _values(symbols, params, space.names)
    return evaluate_integral(pdf, region=space, over=over, values=values)


def predicted(pdf: Any, params: Point) -> float:
    """Return the expected number of events; see `PDF.expected_events`."""
    if not pdf.is_extended:
        raise ModelError(f"{pdf.owner} is not extended: it predicts no number of events")
    return evaluate_events(pdf, values=pdf.symbols.point(values_of(params, pdf.symbols.parameters)))


def _columns(pdf: Any, x: Any) -> dict[str, Array]:
    if isinstance(x, Data):
        return dict(x.columns)
    if isinstance(x, Mapping):
        columns = {name: _column(name, column) for name, column in x.items()}
        known = {**pdf.symbols.observables, **pdf.symbols.parameters}
        for name in columns:
            if name not in known:
                raise DataError(f"{pdf.owner} does not depend on {name!r}{did_you_mean(name, known)}")
        if not columns:
            raise DataError(f"{pdf.owner} needs values of at least one observable")
        return _of_one_length(columns)
    names = tuple(pdf.symbols.observables)
    values = _numbers(f"{pdf.owner} needs values of {', '.join(names)}", x)
    if len(names) == 1:
        return {names[0]: _column(names[0], values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values)}
    if values.ndim != 2 or values.shape[1] != len(names):
        raise DataError(
            f"{pdf.owner} has the observables {names}: give a mapping of columns or an array of shape "
            f"(n, {len(names)}), got shape {values.shape}"
        )
    return dict(zip(names, values.T, strict=True))


def _of_one_length(columns: dict[str, Array]) -> dict[str, Array]:
    lengths = {name: len(column) for name, column in columns.items()}
    if len({*lengths.values(), 1}) > 2:
        raise DataError(f"the columns have different lengths: {lengths}")
    return dict(zip(columns, np.broadcast_arrays(*columns.values()), strict=True))


def _column(name: str, values: ArrayLike) -> Array:
    column = np.atleast_1d(_numbers(f"{name!r} needs values", values))
    if column.ndim != 1:
        raise DataError(f"{name!r}: expected shape (n,), got {column.shape}")
    return column


def _numbers(wanted: str, values: Any) -> Array:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = None
    if values is None or numbers is None:
        raise DataError(f"{wanted}: expected numbers, got {values!r}")
    return numbers


def _observable(pdf: Any, symbols: Symbols, name: str) -> Space:
    if name not in symbols.observables:
        raise SpaceError(f"{pdf.owner} does not depend on {name!r}{did_you_mean(name, symbols.observables)}")
    return symbols.observables[name]


def _values(symbols: Symbols, params: Point, given: Iterable[str]) -> Mapping[str, float]:
    others = [name for name in symbols.observables if name not in set(given)]
    values = dict(values_of(params, {**symbols.parameters, **dict.fromkeys(others)}))
    extra = {name: float(values.pop(name)) for name in others if name in values}
    if missing := [name for name in others if name not in extra]:
        raise DataError(f"the density also depends on {missing}: give columns, or values in params")
    return {**symbols.point(values), **extra}


def _clip(column: Array, space: Space) -> Array:
    nearest = np.clip(column, space.lower, space.upper)
    return np.where(np.isnan(nearest), space.lower, nearest)
