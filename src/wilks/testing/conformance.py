"""The contract tests of a plugin, for pytest: one test for each class and each promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from wilks.contract import examples_of
from wilks.registry import Plugin, registry_of
from wilks.testing import distribution, function
from wilks.testing.function import FunctionSpecimen
from wilks.testing.specimen import Specimen


def conformance(plugin: Any) -> Callable[..., None]:
    """Return a test of everything that a plugin provides; assign it to a name that pytest finds.

    Args:
        plugin: A module, or any object, with functions marked by `wilks.registry.hookimpl`.

    Raises:
        PluginError: If the plugin cannot be registered.

    Example:
        >>> import wilks.builtin
        >>> test_conformance = conformance(wilks.builtin)
    """
    package = getattr(plugin, "__name__", type(plugin).__name__)
    provided = registry_of([Plugin(plugin, package, "(under test)")]).provided
    tests = [
        pytest.param(check, id=f"{item.name}-{name}")
        for item in provided
        if item.kind in _KITS
        for name, check in _checks(item.kind, item.value)
    ]

    @pytest.mark.parametrize("check", tests)
    def test(check: Callable[[], None]) -> None:
        check()

    return test


_KITS: dict[str, tuple[ModuleType, type[Any]]] = {
    "distribution": (distribution, Specimen),
    "function": (function, FunctionSpecimen),
}


def _checks(kind: str, cls: type) -> Iterator[tuple[str, Callable[[], None]]]:
    kit, specimen = _KITS[kind]
    for check in kit.CLASS_CHECKS:
        yield check.__name__, partial(check, cls)
    # Built once for all checks, so that they share what is compiled.
    specimens = [specimen(cls, example) for example in examples_of(cls)]
    for check in kit.EXAMPLE_CHECKS if specimens else ():
        yield check.__name__, partial(_for_all, check, specimens)


def _for_all(check: Callable[[Any], None], specimens: list[Any]) -> None:
    for specimen in specimens:
        check(specimen)
