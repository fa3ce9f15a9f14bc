"""What a distribution or function class must be; nothing is evaluated to find out."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from wilks.errors import PluginError, did_you_mean
from wilks.fields import declared_fields
from wilks.func import Func
from wilks.function import Function
from wilks.kernel import variates
from wilks.pdf import PDF

KERNELS = ("unnormalized_log_prob", "unnormalized_prob", "log_prob")
"""A distribution has exactly one of these; the last is that of PDFs made of PDFs."""


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
        ModelError: If a field is annotated with what no field may be.
    """
    _check_class(cls, PDF)
    _check_kernel(cls)
    parameters = _fields(cls) - set(variates(cls))
    limits = {f"{name}_{side}" for name in variates(cls) for side in ("lower", "upper")}
    given = {
        "unnormalized_log_prob": _fields(cls) | limits,
        "unnormalized_prob": _fields(cls) | limits,
        "integral": parameters | limits | {"lower", "upper"},
        "log_integral": parameters | limits | {"lower", "upper"},
        "log_total": parameters | limits,
        "sampler": parameters | {"generator", "size"},
        "log_prob": {"frame", "node"},
        "events": {"frame", "node"},
    }
    for name, arguments in given.items():
        if getattr(cls, name) is not None:
            _check_static(cls, name, arguments, all_of_them=name == "sampler")


def check_function(cls: Any) -> None:
    """Check that a class keeps the contract of `Function`.

    Raises:
        PluginError: If it does not; says what to do.
        ModelError: If a field is annotated with what no field may be.
    """
    _check_class(cls, Function)
    if not hasattr(cls, "value"):
        raise PluginError(f"{cls.__qualname__} needs a static function 'value' of its fields")
    if cls.evaluate.__func__ is Func.evaluate.__func__:  # type: ignore[attr-defined]
        _check_static(cls, "value", _fields(cls), all_of_them=True)


def _check_class(cls: Any, contract: type) -> None:
    if not (isinstance(cls, type) and issubclass(cls, contract)):
        raise PluginError(f"{cls!r} is no subclass of {contract.__module__}.{contract.__name__}")
    parameters = vars(cls).get("__dataclass_params__")
    if parameters is None or not parameters.frozen or not parameters.eq:
        raise PluginError(f"decorate {cls.__qualname__} with @dataclass(frozen=True, kw_only=True)")
    name, aliases = getattr(cls, "hs3_type", ""), getattr(cls, "hs3_aliases", ())
    if not (isinstance(name, str) and name):
        raise PluginError(f"{cls.__qualname__} needs an hs3_type, such as 'my_lab.triangle_dist'")
    if not (isinstance(aliases, tuple) and all(isinstance(alias, str) for alias in aliases)):
        raise PluginError(f"{cls.__qualname__}.hs3_aliases must be a tuple of str, got {aliases!r}")


def _check_kernel(cls: Any) -> None:
    kernels = [name for name in KERNELS if getattr(cls, name) is not None]
    if len(kernels) != 1:
        raise PluginError(
            f"{cls.__qualname__} needs exactly one of the static functions {', '.join(KERNELS)}, "
            f"got {' and '.join(kernels) or 'none'}"
        )
    roles = {field.kind.role for field in declared_fields(cls)}
    if kernels != ["log_prob"] and not roles & {"observable", "bindings"}:
        raise PluginError(f"{cls.__qualname__} needs a field annotated with wilks.Observable")
    for base in cls.__mro__[1:]:
        if any(getattr(base, name, None) is not None for name in KERNELS):
            raise PluginError(
                f"{cls.__qualname__} derives from {base.__qualname__}, but distributions are "
                f"final: derive from wilks.PDF"
            )


def _fields(cls: type) -> set[str]:
    return {field.name for field in declared_fields(cls)}


def _check_static(cls: type, name: str, given: set[str], *, all_of_them: bool) -> None:
    """Check that a kernel is static and asks for nothing but what it will be given."""
    where = f"{cls.__qualname__}.{name}"
    if isinstance(inspect.getattr_static(cls, name), FunctionType):
        raise PluginError(f"decorate {where} with @staticmethod")
    arguments = set(inspect.signature(getattr(cls, name)).parameters)
    for unknown in sorted(arguments - given):
        raise PluginError(
            f"{where} takes {unknown!r}{did_you_mean(unknown, given)}; it may take {', '.join(sorted(given))}"
        )
    if all_of_them and given - arguments:
        raise PluginError(f"{where} must also take {', '.join(sorted(given - arguments))}")
