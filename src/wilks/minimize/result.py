"""The result of a fit: plain data, with the objective at hand while it is in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any

import numpy as np

from wilks.documents.json_text import parse_json
from wilks.errors import DocumentError, FitError, ParameterError, did_you_mean
from wilks.minimize import table
from wilks.minimize.covariance import correlation
from wilks.minimize.minos import Minos, minos_errors
from wilks.typing import Array

FORMAT = "wilks.fit_result/1"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FitResult:
    """What a fit found.

    Args:
        values: Best-fit value of every parameter, fixed ones included.
        errors: Symmetric uncertainty of each floating parameter; NaN where a limit or the fit leaves none.
        covariance: Covariance matrix over the floating parameters, in the order of ``floating``.
        floating: Names of the floating parameters.
        minimum: The NLL at the minimum, not doubled.
        edm: Expected vertical distance to the minimum, from exact derivatives.
        valid: Whether the fit converged.
        message: Why it did not, or what else is worth knowing; empty if nothing is.
        at_limit: Parameters that a limit keeps from a lower NLL.
        start: Start values.
        bounds: Limits, infinite where there are none.
        fixed: Parameters that the fit kept.
        minimizer: Name of the minimiser.
        evaluations: How often the function or its gradient was computed.
        covariance_method: ``hesse``, ``sandwich`` or ``sumw2``.
        integral_error: Relative error estimate of the numerical normalisations; 0 if there are none.
        asymmetric: MINOS errors, as far as they were computed.
        timings: Seconds spent in each step.
        provenance: Versions of what made the result.
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    covariance: Array
    floating: tuple[str, ...]
    minimum: float
    edm: float
    valid: bool
    message: str = ""
    at_limit: tuple[str, ...] = ()
    start: Mapping[str, float] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    minimizer: str = ""
    evaluations: int = 0
    covariance_method: str = "hesse"
    integral_error: float = 0.0
    asymmetric: Mapping[str, Minos] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    objective: Any = field(default=None, metadata={"transient": True})

    @property
    def correlation(self) -> Array:
        """Correlation matrix over the floating parameters."""
        return correlation(self.covariance)

    def minos(self, names: Iterable[str] | None = None, *, cl: float = 0.6827) -> dict[str, Minos]:
        """Return asymmetric errors from the profile of the likelihood.

        Args:
            names: Parameters; by default all floating ones.
            cl: Confidence level of the interval, for one parameter.

        Raises:
            FitError: If the fit is not valid or was read from a file, the data are weighted, or ``cl`` is no level.
            ParameterError: If a name is not a floating parameter.
        """
        wanted = tuple(self.floating if names is None else (names,) if isinstance(names, str) else names)
        for name in wanted:
            if name not in self.floating:
                raise ParameterError(f"{name!r} is not a floating parameter{did_you_mean(name, self.floating)}")
        if not 0 < cl < 1:
            raise FitError(f"a confidence level lies between 0 and 1, got {cl}")
        if self.objective is None:
            raise FitError("MINOS needs the likelihood, which a saved result does not hold: fit again")
        if not self.valid:
            raise FitError(f"MINOS needs a valid minimum: {self.message}")
        if self.objective.weighted:
            raise FitError("the profile of a weighted likelihood has no coverage: use result.errors (sandwich)")
        return minos_errors(self.objective, self.values, self.errors, wanted, cl=cl)

    def with_minos(self, names: Iterable[str] | None = None) -> FitResult:
        """Return the result with asymmetric errors in it; see `minos`."""
        return replace(self, asymmetric={**self.asymmetric, **self.minos(names)})

    def to_json(self) -> str:
        """Return the result as a JSON document; NaN and infinities are null or left out."""
        return json.dumps(self.to_document(), indent=1)

    def to_document(self) -> dict[str, Any]:
        """Return the result as plain lists, mappings, numbers and strings."""
        facts = {f.name: getattr(self, f.name) for f in fields(self) if not f.metadata.get("transient")}
        facts["asymmetric"] = {n: [m.lower, m.upper, m.valid] for n, m in self.asymmetric.items()}
        return {"format": FORMAT, **{name: _plain(value) for name, value in facts.items()}}

    @classmethod
    def from_document(cls, document: Any) -> FitResult:
        """Return the result that `to_document` described.

        Raises:
            DocumentError: If it is no fit result.
        """
        if not isinstance(document, Mapping) or document.get("format") != FORMAT:
            raise DocumentError(f"not a fit result: expected the key 'format' to be {FORMAT!r}")
        facts = {f.name: document[f.name] for f in fields(cls) if f.name in document}
        for f in fields(cls):
            if f.name not in facts and f.default is MISSING and f.default_factory is MISSING:
                raise DocumentError(f"a fit result needs the key {f.name!r}")
        try:
            return cls(**{name: _READERS.get(name, _same)(value) for name, value in facts.items()})
        except (AttributeError, TypeError, ValueError) as error:
            raise DocumentError(f"not a usable fit result: {error}") from None

    @classmethod
    def from_json(cls, text: str) -> FitResult:
        """Return the result that `to_json` wrote."""
        return cls.from_document(parse_json(text))

    def __getstate__(self) -> dict[str, Any]:
        # The objective holds compiled programs and the data.
        return {**self.__dict__, "objective": None}

    def __repr__(self) -> str:
        return table.as_text(self)

    def _repr_html_(self) -> str:
        return table.as_html(self)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_plain(row) for row in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return value


def _same(value: Any) -> Any:
    return value


def _number(value: float | None, missing: float = np.nan) -> float:
    return missing if value is None else float(value)


def _numbers(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: _number(value) for name, value in values.items()}


def _bounds(values: Mapping[str, tuple[float | None, float | None]]) -> dict[str, tuple[float, float]]:
    return {name: (_number(lower, -np.inf), _number(upper, np.inf)) for name, (lower, upper) in values.items()}


def _asymmetric(values: Mapping[str, tuple[float | None, float | None, bool]]) -> dict[str, Minos]:
    return {name: Minos(_number(lower), _number(upper), valid) for name, (lower, upper, valid) in values.items()}


def _matrix(rows: Any) -> Array:
    size = len(rows)
    return np.array(rows, dtype=np.float64).reshape(size, size)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "values": _numbers,
    "errors": _numbers,
    "start": _numbers,
    "covariance": _matrix,
    "minimum": _number,
    "edm": _number,
    "integral_error": _number,
    "bounds": _bounds,
    "asymmetric": _asymmetric,
    "floating": tuple,
    "at_limit": tuple,
    "fixed": tuple,
}
"""How the plain values of a document become those of a result; null is what is not a number."""
