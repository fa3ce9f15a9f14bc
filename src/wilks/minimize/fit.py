"""Fitting: minimise, certify, and state the uncertainties."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter
from types import MappingProxyType
from typing import Any, Protocol, get_args

import numpy as np

from wilks._version import __version__
from wilks.errors import FitError, did_you_mean
from wilks.minimize.certify import Certificate, certify
from wilks.minimize.covariance import CovarianceMethod, inverse_hessian, sandwich, standard_errors
from wilks.minimize.minimizer import Minimizer, Minimum
from wilks.minimize.minuit import Minuit
from wilks.minimize.result import FitResult
from wilks.typing import Array, Flags

LARGEST_EDM = 1e-3
"""Above this a fit has not converged."""

LARGEST_INTEGRAL_ERROR = 1e-9
"""Above this a numerical normalisation is computed on other panels, and the fit goes on from there."""

_MOST_ATTEMPTS = 5


class Loss(Protocol):
    """What can be fitted."""

    def objective(self, *, start: Any = None, fixed: Mapping[str, float] | None = None) -> Any:
        """Return the function to minimise."""

    @property
    def bounds(self) -> Mapping[str, tuple[float, float]]:
        """Limits of all parameters."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of all parameters."""


def fit(
    loss: Loss,
    *,
    minimizer: Minimizer | None = None,
    start: Any = None,
    fixed: Mapping[str, float] | None = None,
    covariance: CovarianceMethod = "auto",
) -> FitResult:
    """Minimise a loss.

    Args:
        loss: The loss, such as an `NLL`.
        minimizer: By default `Minuit`, with exact gradients.
        start: Start values that differ from the parameters' own: a mapping, or an earlier result.
        fixed: Parameters to keep, at these values.
        covariance: How uncertainties are computed: ``hesse``, ``sandwich`` or ``sumw2``; by default the sandwich for
            weighted data and Hesse otherwise.

    Raises:
        ParameterError: If a name is unknown or a value lies outside its limits.
        FitError: If the function is not finite at the start, or an argument is not what is asked for.
    """
    begin = perf_counter()
    minimizer = Minuit() if minimizer is None else minimizer
    _check(loss, minimizer, covariance)
    objective = loss.objective(start=start, fixed=fixed)
    compiled_before = objective.compile_seconds
    begun = dict(zip(objective.names, objective.start.tolist(), strict=True))
    objective, found, certificate = _minimize(minimizer, objective)
    minimised, compiling = perf_counter(), objective.compile_seconds - compiled_before
    method = covariance if covariance != "auto" else "sandwich" if objective.weighted else "hesse"
    matrix = _covariance(objective, certificate, method)
    problem = _problem(objective, found, certificate)
    values = {name: objective.fixed.get(name, np.nan) for name in loss.parameters}
    values |= dict(zip(objective.names, certificate.point.tolist(), strict=True))
    return FitResult(
        values=values,
        errors=dict(zip(objective.names, standard_errors(matrix).tolist(), strict=True)),
        covariance=matrix,
        floating=objective.names,
        minimum=certificate.value,
        edm=certificate.edm,
        valid=not problem,
        message=problem or (found.message if found.converged else ""),
        at_limit=tuple(np.array(objective.names)[certificate.pinned].tolist()),
        start=begun,
        bounds=dict(loss.bounds),
        fixed=tuple(objective.fixed),
        minimizer=found.by or minimizer.name,
        evaluations=found.evaluations + certificate.evaluations,
        covariance_method=method,
        integral_error=objective.integral_error(certificate.point),
        timings={
            "compile": compiling,
            "minimize": minimised - begin - compiling,
            "covariance": perf_counter() - minimised,
            "total": perf_counter() - begin,
        },
        provenance=dict(provenance()),
        objective=objective,
    )


def _check(loss: object, minimizer: object, covariance: str) -> None:
    if not hasattr(loss, "objective"):
        raise FitError(f"fit takes a loss, such as wilks.NLL(model, data), got a {type(loss).__name__}")
    if isinstance(minimizer, type) or not hasattr(minimizer, "minimize"):
        raise FitError(f"a minimizer is an object, such as wilks.Minuit(), got {minimizer!r}")
    if covariance not in (methods := get_args(CovarianceMethod)):
        near = did_you_mean(str(covariance), methods)
        raise FitError(f"no covariance method {covariance!r}{near}; there are {', '.join(methods)}")


def _minimize(minimizer: Minimizer, objective: Any) -> tuple[Any, Minimum, Certificate]:
    """Minimise, on panels of the normalisations that are right at the minimum."""
    for attempt in range(_MOST_ATTEMPTS):
        found = minimizer.minimize(objective)
        certificate = certify(objective, found)
        accurate = objective.integral_error(certificate.point) <= LARGEST_INTEGRAL_ERROR
        if accurate or attempt == _MOST_ATTEMPTS - 1:
            break  # what is returned belongs together: the point was found on these panels
        objective = objective.refined(certificate.point)
    return objective, found, certificate


def _covariance(objective: Any, certificate: Certificate, method: str) -> Array:
    inverse = inverse_hessian(certificate)
    if inverse is None:
        return np.full((len(certificate.point),) * 2, np.nan)
    if method == "hesse":
        return inverse
    if method == "sandwich":
        return sandwich(inverse, objective.row_outer_product(certificate.point))
    return sandwich(inverse, objective.squared_weights_hessian(certificate.point))


def _problem(objective: Any, found: Minimum, certificate: Certificate) -> str:
    """Say why a fit has not converged; nothing if it has."""
    if not np.isfinite(certificate.value):
        return "the function is not finite where the minimiser stopped"
    if (bad := ~np.isfinite(certificate.hessian).all(axis=0)).any():
        names = ", ".join(np.array(objective.names)[bad].tolist())
        return f"second derivatives are not finite in {names}: a formula divides zero by zero there; see wnp.where"
    if not certificate.is_minimum:
        return f"the Hessian is not positive definite: the minimum is flat, or there is none; {found.message}".rstrip(
            "; "
        )
    if certificate.edm > LARGEST_EDM:
        return f"the EDM {certificate.edm:.2g} is above {LARGEST_EDM:g}; {found.message}".rstrip("; ")
    if (error := objective.integral_error(certificate.point)) > LARGEST_INTEGRAL_ERROR:
        return f"a normalisation has a relative error of {error:.1g}"
    return ""


def accurate(objective: Any, points: Array) -> Flags:
    """Return at which points [B, P] the numerical normalisations are accurate."""
    if objective.integral_error(points) <= LARGEST_INTEGRAL_ERROR:
        return np.ones(len(points), dtype=np.bool_)
    return np.array([objective.integral_error(point) <= LARGEST_INTEGRAL_ERROR for point in points])


@cache
def provenance() -> Mapping[str, str]:
    """Return the versions of what makes results; looked up once, as that takes milliseconds."""
    versions = {"wilks": __version__}
    for package in ("tensorflow", "iminuit", "numpy"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:  # built under another name, such as tensorflow-cpu
            continue
    return MappingProxyType(versions)
