"""Numerical integrals inside a program: panels are chosen on the host at one point, and are array leaves afterwards."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import numpy as np

from wilks.errors import IntegrationError
from wilks.numeric.backend import tf
from wilks.numeric.panels import choose_panels, choose_panels_nd
from wilks.numeric.quadrature import kronrod_nodes, panel_integrals
from wilks.typing import Array, Tensor

TOLERANCE = 1e-11
"""Relative error the panels are chosen for."""

SCAN = {1: 256, 2: 8, 3: 2}
"""Panels in each dimension of the first look at an integrand, by number of dimensions."""

LARGEST = 1e99
"""Limits beyond this stand for infinity."""

Key: TypeAlias = tuple[int, Hashable]
"""Channel and node that an integral belongs to."""

Panels: TypeAlias = tuple[tuple[Any, ...], ...]
"""Edges of the panels, for each dimension and each interval."""

Integrand: TypeAlias = Callable[[tuple[Tensor, ...]], Tensor]
"""Log of the integrand at nodes of each dimension."""


Rule: TypeAlias = tuple[Tensor, Tensor, Tensor]
"""Nodes, Kronrod weights and Gauss weights."""


class Integrals(Protocol):
    """Computes the integrals that an evaluation meets."""

    errors: list[Tensor]

    def log_integral(self, key: Key, intervals: tuple[Any, ...], log_f: Integrand) -> Tensor: ...


@dataclass(eq=False)
class PlannedIntegrals:
    """Integrals on panels that are given."""

    panels: Mapping[Key, Panels]
    errors: list[Tensor] = field(default_factory=list)
    _known: dict[Key, Tensor] = field(default_factory=dict)

    def log_integral(self, key: Key, intervals: tuple[Any, ...], log_f: Integrand) -> Tensor:  # noqa: ARG002
        if key not in self._known:
            self._known[key], error = integrate(self.panels[key], log_f)
            self.errors.append(error)
        return self._known[key]


@dataclass(eq=False)
class PlanningIntegrals:
    """Integrals on panels that are chosen on the way, by bisection where the error is largest; eager only."""

    plan: dict[Key, Panels] = field(default_factory=dict)
    errors: list[Tensor] = field(default_factory=list)
    _known: dict[Key, Tensor] = field(default_factory=dict)

    def log_integral(self, key: Key, intervals: tuple[Any, ...], log_f: Integrand) -> Tensor:
        if key not in self._known:
            limits = tuple(tuple((_number(lower), _number(upper)) for lower, upper in pairs) for pairs in intervals)
            self.plan[key] = _choose(limits, log_f)
            self._known[key], error = integrate(self.plan[key], log_f)
            self.errors.append(error)
        return self._known[key]


def integrate(panels: Panels, log_f: Integrand) -> tuple[Tensor, Tensor]:
    """Return the log of the integral of exp(log_f), of shape [..., 1], and its relative error estimate."""
    rules = [_rule(intervals) for intervals in panels]
    logs = log_f(_grid(rules))
    largest = tf.stop_gradient(tf.reduce_max(logs, axis=-1, keepdims=True))
    scale = tf.where(tf.math.is_finite(largest), largest, 0.0)
    marginals = _marginals(rules, tf.exp(logs - scale))
    total = tf.reduce_sum(marginals[0][0], axis=-1, keepdims=True)
    error = tf.add_n([tf.reduce_sum(errors, axis=-1, keepdims=True) for _, errors in marginals]) / total
    return tf.math.log(total) + scale, tf.where(tf.math.is_nan(error), tf.constant(np.inf, tf.float64), error)


def panel_shapes(plan: Iterable[Panels]) -> tuple[Any, ...]:
    """Return the number of panels of each integral, which is part of what is compiled."""
    return tuple(tuple(tuple(len(edges) for edges in intervals) for intervals in panels) for panels in plan)


def _choose(limits: tuple[tuple[tuple[float, float], ...], ...], log_f: Integrand) -> Panels:
    """Choose panels by what the integrand is like now."""
    hulls = [(pairs[0][0], pairs[-1][1]) for pairs in limits]
    if len(hulls) not in SCAN:
        raise IntegrationError(f"numerical integrals have up to {max(SCAN)} dimensions, this one has {len(hulls)}")
    if not np.all(np.abs(hulls) < LARGEST):
        raise IntegrationError(f"a numerical integral needs finite limits, got {hulls}")
    # One scale for all that is compared: taken from a scan of the whole range.
    scan = [_rule((np.linspace(*hull, SCAN[len(hulls)] + 1),)) for hull in hulls]
    largest = float(np.max(log_f(_grid(scan))))
    if largest == -np.inf:
        raise IntegrationError(f"the density is zero everywhere in {hulls}: it cannot be normalised")
    scale = largest if np.isfinite(largest) else 0.0

    def integrals(edges: tuple[Array, ...]) -> list[tuple[Array, Array]]:
        rules = [_rule((row,)) for row in edges]
        marginals = _marginals(rules, tf.exp(log_f(_grid(rules)) - scale))
        return [(np.asarray(estimate), np.asarray(error)) for estimate, error in marginals]

    if len(limits) == 1:
        (pairs,) = limits
        return (tuple(choose_panels(lambda row: integrals((row,))[0], *pair, tolerance=TOLERANCE) for pair in pairs),)
    chosen = choose_panels_nd(integrals, *zip(*hulls, strict=True), tolerance=TOLERANCE)
    return tuple(_cut(edges, pairs) for edges, pairs in zip(chosen, limits, strict=True))


def _cut(edges: Array, pairs: tuple[tuple[float, float], ...]) -> tuple[Array, ...]:
    """Cut panels over a range down to the intervals of a union in it."""
    return tuple(np.concatenate([[lower], edges[(edges > lower) & (edges < upper)], [upper]]) for lower, upper in pairs)


def _marginals(rules: list[Rule], values: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Return integral and error of each panel of each dimension, with the other dimensions integrated over."""
    shape = [rule[0].shape[-1] for rule in rules]
    batch = tf.shape(values)[:-1]
    grid = tf.reshape(values, tf.concat([batch, shape], axis=0))
    result = []
    for dimension, (_, kronrod, gauss) in enumerate(rules):
        marginal = grid
        for other, (_, weights, _) in enumerate(rules):
            if other != dimension:
                along = tf.reshape(weights, [-1 if place == other else 1 for place in range(len(rules))])
                marginal = tf.reduce_sum(marginal * along, axis=other - len(rules), keepdims=True)
        marginal = tf.reshape(marginal, tf.concat([batch, shape[dimension : dimension + 1]], axis=0))
        result.append(panel_integrals(marginal, kronrod, gauss))
    return result


def _grid(rules: list[Rule]) -> tuple[Tensor, ...]:
    """Return the coordinates of all nodes, one flat tensor for each dimension."""
    if len(rules) == 1:
        return (rules[0][0],)
    return tuple(tf.reshape(axis, [-1]) for axis in tf.meshgrid(*(rule[0] for rule in rules), indexing="ij"))


def _rule(intervals: tuple[Any, ...]) -> Rule:
    """Return nodes, Kronrod and Gauss weights over the panels of all intervals of one dimension."""
    parts = [kronrod_nodes(edges) for edges in intervals]
    nodes, kronrod, gauss = (tf.concat(rows, axis=-1) for rows in zip(*parts, strict=True))
    return nodes, kronrod, gauss


def _number(limit: Tensor) -> float:
    return float(np.asarray(limit).reshape(-1)[0])
