"""Parameter points as users give them: a mapping, a fit result, or nothing for the start values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from wilks.errors import ParameterError


@runtime_checkable
class HasValues(Protocol):
    """A fit result, or anything else that carries values by name."""

    @property
    def values(self) -> Mapping[str, float]:
        """Values by name."""


Point: TypeAlias = Mapping[str, float] | HasValues | None


def values_of(point: Point, known: Mapping[str, object]) -> Mapping[str, float]:
    """Return the values that a point gives to known names.

    A mapping must not name anything unknown, which would be a slip; a fit result may, as its model may be larger.

    Raises:
        ParameterError: If the point is neither.
    """
    if point is None:
        return {}
    if isinstance(point, Mapping):
        return point
    values = getattr(point, "values", None)
    if not isinstance(values, Mapping):
        raise ParameterError(f"a parameter point is a mapping of names to values or a fit result, got {point!r}")
    return {name: value for name, value in values.items() if name in known}
