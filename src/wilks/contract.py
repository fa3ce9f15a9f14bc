"""What a distribution or function class must be; nothing is evaluated to find out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wilks.declaration import check_declaration, check_decorated, check_static
from wilks.errors import ModelError, PluginError
from wilks.fields import declared_fields
from wilks.func import Func
from wilks.function import Function
from wilks.pdf import PDF


@dataclass(frozen=True)
class FunctionExample:
    """A worked value of a function from an independent source.

    Args:
        args: Values of the fields.
        value: The function there.
    """

    args: Mapping[str, Any]
    value: float


def examples_of(cls: Any) -> tuple[Any, ...]:
    """Return the worked examples of a distribution or function class."""
    examples: tuple[Any, ...] = getattr(cls, "examples", ())
    return examples


def check_distribution(cls: Any) -> None:
    """Check that a class keeps the contract of `PDF`.

    Raises:
        PluginError: If it does not; says what to do.
    """
    _check_class(cls, PDF)
    try:
        check_declaration(cls)
    except ModelError as error:
        raise PluginError(str(error)) from None


def check_function(cls: Any) -> None:
    """Check that a class keeps the contract of `Function`.

    Raises:
        PluginError: If it does not; says what to do.
    """
    _check_class(cls, Function)
    if not hasattr(cls, "value"):
        raise PluginError(f"{cls.__qualname__} needs a static function 'value' of its fields")
    try:
        fields = {field.name for field in declared_fields(cls)}
        if cls.evaluate.__func__ is Func.evaluate.__func__:  # type: ignore[attr-defined]
            check_static(cls, "value", given=fields, needed=fields)
    except ModelError as error:
        raise PluginError(str(error)) from None


def _check_class(cls: Any, contract: type) -> None:
    if not (isinstance(cls, type) and issubclass(cls, contract)):
        raise PluginError(f"{cls!r} is no subclass of {contract.__module__}.{contract.__name__}")
    try:
        check_decorated(cls)
    except ModelError as error:
        raise PluginError(str(error)) from None
    name, aliases = getattr(cls, "hs3_type", ""), getattr(cls, "hs3_aliases", ())
    if not (isinstance(name, str) and name):
        raise PluginError(f"{cls.__qualname__} needs an hs3_type, such as 'my_lab.triangle_dist'")
    if not (isinstance(aliases, tuple) and all(isinstance(alias, str) for alias in aliases)):
        raise PluginError(f"{cls.__qualname__}.hs3_aliases must be a tuple of str, got {aliases!r}")
