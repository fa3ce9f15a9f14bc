"""The lexer: the text of an expression as a list of numbers, names and operators."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from wilks.expression.diagnostics import error_at

Kind = Literal["number", "name", "operator", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression.

    Args:
        kind: What it is.
        text: As written; empty at the end.
        position: Index of its first character in the expression.
    """

    kind: Kind
    text: str
    position: int


# A dot or a double colon belongs to a name only if the name goes on behind it: the single colon
# of 'a?b:c' is the ternary's, and 'x.' is a slip. Classes are spelled out because \d and \w accept
# all of Unicode.
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_]|\.(?=[A-Za-z0-9_])|::(?=[A-Za-z_]))*")
_OPERATOR = re.compile(r"===|!==|==|!=|<=|>=|&&|\|\||[-+*/^!<>?:(),]")
_STUCK = re.compile(r"[A-Za-z0-9_.]+")

_HINTS = {
    "=": "; equality is written '=='",
    "&": "; the logical and is written '&&'",
    "|": "; the logical or is written '||'",
    "[": "; parameters and observables are referred to by name",
    "@": "; parameters and observables are referred to by name",
}


def tokenize(text: str) -> list[Token]:
    """Split an expression into its words.

    Args:
        text: The expression.

    Returns:
        The tokens, the last of which is of kind ``"end"``.

    Raises:
        ExpressionError: If a character or a number is none of the language's.
    """
    tokens: list[Token] = []
    position = _skip_space(text, 0)
    while position < len(text):
        token = _token_at(text, position)
        tokens.append(token)
        position = _skip_space(text, position + len(token.text))
    tokens.append(Token("end", "", len(text)))
    return tokens


def _token_at(text: str, position: int) -> Token:
    if match := _NAME.match(text, position):
        return Token("name", match[0], position)
    if match := _OPERATOR.match(text, position):
        return Token("operator", match[0], position)
    if match := _NUMBER.match(text, position):
        _check_number(text, match)
        return Token("number", match[0], position)
    character = text[position]
    hint = _HINTS.get(character, "")
    raise error_at(text, position, f"unexpected character {character!r}{hint}")


def _check_number(text: str, match: re.Match[str]) -> None:
    if stuck := _STUCK.match(text, match.end()):
        written = _shorten(match[0] + stuck[0])
        message = f"{written!r} is neither a number nor a name; a product needs a '*'"
        raise error_at(text, match.start(), message)
    if float(match[0]) == float("inf"):
        message = f"the number {_shorten(match[0])} is too large for floating point"
        raise error_at(text, match.start(), message)


def _shorten(written: str) -> str:
    return written if len(written) <= 24 else f"{written[:20]}..."


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
