"""The hooks a plugin implements, and the registry: what the installed plugins provide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

import pluggy

from wilks.contract import check_distribution, check_function
from wilks.errors import PluginError, UnknownTypeError, WilksError, did_you_mean
from wilks.function import Function
from wilks.minimize.minimizer import Minimizer
from wilks.pdf import PDF

GROUP = "wilks"
"""The entry point group of plugins."""

T = TypeVar("T")

hookspec = pluggy.HookspecMarker("wilks")
hookimpl = pluggy.HookimplMarker("wilks")
"""Marks a function of a plugin as the implementation of the hook of that name."""


class Serializer(Protocol):
    """A file format that is told apart by content and read into a workspace.

    A document is what a JSON or YAML file holds, as plain values.
    """

    @property
    def name(self) -> str:
        """Name in messages and listings."""

    def reads(self, document: object) -> bool:
        """Return whether a document is of this format."""

    def load(self, document: object, *, folder: Path) -> Any:
        """Return the workspace that a document describes; references are relative to a folder."""


class Hooks:
    """What a plugin can provide; it implements the hooks it needs, as functions of its module."""

    @hookspec
    def wilks_distributions(self) -> Iterable[type[PDF]]:
        """Return classes of PDFs, each with its ``hs3_type``."""
        raise NotImplementedError

    @hookspec
    def wilks_functions(self) -> Iterable[type[Function]]:
        """Return classes of functions, each with its ``hs3_type``."""
        raise NotImplementedError

    @hookspec
    def wilks_minimizers(self) -> Iterable[Callable[[], Minimizer]]:
        """Return classes of minimisers, each with its ``name`` and defaults for all options."""
        raise NotImplementedError

    @hookspec
    def wilks_serializers(self) -> Iterable[Serializer]:
        """Return file formats."""
        raise NotImplementedError


@dataclass(frozen=True)
class Plugin:
    """The implementation of hooks, and the installed package that it came with.

    Args:
        implementation: A module, or any object, with functions marked by `hookimpl`.
        package: Name of the package.
        version: Its version.
    """

    implementation: Any
    package: str
    version: str

    def __str__(self) -> str:
        return f"{self.package} {self.version}"


@dataclass(frozen=True)
class Provided:
    """One thing that a plugin provides.

    Args:
        kind: ``distribution``, ``function``, ``minimizer`` or ``serializer``.
        name: HS3 type of a distribution or function, else its name.
        aliases: Other spellings that are read.
        value: The class; of a serializer, the object.
        plugin: Who provides it.
    """

    kind: str
    name: str
    aliases: tuple[str, ...]
    value: Any
    plugin: Plugin

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, type) else type(self.value)
        return f"{self.plugin} ({value.__module__}.{value.__qualname__})"


@dataclass(frozen=True)
class Registry:
    """What plugins provide, by name; `installed` gives that of this environment.

    Args:
        provided: Everything, with its provider, by kind and name.
        distributions: Classes by HS3 type, aliases included.
        functions: Likewise.
        minimizers: Classes by name.
        serializers: Formats by name.
    """

    provided: tuple[Provided, ...]
    distributions: Mapping[str, type[PDF]]
    functions: Mapping[str, type[Function]]
    minimizers: Mapping[str, Callable[[], Minimizer]]
    serializers: Mapping[str, Serializer]

    def distribution(self, type: str, *, pointer: str = "") -> type[PDF]:  # noqa: A002 (HS3's key)
        """Return the class of an HS3 distribution.

        Args:
            type: Its HS3 type, or an alias of it.
            pointer: Where in a document it is asked for.

        Raises:
            UnknownTypeError: If no plugin provides it.
        """
        return _look_up(self.distributions, type, pointer)

    def function(self, type: str, *, pointer: str = "") -> type[Function]:  # noqa: A002 (HS3's key)
        """Return the class of an HS3 function; see `distribution`."""
        return _look_up(self.functions, type, pointer)

    def minimizer(self, name: str) -> Minimizer:
        """Return a minimiser with default options.

        Raises:
            PluginError: If no plugin provides it.
        """
        if name not in self.minimizers:
            raise PluginError(f"no installed plugin provides a minimizer {name!r}{did_you_mean(name, self.minimizers)}")
        return self.minimizers[name]()


@cache
def installed() -> Registry:
    """Return what the packages of this environment provide.

    Raises:
        PluginError: If a plugin cannot be imported or breaks the contract, or two provide one name.
    """
    return registry_of(_installed_plugins())


def registry_of(plugins: Iterable[Plugin]) -> Registry:
    """Return what given plugins provide.

    Raises:
        PluginError: If a plugin breaks the contract, or two provide one name.
    """
    provided = [item for plugin in plugins for item in _provided_by(plugin)]
    ordered = tuple(sorted(provided, key=lambda item: (item.kind, item.name)))
    return Registry(ordered, *(_by_name(ordered, kind) for kind in _KINDS))


def _installed_plugins() -> Iterator[Plugin]:
    for point in entry_points(group=GROUP):
        package = point.dist.name if point.dist is not None else point.module
        version = point.dist.version if point.dist is not None else "(unknown version)"
        try:
            yield Plugin(point.load(), package, version)
        except Exception as error:
            raise PluginError(
                f"the plugin {point.value!r} of {package} {version} cannot be imported: "
                f"{type(error).__name__}: {error}; update or remove {package}"
            ) from error


def _provided_by(plugin: Plugin) -> Iterator[Provided]:
    manager = pluggy.PluginManager("wilks")
    manager.add_hookspecs(Hooks)
    try:
        manager.register(plugin.implementation)
        manager.check_pending()
        if not manager.get_hookcallers(plugin.implementation):
            raise PluginError("it implements no hook; mark one with wilks.registry.hookimpl")
        for kind, (hook, describe) in _KINDS.items():
            for value in (item for group in getattr(manager.hook, hook)() for item in group):
                yield Provided(kind, *describe(value), value, plugin)
    except Exception as error:
        reason = str(error) if isinstance(error, WilksError) else f"{type(error).__name__}: {error}"
        raise PluginError(f"plugin of {plugin}: {reason}") from error


def _by_name(provided: Iterable[Provided], kind: str) -> Mapping[str, Any]:
    owners: dict[str, Provided] = {}
    for item in provided:
        for name in (item.name, *item.aliases) if item.kind == kind else ():
            if name in owners:
                raise PluginError(f"two plugins provide the {kind} {name!r}: {owners[name]} and {item}; remove one")
            owners[name] = item
    return MappingProxyType({name: owners[name].value for name in sorted(owners)})


def _look_up(known: Mapping[str, T], name: str, pointer: str) -> T:
    if name not in known:
        raise UnknownTypeError(f"no installed plugin provides {name!r}{_suggestion(name, known)}", pointer=pointer)
    return known[name]


def _suggestion(name: str, known: Iterable[str]) -> str:
    """Suggest a type, rather one that begins alike: every other one ends alike."""
    stem = name.removesuffix("_dist")
    alike = [k for k in known if k.startswith(stem) or stem.startswith(k.removesuffix("_dist"))]
    return did_you_mean(name, alike) or did_you_mean(name, known)


def _describe_distribution(cls: Any) -> tuple[str, tuple[str, ...]]:
    check_distribution(cls)
    return cls.hs3_type, cls.hs3_aliases


def _describe_function(cls: Any) -> tuple[str, tuple[str, ...]]:
    check_function(cls)
    return cls.hs3_type, cls.hs3_aliases


def _describe_minimizer(cls: Any) -> tuple[str, tuple[str, ...]]:
    name = getattr(cls, "name", None)
    if not (isinstance(name, str) and name and callable(getattr(cls, "minimize", None))):
        raise PluginError(f"{cls!r} is no minimizer: it needs a class attribute 'name' and 'minimize'")
    return name, ()


def _describe_serializer(value: Any) -> tuple[str, tuple[str, ...]]:
    missing = [name for name in ("name", "reads", "load") if not hasattr(value, name)]
    if missing:
        raise PluginError(f"{value!r} is no serializer: it has no {', '.join(missing)}")
    return value.name, ()


_KINDS: Mapping[str, tuple[str, Callable[[Any], tuple[str, tuple[str, ...]]]]] = MappingProxyType(
    {
        "distribution": ("wilks_distributions", _describe_distribution),
        "function": ("wilks_functions", _describe_function),
        "minimizer": ("wilks_minimizers", _describe_minimizer),
        "serializer": ("wilks_serializers", _describe_serializer),
    }
)
"""For each kind its hook, and what checks the contract and returns name and aliases."""
