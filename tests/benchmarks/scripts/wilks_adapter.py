"""wilks, with either of its minimisers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from protocol import Fit, Job, Toys
from wilks_models import likelihood

import wilks
import wilks.numpy as wnp

wnp.asarray(0.0)  # imports TensorFlow, as the peers' imports do, which are not timed either


def build(job: Job) -> WilksProblem:
    """Return the likelihood of a job."""
    return WilksProblem(job, likelihood(job))


@dataclass(frozen=True)
class WilksProblem:
    """A likelihood, and the evaluator that a minimiser sees."""

    job: Job
    nll: wilks.NLL

    @cached_property
    def objective(self) -> Any:
        """What a minimiser calls."""
        return self.nll.objective()

    @cached_property
    def order(self) -> list[int]:
        """Where the job has the parameters of the objective."""
        return [list(self.job.parameters).index(name) for name in self.objective.names]

    def value(self, point: np.ndarray) -> float:
        """Return the NLL."""
        return self.objective.value(point[self.order])

    def gradient(self, point: np.ndarray) -> Any:
        """Return value and gradient."""
        return self.objective.value_and_gradient(point[self.order])

    def fit(self) -> Fit:
        """Fit with the minimiser that the job asks for."""
        newton = self.job.tool["minimizer"] == "newton"
        result = wilks.fit(self.nll, minimizer=wilks.Newton() if newton else wilks.Minuit())
        values = {name: result.values[name] for name in self.job.parameters}
        errors = {name: result.errors[name] for name in self.job.parameters}
        return Fit(values, errors, result.edm, result.valid, result.message, str(result.evaluations))

    def compile(self) -> None:
        """Compile all that fits need, as users do who make many."""
        self.nll.compile()

    def data_sets(self, toys: list[np.ndarray]) -> list[wilks.Data]:
        """Return toys as data."""
        return [wilks.Data(self.nll.channels[0].model.space, toy) for toy in toys]

    def fit_toys(self, data_sets: list[wilks.Data]) -> Toys:
        """Fit all toys in one call."""
        found = wilks.fit_many(self.nll, data=data_sets)
        values = {name: np.asarray(found.values[name]).tolist() for name in self.job.parameters}
        errors = {name: np.asarray(found.errors[name]).tolist() for name in self.job.parameters}
        return Toys(values, errors, np.asarray(found.edm).tolist(), np.asarray(found.valid).tolist())

    def generate(self, number: int) -> None:
        """Draw toys one by one."""
        model = self.nll.channels[0].model
        for seed in range(number):
            model.sample(seed=seed)

    def profile(self, name: str, grid: np.ndarray) -> Sequence[float]:
        """Return the minimum at each point."""
        return wilks.profile(self.nll, {name: grid}).minimum


def versions() -> dict[str, str]:
    """Return the versions of what ran."""
    return {"wilks": wilks.__version__} | {name: version(name) for name in ("tensorflow", "iminuit", "numpy")}


def note() -> str:
    """Return what a reader must know."""
    return ""
