"""Many fits of one model at once: to toys, or from several start values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any, Literal, Protocol

import numpy as np

from wilks.errors import FitError, IntegrationError
from wilks.minimize.certify import Certificate, certify
from wilks.minimize.covariance import inverse_hessians, sandwich, standard_errors
from wilks.minimize.descent import Descent
from wilks.minimize.fit import LARGEST_EDM, LARGEST_INTEGRAL_ERROR, accurate, provenance
from wilks.minimize.minimizer import Minimum
from wilks.minimize.minuit import Minuit
from wilks.minimize.newton import Newton
from wilks.minimize.results import FitResults
from wilks.typing import Array, Indices

AT_ONCE = 1024
"""How many fits are one batch."""

_MOST_ATTEMPTS = 5


class Loss(Protocol):
    """What can be fitted to several data sets."""

    @property
    def bounds(self) -> Mapping[str, tuple[float, float]]:
        """Limits of all parameters."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of all parameters."""

    def objective(self, *, start: Any = None, fixed: Any = None, data: Any = None) -> Any:
        """Return the function to minimise."""


def fit_many(
    loss: Loss,
    *,
    data: Iterable[Any] | None = None,
    start: Any = None,
    fixed: Mapping[str, float] | None = None,
    minimizer: Newton | None = None,
    covariance: Literal["auto", "hesse", "sandwich"] = "auto",
) -> FitResults:
    """Fit one model to many data sets, or from many start values, as one batch.

    Every fit converges at its own pace. One that does not is fitted again by Minuit alone, and says so.

    Args:
        loss: The loss; each data set takes the place of its own.
        data: The data sets: each a `Data` over the space of the loss's own, of any length; with several channels, a
            mapping of their names to `Data`.
        start: Start values that differ from the parameters' own, a mapping or an earlier result; or a sequence of them,
            one for each fit.
        fixed: Parameters to keep, at these values.
        minimizer: By default `Newton` with its default options.
        covariance: ``hesse`` or ``sandwich``; by default the sandwich for weighted data and Hesse otherwise.

    Raises:
        FitError: If there is nothing to fit, the numbers of data sets and start values differ, or an argument is not
            what is asked for.
        DataError: If data do not fit the loss.
        ParameterError: If a name is unknown or a value lies outside its limits.
    """
    begin = perf_counter()
    minimizer = Newton() if minimizer is None else minimizer
    _check(loss, data, minimizer, covariance)
    sets = None if data is None else list(data)
    starts = list(start) if isinstance(start, Sequence) else None
    count = _count(sets, starts)
    objective = loss.objective(start=None if starts is not None else start, fixed=fixed, data=sets)
    compiled_before = objective.compile_seconds
    points = np.tile(objective.start, (count, 1))
    if starts is not None:
        points = _starts(loss, starts, fixed, objective.fixed)
    numbers = np.arange(count) if sets is not None else np.zeros(count, dtype=np.intp)
    parts = [
        _Batch(objective, minimizer, points[i : i + AT_ONCE], numbers[i : i + AT_ONCE])
        for i in range(0, count, AT_ONCE)
    ]
    for part in parts:
        part.run()
    minimised, compiling = perf_counter(), objective.compile_seconds - compiled_before
    method = covariance if covariance != "auto" else "sandwich" if objective.weighted else "hesse"
    matrices = np.concatenate([part.covariance(method) for part in parts])
    errors = standard_errors(matrices)
    found = np.concatenate([part.state.point for part in parts])
    values = {name: np.full(count, objective.fixed.get(name, np.nan)) for name in loss.parameters}
    values |= {name: found[:, i] for i, name in enumerate(objective.names)}
    messages = tuple(message for part in parts for message in part.messages)
    return FitResults(
        values=values,
        errors={name: errors[:, i] for i, name in enumerate(objective.names)},
        covariance=matrices,
        floating=objective.names,
        minimum=np.concatenate([part.state.value for part in parts]),
        edm=np.concatenate([part.state.edm for part in parts]),
        valid=np.array([not message for message in messages]),
        messages=messages,
        at_limit=np.concatenate([part.state.pinned for part in parts]),
        start={name: points[:, i] for i, name in enumerate(objective.names)},
        bounds=dict(loss.bounds),
        fixed=tuple(objective.fixed),
        minimizers=tuple(name for part in parts for name in part.minimizers),
        evaluations=np.concatenate([part.state.evaluations for part in parts]),
        covariance_method=method,
        integral_error=max(part.integral_error for part in parts),
        timings={
            "compile": compiling,
            "minimize": minimised - begin - compiling,
            "covariance": perf_counter() - minimised,
            "total": perf_counter() - begin,
        },
        provenance=dict(provenance()),
    )


