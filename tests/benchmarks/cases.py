"""The benchmarks."""

from __future__ import annotations

from tests.benchmarks import inputs
from tests.benchmarks.case import Case

_ALL = (
    Case(
        key="U1",
        title="Gaussian over exponential, extended, 5 parameters",
        kind="fit",
        inputs=inputs.peak,
        sizes=(10_000, 100_000, 1_000_000, 10_000_000),
        tools=("wilks-newton", "wilks-minuit", "zfit", "zfit-gradient", "roofit", "iminuit", "xla"),
        most={"iminuit": 100_000},
    ),
    Case(
        key="U2",
        title="B mass: two double-sided crystal balls, Gaussian, Chebychev, 13 parameters, truncated range",
        kind="fit",
        inputs=inputs.b_mass,
        sizes=(100_000,),
        tools=("wilks-newton", "zfit-gradient", "roofit", "iminuit"),
    ),
    Case(
        key="U3",
        title="six categories with a common position of the peak, 25 parameters",
        kind="fit",
        inputs=inputs.categories,
        sizes=(117_000,),
        tools=("wilks-newton", "zfit-gradient", "roofit", "iminuit"),
    ),
    Case(
        key="T1",
        title="toys of 1000 events each, Gaussian over exponential, 5 parameters",
        kind="toys",
        inputs=inputs.toys,
        sizes=(1000,),
        unit="toys",
        tools=("wilks", "roofit", "iminuit", "zfit-gradient"),
        parts={"iminuit": 200, "zfit-gradient": 20},
        remark="All fit the same toys, from the truth. wilks' errors come from the exact Hessian; the peers run MIGRAD "
        "without HESSE, RooFit as a RooMCStudy. Each tool draws toys in its own way.",
    ),
    Case(
        key="P1",
        title="profile of the position in 100 points, Gaussian over exponential, 5 parameters",
        kind="profile",
        inputs=inputs.profile,
        sizes=(100_000,),
        tools=("wilks", "roofit", "zfit-gradient"),
        parts={"zfit-gradient": 10},
        remark="The peers fit the points in turn, each from where the last one ended.",
    ),
    Case(
        key="L1",
        title="from a cold process to values and Hesse errors, Gaussian over exponential, 5 parameters",
        kind="latency",
        inputs=inputs.peak,
        sizes=(10_000,),
        tools=("wilks-newton", "wilks-minuit", "zfit", "zfit-gradient", "roofit", "iminuit"),
    ),
)

CASES = {case.key: case for case in _ALL}
