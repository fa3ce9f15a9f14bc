"""How every tool is timed: the same data, start values and limits; figures go to standard output as one JSON object."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

START = {"mu": 4.8, "sigma": 0.6, "c": 0.2}
"""Start values of the shape; yields start at a quarter and three quarters of the events."""

LIMITS = {"mu": (4.0, 6.0), "sigma": (0.1, 2.0), "c": (0.01, 1.0)}
STEPS = {"mu": 0.05, "sigma": 0.05, "c": 0.02}


def events() -> np.ndarray:
    """Return the data whose path is the first argument of the script."""
    return np.load(sys.argv[1])["x"]


def median_time(call: Callable[[int], Any], *, seconds: float = 1.5, least: int = 5) -> float:
    """Return the median time of a call; its argument changes each time, so that nothing can be remembered."""
    call(1)
    times: list[float] = []
    begin = time.perf_counter()
    while len(times) < least or time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        call(len(times) + 2)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return how long a call takes, and its result."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def report(**figures: Any) -> None:
    """Print the figures of this process."""
    print(json.dumps(figures))
