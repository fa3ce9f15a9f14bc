"""From kernels to normalised densities: how the static functions of a distribution are put to use in a frame."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from itertools import product
from math import inf
from typing import Any

import wilks.numpy as wnp
from wilks.compile.cache import CACHE_SIZE
from wilks.compile.frame import Frame, Intervals
from wilks.compile.integrals import whole_numbers
from wilks.compile.lowerable import Child
from wilks.compile.program import Structure
from wilks.errors import ModelError
from wilks.fields import declared_fields
from wilks.typing import Tensor

_SMALLEST_DENSITY = 1e-300
"""Below this a density has a value but no derivatives: their inverse would overflow."""


def expected_events(frame: Frame, token: Child) -> Tensor | None:
    """Return the number of events that a PDF predicts; None if it predicts none."""
    events = frame.owner(token).events
    return None if events is None else events(frame, token.index)


def kernel_log_prob(cls: Any, frame: Frame, node: int) -> Tensor:
    """Return the log of the density of a distribution, normalised over the observables it depends on.

    Where it depends on none, it is a constraint term, and normalised over the whole support of its variate.
    """
    log_density = kernel_log_density(cls, frame, node)
    observables = frame.observables(tuple(frame.fields(node).values()))
    if not observables:
        return log_density - _log_total(cls, frame, node)
    # Integrated over all that it depends on, so it is the same for every event.
    norm = frame.hoist((frame.scope, "norm", node), lambda: _log_norm(cls, frame, node, observables))
    return log_density - norm


def region_log_probability(cls: Any, frame: Frame, node: int, region: Mapping[int, Intervals]) -> Tensor:
    """Return the log of the probability of a region, normalised over the frame's intervals."""
    slots = tuple(region)
    variate = _variate_slots(cls, frame, node) if cls.log_prob is None and is_analytic(cls) else ()
    if variate and set(variate) == set(slots):
        inside = analytic_log_integral(cls, frame, node, [region[slot] for slot in variate])
        return inside - _log_norm(cls, frame, node, slots)
    counts = _counts(frame, node)
    if any(not len(whole_numbers(_numbers(region[slot]))) for slot in counts.intersection(slots)):
        return wnp.asarray([-inf])
    return frame.log_integral(("region", node), region, lambda inner: inner.value(node), counts=counts)


def kernel_log_density(cls: Any, frame: Frame, node: int) -> Tensor:
    """Return the log of the density up to its normalisation."""
    if cls.unnormalized_log_prob is not None:
        return _call(cls.unnormalized_log_prob, frame, node)
    density = _call(cls.unnormalized_prob, frame, node)
    log_density = wnp.where(density > 0.0, wnp.log(wnp.where(density > 0.0, density, 1.0)), -wnp.inf)
    # The second derivative of a plain log has 1 / density^2, which overflows far in a tail; that of a ratio has not.
    usable = density > _SMALLEST_DENSITY
    ratio = wnp.where(usable, density / wnp.stop_gradient(wnp.where(usable, density, 1.0)), 1.0)
    return wnp.stop_gradient(log_density) + wnp.log(ratio)


def analytic_log_integral(cls: Any, frame: Frame, node: int, ranges: Iterable[Intervals]) -> Tensor:
    """Return the log of the integral over the ranges of the variates by the distribution's own formula."""
    parts = [_log_box(cls, frame, node, box) for box in product(*ranges)]
    return parts[0] if len(parts) == 1 else wnp.logsumexp(wnp.stack(parts), axis=0)


def is_analytic(cls: Any) -> bool:
    """Return whether a distribution knows its integral."""
    return cls.integral is not None or cls.log_integral is not None


def variates(cls: Any) -> tuple[str, ...]:
    """Return the names of the observable fields of a distribution."""
    return tuple(field.name for field in declared_fields(cls) if field.kind.role == "observable")


def ranged_variates(cls: Any) -> tuple[str, ...]:
    """Return the names of the observable fields whose declared limits the density depends on."""
    kernel = cls.unnormalized_log_prob or cls.unnormalized_prob
    arguments = () if kernel is None else _arguments(kernel)
    return tuple(name for name in variates(cls) if {f"{name}_lower", f"{name}_upper"} & set(arguments))


@lru_cache(maxsize=CACHE_SIZE)
def count_slots(structure: Structure) -> tuple[frozenset[int], ...]:
    """Return the slots of the counts below each instruction: the variates of classes that say they are counts."""
    result: list[frozenset[int]] = []
    for instruction in structure.instructions:
        own: set[int] = set()
        if getattr(instruction.owner, "counts", False) is True:
            tokens = [token for name in variates(instruction.owner) for token in _as_tuple(instruction.tokens[name])]
            children = [structure.instructions[token.index] for token in tokens if isinstance(token, Child)]
            own.update(child.tokens["slot"].index for child in children if child.owner is None)
        result.append(frozenset(own).union(*(result[child] for child in instruction.children)))
    return tuple(result)


