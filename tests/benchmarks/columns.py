"""The columns of tables, and what stands in their cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.benchmarks.agreement import converged_toys

Figures = dict[str, Any]


@dataclass(frozen=True)
class Time:
    """A median over rounds, and that of the ratios to wilks in the same rounds.

    Args:
        key: What the figure is called; it is in seconds.
        title: Head of the column.
        scale: What turns seconds into the unit of the column.
        rate: Whether the column shows how many there are in a second.
        compared: Whether the ratio is shown.
    """

    key: str
    title: str
    scale: float = 1.0
    rate: bool = False
    compared: bool = True

    def cell(self, rounds: Sequence[Figures], ours: Sequence[Figures]) -> str:
        """Return the median, and in parentheses the ratio; a dash where a tool has no such figure."""
        times = [figures.get(self.key) for figures in rounds]
        if any(time is None for time in times):
            return "–"
        median = float(np.median(times))
        shown = number(1 / median if self.rate else self.scale * median)
        if rounds is ours or not ours or not self.compared:
            return shown
        return f"{shown} ({number(ratio(rounds, ours, self.key), digits=2)}x)"


@dataclass(frozen=True)
class Fact:
    """Something of the last round that is not a time."""

    title: str
    of: Callable[[Figures], str]

    def cell(self, rounds: Sequence[Figures], _: Sequence[Figures]) -> str:
        """Return the fact; a dash where a tool has none."""
        try:
            return self.of(rounds[-1])
        except KeyError:
            return "–"


def ratio(rounds: Sequence[Figures], ours: Sequence[Figures], key: str) -> float:
    """Return the median of the ratios of times, round by round: machines drift."""
    return float(np.median([theirs[key] / our[key] for theirs, our in zip(rounds, ours, strict=True)]))


def number(value: float, *, digits: int = 3) -> str:
    """Return a number with few digits, without an exponent."""
    return np.format_float_positional(value, precision=digits, fractional=False, trim="-")


def _largest_edm(figures: Figures) -> str:
    edm = np.array(figures["edm"], dtype=float)[converged_toys(figures)]
    return f"{edm.max():.0e}" if len(edm) else "–"


COLUMNS: dict[str, tuple[Time | Fact, ...]] = {
    "fit": (
        Time("value", "NLL, ms", 1e3),
        Time("gradient", "NLL + gradient, ms", 1e3),
        Time("first", "first fit, s"),
        Time("fit", "fit, s"),
        Fact("calls", lambda figures: figures["calls"]),
        Fact("EDM", lambda figures: f"{figures['edm']:.0e}"),
    ),
    "toys": (
        Time("toy", "toys/s, fits only", rate=True),
        Time("drawn_toy", "toys/s, drawn and fitted", rate=True),
        Time("start", "first call takes longer by, s", compared=False),
        Fact("converged", lambda figures: f"{converged_toys(figures).sum()} of {figures['number']}"),
        Fact("largest EDM", _largest_edm),
    ),
    "profile": (Time("scan", "scan, s"), Time("first", "first scan, s")),
    "latency": (
        Time("process", "whole process, s"),
        Time("after_import", "after imports, s"),
        Fact("EDM", lambda figures: f"{figures['edm']:.0e}"),
    ),
}
