"""The registry: what plugins may provide, and what is said where they break the contract."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, ClassVar

import pytest

import wilks
import wilks.builtin
import wilks.registry
from wilks.distributions.gaussian import Gaussian
from wilks.errors import PluginError, UnknownTypeError
from wilks.function import Function
from wilks.models.mixture import Mixture
from wilks.registry import Plugin, hookimpl, registry_of

BUILTIN = Plugin(wilks.builtin, "wilks", wilks.__version__)


def plugin(*distributions: Any, functions: Any = (), minimizers: Any = (), serializers: Any = ()) -> Plugin:
    class Implementation:
        @hookimpl
        def wilks_distributions(self) -> Any:
            return distributions

        @hookimpl
        def wilks_functions(self) -> Any:
            return functions

        @hookimpl
        def wilks_minimizers(self) -> Any:
            return minimizers

        @hookimpl
        def wilks_serializers(self) -> Any:
            return serializers

    return Plugin(Implementation(), "my-lab", "1.2")


@dataclass(frozen=True, kw_only=True)
class Ramp(wilks.PDF):
    x: wilks.Observable
    slope: wilks.Real

    hs3_type = "my_lab.ramp_dist"
    hs3_aliases = ("my_lab.slope_dist",)

    @staticmethod
    def unnormalized_prob(x: Any, slope: Any) -> Any:
        return 1 + slope * x


@dataclass(frozen=True, kw_only=True)
class Twice(Function):
    a: wilks.Real

    hs3_type = "my_lab.twice"

    @staticmethod
    def value(a: Any) -> Any:
        return 2 * a


@dataclass(frozen=True)
class Walk:
    steps: int = 10

    name: ClassVar[str] = "walk"

    def minimize(self, objective: Any) -> Any:
        raise NotImplementedError


class Table:
    name = "table"

    def reads(self, document: object) -> bool:
        return isinstance(document, list)

    def load(self, document: object, *, folder: Path) -> Any:
        raise NotImplementedError


def test_builtin_types_are_found() -> None:
    registry = registry_of([BUILTIN])
    assert registry.distribution("gaussian_dist") is Gaussian
    assert registry.distribution("normal_dist") is Gaussian
    assert registry.distribution("mixture_dist") is Mixture
    assert registry.minimizer("minuit").name == "minuit"


def test_every_public_pdf_is_registered() -> None:
    registered = set(registry_of([BUILTIN]).distributions.values())
    public = {getattr(wilks, name) for name in wilks.__all__}
    pdfs = {c for c in public if isinstance(c, type) and issubclass(c, wilks.PDF)} - {wilks.PDF}
    assert pdfs <= registered


def test_a_plugin_adds_to_what_there_is() -> None:
    mine = plugin(Ramp, functions=[Twice], minimizers=[Walk], serializers=[Table()])
    registry = registry_of([BUILTIN, mine])
    assert registry.distribution("my_lab.ramp_dist") is Ramp
    assert registry.distribution("my_lab.slope_dist") is Ramp
    assert registry.function("my_lab.twice") is Twice
    assert registry.minimizer("walk") == Walk()
    assert registry.serializers["table"].reads([])
    assert registry.distribution("gaussian_dist") is Gaussian
    assert [(item.kind, item.name) for item in registry.provided if item.plugin is mine] == [
        ("distribution", "my_lab.ramp_dist"),
        ("function", "my_lab.twice"),
        ("minimizer", "walk"),
        ("serializer", "table"),
    ]
    assert str(mine) == "my-lab 1.2"


def test_registry_is_immutable() -> None:
    registry = registry_of([plugin(Ramp)])
    with pytest.raises(FrozenInstanceError):
        registry.distributions = {}
    with pytest.raises(TypeError):
        registry.distributions["other"] = Ramp


def test_unknown_type_names_the_place_and_the_nearest_type() -> None:
    with pytest.raises(UnknownTypeError) as caught:
        registry_of([BUILTIN]).distribution("gaus_dist", pointer="/distributions/3")
    assert str(caught.value) == (
        "/distributions/3: no installed plugin provides 'gaus_dist'; did you mean 'gaussian_dist'?"
    )
    with pytest.raises(UnknownTypeError, match=r"provides 'nothing_like_it'$"):
        registry_of([BUILTIN]).function("nothing_like_it")
    with pytest.raises(PluginError, match=r"minimizer 'minut'; did you mean 'minuit'\?"):
        registry_of([BUILTIN]).minimizer("minut")


def test_two_providers_of_one_type_are_both_named() -> None:
    other = Plugin(plugin(Ramp).implementation, "other-lab", "3")
    with pytest.raises(PluginError) as caught:
        registry_of([plugin(Ramp), other])
    for words in ("distribution 'my_lab.ramp_dist'", "my-lab 1.2", "other-lab 3", "Ramp"):
        assert words in str(caught.value)


def test_an_alias_counts_as_a_type() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Slope(wilks.PDF):
        x: wilks.Observable

        hs3_type = "my_lab.slope_dist"

        @staticmethod
        def unnormalized_prob(x: Any) -> Any:
            return x

    with pytest.raises(PluginError, match=r"my_lab\.slope_dist.*Ramp.*Slope"):
        registry_of([plugin(Ramp), plugin(Slope)])


def variant(base: type, change: Callable[[dict[str, Any]], Any]) -> type:
    """Return a class like another, with its namespace changed before it becomes a dataclass."""
    names = {"__module__", "__qualname__", "__doc__", "__annotations__", "hs3_type", "hs3_aliases"}
    kept = names | {"unnormalized_prob", "value"}
    namespace = {key: value for key, value in vars(base).items() if key in kept}
    namespace["__annotations__"] = dict(namespace["__annotations__"])
    change(namespace)
    cls = type(base.__name__, base.__bases__, namespace)
    return dataclass(frozen=True, kw_only=True)(cls)


def kernel(x: Any, slope: Any) -> Any:
    return x * slope


def misspelt(x: Any, slop: Any) -> Any:
    return x * slop


def no_slope(generator: Any, size: int) -> Any:
    return generator.uniform(size=size)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("unnormalized_prob"), "exactly one of the static functions .* got none"),
        (
            lambda c: c.update(unnormalized_log_prob=staticmethod(kernel)),
            "got unnormalized_log_prob and unnormalized_prob",
        ),
        (lambda c: c.update(unnormalized_prob=kernel), "decorate .* with @staticmethod"),
        (
            lambda c: c.update(unnormalized_prob=staticmethod(misspelt)),
            "takes 'slop'; did you mean 'slope'",
        ),
        (lambda c: c.update(integral=staticmethod(kernel)), r"integral takes 'x'.*lower"),
        (lambda c: c.update(sampler=staticmethod(no_slope)), "sampler must also take slope"),
        (lambda c: c.update(hs3_type=""), "needs an hs3_type"),
        (lambda c: c.update(hs3_aliases="other"), "hs3_aliases must be a tuple"),
        (lambda c: c["__annotations__"].update(slope="float"), r"Ramp\.slope: a field is annotated"),
        (lambda c: c["__annotations__"].update(slope="Reel"), "NameError: name 'Reel'"),
        (lambda c: c["__annotations__"].update(x="wilks.Real"), r"annotated with wilks\.Observable"),
    ],
)
def test_a_class_that_breaks_the_contract(change: Any, message: str) -> None:
    with pytest.raises(PluginError, match=rf"(?s)^plugin of my-lab 1\.2: .*{message}"):
        registry_of([plugin(variant(Ramp, change))])


def test_distributions_are_frozen_dataclasses() -> None:
    class Plain(wilks.PDF):
        hs3_type = "my_lab.plain_dist"

        @staticmethod
        def unnormalized_prob(x: Any) -> Any:
            return x

    for cls in (Plain, Twice, Ramp(x=wilks.Space("x", 0, 1), slope=1.0), "Ramp"):
        with pytest.raises(PluginError, match=r"@dataclass\(frozen=True|no subclass of wilks"):
            registry_of([plugin(cls)])


def test_distributions_are_final() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Steeper(Ramp):
        hs3_type = "my_lab.steeper_dist"
        hs3_aliases = ()

    with pytest.raises(PluginError, match="Steeper derives from Ramp"):
        registry_of([plugin(Steeper)])


def test_functions_minimizers_and_serializers_have_contracts() -> None:
    with pytest.raises(PluginError, match="static function 'value'"):
        registry_of([plugin(functions=[variant(Twice, lambda c: c.pop("value"))])])
    wrong = variant(Twice, lambda c: c.update(value=staticmethod(kernel)))
    with pytest.raises(PluginError, match=r"takes 'slope'; it may take a$"):
        registry_of([plugin(functions=[wrong])])
    with pytest.raises(PluginError, match="no subclass"):
        registry_of([plugin(functions=[Ramp])])
    with pytest.raises(PluginError, match="no minimizer"):
        registry_of([plugin(minimizers=[Ramp])])
    with pytest.raises(PluginError, match="no serializer: it has no name, reads, load"):
        registry_of([plugin(serializers=[3])])


def test_hooks_that_do_not_exist_or_fail() -> None:
    class Misspelt:
        @hookimpl
        def wilks_distribution(self) -> Any:
            return []

    class Failing:
        @hookimpl
        def wilks_distributions(self) -> Any:
            raise RuntimeError("no licence")

    for implementation, words in (
        (Misspelt(), "wilks_distribution"),
        (Failing(), "RuntimeError: no licence"),
        (object(), "implements no hook"),
    ):
        with pytest.raises(PluginError, match=f"plugin of my-lab 1: .*{words}"):
            registry_of([Plugin(implementation, "my-lab", "1")])


def test_a_plugin_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Distribution:
        name = "my-lab"
        version = "1.2"

    point = EntryPoint("broken", "no_such_module_of_my_lab", "wilks")
    vars(point).update(dist=Distribution())
    monkeypatch.setattr(wilks.registry, "entry_points", lambda **_: [point])
    with pytest.raises(PluginError) as caught:
        wilks.registry.installed.__wrapped__()
    for words in ("my-lab 1.2", "'no_such_module_of_my_lab'", "ModuleNotFoundError"):
        assert words in str(caught.value)


def test_building_the_registry_imports_no_tensorflow() -> None:
    code = (
        "import sys, time, wilks.builtin, wilks.registry as r\n"
        "start = time.perf_counter()\n"
        "r.registry_of([r.Plugin(wilks.builtin, 'wilks', '')])\n"
        "print('tensorflow' in sys.modules, time.perf_counter() - start < 0.3)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
