"""Gauss-Kronrod quadrature on given panels, as pure functions of the panels' edges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np

from wilks.numeric.backend import tf
from wilks.typing import Tensor

NODES_PER_PANEL: Final = 21

Rule: TypeAlias = tuple[Tensor, Tensor, Tensor]
"""Nodes, Kronrod weights and Gauss weights of one dimension."""

# The (10, 21) pair of QUADPACK's qk21: R. Piessens et al., "QUADPACK", Springer 1983, and
# https://www.netlib.org/quadpack/dqk21.f; the tests recompute it with mpmath.
_ABSCISSAE: Final = (
    0.995657163025808080735527280689003,
    0.973906528517171720077964012084452,
    0.930157491355708226001207180059508,
    0.865063366688984510732096688423493,
    0.780817726586416897063717578345042,
    0.679409568299024406234327365114874,
    0.562757134668604683339000099272694,
    0.433395394129247190799265943165784,
    0.294392862701460198131126603103866,
    0.148874338981631210884826001129720,
    0.0,
)
_KRONROD: Final = (
    0.011694638867371874278064396062192,
    0.032558162307964727478818972459390,
    0.054755896574351996031381300244580,
    0.075039674810919952767043140916190,
    0.093125454583697605535065465083366,
    0.109387158802297641899210590325805,
    0.123491976262065851077958109585166,
    0.134709217311473325928054001771707,
    0.142775938577060080797094273138717,
    0.147739104901338491374841515972068,
    0.149445554002916905664936468389821,
)
_GAUSS: Final = (
    0.066671344308688137593568809893332,
    0.149451349150580593145863397657697,
    0.219086362515982043995534934228163,
    0.269266719309996355091226921569469,
    0.295524224714752870173815619188769,
)


def kronrod_rule() -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Return nodes in increasing order, Kronrod weights and Gauss weights on [-1, 1]."""
    gauss = [0.0] * 11
    gauss[1:10:2] = _GAUSS
    return (
        tuple(-x for x in _ABSCISSAE[:-1]) + _ABSCISSAE[::-1],
        _KRONROD[:-1] + _KRONROD[::-1],
        (*gauss[:-1], *gauss[::-1]),
    )


def kronrod_nodes(edges: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return nodes, Kronrod weights and Gauss weights of adjacent panels.

    ``sum(kronrod * f(nodes))`` is the integral of ``f`` and ``sum(gauss * f(nodes))`` is the
    coarser one that its error is estimated from; see :func:`panel_integrals`.

    Args:
        edges: Edges of K panels, shape ``[..., K + 1]``.

    Returns:
        Three tensors of shape ``[..., K * 21]``, panel by panel, nodes increasing.
    """
    edges = tf.convert_to_tensor(edges, tf.float64)
    lower, upper = edges[..., :-1, None], edges[..., 1:, None]
    centre, half_width = 0.5 * (lower + upper), 0.5 * (upper - lower)
    nodes, kronrod, gauss = (tf.constant(np.array(row), tf.float64) for row in kronrod_rule())
    shape = tf.concat([tf.shape(edges)[:-1], [(edges.shape[-1] - 1) * NODES_PER_PANEL]], 0)
    return (
        tf.reshape(centre + half_width * nodes, shape),
        tf.reshape(half_width * kronrod, shape),
        tf.reshape(half_width * gauss, shape),
    )


def panel_integrals(values: Tensor, kronrod: Tensor, gauss: Tensor) -> tuple[Tensor, Tensor]:
    r"""Return the integral and the error estimate of each panel.

    QUADPACK's estimate (Piessens 1983, section 3.4.1): the difference :math:`\delta` of the two
    rules is far too pessimistic where the integrand is smooth, so with :math:`s` the integral of
    the integrand's absolute deviation from its mean over the panel

    .. math:: \epsilon = s \min\left[1, (200\,\delta / s)^{3/2}\right]

    Args:
        values: Integrand at the nodes, shape ``[..., K * 21]``.
        kronrod: Kronrod weights of :func:`kronrod_nodes`.
        gauss: Gauss weights of :func:`kronrod_nodes`.

    Returns:
        Integrals and errors, shape ``[..., K]`` each.
    """
    values, kronrod, gauss = (_by_panel(row) for row in (values, kronrod, gauss))
    estimate = tf.reduce_sum(values * kronrod, axis=-1)
    difference = tf.abs(estimate - tf.reduce_sum(values * gauss, axis=-1))
    width = tf.reduce_sum(kronrod, axis=-1)
    mean = estimate / tf.where(width != 0, width, 1.0)
    deviation = tf.reduce_sum(tf.abs(values - mean[..., None]) * kronrod, axis=-1)
    ratio = 200 * difference / tf.where(deviation != 0, deviation, 1.0)
    error = tf.where(deviation == 0, difference, deviation * tf.minimum(ratio**1.5, 1.0))
    return estimate, error


def _by_panel(row: Tensor) -> Tensor:
    row = tf.convert_to_tensor(row, tf.float64)
    panels = row.shape[-1] // NODES_PER_PANEL
    return tf.reshape(row, tf.concat([tf.shape(row)[:-1], [panels, NODES_PER_PANEL]], 0))


def grid_nodes(rules: Sequence[Rule]) -> tuple[Tensor, ...]:
    """Return the coordinates of all nodes of a product of rules, one flat tensor for each dimension."""
    if len(rules) == 1:
        return (rules[0][0],)
    return tuple(tf.reshape(axis, [-1]) for axis in tf.meshgrid(*(rule[0] for rule in rules), indexing="ij"))


def marginal_integrals(rules: Sequence[Rule], values: Tensor, dimensions: Iterable[int]) -> list[tuple[Tensor, Tensor]]:
    """Return integral and error of each panel of some dimensions, the others integrated over with Kronrod weights.

    Args:
        rules: Nodes, Kronrod and Gauss weights of each dimension.
        values: Integrand at the nodes of :func:`grid_nodes`, shape ``[..., nodes]``.
        dimensions: Which dimensions; see :func:`panel_integrals` for what is returned of each.
    """
    shape = [rule[0].shape[-1] for rule in rules]
    batch = tf.shape(values)[:-1]
    grid = tf.reshape(values, tf.concat([batch, shape], axis=0))
    result = []
    for dimension in dimensions:
        marginal = grid
        for other, (_, weights, _) in enumerate(rules):
            if other != dimension:
                along = tf.reshape(weights, [-1 if place == other else 1 for place in range(len(rules))])
                marginal = tf.reduce_sum(marginal * along, axis=other - len(rules), keepdims=True)
        marginal = tf.reshape(marginal, tf.concat([batch, shape[dimension : dimension + 1]], axis=0))
        result.append(panel_integrals(marginal, *rules[dimension][1:]))
    return result
