"""The peers' environments: made where there are none, in a folder that git ignores."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER_VARIABLE = "WILKS_BENCHMARK_ENVS"
TIME_LIMIT = 1800
"""Seconds for one command; a wheel of ROOT is large."""


@dataclass(frozen=True)
class Environment:
    """Where a peer lives.

    Args:
        name: Name of its folder.
        variable: Environment variable that names an interpreter to use instead.
        requirements: What pip installs.
    """

    name: str
    variable: str
    requirements: tuple[str, ...]


ENVIRONMENTS = {
    "zfit": Environment("zfit", "WILKS_ZFIT_PYTHON", ("zfit==0.28.*", "numba", "numba-stats")),
    "root": Environment("root", "WILKS_ROOT_PYTHON", ("root>=0.1a12", "numpy")),
}


@dataclass(frozen=True)
class Interpreter:
    """A Python, or why there is none."""

    python: str
    problem: str = ""


def interpreter(name: str, environ: Mapping[str, str] = os.environ) -> Interpreter:
    """Return the interpreter of an environment, which is made if need be; no name means that of the harness."""
    if not name:
        return Interpreter(sys.executable)
    environment = ENVIRONMENTS[name]
    if given := environ.get(environment.variable):
        return Interpreter(given)
    folder = Path(environ.get(FOLDER_VARIABLE) or ROOT / "build" / "benchmarks") / name
    return _made(environment, folder)


def _made(environment: Environment, folder: Path) -> Interpreter:
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    wanted = "\n".join(environment.requirements)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return Interpreter(str(python))
    sys.stderr.write(f"making {folder}: pip install {' '.join(environment.requirements)}\n")
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", *environment.requirements],
    ):
        if problem := _run(command):
            return Interpreter("", f"no environment: {problem}")
    stamp.write_text(wanted)
    return Interpreter(str(python))


def _run(command: list[str]) -> str:
    """Run a command; return why it failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return f"{' '.join(command[1:4])} took longer than {TIME_LIMIT} s"
    return reason(done.stderr or done.stdout) if done.returncode else ""


def reason(text: str) -> str:
    """Return the last line of an output that names an error, else the last that says anything; fit for a table."""
    lines = [line.strip() for line in text.splitlines() if any(letter.isalpha() for letter in line)]
    named = [line for line in lines if re.search(r"error|exception|violation", line, re.IGNORECASE)]
    return (named or lines or ["no message"])[-1].replace("|", "/")[:200]
