"""What is installed, what is promised in README and CHANGELOG, and the public namespace."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

import wilks
import wilks.errors

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "wilks").rglob("*.py"))

# Besides the errors, what `wilks` offers; a change here is a change of the public interface.
PUBLIC = """
    __version__
    Newton FitResults Profile fit_many profile
    Parameter Space Func compose Data BinnedData
    PDF Function Observable Real Positive Formula Bindings Example FunctionExample
    Argus Bernstein BreitWigner Chebychev CrystalBall DoubleCrystalBall Exponential Gamma Gaussian
    Generic LogNormal MultivariateNormal Polynomial Uniform
    Poisson ContinuedPoisson InterpolatedPoisson
    Mixture Product
    GenericFunc PolynomialFunc ProductFunc SumFunc
    NLL gaussian_constraint lognormal_constraint poisson_constraint
    fit FitResult Minos Minuit NLopt Scipy
    Workspace load load_result save
    Registry hookimpl
    plot
"""
SUBMODULES = {"plot"}

# The names under which a distribution package is imported, where they differ.
IMPORTED_AS = {"pyyaml": "yaml"}


def python(code: str) -> str:
    """Return what a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def requirements(*, extras: bool) -> set[str]:
    """Return the import names of the declared dependencies."""
    lines = importlib.metadata.requires("wilks") or []
    chosen = [line for line in lines if extras or "extra ==" not in line]
    names = {re.split(r"[^\w-]", line)[0].lower() for line in chosen}
    return {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}


def third_party_imports() -> set[str]:
    """Return the top-level packages that the sources import, lazily (by name) or not."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
            elif (
                isinstance(node, ast.Call)
                and re.search(r"import_module$|LazyModule$|optional$", ast.unparse(node.func))
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    tops = {name.partition(".")[0] for name in found}
    return tops - set(sys.stdlib_module_names) - {"wilks"}


def test_version_is_the_installed_one() -> None:
    assert wilks.__version__ == importlib.metadata.version("wilks")


def test_changelog_says_what_is_in_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    headings = [section.partition("\n")[0] for section in sections]
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:]]
    assert all(released)
    # Before its release, what a version has stands under Unreleased.
    if wilks.__version__ not in [match[1] for match in released if match]:
        assert "\n- " in sections[0]


def test_continuous_integration_runs_the_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    promised = re.findall(r"^```sh\n(.*?)^```$", readme, flags=re.MULTILINE | re.DOTALL)
    assert len(promised) == 2
    executed = subprocess.run(
        ["bash", str(ROOT / ".ci" / "run"), "--commands"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert executed.stdout == "\n".join(promised)


def test_import_leaves_tensorflow_out() -> None:
    names = python("import sys, wilks; print(*sys.modules)").split()
    assert "wilks" in names
    assert not {name.partition(".")[0] for name in names} & {"keras", "tensorflow", "tf_keras"}


@pytest.mark.parametrize("name", wilks.__all__)
def test_public_name_is_importable_and_no_module(name: str) -> None:
    value = getattr(wilks, name)
    if name in SUBMODULES:
        assert value is importlib.import_module(f"wilks.{name}")
        return
    assert not isinstance(value, ModuleType)
    assert name == "__version__" or importlib.util.find_spec(f"wilks.{name}") is None
    if isinstance(value, type | FunctionType):
        assert value.__module__.startswith("wilks.")


def test_public_namespace_is_complete_and_closed() -> None:
    tree = ast.parse(inspect.getsource(wilks.errors))
    errors = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    assert sorted(wilks.__all__) == sorted([*PUBLIC.split(), *errors])
    assert set(wilks.__all__) <= set(dir(wilks))
    missing = "no_such_name"
    with pytest.raises(AttributeError, match=missing):
        getattr(wilks, missing)


def test_dependencies_are_what_is_imported() -> None:
    imported = third_party_imports()
    assert imported <= requirements(extras=True)
    assert requirements(extras=False) <= imported


def test_typing_marker_and_schemas_are_installed() -> None:
    files = {str(file) for file in importlib.metadata.files("wilks") or []}
    if "wilks/__init__.py" not in files:
        pytest.skip("an editable installation has no modules of its own")
    assert "wilks/py.typed" in files
    shipped = {file.removeprefix("wilks/") for file in files if file.startswith("wilks/schemas/")}
    written = {str(path.relative_to(ROOT)) for path in (ROOT / "schemas").rglob("*.json")}
    assert written <= shipped


def test_entry_points_are_installed() -> None:
    points = importlib.metadata.distribution("wilks").entry_points
    groups = {(point.group, point.name): point for point in points}
    assert groups["console_scripts", "wilks"].load()
    assert groups["wilks", "builtin"].load()


def test_example_is_what_its_script_generates(tmp_path: Path) -> None:
    folder = ROOT / "docs" / "examples"
    script = tmp_path / "make_mass_peak.py"
    script.write_text((folder / "make_mass_peak.py").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True)
    assert (tmp_path / "mass_peak.json").read_text() == (folder / "mass_peak.json").read_text()
