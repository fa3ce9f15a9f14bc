"""What is not an expression is refused, with the place and what to do."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wilks.errors import ExpressionError
from wilks.expression.parser import parse


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "the expression is empty"),
        ("  \n", 1, "the expression is empty"),
        ("__import__('os')", 12, 'unexpected character "\'"'),
        ("__import__(os)", 1, "unknown function '__import__'"),
        ("x.upper()", 1, "unknown function 'x.upper'"),
        ("(1).real", 4, "unexpected character '.'"),
        ("lambda x: x", 8, "expected an operator or the end, found 'x'; a product needs a '*'"),
        ("x[0]", 2, "unexpected character '['; parameters and observables"),
        ("a + b)", 6, "')' without a '(' before it"),
        ("(a + b", 1, "'(' without its ')'"),
        ("exp(a", 4, "'(' without its ')'"),
        ("a + ", 5, "expected a number, a name or '(', found the end"),
        ("* a", 1, "expected a number, a name or '(', found '*'"),
        ("a ** b", 4, "expected a number, a name or '(', found '*'; a power is written '^'"),
        ("a b", 3, "expected an operator or the end, found 'b'; a product needs a '*'"),
        ("2 (x)", 3, "expected an operator or the end, found '('; a product needs a '*'"),
        ("a ! b", 3, "expected an operator or the end, found '!'"),
        ("()", 2, "expected a number, a name or '(', found ')'"),
        ("(a, b)", 3, "',' outside a function's arguments"),
        ("a, b", 2, "',' without a '(' before it"),
        ("pow(a)", 1, "'pow' takes 2 arguments, got 1"),
        ("1 + exp()", 5, "'exp' takes 1 argument, got 0"),
        ("sin(a, b)", 1, "'sin' takes 1 argument, got 2"),
        ("min(a, b, c)", 1, "'min' takes 2 arguments, got 3"),
        ("pow(a,)", 7, "expected a number, a name or '(', found ')'"),
        ("TMath::Pi(2)", 1, "'TMath::Pi' takes 0 arguments, got 1"),
        ("TMath::Pi", 1, "'TMath::Pi' is a function: write 'TMath::Pi()'"),
        ("TMath::exp(x)", 1, "unknown function 'TMath::exp'; did you mean 'TMath::Exp'?"),
        ("sqr(x)", 1, "unknown function 'sqr'; did you mean 'sqrt'?"),
        ("PI(x)", 1, "unknown function 'PI'"),
        ("a ? b", 3, "'?' without its ':'"),
        ("(a ? b) : c", 4, "'?' without its ':'"),
        ("exp(a ? b, c)", 7, "'?' without its ':'"),
        ("a : b", 3, "':' without a '?' before it"),
        ("a ? b : c : d", 11, "':' without a '?' before it"),
        ("a ? (b : c)", 5, "'(' without its ')'"),
        ("a ? : b", 5, "expected a number, a name or '(', found ':'"),
    ],
)
def test_message(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    first_line = str(caught.value).splitlines()[0]
    assert first_line.startswith(f"column {column}: {message}")


def test_the_caret_stands_below_the_place() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("a +\t[b]")
    assert str(caught.value).splitlines()[1:] == ["  a + [b]", "      ^"]


def test_of_a_long_expression_the_surroundings_are_shown() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("a + " * 1000 + "$" + " + a" * 1000)
    _, shown, caret = str(caught.value).splitlines()
    assert shown[caret.index("^")] == "$"
    assert len(shown) < 90


def test_a_long_malformed_number_is_shortened() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("1" * 100_000 + "x")
    assert len(str(caught.value)) < 300


@settings(deadline=None)
@given(st.text(alphabet="ab1.e+-*/^!<>=?:(),&| \n[]'_λ", max_size=30))
@example("exp(" * 10)
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert parse(text).text == text
