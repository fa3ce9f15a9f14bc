"""The profile of a likelihood: its minimum as a function of some parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from wilks.errors import FitError, IntegrationError, ParameterError, did_you_mean
from wilks.minimize.certify import certify
from wilks.minimize.descent import Descent
from wilks.minimize.fit import LARGEST_EDM, Loss, accurate, fit
from wilks.minimize.newton import Newton
from wilks.minimize.result import FitResult
from wilks.typing import Array, ArrayLike, Flags, Indices

_AT_ONCE = 1024

_SAME = 1e-6
"""By how much, relative to its value, a minimum may differ from the likelihood that it belongs to."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Profile:
    """Minima over all other parameters, on a grid.

    Args:
        grid: The values of each profiled parameter, one axis of the grid each.
        minimum: The NLL at each point, of the shape of the grid.
        values: Values of all floating parameters at each point, likewise.
        edm: Expected vertical distance to each minimum.
        valid: Which points converged.
        minimizers: What found each minimum.
        best: The fit in which the profiled parameters float.
    """

    grid: Mapping[str, Array]
    minimum: Array
    values: Mapping[str, Array]
    edm: Array
    valid: Flags
    minimizers: npt.NDArray[np.str_]
    best: FitResult

    @property
    def delta(self) -> Array:
        """By how much each minimum lies above that of the fit; half the square of the significance of a deviation."""
        return self.minimum - self.best.minimum

    def __repr__(self) -> str:
        ranges = ", ".join(f"{name} {axis.min():g} to {axis.max():g} ({len(axis)})" for name, axis in self.grid.items())
        good, rise = int(self.valid.sum()), np.nanmax(self.delta, initial=0.0)
        return f"Profile: {ranges}; {good} of {self.minimum.size} points valid, up to {rise:.3g} above the minimum"


def profile(
    loss: Loss,
    points: Mapping[str, ArrayLike],
    *,
    result: FitResult | None = None,
    start: Any = None,
    fixed: Mapping[str, float] | None = None,
    minimizer: Newton | None = None,
) -> Profile:
    """Return the minimum of a loss over all other parameters, for values of some, as one batch.

    Every fit starts where a parabola at the minimum says that it ends.

    Args:
        loss: The loss, such as an `NLL`.
        points: Values of one or more floating parameters; of several, the grid of all their combinations.
        result: The fit in which they float, if it is known already.
        start: Start values for that fit, where it is not.
        fixed: Parameters to keep, at these values.
        minimizer: By default `Newton` with its default options.

    Raises:
        ParameterError: If a name is no floating parameter, or values are no numbers inside its limits.
        FitError: If the fit does not converge, or an argument is not what is asked for.

    Example:
        >>> scan = wilks.profile(nll, {"mu": np.linspace(4.9, 5.1, 100)})  # doctest: +SKIP
        >>> scan.delta  # doctest: +SKIP
    """
    minimizer = Newton() if minimizer is None else minimizer
    if not isinstance(minimizer, Newton):
        raise FitError(f"profiles are made by an object such as wilks.Newton(), got {minimizer!r}")
    if result is not None and (start is not None or fixed is not None):
        raise FitError("give either the result of a fit, or start and fixed for one to be made")
    best = fit(loss, minimizer=minimizer, start=start, fixed=fixed) if result is None else result
    if not isinstance(best, FitResult):
        raise FitError(f"a profile begins at the result of a fit, got {best!r}")
    if not best.valid:
        raise FitError(f"a profile needs a valid minimum to begin with: {best.message}")
    objective = loss.objective(start=best, fixed={name: best.values[name] for name in best.fixed})
    objective = objective.refined(objective.start)
    grid = _grid(points, objective)
    here = objective.expand(objective.start[None], exact=True)
    if not abs(here.value[0] - best.minimum) <= _SAME * max(1.0, abs(best.minimum)):
        raise FitError(
            f"the result belongs to another likelihood: its minimum is {best.minimum:.6f}, the likelihood there is "
            f"{here.value[0]:.6f}"
        )
    shape = tuple(len(axis) for axis in grid.values())
    flat = np.stack([axis.reshape(-1) for axis in np.meshgrid(*grid.values(), indexing="ij")], axis=1)
    scanned = np.array([objective.names.index(name) for name in grid])
    parts = [
        _profile(objective, minimizer, scanned, flat[i : i + _AT_ONCE], here.matrix[0])
        for i in range(0, len(flat), _AT_ONCE)
    ]
    point, minimum, edm, valid, minimizers = (np.concatenate(found) for found in zip(*parts, strict=True))
    return Profile(
        grid=grid,
        minimum=minimum.reshape(shape),
        values={name: point[:, i].reshape(shape) for i, name in enumerate(objective.names)},
        edm=edm.reshape(shape),
        valid=valid.reshape(shape),
        minimizers=minimizers.reshape(shape),
        best=best,
    )


