"""The results of many fits of one model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt

from wilks.minimize.result import FitResult
from wilks.typing import Array, Flags


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FitResults(Sequence[FitResult]):
    """What k fits of one model found, as arrays; an index gives one fit as a `FitResult`.

    Args:
        values: Best-fit values of every parameter, of shape [k], fixed ones included.
        errors: Symmetric uncertainties of each floating parameter, of shape [k]; NaN where a limit leaves none.
        covariance: Covariance matrices over the floating parameters, of shape [k, P, P].
        floating: Names of the floating parameters.
        minimum: The NLL at each minimum, of shape [k].
        edm: Expected vertical distance to each minimum, of shape [k].
        valid: Which fits converged, of shape [k].
        messages: Why a fit did not converge; empty if it did.
        at_limit: Which floating parameters a limit keeps from a lower NLL, of shape [k, P].
        start: Start values of the floating parameters, of shape [k].
        bounds: Limits, infinite where there are none.
        fixed: Parameters that the fits kept.
        minimizers: What found each minimum: members that fail are fitted again by Minuit.
        evaluations: How often each function was evaluated, of shape [k].
        covariance_method: ``hesse`` or ``sandwich``.
        integral_error: Largest relative error estimate of the numerical normalisations.
        timings: Seconds spent in each step.
        provenance: Versions of what made the results.
    """

    values: Mapping[str, Array]
    errors: Mapping[str, Array]
    covariance: Array
    floating: tuple[str, ...]
    minimum: Array
    edm: Array
    valid: Flags
    messages: tuple[str, ...]
    at_limit: Flags
    start: Mapping[str, Array]
    bounds: Mapping[str, tuple[float, float]]
    fixed: tuple[str, ...]
    minimizers: tuple[str, ...]
    evaluations: npt.NDArray[np.int64]
    covariance_method: str
    integral_error: float
    timings: Mapping[str, float]
    provenance: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.minimum)

    @overload
    def __getitem__(self, index: int) -> FitResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[FitResult]: ...
    def __getitem__(self, index: int | slice) -> FitResult | list[FitResult]:
        """Return one fit; it cannot compute MINOS errors, as the results do not hold the likelihood."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        i = range(len(self))[index]
        return FitResult(
            values={name: float(values[i]) for name, values in self.values.items()},
            errors={name: float(errors[i]) for name, errors in self.errors.items()},
            covariance=self.covariance[i],
            floating=self.floating,
            minimum=float(self.minimum[i]),
            edm=float(self.edm[i]),
            valid=bool(self.valid[i]),
            message=self.messages[i],
            at_limit=tuple(np.array(self.floating)[self.at_limit[i]].tolist()),
            start={name: float(values[i]) for name, values in self.start.items()},
            bounds=self.bounds,
            fixed=self.fixed,
            minimizer=self.minimizers[i],
            evaluations=int(self.evaluations[i]),
            covariance_method=self.covariance_method,
            integral_error=self.integral_error,
            provenance=self.provenance,
        )

    def __iter__(self) -> Iterator[FitResult]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        good = int(self.valid.sum())
        rescued = sum("minuit" in name and name != "minuit" for name in self.minimizers)
        width = max([len("parameter"), *map(len, self.floating)])
        lines = [
            f"FitResults: {len(self)} fits, {good} valid, {rescued} by Minuit after Newton, "
            f"largest EDM {_largest(self.edm):.1e}, errors {self.covariance_method}",
            "",
            f"{'parameter':<{width}}  {'mean':>12}  {'spread':>12}  {'mean error':>12}",
        ]
        for name in self.floating:
            values, errors = self.values[name][self.valid], self.errors[name][self.valid]
            numbers = (_mean(values), float(np.std(values)) if len(values) else np.nan, _mean(errors))
            lines.append(f"{name:<{width}}  " + "  ".join(f"{number:>12.6g}" for number in numbers))
        return "\n".join(lines)


def _largest(values: Array) -> float:
    return float(np.max(values[np.isfinite(values)], initial=0.0))


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.mean(known)) if len(known) else float("nan")
