"""Minimisers of SciPy, with exact gradients and Hessians."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import numpy as np

from wilks.errors import FitError, did_you_mean
from wilks.minimize.minimizer import Minimum, Objective
from wilks.minimize.scaled import ScaledFunction
from wilks.minimize.stopping import Precision, check_options, minimize_to_edm


@dataclass(frozen=True, kw_only=True)
class Scipy:
    """A method of `scipy.optimize.minimize`, run until the EDM is as small as `Minuit` would have it.

    Args:
        method: ``trust-exact``, ``trust-constr`` or ``Newton-CG``, which use Hessians; ``L-BFGS-B``, ``SLSQP`` or
            ``TNC``, which use gradients; ``Nelder-Mead`` or ``Powell``, which use values only.
        tolerance: Aim at an EDM below 0.002 times this times the error definition.
        max_evaluations: Number of function evaluations at most; by default ten times Minuit's.

    Raises:
        FitError: If there is no such method, or an option cannot be met.

    Example:
        >>> import wilks
        >>> wilks.Scipy(method="SLSQP")
        Scipy(method='SLSQP', tolerance=0.1, max_evaluations=None)
    """

    method: str = "L-BFGS-B"
    tolerance: float = 0.1
    max_evaluations: int | None = None

    name: ClassVar[str] = "scipy"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            near = did_you_mean(str(self.method), METHODS)
            raise FitError(f"wilks knows no method {self.method!r} of SciPy{near}; there are {', '.join(METHODS)}")
        check_options(self.tolerance, self.max_evaluations)

    def minimize(self, objective: Objective) -> Minimum:
        """Run the method as often as it takes."""
        return minimize_to_edm(
            objective,
            self._run,
            tolerance=self.tolerance,
            max_evaluations=self.max_evaluations,
            walks_along_limits=METHODS[self.method].limits == "along",
            by=f"{self.name} {self.method}",
        )

    def _run(self, function: ScaledFunction, precision: Precision) -> str:
        from scipy import optimize  # noqa: PLC0415 (0.2 s that no document command should pay)

        method = METHODS[self.method]
        limited = method.limits != "unknown"
        minimize: Any = optimize.minimize  # its overloads are for methods that are written down
        result = minimize(
            function.value_and_gradient if method.derivatives else function.value,
            _inside(function) if method.limits == "inside" else function.start,
            method=self.method,
            jac=True if method.derivatives else None,
            hess=function.hessian if method.derivatives == 2 else None,
            bounds=optimize.Bounds(function.lower, function.upper, keep_feasible=True) if limited else None,
            options={method.most: function.budget + 1, **method.options(function, precision)},
        )
        return str(result.message)


@dataclass(frozen=True)
class Method:
    """What wilks knows of a method of SciPy.

    Args:
        derivatives: Up to which order it uses them.
        limits: Whether it can walk along them, only comes near from inside, or knows none: then there are walls.
        options: What it calls its precision.
        most: What it calls the number of iterations or evaluations, at most.
    """

    derivatives: Literal[0, 1, 2]
    limits: Literal["along", "inside", "unknown"]
    options: Callable[[ScaledFunction, Precision], Mapping[str, Any]]
    most: str = "maxiter"


def _inside(function: ScaledFunction) -> Any:
    """Return a start that is at no limit."""
    gap = 1e-3 * np.minimum(function.upper - function.lower, 1.0)
    return np.clip(function.start, function.lower + gap, function.upper - gap)


def _trust_exact(_: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {"gtol": precision.slope}


def _trust_constr(_: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    barrier = 0.1 * precision.reach  # SciPy's 0.1 would drive it away from a minimum nearby
    return {
        "gtol": precision.slope,
        "xtol": 1e-3 * precision.slope,  # the radius of the trust region, which shrinks while there is a way to go
        "barrier_tol": precision.fall,
        "initial_tr_radius": precision.reach,
        "initial_barrier_parameter": barrier,
        "initial_barrier_tolerance": barrier,
    }


def _newton_cg(_: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {"xtol": precision.slope}


def _l_bfgs_b(_: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {"ftol": precision.fall, "gtol": precision.slope}


def _slsqp(_: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {"ftol": precision.fall}


def _tnc(function: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {
        "ftol": precision.fall,
        "xtol": 0.0,
        "gtol": precision.slope,
        "minfev": -np.inf,  # the least value to expect, by default zero, which limits the first step
        "scale": np.ones_like(function.start),  # otherwise in units of the limits
        "offset": np.zeros_like(function.start),
    }


def _nelder_mead(function: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    step = np.where(function.upper >= precision.reach, precision.reach, -precision.reach)
    return {
        "fatol": precision.fall,
        "xatol": precision.slope,
        "adaptive": True,
        "initial_simplex": np.vstack(
            [function.start, np.diag(step)]
        ),  # by default relative to the start, which is zero
    }


def _powell(function: ScaledFunction, precision: Precision) -> Mapping[str, Any]:
    return {"ftol": precision.fall, "xtol": precision.slope, "direc": precision.reach * np.eye(len(function.start))}


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "trust-exact": Method(2, "unknown", _trust_exact),
        "trust-constr": Method(2, "inside", _trust_constr),
        "Newton-CG": Method(2, "unknown", _newton_cg),
        "L-BFGS-B": Method(1, "along", _l_bfgs_b),
        "SLSQP": Method(1, "along", _slsqp),
        "TNC": Method(1, "along", _tnc, most="maxfun"),
        "Nelder-Mead": Method(0, "along", _nelder_mead),
        # Its own search between limits may return what is higher than where it began.
        "Powell": Method(0, "unknown", _powell),
    }
)
