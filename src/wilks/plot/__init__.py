"""Pictures of fits, as matplotlib figures. Nothing global is changed, and matplotlib is imported when one is drawn."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wilks.plot.figure import fit

_HOME = {"fit": "figure"}

__all__ = ["fit"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'wilks.plot' has no attribute {name!r}")
    value = getattr(import_module(f"wilks.plot.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