def _counts(frame: Frame, node: int) -> frozenset[int]:
    return count_slots(frame.evaluation.structure)[node]


def _numbers(intervals: Intervals) -> list[tuple[float, float]]:
    return [(float(lower[0]), float(upper[0])) for lower, upper in intervals]


def _log_norm(cls: Any, frame: Frame, node: int, observables: tuple[int, ...]) -> Tensor:
    variate = _variate_slots(cls, frame, node)
    plain = bool(variate) and set(variate) <= set(observables)

    if plain and cls.log_total is not None and frame.unbounded.issuperset(variate):

        def total(inner: Frame) -> Tensor:
            return _log_total(cls, inner, node)

    elif plain and is_analytic(cls):

        def total(inner: Frame) -> Tensor:
            return analytic_log_integral(cls, inner, node, [frame.intervals[slot] for slot in variate])

    else:
        variate = ()

        def total(inner: Frame) -> Tensor:
            return kernel_log_density(cls, inner, node)

    rest = {slot: frame.intervals[slot] for slot in observables if slot not in variate}
    return frame.log_integral(node, rest, total, counts=_counts(frame, node)) if rest else total(frame)


def _variate_slots(cls: Any, frame: Frame, node: int) -> tuple[int, ...]:
    """Return the slots of the variates if they are plain symbols that no other field depends on; else nothing."""
    fields = frame.fields(node)
    names = variates(cls)
    slots = _symbols(frame, [token for name in names for token in _as_tuple(fields[name])])
    others = tuple(token for name, token in fields.items() if name not in names)
    return () if set(slots) & set(frame.observables(others)) else slots


def _symbols(frame: Frame, tokens: Iterable[Any]) -> tuple[int, ...]:
    """Return the slots of fields if all of them are plain symbols; else nothing."""
    slots: list[int] = []
    for token in tokens:
        slot = frame.symbol(token)
        if slot is None:
            return ()
        slots.append(slot)
    return tuple(slots)


def _log_total(cls: Any, frame: Frame, node: int) -> Tensor:
    """Log of the integral over the whole support; where that is not known, over the limits of the variate."""
    if cls.log_total is not None:
        return _call(cls.log_total, frame, node)
    fields = frame.fields(node)
    tokens = [token for name in variates(cls) for token in _as_tuple(fields[name])]
    slots = _symbols(frame, tokens)
    if not slots:
        raise ModelError(
            f"{cls.__name__} cannot be a constraint on a function of parameters: its integral over the whole support "
            f"is not known; constrain a parameter with finite limits"
        )
    limits = {slot: (frame.limits(token),) for slot, token in zip(slots, tokens, strict=True)}
    if is_analytic(cls):
        return analytic_log_integral(cls, frame, node, limits.values())
    counts = _counts(frame, node)
    return frame.log_integral(node, limits, lambda inner: kernel_log_density(cls, inner, node), counts=counts)


def _log_box(cls: Any, frame: Frame, node: int, box: tuple[tuple[Tensor, Tensor], ...]) -> Tensor:
    """Return the log of the integral between limits; a field of several variates gets tuples of limits."""
    several = any(field.depth for field in declared_fields(cls) if field.kind.role == "observable")
    lower, upper = zip(*box, strict=True) if several else box[0]
    if cls.log_integral is not None:
        return _call(cls.log_integral, frame, node, lower=lower, upper=upper)
    return wnp.log(_call(cls.integral, frame, node, lower=lower, upper=upper))


def _call(kernel: Callable[..., Tensor], frame: Frame, node: int, **given: Any) -> Tensor:
    fields: Mapping[str, Any] = frame.fields(node)
    wanted = _arguments(kernel)
    values: dict[str, Any] = dict(given)
    for name in wanted:
        if name in given:
            continue
        if name in fields:
            values[name] = frame.resolve(fields[name])
        else:
            variate, _, side = name.rpartition("_")
            values[name] = frame.limits(fields[variate])[side == "upper"]
    return frame.call(kernel, values)


@cache
def _arguments(kernel: Callable[..., Tensor]) -> tuple[str, ...]:
    return tuple(inspect.signature(kernel).parameters)


def _as_tuple(token: Any) -> tuple[Any, ...]:
    return token if isinstance(token, tuple) else (token,)
