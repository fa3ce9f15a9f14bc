"""One stopping rule for every library of minimisers: the EDM from exact derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from wilks.errors import FitError
from wilks.minimize.certify import Certificate, look_at
from wilks.minimize.minimizer import Minimum, Objective
from wilks.minimize.scaled import ScaledFunction, SpentError
from wilks.typing import Array

_ERROR_DEFINITION = 0.5
_MOST_STALLS = 3
_NEAR = 0.1
"""How near a limit is, in units of the parameter, to try whether the function is lower there."""


@dataclass(frozen=True)
class Precision:
    """When a library may stop, in the units of a `ScaledFunction`; only then the EDM is looked at.

    Args:
        fall: It may stop where a step lowers the function by less than this.
        slope: It may stop where the gradient is smaller than this, or a step shorter.
        reach: How far the minimum seems to be, for the first step.
    """

    fall: float
    slope: float
    reach: float


def minimize_to_edm(
    objective: Objective,
    library: Callable[[ScaledFunction, Precision], str],
    *,
    tolerance: float,
    max_evaluations: int | None,
    walks_along_limits: bool,
    by: str,
) -> Minimum:
    """Run a library until the EDM is small enough: again and again from where it stopped, more precisely each time.

    Args:
        objective: The function.
        library: Minimises a scaled function, and returns what it says of it.
        tolerance: Aim at an EDM below 0.002 times this times the error definition, as Minuit does.
        max_evaluations: How often the function may be evaluated; None for ten times what Minuit takes by default,
            which methods without derivatives may need.
        walks_along_limits: Whether the library can; for others, parameters that a limit holds stay there for a round.
        by: What is to stand in the result.
    """
    goal = 0.002 * tolerance * _ERROR_DEFINITION
    size = len(objective.start)
    budget = max_evaluations or 10 * (200 + 100 * size + 5 * size**2)
    found = look_at(objective, np.clip(objective.start, objective.lower, objective.upper))
    rounds, stalls, says = 0, 0, ""
    while not found.edm <= goal and _is_finite(found) and found.evaluations < budget and stalls < _MOST_STALLS:
        before = found
        moving = (objective.lower < objective.upper) & (walks_along_limits | ~before.pinned)
        # One evaluation is kept for the look at where it stops.
        scaled = ScaledFunction(objective, before, _units(objective, before), moving, budget - before.evaluations - 1)
        says = _run(library, scaled, _precision(goal, rounds, before.edm))
        found = look_at(objective, scaled.lowest, before.evaluations + scaled.evaluations)
        if not found.edm <= goal and found.evaluations < budget:
            found = _on_limits(objective, found)
        stalls = 0 if before.value - found.value > 0.5 * goal else stalls + 1
        rounds += 1
    message = "" if found.edm <= goal else _reason(found, goal, found.evaluations >= budget, says)
    return Minimum(
        point=found.point,
        value=found.value,
        converged=not message,
        message=message,
        evaluations=found.evaluations,
        by=by,
        slopes=found.gradient,
        hessian=found.hessian,
    )


def check_options(tolerance: float, max_evaluations: int | None) -> None:
    """Check what every such minimiser can be asked for.

    Raises:
        FitError: If it cannot be met.
    """
    if not 0 < tolerance < np.inf:
        raise FitError(f"the tolerance of a minimizer must be positive and finite, got {tolerance!r}")
    if max_evaluations is not None and max_evaluations < 1:
        raise FitError(f"max_evaluations must be at least 1, or None for the default, got {max_evaluations!r}")


def _run(library: Callable[[ScaledFunction, Precision], str], scaled: ScaledFunction, precision: Precision) -> str:
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # in a function without a minimum it may go anywhere
            return library(scaled, precision)
    except SpentError:
        return ""
    except Exception as failure:  # noqa: BLE001 (what libraries raise where they can go no further, in any version)
        if scaled.error is not None:
            raise scaled.error from None
        return f"{type(failure).__name__} {failure}".rstrip()


def _is_finite(found: Certificate) -> bool:
    return bool(np.isfinite(found.value) and np.all(np.isfinite(found.gradient)))


def _on_limits(objective: Objective, found: Certificate) -> Certificate:
    """Put parameters on limits that they nearly reached, if that is lower: some methods come near and never arrive."""
    near = _NEAR * _units(objective, found)
    down = (found.gradient > 0) & (found.point - objective.lower < near)
    up = (found.gradient < 0) & (objective.upper - found.point < near)
    point = np.where(down, objective.lower, np.where(up, objective.upper, found.point))
    if np.array_equal(point, found.point):
        return found
    met = look_at(objective, point, found.evaluations)
    return met if met.value < found.value else replace(found, evaluations=met.evaluations)


def _units(objective: Objective, found: Certificate) -> Array:
    """Return the standard deviation of each parameter by itself; where there is none, its first step."""
    diagonal, width = np.diag(found.hessian), objective.upper - objective.lower
    curved = np.isfinite(diagonal) & (diagonal > 0)
    guess = np.where(np.isfinite(width), 0.1 * width, np.maximum(0.1 * np.abs(found.point), 1e-3))
    first = np.where(np.isnan(objective.steps), guess, objective.steps)
    units = np.where(curved, 1 / np.sqrt(np.where(curved, diagonal, 1.0)), first)
    # No unit is longer than what there is; parameters between two equal limits do not move anyway.
    return np.where(width > 0, np.minimum(units, 0.5 * width), 1.0)


def _precision(goal: float, rounds: int, edm: float) -> Precision:
    fall = goal * 10.0 ** (-1 - 2 * min(rounds, 5))
    reach = np.sqrt(2 * edm) if np.isfinite(edm) else 1.0
    return Precision(fall=fall, slope=float(np.sqrt(2 * fall)), reach=float(np.clip(reach, 0.01, 1.0)))


def _reason(found: Certificate, goal: float, spent: bool, says: str) -> str:
    if not _is_finite(found):
        return "the function or its gradient is not finite where it stopped"
    stopped = "call limit reached" if spent else "no more progress"
    edm = f"EDM {found.edm:.2g} above the goal {goal:.2g}" if found.is_minimum else "Hessian not positive definite"
    return f"{stopped}, {edm}" + (f": {says}" if says else "")
