"""What the harness and the scripts tell each other: the job, and what an adapter of a tool offers.

The scripts run in the environments of the peers: they import NumPy, each other and their tool, nothing of wilks' tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np


@dataclass(frozen=True)
class Start:
    """Where a parameter starts, its limits and first step."""

    value: float
    lower: float
    upper: float
    step: float

    @property
    def negated(self) -> Start:
        """The same for the parameter times -1, as tools with exp(+slope x) need it."""
        return Start(-self.value, -self.upper, -self.lower, self.step)


@dataclass(frozen=True)
class Job:
    """What to measure, on which input.

    Args:
        kind: ``fit``, ``toys``, ``profile`` or ``latency``.
        model: Name of the model: ``peak``, ``b_mass`` or ``categories``.
        parameters: Start values; toys start where they were drawn.
        data: NumPy file with the events.
        seconds: How long a call is repeated.
        tool: What the tool is to do otherwise, such as ``{"minimizer": "newton"}``.
    """

    kind: str
    model: str
    parameters: Mapping[str, Start]
    data: str
    seconds: float
    tool: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def read(path: str, tool: str) -> Job:
        """Return the job in a file, for a tool with options in JSON."""
        facts = json.loads(Path(path).read_text())
        facts["parameters"] = {name: Start(*numbers) for name, numbers in facts["parameters"].items()}
        return Job(**facts, tool=json.loads(tool))

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays of the input: columns of events, or a grid."""
        with np.load(self.data) as file:
            return {name: np.ascontiguousarray(file[name]) for name in file.files}

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """Events by channel; one channel is named ``x``."""
        return {name: array for name, array in self.arrays.items() if name.startswith("x")}

    @property
    def toys(self) -> list[np.ndarray]:
        """Data sets of a toy study, as many of them as this tool is to fit."""
        sizes = self.arrays["sizes"]
        sets = np.split(self.arrays["x"], np.cumsum(sizes)[:-1])
        return sets[: self.tool.get("part", len(sets))]

    @property
    def grid(self) -> np.ndarray:
        """Points of a profile, as many of them as this tool is to do."""
        return self.arrays["grid"][: self.tool.get("part")]

    @property
    def start(self) -> np.ndarray:
        """Start values as a vector."""
        return np.array([start.value for start in self.parameters.values()])

    def numbered(self, suffix: str) -> dict[str, Start]:
        """Return the parameters of one channel by their names without its number; shared ones belong to all."""
        shared = {name: start for name, start in self.parameters.items() if not name[-1].isdigit()}
        own = {name.removesuffix(suffix): start for name, start in self.parameters.items() if name.endswith(suffix)}
        return shared | own


@dataclass(frozen=True)
class Fit:
    """What a tool says of a fit.

    Args:
        values: Best-fit values by the names of the job.
        errors: Errors of HESSE, or of what stands for it.
        edm: In units of the NLL, not doubled.
        valid: Whether the tool says that it converged.
        status: What it says if it did not.
        calls: Evaluations of the function, and of its gradient.
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    edm: float
    valid: bool
    status: str
    calls: str


@dataclass(frozen=True)
class Toys:
    """Fits of many data sets; each entry has one value per data set."""

    values: Mapping[str, Sequence[float]]
    errors: Mapping[str, Sequence[float]]
    edm: Sequence[float]
    valid: Sequence[bool]

    @staticmethod
    def of(fits: Sequence[Fit]) -> Toys:
        """Collect single fits."""
        return Toys(
            values={name: [fit.values[name] for fit in fits] for name in fits[0].values},
            errors={name: [fit.errors[name] for fit in fits] for name in fits[0].errors},
            edm=[fit.edm for fit in fits],
            valid=[fit.valid for fit in fits],
        )


class Problem(Protocol):
    """A likelihood in the hands of a tool; what a tool is not asked for it need not have."""

    gradient: Any
    """None where a tool has no gradients of its own."""

    fit: Any
    """None where there is nothing that fits; else returns a `Fit`, from the start values, with Hesse errors."""

    def value(self, point: np.ndarray) -> float:
        """Return the NLL, not doubled, up to a constant, at values in the order of the job."""

    def data_sets(self, toys: list[np.ndarray]) -> list[Any]:
        """Return toys as this tool wants them; not timed."""

    def fit_toys(self, data_sets: list[Any]) -> Toys:
        """Fit each of the data sets."""

    def generate(self, number: int) -> None:
        """Draw as many toys as a user of this tool would."""

    def profile(self, name: str, grid: np.ndarray) -> Sequence[float]:
        """Return the minimum of the NLL at each value of a parameter."""
