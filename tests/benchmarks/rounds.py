"""Running the tools in turn, each in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.case import Case, Tool
from tests.benchmarks.environments import Interpreter, interpreter, reason

SCRIPT = Path(__file__).parent / "scripts" / "measure.py"
TIME_LIMIT = 3600
"""Seconds for one process."""

Figures = dict[str, Any]
"""What a process reports."""


@dataclass(frozen=True)
class Outcome:
    """What came of a tool: figures of each round, or why there are none."""

    tool: Tool
    rounds: tuple[Figures, ...] = ()
    problem: str = ""


def measure(case: Case, size: int, tools: Sequence[Tool], *, rounds: int, seconds: float) -> list[Outcome]:
    """Run all tools on one input, several times in turn; a tool that fails is not run again."""
    outcomes = {tool.key: Outcome(tool, problem=_too_large(case, size, tool)) for tool in tools}
    pythons = {tool.key: interpreter(tool.environment) for tool in tools if not outcomes[tool.key].problem}
    with tempfile.TemporaryDirectory() as folder:
        job = case.inputs(size).write(Path(folder), kind=case.kind, seconds=seconds)
        for _ in range(rounds):
            for tool in tools:
                outcome = outcomes[tool.key]
                if not outcome.problem:
                    outcomes[tool.key] = _next(outcome, pythons[tool.key], job, case.parts.get(tool.key))
    return list(outcomes.values())


def _too_large(case: Case, size: int, tool: Tool) -> str:
    most = case.most.get(tool.key, size)
    return f"not run above {most:,} {case.unit}".replace(",", " ") if size > most else ""


def _next(outcome: Outcome, found: Interpreter, job: Path, part: int | None) -> Outcome:
    """Run a tool once more."""
    tool = outcome.tool
    if found.problem:
        return Outcome(tool, problem=f"not available: {found.problem}")
    options = dict(tool.options) | ({"part": part} if part else {})
    command = [found.python, str(SCRIPT), tool.adapter, str(job), json.dumps(options)]
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TIME_LIMIT, env=_clean(), cwd=job.parent
        )
    except OSError as error:
        return Outcome(tool, problem=f"not available: {error}")
    except subprocess.TimeoutExpired:
        return Outcome(tool, problem=f"not available: took longer than {TIME_LIMIT} s")
    process = time.perf_counter() - begin
    if done.returncode:
        return Outcome(tool, problem=f"not available: {_death(done.returncode, done.stderr)}")
    figures = json.loads(done.stdout.splitlines()[-1])
    return Outcome(tool, (*outcome.rounds, {**figures, "process": process}))


def _death(code: int, output: str) -> str:
    return f"died of {signal.Signals(-code).name}" if code < 0 else reason(output)


def _clean() -> dict[str, str]:
    """Return an environment in which a peer sees its own packages only, and is quiet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "TF_CPP_MIN_LOG_LEVEL": "2"}
