"""The built-in plugin: what wilks ships, through the hooks that any plugin uses."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from wilks import distributions, functions, minimize, models
from wilks.function import Function
from wilks.pdf import PDF
from wilks.registry import hookimpl
from wilks.serialization.formats import Hs3


@hookimpl
def wilks_distributions() -> list[type[PDF]]:
    """Return every PDF of the package that documents can name."""
    return [cls for cls in _classes(distributions, models) if issubclass(cls, PDF) and cls.hs3_type]


@hookimpl
def wilks_functions() -> list[type[Function]]:
    """Return every function of the package that documents can name."""
    return [cls for cls in _classes(functions) if issubclass(cls, Function) and cls.hs3_type]


@hookimpl
def wilks_minimizers() -> list[Any]:
    """Return every minimiser of the package: a class with a name and the method."""
    found = [cls for cls in _classes(minimize) if hasattr(cls, "minimize")]
    return [cls for cls in found if isinstance(getattr(cls, "name", None), str)]


@hookimpl
def wilks_serializers() -> list[Any]:
    """Return every file format of the package."""
    return [Hs3()]


def _classes(*packages: ModuleType) -> Iterator[type]:
    """Yield the public classes that are defined in the modules of packages."""
    for package in packages:
        for found in iter_modules(package.__path__, f"{package.__name__}."):
            for name, value in vars(import_module(found.name)).items():
                defined_here = isinstance(value, type) and value.__module__ == found.name
                if defined_here and not name.startswith("_"):
                    yield value
