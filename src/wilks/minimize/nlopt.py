"""Minimisers of NLopt, with exact gradients."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from wilks.errors import FitError, MissingDependencyError, did_you_mean
from wilks.minimize.minimizer import Minimum, Objective
from wilks.minimize.scaled import ScaledFunction
from wilks.minimize.stopping import Precision, check_options, minimize_to_edm
from wilks.typing import Array

METHODS = (
    "LD_LBFGS",
    "LD_SLSQP",
    "LD_VAR1",
    "LD_VAR2",
    "LD_TNEWTON_PRECOND_RESTART",
    "LD_TNEWTON_PRECOND",
    "LD_TNEWTON_RESTART",
    "LD_MMA",
    "LD_CCSAQ",
    "LN_BOBYQA",
    "LN_NELDERMEAD",
    "LN_SBPLX",
)
"""The local algorithms that fit: left out are those that ignore limits, use random numbers, or take for ever."""

_RESULTS = ("SUCCESS", "FTOL_REACHED", "XTOL_REACHED")


@dataclass(frozen=True, kw_only=True)
class NLopt:
    """An algorithm of NLopt, run until the EDM is as small as `Minuit` would have it.

    Args:
        method: ``LD_LBFGS``, ``LD_SLSQP``, ``LD_VAR1``, ``LD_VAR2``, ``LD_TNEWTON_PRECOND_RESTART``,
            ``LD_TNEWTON_PRECOND``, ``LD_TNEWTON_RESTART``, ``LD_MMA`` or ``LD_CCSAQ``, which use gradients;
            ``LN_BOBYQA``, ``LN_NELDERMEAD`` or ``LN_SBPLX``, which use values only.
        tolerance: Aim at an EDM below 0.002 times this times the error definition.
        max_evaluations: Number of function evaluations at most; by default ten times Minuit's.

    Raises:
        MissingDependencyError: If nlopt is not installed.
        FitError: If there is no such method, or an option cannot be met.
    """

    method: str = "LD_LBFGS"
    tolerance: float = 0.1
    max_evaluations: int | None = None

    name: ClassVar[str] = "nlopt"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            near = did_you_mean(str(self.method), METHODS)
            raise FitError(f"wilks knows no method {self.method!r} of NLopt{near}; there are {', '.join(METHODS)}")
        check_options(self.tolerance, self.max_evaluations)
        _nlopt()

    def minimize(self, objective: Objective) -> Minimum:
        """Run the algorithm as often as it takes."""
        return minimize_to_edm(
            objective,
            self._run,
            tolerance=self.tolerance,
            max_evaluations=self.max_evaluations,
            walks_along_limits=True,
            by=f"{self.name} {self.method}",
        )

    def _run(self, function: ScaledFunction, precision: Precision) -> str:
        nlopt = _nlopt()

        def value(point: Array, gradient: Array) -> float:
            if not gradient.size:
                return function.value(point)
            found, gradient[:] = function.value_and_gradient(point)
            return found

        library = nlopt.opt(getattr(nlopt, self.method), len(function.start))
        library.set_min_objective(value)
        library.set_lower_bounds(function.lower)
        library.set_upper_bounds(function.upper)
        # BOBYQA wants room for two steps between limits.
        library.set_initial_step(np.minimum(precision.reach, 0.25 * (function.upper - function.lower)))
        library.set_ftol_abs(precision.fall)
        library.set_xtol_abs(precision.slope)
        library.optimize(function.start)
        return next((name for name in _RESULTS if getattr(nlopt, name) == library.last_optimize_result()), "")


def _nlopt() -> Any:
    try:
        return import_module("nlopt")
    except ImportError:
        raise MissingDependencyError("the minimisers of NLopt need nlopt: pip install wilks[nlopt]") from None
