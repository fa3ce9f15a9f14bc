"""What tests rely on: a quiet TensorFlow, reproducible Hypothesis, the corpus and the peers."""

from __future__ import annotations

import os
from pathlib import Path

# Before anything imports TensorFlow: errors only, and the same rounding on every machine.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import hypothesis
import pytest

from tests.corpus import corpus_folder

ROOT = Path(__file__).parents[1]

# Compiling takes seconds, so time says nothing about an example.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of published models with reference values: `$WILKS_CORPUS`, else `../shared`."""
    folder = corpus_folder()
    if not (folder / "hs3" / "public").is_dir():
        pytest.skip(f"no corpus of published models at {folder}; set WILKS_CORPUS")
    return folder


@pytest.fixture(scope="session")
def root_python() -> Path:
    """A Python that can import ROOT: `$WILKS_ROOT_PYTHON`. Continuous integration must have one."""
    python = os.environ.get("WILKS_ROOT_PYTHON")
    if not python and os.environ.get("CI"):
        pytest.fail("WILKS_ROOT_PYTHON is not set; .ci/run makes that environment")
    if not python:
        pytest.skip("no Python with ROOT; set WILKS_ROOT_PYTHON")
    return Path(python)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much of the corpus was tested, how well it agrees, and what was left out; and what RooFit reads."""
    reports = [r for group in ("passed", "failed", "skipped") for r in terminalreporter.getreports(group)]
    properties = [p for r in reports for p in r.user_properties]
    if facts := sorted({fact for key, fact in properties if key == "corpus"}):
        tested = [deviation for kind, _, deviation in facts if kind == "tested"]
        terminalreporter.section("HS3 corpus")
        terminalreporter.line(
            f"{len(tested)} documents tested, {sum(d < 1e-9 for d in tested)} agree to 1e-9 in all values"
        )
        for _, name, reason in (fact for fact in facts if fact[0] == "skipped"):
            terminalreporter.line(f"not tested: {name} ({reason})")
    if facts := [fact for key, fact in properties if key == "roofit"]:
        read = [deviation for kind, _, _, deviation in facts if kind == "read"]
        terminalreporter.section("documents for RooFit")
        terminalreporter.line(
            f"RooFit reads {len(read)} documents, {sum(d < 1e-9 for d in read)} agree to 1e-9 in all values"
        )
        for _, name, way, defect in (fact for fact in facts if fact[0] == "defect"):
            terminalreporter.line(f"RooFit fails on {name} ({way}): {defect}")
