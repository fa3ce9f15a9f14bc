"""Words of the expression language."""

from __future__ import annotations

import pytest

from wilks.errors import ExpressionError
from wilks.expression.tokens import tokenize


def words(text: str) -> list[str]:
    return [token.text for token in tokenize(text)[:-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a+b", ["a", "+", "b"]),
        ("a?b:c", ["a", "?", "b", ":", "c"]),
        ("a ? TMath::Exp(b):c", ["a", "?", "TMath::Exp", "(", "b", ")", ":", "c"]),
        ("obs.x_1+x1.5", ["obs.x_1", "+", "x1.5"]),
        ("a===-b", ["a", "===", "-", "b"]),
        ("a!==b!=c", ["a", "!==", "b", "!=", "c"]),
        ("a==!b", ["a", "==", "!", "b"]),
        ("a<=b>=c<d>e", ["a", "<=", "b", ">=", "c", "<", "d", ">", "e"]),
        ("!a&&b||c", ["!", "a", "&&", "b", "||", "c"]),
        ("1.2e3*.5-2.E-1", ["1.2e3", "*", ".5", "-", "2.E-1"]),
        ("1e+5+1", ["1e+5", "+", "1"]),
        (" \t a\r\n", ["a"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_the_end_is_a_token_with_a_position() -> None:
    end = tokenize("ab ")[-1]
    assert (end.kind, end.text, end.position) == ("end", "", 3)


@pytest.mark.parametrize("text", ["'a'", '"a"', "x[0]", "@0", "a{1}", "a;b", "a%b", "²", "π", "$x"])
def test_foreign_characters(text: str) -> None:
    with pytest.raises(ExpressionError, match="unexpected character"):
        tokenize(text)


@pytest.mark.parametrize("text", ["2x", "1.2.3", "1e", "1.real", "0x10", "1e5e5", "1_000", "7." * 2])
def test_malformed_numbers(text: str) -> None:
    with pytest.raises(ExpressionError, match="neither a number nor a name"):
        tokenize(text)


@pytest.mark.parametrize("text", ["1e999", "9" * 400])
def test_numbers_must_be_finite(text: str) -> None:
    with pytest.raises(ExpressionError, match="too large"):
        tokenize(text)


@pytest.mark.parametrize(("text", "hint"), [("a=b", "'=='"), ("a&b", "'&&'"), ("a|b", r"'\|\|'"), ("x[0]", "by name")])
def test_hints(text: str, hint: str) -> None:
    with pytest.raises(ExpressionError, match=hint):
        tokenize(text)
