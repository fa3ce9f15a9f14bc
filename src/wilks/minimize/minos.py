"""Asymmetric errors from the profile of the likelihood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wilks.minimize.minuit import CountedFunction, Minuit


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
    minuit = Minuit().prepare(CountedFunction(objective), point)
    guess = np.array([errors[name] for name in objective.names])
    minuit.errors = np.where(np.isfinite(guess) & (guess > 0), guess, np.array(minuit.errors))
    minuit.migrad()
    result = {}
    for name in names:
        minuit.minos(name, cl=cl)
        found = minuit.merrors[name]
        result[name] = Minos(float(found.lower), float(found.upper), bool(found.is_valid))
    return result