class _Batch:
    """Some of the fits.

    Args:
        objective: The function, for all data sets.
        minimizer: How it is minimised.
        start: Start values, of shape [B, P].
        sets: Which data set each fit sees.
    """

    def __init__(self, objective: Any, minimizer: Newton, start: Array, sets: Indices) -> None:
        self.objective = objective
        self.minimizer = minimizer
        self.start = start
        self.sets = sets
        self.messages: list[str] = [""] * len(start)
        self.minimizers: list[str] = [minimizer.name] * len(start)
        self.integral_error = 0.0
        self.alone: dict[int, Any] = {}
        """Objectives of the members that were fitted on their own."""
        self.state: Descent

    def run(self) -> None:
        """Minimise, and let Minuit have what did not converge."""
        self.state = self._descend(self.start)
        reached = self.state.point[self.state.converged]
        if len(reached) and not accurate(self.objective, reached).all():
            # Panels of the normalisations for where the fits end, not where they began.
            self.objective = self.objective.refined(np.median(reached, axis=0))
            before = self.state.evaluations
            self.state = self._descend(self.state.point)
            self.state.evaluations += before
        good = accurate(self.objective, self.state.point)
        if good.any():
            self.integral_error = self.objective.integral_error(self.state.point[good])
        for member in np.flatnonzero(~self.state.converged | ~good):
            self._rescue(int(member))

    def _descend(self, start: Array) -> Descent:
        objective, shape = self.objective, self.start.shape
        lower, upper = (np.broadcast_to(bound, shape) for bound in (objective.lower, objective.upper))

        def expand(points: Array, members: Indices, exact: bool) -> Any:
            return objective.expand(points, exact=exact, sets=self.sets[members])

        return self.minimizer.descend(expand, start, lower, upper, cheap=objective.cheap_hessians)

    def covariance(self, method: str) -> Array:
        """Return the covariance matrices, of shape [B, P, P]."""
        inverse = inverse_hessians(self.state.matrix, self.state.pinned)
        if method == "hesse":
            return inverse
        outer = self.objective.row_outer_products(self.state.point, self.sets)
        for member, objective in self.alone.items():
            outer[member] = objective.row_outer_product(self.state.point[member])
        return np.array([sandwich(one, other) for one, other in zip(inverse, outer, strict=True)])

    def _rescue(self, member: int) -> None:
        """Fit one member again, on its own: from where it is, or where that leads to no minimum from its start."""
        state = self.state
        self.minimizers[member] = f"{self.minimizer.name}, minuit"
        try:
            found, certificate, objective, error = self._alone(member, state.point[member])
            if not certificate.is_minimum:
                again = self._alone(member, self.start[member])
                if again[1].is_minimum or again[1].value < certificate.value:
                    found, certificate, objective, error = again
        except (FitError, IntegrationError) as failure:
            self._give_up(member, str(failure))
            return
        self.alone[member], self.integral_error = objective, max(self.integral_error, error)
        state.point[member], state.value[member] = certificate.point, certificate.value
        state.gradient[member], state.matrix[member] = certificate.gradient, certificate.hessian
        state.edm[member], state.pinned[member] = certificate.edm, certificate.pinned
        state.converged[member] = certificate.is_minimum and certificate.edm <= LARGEST_EDM
        if not state.converged[member]:
            self.messages[member] = f"neither Newton's method nor Minuit converged; {found.message}".rstrip("; ")
        elif error > LARGEST_INTEGRAL_ERROR:
            self.messages[member] = f"a normalisation has a relative error of {error:.1g}"

    def _alone(self, member: int, begin: Array) -> tuple[Minimum, Certificate, Any, float]:
        """Minimise by Minuit, on panels of the normalisations that are right at the minimum."""
        objective = self.objective.seeing(int(self.sets[member]))
        for _ in range(_MOST_ATTEMPTS):
            objective = objective.refined(begin)
            found = Minuit(tolerance=self.minimizer.tolerance).minimize(objective)
            certificate = certify(objective, found)
            self.state.evaluations[member] += found.evaluations + certificate.evaluations
            begin, error = certificate.point, objective.integral_error(certificate.point)
            if error <= LARGEST_INTEGRAL_ERROR:
                break
        return found, certificate, objective, error

    def _give_up(self, member: int, reason: str) -> None:
        """Say that one member has no fit; the others go on."""
        self.messages[member] = reason
        self.state.edm[member], self.state.converged[member] = np.nan, False
        self.state.matrix[member] = np.nan


def _starts(loss: Loss, starts: list[Any], fixed: Mapping[str, float] | None, kept: Mapping[str, float]) -> Array:
    """Return start values of the floating parameters; all others must be the same for all fits."""
    points = []
    for number, start in enumerate(starts):
        objective = loss.objective(start=start, fixed=fixed)
        for name, value in objective.fixed.items():
            if value != kept[name]:
                raise FitError(f"start {number} sets {name!r} to {value:g}, which does not float and is {kept[name]:g}")
        points.append(objective.start)
    return np.array(points)


def _check(loss: object, data: object, minimizer: object, covariance: str) -> None:
    if not hasattr(loss, "objective"):
        raise FitError(f"fit_many takes a loss, such as wilks.NLL(model, data), got a {type(loss).__name__}")
    if data is not None and (isinstance(data, Mapping) or not isinstance(data, Iterable)):
        raise FitError(f"fit_many takes a list of data sets, data=[...], got a {type(data).__name__}")
    if isinstance(minimizer, type):
        raise FitError(f"a minimizer is an object, such as wilks.Newton(), got {minimizer!r}")
    if not isinstance(minimizer, Newton):
        raise FitError(f"many fits at once are made by wilks.Newton(); for {minimizer!r} call wilks.fit in a loop")
    if covariance not in ("auto", "hesse", "sandwich"):
        raise FitError(f"the covariance of many fits is 'auto', 'hesse' or 'sandwich', got {covariance!r}")


def _count(sets: list[Any] | None, starts: list[Any] | None) -> int:
    counts = {len(given) for given in (sets, starts) if given is not None}
    if not counts:
        raise FitError("fit_many needs several data sets, data=[...], or several start values, start=[...]")
    if len(counts) > 1:
        raise FitError(
            f"there are {len(sets or [])} data sets and {len(starts or [])} start values: give as many of both"
        )
    (count,) = counts
    if not count:
        raise FitError("there is nothing to fit: the list is empty")
    return count