def _grid(points: Mapping[str, ArrayLike], objective: Any) -> dict[str, Array]:
    asked: Any = points  # what users pass need not be what the annotations say
    if not isinstance(asked, Mapping) or not asked:
        raise ParameterError(f"a profile needs values of at least one parameter, {{name: values}}, got {points!r}")
    grid = {}
    for name, values in points.items():
        if name not in objective.names:
            raise ParameterError(f"{name!r} is not a floating parameter{did_you_mean(name, objective.names)}")
        try:
            axis = np.atleast_1d(np.asarray(values, dtype=np.float64))
        except (TypeError, ValueError):
            raise ParameterError(f"values of {name!r} must be numbers, got {values!r}") from None
        place = objective.names.index(name)
        if axis.ndim != 1 or not axis.size or not np.isfinite(axis).all():
            raise ParameterError(f"values of {name!r} must be finite numbers of shape (n,), got {values!r}")
        if axis.min() < objective.lower[place] or axis.max() > objective.upper[place]:
            raise ParameterError(
                f"values of {name!r} must lie inside its limits [{objective.lower[place]:g}, "
                f"{objective.upper[place]:g}], got {axis.min():g} to {axis.max():g}"
            )
        grid[name] = axis
    return grid


def _profile(
    objective: Any, minimizer: Newton, scanned: Indices, flat: Array, hessian: Array
) -> tuple[npt.NDArray[Any], ...]:
    """Profile at points of shape [B, number of scanned parameters]."""
    count = len(flat)
    lower, upper = (np.tile(bound, (count, 1)) for bound in (objective.lower, objective.upper))
    lower[:, scanned] = upper[:, scanned] = flat

    def expand(points: Array, members: Indices, exact: bool) -> Any:
        del members
        return objective.expand(points, exact=exact)

    begin = np.clip(_parabola(objective, scanned, flat, hessian), lower, upper)
    state = minimizer.descend(expand, begin, lower, upper, cheap=objective.cheap_hessians)
    minimizers = np.full(count, minimizer.name, dtype=object)
    for member in np.flatnonzero(~state.converged | ~accurate(objective, state.point)):
        one = replace(objective, lower=lower[member], upper=upper[member])
        minimizers[member] = _alone(minimizer, one, state, int(member))
    return state.point, state.value, state.edm, state.converged, minimizers.astype(np.str_)


def _alone(minimizer: Newton, objective: Any, state: Descent, member: int) -> str:
    """Minimise one member again, on panels of its own; return what found the minimum."""
    reached = np.isfinite(state.value[member])
    begin = state.point[member] if reached else np.clip(objective.start, objective.lower, objective.upper)
    try:
        objective = objective.refined(begin)
        found = minimizer.minimize(objective)
    except (FitError, IntegrationError):  # the function is not finite there
        state.edm[member], state.converged[member] = np.nan, False
        return minimizer.name
    certificate = certify(objective, found)
    state.point[member], state.value[member] = certificate.point, certificate.value
    state.edm[member] = certificate.edm
    state.converged[member] = certificate.is_minimum and certificate.edm <= LARGEST_EDM
    return found.by or minimizer.name


def _parabola(objective: Any, scanned: Indices, flat: Array, hessian: Array) -> Array:
    """Return where the minima are if the function is a parabola."""
    best = objective.start
    others = np.setdiff1d(np.arange(len(best)), scanned)
    begin = np.tile(best, (len(flat), 1))
    begin[:, scanned] = flat
    if len(others):
        free = others[(best[others] > objective.lower[others]) & (best[others] < objective.upper[others])]
        response = np.linalg.lstsq(hessian[np.ix_(free, free)], hessian[np.ix_(free, scanned)], rcond=None)[0]
        begin[:, free] -= (flat - best[scanned]) @ response.T
    return begin
