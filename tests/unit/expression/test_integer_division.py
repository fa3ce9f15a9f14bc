"""Quotients that RooFit truncates."""

from __future__ import annotations

import pytest

from wilks.expression.integer_division import has_integer_division
from wilks.expression.parser import parse


@pytest.mark.parametrize(
    "text",
    [
        "1/2",
        "x*(2/3)",
        "-1/2*x",
        "(1+2*3)/4",
        "(x>0)/2",
        "!x/2",
        "(x ? 1 : 2)/3",
        "TRUE/2",
        "x^(1/2)",
        "x ? 1/2 : x",
    ],
)
def test_integer_quotients(text: str) -> None:
    assert has_integer_division(parse(text))


@pytest.mark.parametrize(
    "text",
    ["x/2", "1/x", "1./2", "1/2e0", "x*2/3", "2^2/3", "sqrt(4)/2", "PI/2", "(x ? 1. : 2)/3", "1+2"],
)
def test_floating_point_quotients(text: str) -> None:
    assert not has_integer_division(parse(text))
