"""Numerical integrals inside a program: panels are chosen on the host at one point, and are array leaves afterwards.

The integral over a count is a sum, whose terms stand in place of the panels.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from wilks.errors import IntegrationError
from wilks.numeric.backend import tf
from wilks.numeric.panels import choose_panels, choose_panels_nd
from wilks.numeric.quadrature import Rule, grid_nodes, kronrod_nodes, marginal_integrals
from wilks.typing import Array, Tensor

TOLERANCE = 1e-11
"""Relative error the panels are chosen for."""

SCAN = {1: 256, 2: 8, 3: 2}
"""Panels in each dimension of the first look at an integrand, by number of dimensions."""

NODES = 15
"""Nodes of a panel."""

LARGEST = 1e99
"""Limits beyond this stand for infinity."""

MOST_TERMS = {True: 1_000_000, False: 10_000}
"""How many integers are summed over, by whether there is nothing else to integrate over."""

Key: TypeAlias = tuple[int, Hashable]
"""Channel and node that an integral belongs to."""

Panels: TypeAlias = tuple[tuple[Any, ...], ...]
"""Edges of the panels, for each dimension and each interval; of a count, the integers in all intervals."""

Integrand: TypeAlias = Callable[[tuple[Tensor, ...]], Tensor]
"""Log of the integrand at nodes of each dimension."""


Limits: TypeAlias = tuple[tuple[float, float], ...]
"""Limits of the intervals of one dimension."""


@dataclass(frozen=True)
class Axis:
    """One dimension of an integral.

    Args:
        intervals: Limits of its intervals.
        is_count: Whether it is summed over the integers.
    """

    intervals: tuple[tuple[Any, Any], ...]
    is_count: bool


class Integrals(Protocol):
    """Computes the integrals that an evaluation meets."""

    errors: list[Tensor]

    def log_integral(self, key: Key, axes: tuple[Axis, ...], log_f: Integrand) -> Tensor: ...


@dataclass(eq=False)
class PlannedIntegrals:
    """Integrals on panels that are given."""

    panels: Mapping[Key, Panels]
    errors: list[Tensor] = field(default_factory=list)

    def log_integral(self, key: Key, axes: tuple[Axis, ...], log_f: Integrand) -> Tensor:
        value, error = integrate(self.panels[key], axes, log_f)
        self.errors.append(error)
        return value


@dataclass(eq=False)
class PlanningIntegrals:
    """Integrals on panels that are chosen on the way, by bisection where the error is largest; eager only."""

    plan: dict[Key, Panels] = field(default_factory=dict)
    errors: list[Tensor] = field(default_factory=list)

    def log_integral(self, key: Key, axes: tuple[Axis, ...], log_f: Integrand) -> Tensor:
        self.plan[key] = _choose(axes, log_f)
        value, error = integrate(self.plan[key], axes, log_f)
        self.errors.append(error)
        return value


def integrate(panels: Panels, axes: tuple[Axis, ...], log_f: Integrand) -> tuple[Tensor, Tensor]:
    """Return the log of the integral of exp(log_f), of shape [..., 1], and its relative error estimate."""
    rules = [_rule(intervals, axis) for intervals, axis in zip(panels, axes, strict=True)]
    logs = log_f(grid_nodes(rules))
    largest = tf.stop_gradient(tf.reduce_max(logs, axis=-1, keepdims=True))
    scale = tf.where(tf.math.is_finite(largest), largest, 0.0)
    values = tf.exp(logs - scale)
    marginals = _marginals(rules, axes, values)
    if not marginals:
        total = tf.reduce_sum(values, axis=-1, keepdims=True)
        return tf.math.log(total) + scale, tf.zeros_like(total)
    total = tf.reduce_sum(marginals[0][0], axis=-1, keepdims=True)
    error = tf.add_n([tf.reduce_sum(errors, axis=-1, keepdims=True) for _, errors in marginals]) / total
    return tf.math.log(total) + scale, tf.where(tf.math.is_nan(error), tf.constant(np.inf, tf.float64), error)


def whole_numbers(intervals: Iterable[tuple[float, float]]) -> Array:
    """Return the integers in intervals.

    Raises:
        IntegrationError: If there are too many to sum over.
    """
    pairs = list(intervals)
    number = sum(upper - lower + 1 for lower, upper in pairs)
    if not number <= MOST_TERMS[True]:
        raise IntegrationError(
            f"a sum over a count needs finite limits with up to {MOST_TERMS[True]} integers: {pairs}"
        )
    parts = [np.arange(np.ceil(lower), np.floor(upper) + 1) for lower, upper in pairs]
    integers: Array = np.unique(np.concatenate(parts))
    return integers


def panel_shapes(plan: Iterable[Panels]) -> tuple[Any, ...]:
    """Return the number of panels of each integral, which is part of what is compiled."""
    return tuple(tuple(tuple(len(edges) for edges in intervals) for intervals in panels) for panels in plan)


def grid_size(panels: Panels) -> int:
    """Return about how many nodes an integral has, or terms, in all dimensions together."""
    return int(np.prod([NODES * sum(len(edges) for edges in intervals) for intervals in panels]))


def _choose(axes: tuple[Axis, ...], log_f: Integrand) -> Panels:
    """Choose panels by what the integrand is like now."""
    limits = [tuple((_number(lower), _number(upper)) for lower, upper in axis.intervals) for axis in axes]
    if len(limits) > max(SCAN):
        raise IntegrationError(f"numerical integrals have up to {max(SCAN)} dimensions, this one has {len(limits)}")
    terms = _terms(axes, limits)
    places = [place for place in range(len(axes)) if place not in terms]
    hulls = [(limits[place][0][0], limits[place][-1][1]) for place in places]
    if not np.all(np.abs(hulls) < LARGEST):
        raise IntegrationError("a numerical integral needs finite limits: give the observable a finite range")

    def rules(rows: Sequence[Array]) -> list[Rule]:
        panels = {**terms, **{place: (row,) for place, row in zip(places, rows, strict=True)}}
        return [_rule(panels[place], axis) for place, axis in enumerate(axes)]

    # One scale for all that is compared: taken from a scan of the whole range.
    largest = float(np.max(log_f(grid_nodes(rules([np.linspace(*hull, SCAN[len(hulls)] + 1) for hull in hulls])))))
    if largest == -np.inf:
        raise IntegrationError(
            f"the density is zero, negative or not a number everywhere in {limits}: it cannot be normalised"
        )
    scale = largest if np.isfinite(largest) else 0.0

    def integrals(edges: tuple[Array, ...]) -> list[tuple[Array, Array]]:
        chosen = rules(edges)
        marginals = _marginals(chosen, axes, tf.exp(log_f(grid_nodes(chosen)) - scale))
        return [(np.asarray(estimate), np.asarray(error)) for estimate, error in marginals]

    panels: dict[int, tuple[Any, ...]] = dict(terms)
    if len(places) == 1:
        pairs = limits[places[0]]
        panels[places[0]] = tuple(
            choose_panels(lambda row: integrals((row,))[0], *pair, tolerance=TOLERANCE) for pair in pairs
        )
    elif places:
        chosen = choose_panels_nd(integrals, *zip(*hulls, strict=True), tolerance=TOLERANCE)
        panels |= {place: _cut(edges, limits[place]) for place, edges in zip(places, chosen, strict=True)}
    return tuple(panels[place] for place in range(len(axes)))


def _terms(axes: tuple[Axis, ...], limits: Sequence[Limits]) -> dict[int, tuple[Array]]:
    """Return the integers to be summed over in each dimension that is a count."""
    terms = {place: (whole_numbers(limits[place]),) for place, axis in enumerate(axes) if axis.is_count}
    number = np.prod([float(len(integers)) for (integers,) in terms.values()])
    if not number:
        raise IntegrationError(f"there is no integer in {limits}: the density of a count cannot be normalised")
    most = MOST_TERMS[len(terms) == len(axes)]
    if number > most:
        raise IntegrationError(f"a sum over counts has up to {most} terms here, this one has {number:g}: {limits}")
    return terms


def _cut(edges: Array, pairs: Limits) -> tuple[Array, ...]:
    """Cut panels over a range down to the intervals of a union in it."""
    return tuple(np.concatenate([[lower], edges[(edges > lower) & (edges < upper)], [upper]]) for lower, upper in pairs)


def _marginals(rules: list[Rule], axes: tuple[Axis, ...], values: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return integral and error of each panel of each dimension that has panels."""
    return marginal_integrals(rules, values, [place for place, axis in enumerate(axes) if not axis.is_count])


def _rule(intervals: tuple[Any, ...], axis: Axis) -> Rule:
    """Return nodes, Kronrod and Gauss weights over the panels of all intervals of one dimension."""
    if axis.is_count:
        integers = tf.convert_to_tensor(intervals[0], tf.float64)
        return integers, tf.ones_like(integers), tf.ones_like(integers)
    parts = [kronrod_nodes(edges) for edges in intervals]
    nodes, kronrod, gauss = (tf.concat(rows, axis=-1) for rows in zip(*parts, strict=True))
    return nodes, kronrod, gauss


def _number(limit: Tensor) -> float:
    return float(np.asarray(limit).reshape(-1)[0])
