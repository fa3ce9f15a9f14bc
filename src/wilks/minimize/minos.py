"""Asymmetric errors from the profile of the likelihood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from wilks.minimize.descent import descend
from wilks.minimize.minimizer import Expansion
from wilks.minimize.minuit import CountedFunction, Minuit
from wilks.typing import Array, Indices

_BESIDE = 1e-3
_MOST_DOUBLINGS = 30
_MOST_STEPS = 30
_PRECISION = 1e-4
_EDM = 1e-6


@dataclass(frozen=True)
class Minos:
    """Asymmetric errors of one parameter.

    Args:
        lower: Distance down to where the profile has risen, negative.
        upper: Distance up to there, positive.
        valid: Whether both sides were found.
    """

    lower: float
    upper: float
    valid: bool


def minos_errors(
    objective: Any, values: Mapping[str, float], errors: Mapping[str, float], names: tuple[str, ...], *, cl: float
) -> dict[str, Minos]:
    """Run MINOS of Minuit2 from a minimum, or look for the errors ourselves where it cannot.

    Args:
        objective: The function that was minimised.
        values: Where its minimum is.
        errors: Symmetric errors there, the first guess.
        names: For which parameters.
        cl: Confidence level of the interval.
    """
    point = np.array([values[name] for name in objective.names])
    guess = np.array([errors[name] for name in objective.names])
    if np.any((point <= objective.lower) | (point >= objective.upper)):
        # In Minuit's own variables the function is flat at a limit: it would not know the minimum again.
        return {name: _by_profile(objective, point, guess, objective.names.index(name), cl) for name in names}
    minuit = Minuit().prepare(CountedFunction(objective), point)
    minuit.errors = np.where(np.isfinite(guess) & (guess > 0), guess, np.array(minuit.errors))
    minuit.migrad()
    result = {}
    for name in names:
        try:
            minuit.minos(name, cl=cl)
        except RuntimeError:  # Minuit does not accept the minimum
            result[name] = Minos(np.nan, np.nan, False)
            continue
        found = minuit.merrors[name]
        result[name] = Minos(float(found.lower), float(found.upper), bool(found.is_valid))
    return result


def _by_profile(objective: Any, point: Array, guess: Array, index: int, cl: float) -> Minos:
    """Look for the two points where the profile of one parameter has risen, within its limits."""
    goal = objective.value(point) + 0.5 * NormalDist().inv_cdf(0.5 + 0.5 * cl) ** 2
    width = np.where(np.isfinite(objective.upper - objective.lower), objective.upper - objective.lower, 1.0)
    # Parameters at a limit start beside it, so that they can leave it.
    beside = np.clip(point, objective.lower + _BESIDE * width, objective.upper - _BESIDE * width)

    def expand(points: Array, members: Indices, exact: bool) -> Expansion:  # noqa: ARG001 (there is one member)
        found: Expansion = objective.expand(points, exact=exact)
        return found

    def excess(value: float) -> float:
        begin, lower, upper = beside.copy(), objective.lower.copy(), objective.upper.copy()
        begin[index] = lower[index] = upper[index] = value
        found = descend(
            expand,
            begin[None],
            lower[None],
            upper[None],
            goal=_EDM,
            most_steps=_MOST_STEPS,
            exact=objective.cheap_hessian,
        )
        above: float = found.value[0] - goal
        return above

    step = guess[index] if guess[index] > 0 else 0.05 * width[index]
    lower, found_lower = _crossing(excess, point[index], objective.lower[index], -step)
    upper, found_upper = _crossing(excess, point[index], objective.upper[index], step)
    return Minos(lower, upper, found_lower and found_upper)


def _crossing(excess: Callable[[float], float], value: float, limit: float, step: float) -> tuple[float, bool]:
    """Return the distance to where a function becomes positive; if it does not, to the limit."""
    inner, outer = value, value
    for doubling in range(_MOST_DOUBLINGS):
        if outer == limit:
            return float(limit - value), False
        further = value + step * 2**doubling
        inner, outer = outer, min(limit, further) if step > 0 else max(limit, further)
        if excess(outer) > 0:
            return float(_root(excess, inner, outer) - value), True
    return float("nan"), False


def _root(excess: Callable[[float], float], inner: float, outer: float) -> float:
    """Find the root between two points by the Illinois method."""
    below, above = excess(inner), excess(outer)
    for _ in range(_MOST_STEPS):
        middle = (inner * above - outer * below) / (above - below)
        at_middle = excess(middle)
        if abs(at_middle) < _PRECISION:
            return middle
        if at_middle * above < 0:
            inner, below = outer, above
        else:
            below *= 0.5
        outer, above = middle, at_middle
    return outer
