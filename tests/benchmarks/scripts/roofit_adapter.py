"""RooFit with its vectorised evaluation, MIGRAD and HESSE."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import roofit_models
import ROOT
from protocol import Fit, Job, Toys


def build(job: Job) -> RooFitProblem:
    """Return the likelihood of a job; RooFit talks of errors only."""
    ROOT.gErrorIgnoreLevel = ROOT.kError
    ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.ERROR)
    return RooFitProblem(job, roofit_models.build(job))


@dataclass(frozen=True)
class RooFitProblem:
    """A likelihood, evaluated by the CPU backend."""

    gradient = None  # clad, which would make them, is not in the wheel

    job: Job
    model: roofit_models.Model

    @cached_property
    def nll(self) -> Any:
        """The likelihood."""
        return self.model.pdf.createNLL(self.model.data, EvalBackend="cpu")

    @cached_property
    def signs(self) -> dict[str, float]:
        """What turns the values of the job into RooFit's."""
        return {name: -1.0 if roofit_models.is_negated(name) else 1.0 for name in self.job.parameters}

    def value(self, point: np.ndarray) -> float:
        """Return the NLL."""
        self.move(point)
        return self.nll.getVal()

    def move(self, point: np.ndarray) -> None:
        """Set all parameters."""
        for (name, variable), value in zip(self.model.parameters.items(), point.tolist(), strict=True):
            variable.setVal(self.signs[name] * value)

    def reset(self) -> None:
        """Go to the start values and first steps."""
        self.move(self.job.start)
        for name, variable in self.model.parameters.items():
            variable.setError(self.job.parameters[name].step)

    def fit(self) -> Fit:
        """Minimise and run HESSE."""
        self.reset()
        minimizer = self.minimizer()
        status = minimizer.minimize("Minuit2", "migrad")
        calls = minimizer.evalCounter()
        minimizer.hesse()
        return self.summary(minimizer.save(), status, str(calls))

    def minimizer(self) -> Any:
        """Return a silent minimiser."""
        minimizer = ROOT.RooMinimizer(self.nll)
        minimizer.setPrintLevel(-1)
        return minimizer

    def summary(self, result: Any, status: int, calls: str) -> Fit:
        """Return what RooFit says of a fit."""
        found = {p.GetName(): p for p in result.floatParsFinal()}
        return Fit(
            values={name: sign * found[name].getVal() for name, sign in self.signs.items()},
            errors={name: found[name].getError() for name in self.signs},
            edm=result.edm(),
            valid=status == 0,
            status="" if status == 0 else f"MIGRAD status {status}",
            calls=calls,
        )

    def data_sets(self, toys: list[np.ndarray]) -> Any:
        """Return toys as a list that a RooMCStudy takes."""
        data_sets = ROOT.TList()
        for toy in toys:
            data = roofit_models.data_set(self.model.observable, toy)
            ROOT.SetOwnership(data, False)  # the list has it
            data_sets.Add(data)
        return data_sets

    def fit_toys(self, data_sets: Any) -> Toys:
        """Fit toys with a RooMCStudy; errors are MIGRAD's."""
        self.reset()
        study = self.study()
        ROOT.SetOwnership(study, False)  # with it would go the data
        study.fit(len(data_sets), data_sets)
        results = [study.fitResult(i) for i in reversed(range(len(data_sets)))]  # it begins with the last
        return Toys.of([self.summary(result, result.status(), "") for result in results])

    def study(self) -> Any:
        """Return a toy study of the model."""
        options = {"Save": True, "Hesse": False}
        return ROOT.RooMCStudy(self.model.pdf, {self.model.observable}, Extended=True, Silence=True, FitOptions=options)

    def generate(self, number: int) -> None:
        """Draw toys with a RooMCStudy."""
        self.reset()
        self.study().generate(number, 0, False)

    def profile(self, name: str, grid: np.ndarray) -> Sequence[float]:
        """Fit at each point, from where the last one ended."""
        self.reset()
        minimizer, scanned = self.minimizer(), self.model.parameters[name]
        scanned.setConstant(True)
        minima = []
        for value in grid.tolist():
            scanned.setVal(value)
            minimizer.minimize("Minuit2", "migrad")
            minima.append(self.nll.getVal())
        scanned.setConstant(False)
        return minima


def versions() -> dict[str, str]:
    """Return the versions of what ran."""
    return {"RooFit": str(ROOT.gROOT.GetVersion())}


def note() -> str:
    """Say what this build of ROOT lacks that would make it faster."""
    features = str(ROOT.gROOT.GetConfigFeatures()).split()
    missing = [name for name, feature in (("VDT", "vdt"), ("clad", "clad")) if feature not in features]
    if len(missing) == 2:
        return "this build has neither VDT nor clad"
    return f"this build has no {missing[0]}" if missing else ""
