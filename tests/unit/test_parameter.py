"""Parameters: immutable, compared by value, checked when made."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wilks.errors import ParameterError
from wilks.func import Func
from wilks.parameter import Parameter

numbers = st.floats(-1e9, 1e9, allow_nan=False)


def test_defaults():
    mu = Parameter("mu", 5)
    assert mu.name == "mu"
    assert mu.value == 5.0
    assert type(mu.value) is float
    assert mu.limits == (-inf, inf)
    assert mu.step is None
    assert not mu.fixed
    assert mu.label == ""
    assert mu.is_symbol


def test_numbers_become_floats():
    mu = Parameter("mu", np.float32(5), lower=np.int64(4), upper=6, step=1)
    assert [type(v) for v in (mu.value, mu.lower, mu.upper, mu.step)] == [float] * 4


def test_none_is_no_limit():
    assert Parameter("mu", 5, lower=None, upper=None) == Parameter("mu", 5)


def test_parameters_are_values():
    assert Parameter("mu", 5, lower=4) == Parameter("mu", 5.0, lower=4.0)
    assert Parameter("mu", 5) != Parameter("mu", 5, fixed=True)
    assert len({Parameter("mu", 5), Parameter("mu", 5), Parameter("nu", 5)}) == 2


def test_nothing_changes():
    mu = Parameter("mu", 5)
    with pytest.raises(AttributeError):
        mu.value = 6
    assert replace(mu, value=6).value == 6
    with pytest.raises(ParameterError):
        replace(Parameter("mu", 5, upper=6), value=7)


def test_options_are_keywords():
    with pytest.raises(TypeError):
        Parameter("mu", 5, 4)


@given(numbers, numbers, numbers)
def test_the_value_lies_within_the_limits(value, lower, upper):
    if lower <= value <= upper:
        mu = Parameter("mu", value, lower=lower, upper=upper)
        assert mu.lower <= mu.value <= mu.upper
    else:
        with pytest.raises(ParameterError, match="limit"):
            Parameter("mu", value, lower=lower, upper=upper)


def test_limits_may_touch():
    assert Parameter("mu", 1, lower=1, upper=1).limits == (1, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "non-empty string"),
        ({"name": 3}, "non-empty string, got 3"),
        ({"value": nan}, "value must not be NaN"),
        ({"value": inf}, "value must be finite"),
        ({"value": "five"}, "value must be a number, got 'five'"),
        ({"value": None}, "value must be a number"),
        ({"value": [1, 2]}, "value must be a number"),
        ({"lower": nan}, "lower must not be NaN"),
        ({"lower": 7, "upper": 6}, "lower limit 7 is above the upper limit 6"),
        ({"lower": 6}, r"'mu': value 5 lies outside its limits \[6, inf\]"),
        ({"upper": 4}, r"outside its limits \[-inf, 4\]"),
        ({"step": 0}, "step must be positive"),
        ({"step": -1}, "step must be positive"),
        ({"step": inf}, "positive and finite"),
    ],
)
def test_what_is_refused(options, message):
    arguments = {"name": "mu", "value": 5, **options}
    with pytest.raises(ParameterError, match=message):
        Parameter(arguments.pop("name"), arguments.pop("value"), **arguments)


PARAMETERS = [
    Parameter("mu", 5),
    Parameter("mu", 0.1, lower=-1e-300, upper=1 / 3),
    Parameter("mu", 5, step=0.5, fixed=True, label=r"$\mu$"),
]


@pytest.mark.parametrize("mu", PARAMETERS)
def test_repr_can_be_read_back(mu):
    assert eval(repr(mu), {"Parameter": Parameter}) == mu


@pytest.mark.parametrize("mu", PARAMETERS)
def test_copies_and_pickles_are_equal(mu):
    assert copy.deepcopy(mu) == mu
    assert pickle.loads(pickle.dumps(mu)) == mu


def test_a_parameter_in_a_formula_makes_a_func():
    mu = Parameter("mu", 5)
    for formula in (mu + 1, 2 * mu, mu / mu, -mu, mu**2, np.float64(2) * mu):
        assert isinstance(formula, Func)
        assert not isinstance(formula, Parameter)
