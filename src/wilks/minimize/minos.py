"""Asymmetric errors from the profile of the likelihood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wilks.minimize.minuit import CountedFunction, Minuit
from wilks.typing import Array


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
    """Run MINOS of Minuit2 from a minimum.

    Args:
        objective: The function that was minimised.
        values: Where its minimum is.
        errors: Symmetric errors there, the first guess.
        names: For which parameters.
        cl: Confidence level of the interval.
    """
    point = np.array([values[name] for name in objective.names])
    guess = np.array([errors[name] for name in objective.names])
    at_limit = (point <= objective.lower) | (point >= objective.upper)
    minuit = _at_minimum(objective, point, guess, at_limit)
    result = {}
    for name in names:
        try:
            minuit.minos(name, cl=cl)
        except RuntimeError:  # Minuit does not recognise the minimum
            result[name] = Minos(np.nan, np.nan, False)
            continue
        found = minuit.merrors[name]
        result[name] = Minos(float(found.lower), float(found.upper), bool(found.is_valid))
    return result


def _at_minimum(objective: Any, point: Array, guess: Array, at_limit: Array) -> Any:
    """Return Minuit at the minimum; where it cannot find back with a parameter at a limit, that one is kept there."""
    # In Minuit's own variables the function is flat at a limit: start beside it.
    width = np.where(np.isfinite(objective.upper - objective.lower), objective.upper - objective.lower, 1.0)
    beside = np.where(point >= objective.upper, -1e-3, 1e-3) * width
    minuit = Minuit().prepare(CountedFunction(objective), np.where(at_limit, point + beside, point))
    minuit.errors = np.where(np.isfinite(guess) & (guess > 0), guess, np.array(minuit.errors))
    minuit.migrad()
    if not minuit.valid and at_limit.any():
        minuit.values = point
        minuit.fixed = at_limit.tolist()
        minuit.migrad()
    return minuit
