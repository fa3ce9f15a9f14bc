"""iminuit with its cost functions and the densities of numba-stats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np
from iminuit import Minuit, cost
from iminuit.util import describe
from iminuit_models import likelihood, peak_density
from protocol import Fit, Job, Toys


def build(job: Job) -> IminuitProblem:
    """Return the likelihood of a job."""
    return IminuitProblem(job)


@dataclass(frozen=True)
class IminuitProblem:
    """A cost function; it is twice the NLL."""

    gradient = None

    job: Job

    @cached_property
    def cost(self) -> Any:
        """The cost function."""
        return likelihood(self.job)

    def value(self, point: np.ndarray) -> float:
        """Return the NLL."""
        return 0.5 * float(self.cost(*self.in_order(point)))

    def in_order(self, point: np.ndarray) -> list[float]:
        """Return values as the cost function takes them."""
        named = dict(zip(self.job.parameters, point.tolist(), strict=True))
        return [named[name] for name in self.cost_names]

    @cached_property
    def cost_names(self) -> list[str]:
        """The arguments of the cost function."""
        return describe(self.cost)

    def fit(self) -> Fit:
        """Run MIGRAD and HESSE."""
        minuit = self.minuit(self.cost)
        minuit.migrad()
        calls = minuit.fmin.nfcn
        minuit.hesse()
        return summary(minuit, str(calls))

    def minuit(self, function: Any) -> Minuit:
        """Return a Minuit object at the start values."""
        minuit = Minuit(function, **{name: start.value for name, start in self.job.parameters.items()})
        for name, start in self.job.parameters.items():
            minuit.limits[name] = (start.lower, start.upper)
            minuit.errors[name] = start.step
        return minuit

    def data_sets(self, toys: list[np.ndarray]) -> list[np.ndarray]:
        """Return toys as they are."""
        return toys

    def fit_toys(self, data_sets: list[np.ndarray]) -> Toys:
        """Fit toys in turn; errors are MIGRAD's."""
        return Toys.of([self.fit_toy(data) for data in data_sets])

    def fit_toy(self, data: np.ndarray) -> Fit:
        """Fit one toy."""
        minuit = self.minuit(cost.ExtendedUnbinnedNLL(data, peak_density))
        minuit.migrad()
        return summary(minuit, str(minuit.fmin.nfcn))

    def generate(self, number: int) -> None:
        """Draw toys with NumPy."""
        random = np.random.default_rng(1)
        mu, sigma, c, n_sig, n_bkg = self.job.start
        for _ in range(number):
            signal = random.normal(mu, sigma, random.poisson(n_sig))
            background = -np.log1p(random.random(random.poisson(n_bkg)) * np.expm1(-10 * c)) / c
            np.concatenate([signal[(signal > 0) & (signal < 10)], background])


def summary(minuit: Minuit, calls: str) -> Fit:
    """Return what Minuit says of a fit; its EDM is that of twice the NLL."""
    state = minuit.fmin
    return Fit(
        values=minuit.values.to_dict(),
        errors=minuit.errors.to_dict(),
        edm=0.5 * state.edm,
        valid=minuit.valid,
        status="" if minuit.valid else "MIGRAD says it is not valid",
        calls=calls,
    )


def versions() -> dict[str, str]:
    """Return the versions of what ran."""
    return {name: version(name) for name in ("iminuit", "numba-stats", "numba", "numpy")}


def note() -> str:
    """Return what a reader must know."""
    return ""
