"""The rules of the package tree, as tests."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "wilks").rglob("*.py"))

IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import wilks
for module in pkgutil.walk_packages(wilks.__path__, "wilks."):
    importlib.import_module(module.name)
print(*{name.partition(".")[0] for name in sys.modules})
"""

CODE_FROM_DATA = {
    "__import__",
    "compile",
    "eval",
    "exec",
    "dill.load",
    "dill.loads",
    "marshal.loads",
    "pickle.load",
    "pickle.loads",
    "yaml.full_load",
    "yaml.load",
    "yaml.unsafe_load",
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the source tree, whatever is installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = run(str(linter), "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_every_module_leaves_tensorflow_out() -> None:
    done = run(sys.executable, "-c", IMPORT_EVERYTHING)
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.split())
    assert "wilks" in imported
    assert not imported & {"keras", "tensorflow", "tensorflow_probability", "tf_keras"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_data_never_become_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & CODE_FROM_DATA
