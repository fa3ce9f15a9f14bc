"""Measures one tool in a process of its own: ``measure.py ADAPTER JOB OPTIONS``. It prints figures as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Any

import numpy as np
from protocol import Job, Problem

MOST_FITS = 5
PROFILED = "mu"


def main() -> None:
    """Run the job and print its figures."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what tools print is not a figure
    adapter = import_module(sys.argv[1])
    job = Job.read(*sys.argv[2:4])
    kinds = {"fit": fit, "toys": toys, "profile": profile, "latency": latency}
    figures = kinds[job.kind](lambda: adapter.build(job), job)
    output.write(json.dumps({**figures, "versions": adapter.versions(), "note": adapter.note()}) + "\n")
    output.close()


def fit(build: Callable[[], Problem], job: Job) -> dict[str, Any]:
    """Measure calls and whole fits; the first fit compiles."""
    problem = build()
    figures: dict[str, Any] = {"first": None, "fit": None}
    if problem.fit is not None:
        figures["first"], found = timed(problem.fit)
        if hasattr(problem, "compile"):
            problem.compile()
        figures |= asdict(found)
        figures["fit"] = median_time(lambda _: problem.fit(), seconds=4 * job.seconds, least=1, most=MOST_FITS)
    figures["difference"] = problem.value(moved(job, 1000)) - problem.value(moved(job, 0))
    figures["value"] = median_time(lambda i: problem.value(moved(job, i)), seconds=job.seconds)
    figures["gradient"] = None
    if problem.gradient is not None:
        problem.gradient(moved(job, 1))
        figures["gradient"] = median_time(lambda i: problem.gradient(moved(job, i)), seconds=job.seconds)
    return figures


def toys(build: Callable[[], Problem], job: Job) -> dict[str, Any]:
    """Measure fits of many data sets, all of them twice; the first time may compile. Drawing them is timed apart."""
    problem = build()
    data_sets = problem.data_sets(job.toys)
    first, found = timed(lambda: problem.fit_toys(data_sets))
    again, _ = timed(lambda: problem.fit_toys(data_sets))
    problem.generate(2)
    generation, _ = timed(lambda: problem.generate(len(data_sets)))
    number = len(data_sets)
    times = {"toy": again / number, "drawn_toy": (again + generation) / number, "start": max(first - again, 0.0)}
    return {**times, **asdict(found), "number": number}


def profile(build: Callable[[], Problem], job: Job) -> dict[str, Any]:
    """Measure a scan, twice; where a tool does a part of the grid, its times are scaled to all of it."""
    problem = build()
    first, minima = timed(lambda: problem.profile(PROFILED, job.grid))
    again, _ = timed(lambda: problem.profile(PROFILED, job.grid))
    scale = len(job.arrays["grid"]) / len(job.grid)
    return {"first": first * scale, "scan": again * scale, "minima": [float(x) for x in minima]}


def latency(build: Callable[[], Problem], _: Job) -> dict[str, Any]:
    """Measure how soon there are values and errors; the harness times the whole process."""
    seconds, found = timed(lambda: build().fit())
    return {"after_import": seconds, **asdict(found)}


def moved(job: Job, steps: int) -> np.ndarray:
    """Return a point where no call was before, so that nothing can be remembered; every parameter is another."""
    return job.start * (1 + 1e-6 * steps)


def median_time(call: Callable[[int], Any], *, seconds: float, least: int = 5, most: int = 1000) -> float:
    """Return the median time of a call, repeated for some time."""
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < least or (len(times) < most and time.perf_counter() - begin < seconds):
        times.append(timed(lambda: call(len(times) + 2))[0])
    return float(np.median(times))


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a call takes, and its result."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
