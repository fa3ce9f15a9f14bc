"""``python -m tests.benchmarks``: wilks and its peers on the same input, in turn, in one run.

Each tool runs in an environment of its own: ``$WILKS_ZFIT_PYTHON`` and ``$WILKS_ROOT_PYTHON`` name interpreters that
can import zfit and ROOT. Prints a Markdown table of medians over rounds, and of ratios to wilks in the same rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ENVIRONMENTS = {"wilks": None, "zfit": "WILKS_ZFIT_PYTHON", "roofit": "WILKS_ROOT_PYTHON"}
COLUMNS = {"value": "NLL, ms", "gradient": "NLL + gradient, ms", "fit_first": "first fit, s", "fit": "fit, s"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--events", type=float, nargs="+", default=[1e6], help="numbers of events")
    parser.add_argument("--rounds", type=int, default=3, help="how often each tool runs, in turn")
    arguments = parser.parse_args()
    print(f"{cpu()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}\n")
    for number in arguments.events:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "u1.npz"
            np.savez(path, x=u1_data(int(number)))
            rounds = [{tool: run(tool, path) for tool in ENVIRONMENTS} for _ in range(arguments.rounds)]
        check_agreement(rounds[0])
        print(table(int(number), rounds), flush=True)


def u1_data(size: int) -> np.ndarray:
    """Return events of a Gaussian (30 %) over an exponential, on [0, 10]."""
    random = np.random.default_rng(20240607)
    signal = random.normal(5.0, 0.5, random.binomial(size, 0.3))
    uniform = random.random(size - len(signal))
    background = -np.log1p(-uniform * -np.expm1(-0.3 * 10)) / 0.3
    data = np.concatenate([signal, background])
    random.shuffle(data)
    return data


def run(tool: str, path: Path) -> dict[str, Any]:
    variable = ENVIRONMENTS[tool]
    python = os.environ.get(variable) if variable else sys.executable
    if not python:
        raise SystemExit(f"{variable} is not set: it names a Python that can import {tool}")
    script = HERE / f"u1_{tool}.py"
    done = subprocess.run([python, script, path], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{script.name} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def check_agreement(results: dict[str, dict[str, Any]]) -> None:
    """A comparison of times means nothing unless the fits agree."""
    ours = results["wilks"]
    for tool, theirs in results.items():
        pulls = np.abs(np.array(theirs["values"]) - ours["values"]) / ours["errors"]
        spread = np.abs(np.array(theirs["errors"]) / ours["errors"] - 1)
        if pulls.max() > 0.05 or spread.max() > 0.01:
            raise SystemExit(f"{tool} disagrees: values by {pulls.max():.2g} sigma, errors by {spread.max():.2g}")


def table(number: int, rounds: list[dict[str, dict[str, Any]]]) -> str:
    lines = [
        f"U1, {number:.0e} events: Gaussian + exponential, extended, 5 parameters; a fit includes Hesse errors.",
        "",
        "| tool | " + " | ".join(COLUMNS.values()) + " | calls | EDM |",
        "| --- |" + " ---: |" * (len(COLUMNS) + 2),
    ]
    for tool in ENVIRONMENTS:
        cells = [_cell(tool, column, rounds) for column in COLUMNS]
        last = rounds[-1][tool]
        lines.append(f"| {tool} {last['version']} | {' | '.join(cells)} | {last['calls']} | {last['edm']:.0e} |")
    return "\n".join(lines) + "\n"


def _cell(tool: str, column: str, rounds: list[dict[str, dict[str, Any]]]) -> str:
    if rounds[0][tool][column] is None:
        return "-"
    scale = 1e3 if column in ("value", "gradient") else 1.0
    median = np.median([results[tool][column] for results in rounds])
    ratio = np.median([results[tool][column] / results["wilks"][column] for results in rounds])
    return f"{median * scale:.3g}" + ("" if tool == "wilks" else f" ({ratio:.2g}x)")


def cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown CPU"


if __name__ == "__main__":
    main()
