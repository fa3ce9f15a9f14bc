"""The benchmark harness: ratios, agreement, tables and where they are written. Nothing is measured here."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks.agreement import disagreement, error_gap, not_converged
from tests.benchmarks.case import Case, Tool
from tests.benchmarks.cases import CASES
from tests.benchmarks.columns import number, ratio
from tests.benchmarks.document import PAGE, between_markers
from tests.benchmarks.environments import ENVIRONMENTS, interpreter, reason
from tests.benchmarks.inputs import peak
from tests.benchmarks.pulls import pulls
from tests.benchmarks.rounds import Outcome, measure
from tests.benchmarks.table import table, versions
from tests.benchmarks.tools import TOOLS

WILKS = Tool(key="wilks-newton", package="wilks", detail="Newton", adapter="wilks_adapter")
PEER = Tool(key="peer", package="peer", adapter="peer_adapter")
CASE = Case(key="X", title="", kind="fit", inputs=peak, sizes=(10,), tools=("wilks-newton",))


def figures(package: str = "wilks", **changes: Any) -> dict[str, Any]:
    facts = {
        "value": 0.001,
        "gradient": None,
        "first": 2.0,
        "fit": 0.5,
        "calls": "16",
        "edm": 1e-9,
        "valid": True,
        "status": "",
        "values": {"mu": 5.0, "c": 0.3},
        "errors": {"mu": 0.1, "c": 0.01},
        "difference": -12.5,
        "versions": {package: "1.0", "numpy": "2.0"},
        "note": "",
    }
    return {**facts, **changes}


def toys(shift: float = 0.0, **changes: Any) -> dict[str, Any]:
    values = [4.9, 5.0, 5.1, 5.2]
    facts = {
        "values": {"mu": [value + shift for value in values]},
        "errors": {"mu": [0.1] * 4},
        "edm": [1e-8] * 4,
        "valid": [True] * 4,
        "number": 4,
        "versions": {"wilks": "1.0"},
        "note": "",
    }
    return {**facts, **changes}


def test_a_ratio_is_the_median_over_rounds() -> None:
    # A machine that is slow in one round is slow for both.
    ours = [{"fit": 1.0}, {"fit": 10.0}, {"fit": 1.0}]
    theirs = [{"fit": 2.0}, {"fit": 20.0}, {"fit": 5.0}]
    assert ratio(theirs, ours, "fit") == 2.0


@pytest.mark.parametrize(("value", "text"), [(0.012345, "0.0123"), (1234.5, "1230"), (7.0, "7"), (0.5, "0.5")])
def test_numbers_have_three_digits_and_no_exponent(value: float, text: str) -> None:
    assert number(value) == text


def test_the_same_figures_agree() -> None:
    assert disagreement(figures(), figures()) == ""
    assert error_gap(figures(), figures()) == ""


def test_values_agree_to_a_twentieth_of_sigma() -> None:
    assert disagreement(figures(values={"mu": 5.0049, "c": 0.3}), figures()) == ""
    assert disagreement(figures(values={"mu": 5.0, "c": 0.302}), figures()) == "values by 0.2 sigma (c)"
    assert "mu" in disagreement(figures(values={"mu": np.nan, "c": 0.3}), figures())


def test_errors_agree_to_a_per_cent() -> None:
    assert error_gap(figures(errors={"mu": 0.1009, "c": 0.01}), figures()) == ""
    assert error_gap(figures(errors={"mu": 0.1, "c": 0.011}), figures()) == "errors differ by 10 % (c)"
    assert disagreement(figures(errors={"mu": 0.1, "c": 0.011}), figures()) == ""


def test_a_parameter_at_its_limit_has_no_error() -> None:
    at_limit = figures(errors={"mu": np.nan, "c": 0.01})
    assert error_gap(at_limit, at_limit) == ""
    assert error_gap(figures(), at_limit) == "only one of both has an error of mu"
    assert disagreement(figures(), at_limit) == ""
    assert disagreement(figures(values={"mu": 5.1, "c": 0.3}), at_limit) == "values by 1 sigma (mu)"
    assert disagreement(figures(values={"mu": np.nan, "c": 0.3}), at_limit) == "values by nan sigma (mu)"


def test_the_function_must_be_the_same() -> None:
    by_hand = {"difference": -12.6, "fit": None}
    assert disagreement(by_hand, figures()) == "differences of the NLL by 8.0e-03"


def test_what_did_not_converge_is_exempt() -> None:
    far = figures(values={"mu": 6.0, "c": 0.3}, valid=False, status="MIGRAD status -1", edm=0.012)
    assert not_converged(far) == "MIGRAD status -1, EDM 1e-02"
    assert disagreement(far, figures()) == ""
    assert error_gap(far, figures()) == ""
    assert not_converged(figures(edm=2e-3)) == "EDM 2e-03"
    assert not_converged(figures(edm=np.nan)) == "EDM nan"
    assert not_converged({"fit": None}) == ""


def test_toys_agree_where_both_converged() -> None:
    assert disagreement(toys(), toys()) == ""
    assert disagreement(toys(shift=0.02), toys()) == "only 0 % of the toys agree"
    one_bad = toys(values={"mu": [4.9, 5.0, 5.1, 9.0]}, valid=[True, True, True, False])
    assert disagreement(one_bad, toys()) == ""
    # A slow tool fits the first of them.
    assert disagreement(toys(values={"mu": [4.9]}, edm=[0.0], valid=[True], number=1), toys()) == ""


def test_profiles_agree_up_to_a_constant() -> None:
    ours = {"minima": [2.0, 0.5, 0.0, 0.5]}
    assert disagreement({"minima": [102.0, 100.5, 100.0]}, ours) == ""
    assert disagreement({"minima": [102.0, 100.5, 100.1]}, ours) == "the profile by 1.0e-01"


def test_a_table_shows_medians_and_ratios() -> None:
    ours = Outcome(WILKS, (figures(fit=0.5), figures(fit=0.7), figures(fit=0.6)))
    peers = Outcome(PEER, tuple(figures("peer", fit=2 * f["fit"], note="old") for f in ours.rounds))
    lines = table(CASE, 10_000, [ours, peers]).text.splitlines()
    assert (
        lines[0] == "10 000 events. Medians of 3 rounds; in parentheses the ratio to wilks, Newton in the same round."
    )
    assert lines[4] == "| wilks 1.0, Newton | 1 | – | 2 | 0.6 | 16 | 1e-09 |"
    assert lines[5] == "| peer 1.0 (old) | 1 (1x) | – | 2 (1x) | 1.2 (2x) | 16 | 1e-09 |"


def test_a_missing_tool_has_a_row() -> None:
    outcomes = [Outcome(WILKS, (figures(),)), Outcome(PEER, problem="not available: no wheel")]
    made = table(CASE, 10, outcomes)
    assert made.text.splitlines()[-1] == "| peer: not available: no wheel |  |  |  |  |  |  |"
    assert made.disagreements == ()


def test_times_that_cannot_be_compared_are_not_shown() -> None:
    other = figures("peer", values={"mu": 5.5, "c": 0.3}, fit=123.0)
    made = table(CASE, 10, [Outcome(WILKS, (figures(),)), Outcome(PEER, (other,))])
    assert "disagrees in values by 5 sigma (mu); times are not shown" in made.text
    assert "123" not in made.text
    assert len(made.disagreements) == 1


def test_a_fit_that_did_not_converge_is_marked() -> None:
    other = figures("peer", values={"mu": 5.5, "c": 0.3}, valid=False, status="call limit", edm=0.5)
    made = table(CASE, 10, [Outcome(WILKS, (figures(),)), Outcome(PEER, (other,))])
    assert "| peer 1.0 (did not converge: call limit, EDM 5e-01) | 1 (1x) |" in made.text


def test_ratios_refer_to_the_first_wilks_that_converged() -> None:
    failed = Outcome(WILKS, (figures(valid=False),))
    second = Outcome(replace(WILKS, key="wilks-minuit", detail="Minuit"), (figures(),))
    assert "ratio to wilks, Minuit in" in table(CASE, 10, [failed, second]).text
    assert "wilks did not run" in table(CASE, 10, [Outcome(PEER, (figures("peer"),))]).text


def test_tables_of_all_kinds() -> None:
    many = replace(CASE, kind="toys", unit="toys", parts={"peer": 200})
    ours = Outcome(WILKS, (toys(toy=0.001, drawn_toy=0.002, start=3.0),))
    theirs = Outcome(PEER, (toys(toy=0.01, drawn_toy=0.01, start=0.0, versions={"peer": "1"}),))
    lines = table(many, 4, [ours, theirs]).text.splitlines()
    assert lines[4] == "| wilks 1.0, Newton | 1000 | 500 | 3 | 4 of 4 | 1e-08 |"
    assert lines[5] == "| peer 1 (4 toys only) | 100 (10x) | 100 (5x) | 0 | 4 of 4 | 1e-08 |"


def test_pulls_of_toys() -> None:
    text = pulls(Outcome(WILKS, (toys(),)), {"mu": 5.0})
    # Pulls -1, 0, 1, 2: mean 1/2, variance 5/3.
    assert text.splitlines()[-1] == "| mu | +0.500 | 1.291 |"


def test_versions_are_named_once() -> None:
    outcomes = [Outcome(WILKS, (figures(),)), Outcome(WILKS, (figures(),)), Outcome(PEER, (figures("peer"),))]
    assert versions(outcomes) == "wilks 1.0 with numpy 2.0; peer 1.0 with numpy 2.0"


def test_only_what_is_between_markers_is_written() -> None:
    page = "before\n<!-- U1 -->\nold\n<!-- /U1 -->\nafter\n<!-- U2 -->\n<!-- /U2 -->\n"
    new = between_markers(page, "U1", "| \\1 |\n")
    assert new == page.replace("\nold\n", "\n\n| \\1 |\n\n")
    assert between_markers(new, "U1", "| \\1 |\n") == new


@pytest.mark.parametrize(
    "page", ["", "<!-- U1 -->", "<!-- /U1 --> <!-- U1 -->", "<!-- U1 --> <!-- U1 --> <!-- /U1 -->"]
)
def test_markers_must_be_there_once_and_in_order(page: str) -> None:
    with pytest.raises(ValueError, match="once each"):
        between_markers(page, "U1", "text")


@pytest.mark.parametrize("key", CASES)
def test_every_case_has_a_place_on_the_page_and_known_tools(key: str) -> None:
    assert between_markers(PAGE.read_text(), key, "text")
    case = CASES[key]
    assert set(case.tools) | set(case.most) | set(case.parts) <= set(TOOLS)
    assert case.tools[0].startswith("wilks")


@pytest.mark.parametrize("key", CASES)
def test_inputs_are_the_same_each_time(key: str, tmp_path: Path) -> None:
    first, again = CASES[key].inputs(1200), CASES[key].inputs(1200)
    assert all(np.array_equal(first.arrays[name], again.arrays[name]) for name in first.arrays)
    for value, lower, upper, step in first.parameters.values():
        assert lower < value < upper
        assert step > 0
    job = json.loads(first.write(tmp_path, kind=CASES[key].kind, seconds=1.0).read_text())
    assert set(job) == {"kind", "model", "parameters", "data", "seconds"}
    with np.load(job["data"]) as data:
        assert set(data.files) == set(first.arrays)


def test_a_given_interpreter_is_used() -> None:
    assert interpreter("").python == sys.executable
    assert interpreter("root", {"WILKS_ROOT_PYTHON": "/a/python"}).python == "/a/python"


def test_a_ready_environment_is_not_made_again(tmp_path: Path) -> None:
    python = tmp_path / "zfit" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "zfit" / "requirements.txt").write_text("\n".join(ENVIRONMENTS["zfit"].requirements))
    assert interpreter("zfit", {"WILKS_BENCHMARK_ENVS": str(tmp_path)}).python == str(python)


def test_an_interpreter_that_is_not_there_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WILKS_ROOT_PYTHON", "/no/such/python")
    (outcome,) = measure(CASE, 10, [TOOLS["roofit"]], rounds=2, seconds=0.1)
    assert outcome.problem.startswith("not available: ")
    assert outcome.rounds == ()


def test_a_tool_is_not_given_too_much() -> None:
    (outcome,) = measure(CASES["U1"], 200_000, [TOOLS["iminuit"]], rounds=1, seconds=0.1)
    assert outcome.problem == "not run above 100 000 events"


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (
            "Traceback\n  x\nModuleNotFoundError: No module named 'zfit'\nbye\n",
            "ModuleNotFoundError: No module named 'zfit'",
        ),
        (" *** Break *** segmentation violation\n#0 main\n======\n", "*** Break *** segmentation violation"),
        ("a | b\n---\n", "a / b"),
        ("", "no message"),
    ],
)
def test_the_reason_is_one_line(output: str, text: str) -> None:
    assert reason(output) == text
