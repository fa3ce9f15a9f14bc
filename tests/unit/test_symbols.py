"""Symbols of a model: one meaning to each name."""

from __future__ import annotations

import pytest

import wilks
from wilks.errors import ParameterError, SpaceError
from wilks.symbols import symbols_of

X = wilks.Space("x", 0, 10)
MU, S = wilks.Parameter("mu", 5, lower=3, upper=7), wilks.Parameter("s", 1, lower=-2)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=S)


def test_leaves_in_order_of_appearance() -> None:
    symbols = symbols_of([PEAK])
    assert list(symbols.parameters) == ["mu", "s"]
    assert symbols.observables == {"x": X}


def test_a_positive_field_narrows_limits() -> None:
    assert symbols_of([PEAK]).parameters["s"].limits == (0.0, float("inf"))
    # In a function there is no such field.
    assert symbols_of([wilks.Gaussian(x=X, mean=MU, sigma=S + 3)]).parameters["s"].lower == -2
    # One place where it must be positive is enough.
    both = wilks.Gaussian(x=X, mean=S, sigma=S)
    assert symbols_of([both]).parameters["s"].lower == 0


def test_equal_parameters_are_one() -> None:
    again = wilks.Parameter("mu", 5, lower=3, upper=7)
    assert list(symbols_of([PEAK, wilks.Gaussian(x=X, mean=again, sigma=1)]).parameters) == ["mu", "s"]


def test_a_name_has_one_meaning() -> None:
    with pytest.raises(ParameterError, match=r"named 'mu': Parameter\('mu', 5\.0.*and Parameter\('mu', 6\.0\)"):
        symbols_of([PEAK, wilks.Parameter("mu", 6)])
    with pytest.raises(ParameterError, match="'x' is the name of a parameter and of an observable"):
        symbols_of([PEAK, wilks.Parameter("x", 6)])


def test_ranges() -> None:
    narrow = wilks.Exponential(x=wilks.Space("x", 0, 5), c=1)
    with pytest.raises(SpaceError, match="'x' has two ranges"):
        symbols_of([PEAK.x + narrow.x])
    # One range in each root is what channels have.
    assert symbols_of([PEAK, narrow]).observables["x"].upper == 5


def test_parameters_as_observables() -> None:
    symbols = symbols_of([PEAK], observables=["mu"])
    assert list(symbols.parameters) == ["s"]
    assert symbols.observables["mu"] == wilks.Space("mu", 3, 7)


def test_points() -> None:
    symbols = symbols_of([PEAK])
    assert symbols.point(None) == {"mu": 5.0, "s": 1.0}
    assert symbols.point({"s": 3}) == {"mu": 5.0, "s": 3.0}
    assert symbols.point({"mu": 100.0})["mu"] == 100
    assert symbols.check({"s": 3}) == {"s": 3.0}
    with pytest.raises(ParameterError, match=r"'mu': 100 lies outside its limits \[3, 7\]"):
        symbols.check({"mu": 100.0})
    with pytest.raises(ParameterError, match="no parameter 'mus' in the model; did you mean 'mu'"):
        symbols.point({"mus": 1.0})
