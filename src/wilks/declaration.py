"""Whether a class of distributions is declared as it must be; nothing is evaluated to find out."""

from __future__ import annotations

import inspect
from functools import cache
from types import FunctionType
from typing import Any

from wilks.errors import ModelError, did_you_mean
from wilks.fields import declared_fields
from wilks.kernel import variates

KERNELS = ("unnormalized_log_prob", "unnormalized_prob", "log_prob")
"""A distribution has exactly one of these; the last is that of PDFs made of PDFs."""


@cache
def check_declaration(cls: Any) -> None:
    """Check fields and kernels of a class of distributions; once for each class.

    Raises:
        ModelError: If they are not as `PDF` says; says what to do.
    """
    check_decorated(cls)
    _check_kernel(cls)
    fields, names = {field.name for field in declared_fields(cls)}, variates(cls)
    limits = {f"{name}_{side}" for name in names for side in ("lower", "upper")}
    parameters, bounds = fields - set(names), {"lower", "upper"}
    # What each static function may take, and what it must.
    arguments: dict[str, tuple[set[str], set[str]]] = {
        "unnormalized_log_prob": (fields | limits, set()),
        "unnormalized_prob": (fields | limits, set()),
        "integral": (parameters | limits | bounds, bounds),
        "log_integral": (parameters | limits | bounds, bounds),
        "log_total": (parameters | limits, set()),
        "sampler": (parameters | {"generator", "size"}, parameters | {"generator", "size"}),
        "log_prob": ({"frame", "node"}, {"frame", "node"}),
        "events": ({"frame", "node"}, {"frame", "node"}),
    }
    for name, (given, needed) in arguments.items():
        if getattr(cls, name) is not None:
            check_static(cls, name, given=given, needed=needed)


def check_decorated(cls: Any) -> None:
    """Check that a class is itself a frozen dataclass, not only one that it derives from.

    Raises:
        ModelError: If it is not.
    """
    parameters = vars(cls).get("__dataclass_params__")
    if parameters is None or not parameters.frozen or not parameters.eq:
        raise ModelError(f"decorate {cls.__qualname__} with @dataclass(frozen=True, kw_only=True)")


def check_static(cls: Any, name: str, *, given: set[str], needed: set[str]) -> None:
    """Check that a kernel is static, takes all that it needs, and asks for nothing but what it will be given.

    Raises:
        ModelError: If it does not.
    """
    where = f"{cls.__qualname__}.{name}"
    if isinstance(inspect.getattr_static(cls, name), FunctionType):
        raise ModelError(f"decorate {where} with @staticmethod")
    arguments = set(inspect.signature(getattr(cls, name)).parameters)
    for unknown in sorted(arguments - given):
        raise ModelError(
            f"{where} takes {unknown!r}{did_you_mean(unknown, given)}; it may take {', '.join(sorted(given))}"
        )
    if needed - arguments:
        raise ModelError(f"{where} must also take {', '.join(sorted(needed - arguments))}")


def _check_kernel(cls: Any) -> None:
    kernels = [name for name in KERNELS if getattr(cls, name) is not None]
    if len(kernels) != 1:
        raise ModelError(
            f"{cls.__qualname__} needs exactly one of the static functions {', '.join(KERNELS)}, "
            f"got {' and '.join(kernels) or 'none'}"
        )
    roles = {field.kind.role for field in declared_fields(cls)}
    if kernels != ["log_prob"] and not roles & {"observable", "bindings"}:
        raise ModelError(f"{cls.__qualname__} needs a field annotated with wilks.Observable")
    for base in cls.__mro__[1:]:
        if any(getattr(base, name, None) is not None for name in KERNELS):
            raise ModelError(
                f"{cls.__qualname__} derives from {base.__qualname__}, but distributions are final: "
                f"derive from wilks.PDF"
            )
