"""Parameters: immutable descriptions of numbers that a fit may vary. Their values live in a point, not here."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from math import inf, isfinite, isnan
from typing import Any, ClassVar

from wilks.errors import ParameterError
from wilks.func import Func


@dataclass(frozen=True)
class Parameter(Func):
    """A named number that a fit may vary between its limits. Parameters are compared by value.

    Args:
        name: Name, unique within one model.
        value: Start value of a fit; the value itself where the parameter is fixed.
        lower: Lower limit; None for none.
        upper: Upper limit; None for none.
        step: First step of a minimiser, about the expected uncertainty; None to let it choose.
        fixed: Whether a fit keeps the parameter at its value.
        label: What plots and tables print, such as LaTeX; by default the name.

    Raises:
        ParameterError: If a number is NaN, the limits are reversed, or the value lies outside them.

    Example:
        >>> import wilks
        >>> wilks.Parameter("mu", 5, lower=4, upper=6)
        Parameter('mu', 5.0, lower=4.0, upper=6.0)
    """

    name: str
    value: float
    _: KW_ONLY
    lower: float = -inf
    upper: float = inf
    step: float | None = None
    fixed: bool = False
    label: str = ""

    is_symbol: ClassVar[bool] = True

    def __post_init__(self) -> None:
        given: Any = self.name  # what users pass need not be what the annotations say
        if not isinstance(given, str) or not given:
            raise ParameterError(f"the name of a parameter must be a non-empty string, got {given!r}")
        set_ = object.__setattr__
        set_(self, "lower", self._number("lower", missing=-inf))
        set_(self, "upper", self._number("upper", missing=inf))
        set_(self, "value", self._number("value"))
        if not isfinite(self.value):
            raise ParameterError(f"{self.name!r}: value must be finite, got {self.value}")
        if self.lower > self.upper:
            raise ParameterError(f"{self.name!r}: lower limit {self.lower:g} is above the upper limit {self.upper:g}")
        if not self.lower <= self.value <= self.upper:
            raise ParameterError(
                f"{self.name!r}: value {self.value:g} lies outside its limits [{self.lower:g}, {self.upper:g}]"
            )
        if self.step is not None:
            set_(self, "step", self._number("step"))
            if not 0 < self.step < inf:
                raise ParameterError(f"{self.name!r}: step must be positive and finite, got {self.step}")

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper

    def __repr__(self) -> str:
        options = [f"{key}={getattr(self, key)!r}" for key in ("lower", "upper") if isfinite(getattr(self, key))]
        options += [f"step={self.step!r}"] if self.step is not None else []
        options += ["fixed=True"] if self.fixed else []
        options += [f"label={self.label!r}"] if self.label else []
        return f"Parameter({', '.join([repr(self.name), repr(self.value), *options])})"

    def _number(self, field: str, *, missing: float | None = None) -> float:
        value = getattr(self, field)
        if value is None and missing is not None:
            return missing
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ParameterError(f"{self.name!r}: {field} must be a number, got {value!r}") from None
        if isnan(number):
            raise ParameterError(f"{self.name!r}: {field} must not be NaN")
        return number
