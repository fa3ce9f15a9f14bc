"""Names for the parts of a model that have none, the same ones each time."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from wilks.errors import ModelError


class Names:
    """Gives every object one name, and no name to two different objects.

    Args:
        reserved: Names that are taken by parameters and observables.
    """

    def __init__(self, reserved: Iterable[str]) -> None:
        self._owners: dict[str, Any] = dict.fromkeys(reserved)
        self._names: dict[int, str] = {}

    def __contains__(self, thing: object) -> bool:
        return id(thing) in self._names

    def __getitem__(self, thing: object) -> str:
        return self._names[id(thing)]

    def get(self, thing: object) -> str | None:
        """Return the name of an object, if it has one."""
        return self._names.get(id(thing))

    def claim(self, thing: Any, name: str) -> bool:
        """Give an object the name that it was given; return whether it is new under it.

        Raises:
            ModelError: If a different object has the name.
        """
        if name in self._owners:
            other = self._owners[name]
            if other is None or type(other) is not type(thing) or other != thing:
                raise ModelError(f"two different things are named {name!r}: {_describe(other)} and {_describe(thing)}")
            self._names[id(thing)] = name
            return False
        self._owners[name] = thing
        self._names[id(thing)] = name
        return True

    def derive(self, thing: Any, base: str) -> str:
        """Give an object the first free name of ``base``, ``base_2``, ``base_3`` and so on."""
        name = free_name(base, self._owners)
        self.claim(thing, name)
        return name


def free_name(base: str, taken: Container[str]) -> str:
    """Return the first one of ``base``, ``base_2``, ``base_3`` and so on that is not taken."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


def base_name(hs3_type: str) -> str:
    """Return the name that a thing of an HS3 type gets: ``gaussian`` for ``gaussian_dist``."""
    return hs3_type.rpartition(".")[2].removesuffix("_dist")


def _describe(thing: Any) -> str:
    return "a parameter or observable" if thing is None else f"a {type(thing).__name__}"
