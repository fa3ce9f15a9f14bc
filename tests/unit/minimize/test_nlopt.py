"""What is particular to the minimisers of NLopt."""

from __future__ import annotations

import sys

import pytest

import wilks
from tests.unit.minimize.libraries import needs_nlopt
from wilks.minimize.nlopt import METHODS
from wilks.registry import installed

LEFT_OUT = {
    "AUGLAG": "wraps another algorithm, for constraints",
    "AUGLAG_EQ": "likewise",
    "COBYLA": "linear models: thousands of evaluations",
    "LBFGS_NOCEDAL": "not in what is distributed",
    "NEWUOA": "knows no limits",
    "NEWUOA_BOUND": "superseded by BOBYQA",
    "PRAXIS": "uses random numbers, from a global state",
    "TNEWTON": "fails in curved valleys, where with restarts it does not",
}


def test_nlopt_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nlopt", None)
    with pytest.raises(wilks.MissingDependencyError, match=r"pip install wilks\[nlopt\]"):
        wilks.NLopt()
    with pytest.raises(wilks.MissingDependencyError):
        installed().minimizer("nlopt")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "LBFGS"}, "'LBFGS' of NLopt; did you mean 'LD_LBFGS'"),
        ({"method": "GN_DIRECT"}, "there are LD_LBFGS, LD_SLSQP"),
        ({"tolerance": -1.0}, "tolerance of a minimizer must be positive"),
        ({"max_evaluations": -1}, "max_evaluations must be at least 1"),
    ],
)
def test_options_are_checked_when_it_is_made(options: dict, message: str) -> None:
    with pytest.raises(wilks.FitError, match=message):
        wilks.NLopt(**options)


@needs_nlopt
def test_it_is_registered() -> None:
    assert installed().minimizer("nlopt") == wilks.NLopt() == wilks.NLopt(method="LD_LBFGS")


@needs_nlopt
def test_all_local_algorithms_are_known_or_left_out_for_a_reason() -> None:
    import nlopt

    local = {name for name in dir(nlopt) if name.startswith(("LD_", "LN_"))}
    assert set(METHODS) <= local
    assert {name[3:] for name in local - set(METHODS)} <= set(LEFT_OUT)


def test_every_method_is_documented() -> None:
    for method in METHODS:
        assert f"``{method}``" in (wilks.NLopt.__doc__ or "")
