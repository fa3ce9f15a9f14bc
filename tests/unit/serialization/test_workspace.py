"""What is built from a document, by name."""

from __future__ import annotations

import re
import time
import warnings
from typing import Any

import pytest

from wilks.errors import ParameterError
from wilks.serialization.hs3.integer_division import IntegerDivisionWarning
from wilks.serialization.workspace import Workspace, workspace_of


def _peak(name: str) -> dict[str, Any]:
    return {"name": name, "type": "gaussian_dist", "x": "x", "mean": "a", "sigma": 1.0}


def _events(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "type": "unbinned", "axes": [{"name": "x", "min": -5.0, "max": 5.0}], "entries": [[value]]}


def _workspace(dialect: str | None = None, **sections: Any) -> Workspace:
    points = [{"name": "default_values", "parameters": [{"name": "a", "value": 2.0}]}]
    source = {"metadata": {"hs3_version": "0.2.9"}, "parameter_points": points, **sections}
    return workspace_of(source, dialect=dialect)


# ------------------------------------------------------------------------------------------ likelihoods


@pytest.mark.parametrize(
    ("distributions", "data", "channels"),
    [
        (["g", "g", "g"], ["d", "d", "d"], ["g", "g_d", "g_d_2"]),
        (["g", "g", "g_d"], ["d", "d", "d"], ["g", "g_d_2", "g_d"]),
        (["g_d", "g", "g"], ["d", "d", "e"], ["g_d", "g", "g_e"]),
    ],
)
def test_no_channel_is_lost(distributions: list[str], data: list[str], channels: list[str]) -> None:
    likelihoods = [{"name": "L", "distributions": distributions, "data": data}]
    likelihoods += [
        {"name": f"L{i}", "distributions": [pair[0]], "data": [pair[1]]}
        for i, pair in enumerate(zip(distributions, data, strict=True))
    ]
    workspace = _workspace(
        distributions=[_peak("g"), _peak("g_d")], data=[_events("d", 1.0), _events("e", -1.0)], likelihoods=likelihoods
    )
    nll = workspace.likelihoods["L"]
    assert [channel.name for channel in nll.channels] == channels
    assert nll() == pytest.approx(sum(workspace.likelihoods[f"L{i}"]() for i in range(3)), rel=1e-12)


# -------------------------------------------------------------------------------------------- functions


def _function() -> Any:
    functions = [{"name": "f", "type": "generic_function", "expression": "x * a"}]
    return _workspace(functions=functions, data=[_events("d", 1.0)]).functions["f"]


def test_a_function_is_evaluated_at_a_point() -> None:
    assert _function()({"x": 3.0}) == 6.0
    assert _function()({"x": 3, "a": -1}) == -3.0


@pytest.mark.parametrize(
    ("point", "message"),
    [
        (None, "'f' depends on the observable 'x': give its value"),
        ({"a": 1.0}, "'f' depends on the observable 'x': give its value"),
        ({"x": 1.0, "a": "zz"}, "'a': a value must be a number, got 'zz'"),
        ({"x": float("nan")}, "'x': a value must not be NaN"),
        ({"x": 1.0, "b": 1.0}, "no parameter 'b' in the document"),
        ({"x": 1.0, 3: 1.0}, "no parameter 3 in the document"),
    ],
)
def test_a_function_refuses_what_is_no_point(point: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(message)):
        _function()(point)


# ------------------------------------------------------------------------------------- integer division


def _halves(expression: str, dialect: str) -> Workspace:
    functions = [
        {"name": "half", "type": "generic_function", "expression": expression},
        {"name": "twice", "type": "sum", "summands": ["half", "half"]},
    ]
    return _workspace(dialect, functions=functions)


def test_an_integer_division_of_roofit_is_warned_of_once() -> None:
    workspace = _halves("a + 1/2", "roofit")
    with pytest.warns(IntegerDivisionWarning, match="^/functions/0/expression: 'a .*RooFit truncates") as caught:
        twice = workspace.functions["twice"]
    assert len(caught) == 1
    assert twice() == 5.0
    assert workspace.functions["half"]() == 2.5


@pytest.mark.parametrize(("expression", "dialect"), [("a + 1/2", "spec"), ("a + 1.0/2", "roofit"), ("a/2", "roofit")])
def test_other_divisions_are_not_warned_of(expression: str, dialect: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _halves(expression, dialect).functions["half"]() in (2.5, 1.0)


# ---------------------------------------------------------------------------------------------- builder


def test_what_depends_on_an_observable_is_built_for_each_range_and_the_rest_once() -> None:
    narrow = {**_events("e", 1.0), "axes": [{"name": "x", "min": 0.0, "max": 5.0}]}
    functions = [
        {"name": "shift", "type": "sum", "summands": ["a", 1.0]},
        {"name": "moved", "type": "sum", "summands": ["x", "shift"]},
    ]
    peak = {"name": "g", "type": "gaussian_dist", "x": "x", "mean": "shift", "sigma": "moved"}
    likelihoods = [{"name": "L", "distributions": ["g", "g"], "data": ["d", "e"]}]
    workspace = _workspace(
        functions=functions, distributions=[peak], data=[_events("d", 1.0), narrow], likelihoods=likelihoods
    )
    wide, tight = (channel.model for channel in workspace.likelihood.channels)
    assert wide.mean is tight.mean
    assert wide.sigma is not tight.sigma


def test_every_function_of_a_long_chain_is_built_in_linear_time() -> None:
    """It took 13 s when each function looked at all below it."""
    functions = [{"name": "f0", "type": "sum", "summands": ["a", 1.0]}]
    functions += [{"name": f"f{i}", "type": "sum", "summands": [f"f{i - 1}", 1.0]} for i in range(1, 2000)]
    workspace = _workspace(functions=functions)
    begin = time.process_time()
    for name in workspace.functions:
        assert workspace.functions[name].name == name
    assert time.process_time() - begin < 3.0
