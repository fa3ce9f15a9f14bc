"""How an error in an expression is shown: what, the column, and the text with a caret below it."""

from __future__ import annotations

from wilks.errors import ExpressionError

_BEFORE = 40
_AFTER = 30


def error_at(text: str, position: int, message: str) -> ExpressionError:
    """Build the error for a place in an expression.

    Args:
        text: The whole expression.
        position: Index of the offending character in ``text``; its length means the end.
        message: What is wrong there.

    Returns:
        The error, to be raised by the caller. Of a long expression only the surroundings are shown.
    """
    start, stop = max(0, position - _BEFORE), min(len(text), position + _AFTER)
    left, right = "..." if start else "", "..." if stop < len(text) else ""
    # A line break or a tab would move the caret away from its place.
    line = left + "".join(c if c.isprintable() else " " for c in text[start:stop]) + right
    caret = " " * (len(left) + position - start) + "^"
    return ExpressionError(f"column {position + 1}: {message}\n  {line}\n  {caret}")
