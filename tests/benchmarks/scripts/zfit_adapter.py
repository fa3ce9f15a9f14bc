"""zfit, with numerical gradients (its default) or automatic ones."""

from __future__ import annotations

import os

os.environ["ZFIT_DISABLE_TF_WARNINGS"] = "1"

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
import zfit
import zfit_models
from protocol import Fit, Job, Toys


def build(job: Job) -> ZfitProblem:
    """Return the likelihood of a job."""
    model = zfit_models.build(job)
    return ZfitProblem(job, model, model.nll)


@dataclass(frozen=True)
class ZfitProblem:
    """A likelihood, and the evaluator that zfit's minimisers use."""

    job: Job
    model: zfit_models.Model
    nll: Any

    @property
    def parameters(self) -> list[zfit.Parameter]:
        """All parameters in the order of the job."""
        return list(self.model.parameters.values())

    @cached_property
    def signs(self) -> np.ndarray:
        """What turns the values of the job into zfit's."""
        return np.array([-1.0 if zfit_models.is_negated(name) else 1.0 for name in self.job.parameters])

    @cached_property
    def evaluator(self) -> Any:
        """What zfit's minimiser pays for a call."""
        return zfit.minimize.Minuit().create_evaluator(self.nll, self.parameters)

    @cached_property
    def minimizer(self) -> Any:
        """Minuit, with the gradients that the job asks for."""
        return zfit.minimize.Minuit(gradient="zfit") if self.job.tool["gradient"] else zfit.minimize.Minuit()

    def value(self, point: np.ndarray) -> float:
        """Return the NLL."""
        return float(self.evaluator.value(point * self.signs))

    def gradient(self, point: np.ndarray) -> Any:
        """Return value and gradient."""
        value, gradient = self.evaluator.value_gradient(point * self.signs)
        return float(value), np.asarray(gradient)

    def fit(self) -> Fit:
        """Minimise and run HESSE."""
        self.reset()
        result = self.minimizer.minimize(self.nll)
        calls = self.calls(result)  # HESSE adds its own
        return self.summary(result, result.hesse(name="hesse"), calls)

    def calls(self, result: Any) -> str:
        """Return the numbers of evaluations."""
        state = result.info["minuit"].fmin
        return f"{state.nfcn} + {state.ngrad}" if self.job.tool["gradient"] else str(state.nfcn)

    def reset(self) -> None:
        """Go to the start values."""
        zfit.param.set_values(self.parameters, self.job.start * self.signs)

    def summary(self, result: Any, errors: Any, calls: str) -> Fit:
        """Return what zfit says of a fit."""
        named = list(zip(self.model.parameters, self.parameters, self.signs.tolist(), strict=True))
        return Fit(
            values={name: sign * float(result.params[p]["value"]) for name, p, sign in named},
            errors={name: float(errors[p]["error"]) for name, p, _ in named},
            edm=float(result.edm),
            valid=bool(result.valid),
            status=str(result.message),
            calls=calls,
        )

    def data_sets(self, toys: list[np.ndarray]) -> list[np.ndarray]:
        """Return toys as they are."""
        return toys

    def fit_toys(self, data_sets: list[np.ndarray]) -> Toys:
        """Fit toys in turn through one sampler, so that nothing is compiled twice; errors are MIGRAD's."""
        return Toys.of([self.fit_toy(data) for data in data_sets])

    def fit_toy(self, data: np.ndarray) -> Fit:
        """Fit one toy."""
        self.model.data.update_data(data[:, np.newaxis])
        self.reset()
        result = self.minimizer.minimize(self.nll)
        scale = np.sqrt(np.diag(result.info["minuit"].covariance))
        errors = {p: {"error": e} for p, e in zip(result.params, scale, strict=True)}
        return self.summary(result, errors, self.calls(result))

    def generate(self, number: int) -> None:
        """Draw toys through the sampler."""
        self.reset()
        for _ in range(number):
            self.model.data.resample()

    def profile(self, name: str, grid: np.ndarray) -> Sequence[float]:
        """Fit at each point, from where the last one ended."""
        self.reset()
        scanned = self.model.parameters[name]
        others = [p for p in self.parameters if p is not scanned]
        minima = []
        for value in grid:
            scanned.set_value(value)
            minima.append(float(self.minimizer.minimize(self.nll, params=others).fminopt))
        return minima


def versions() -> dict[str, str]:
    """Return the versions of what ran."""
    return {name: version(name) for name in ("zfit", "tensorflow", "iminuit", "numpy")}


def note() -> str:
    """Return what a reader must know."""
    return ""
