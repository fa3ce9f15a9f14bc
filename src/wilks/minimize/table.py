"""A fit result as a table: one set of rows for text, HTML and the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import floor, isfinite, log10
from typing import Any

COLUMNS = ("parameter", "value", "error", "minos", "limits", "")


def rows(result: Any) -> list[tuple[str, ...]]:
    """Return one row for each parameter, in the order of `COLUMNS`."""
    return [_row(result, name) for name in result.values]


def summary(result: Any) -> list[tuple[str, str]]:
    """Return what is said of the fit as a whole."""
    facts = [
        ("valid", "yes" if result.valid else "NO"),
        ("NLL", f"{result.minimum:.6f}"),
        ("EDM", f"{result.edm:.2g}"),
        ("evaluations", str(result.evaluations)),
        ("minimizer", result.minimizer),
        ("errors", result.covariance_method),
    ]
    if result.integral_error:
        facts.append(("integral error", f"{result.integral_error:.1g}"))
    return facts + ([("message", result.message)] if result.message else [])


def as_text(result: Any) -> str:
    """Return the table in plain characters."""
    body = [COLUMNS, *rows(result)]
    used = [i for i in range(len(COLUMNS)) if any(row[i] for row in body[1:])]
    widths = {i: max(len(row[i]) for row in body) for i in used}
    lines = [
        "  ".join(row[i].ljust(widths[i]) if i == 0 else row[i].rjust(widths[i]) for i in used).rstrip() for row in body
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    head = ", ".join(f"{name} {value}" for name, value in summary(result) if value)
    return "\n".join([f"FitResult: {head}", "", *lines])


def as_html(result: Any) -> str:
    """Return the table as HTML, for notebooks."""
    colour = "#2a7d2a" if result.valid else "#b00020"
    head = " &middot; ".join(f"{escape(name)} <b>{escape(value)}</b>" for name, value in summary(result) if value)
    header = _cells("th", COLUMNS)
    body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in rows(result))
    return (
        f'<div style="border-left: 4px solid {colour}; padding-left: 8px">{head}'
        f"<table><thead><tr>{header}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def format_number(value: float, error: float) -> str:
    """Return a value to two significant digits of its error, or six of its own."""
    if not (isfinite(error) and error > 0 and isfinite(value)):
        return f"{value:.6g}"
    digits = 1 - floor(log10(error))
    if digits > 8 or digits < -5:
        return f"{value:.6g}"
    return f"{round(value, digits):.{max(digits, 0)}f}"


def _row(result: Any, name: str) -> tuple[str, ...]:
    value, error = result.values[name], result.errors.get(name, float("nan"))
    asymmetric = result.asymmetric.get(name)
    lower, upper = result.bounds.get(name, (-float("inf"), float("inf")))
    limits = f"[{lower:g}, {upper:g}]" if isfinite(lower) or isfinite(upper) else ""
    mark = "fixed" if name in result.fixed else "at limit" if name in result.at_limit else ""
    minos = ""
    if asymmetric is not None:
        minos = f"{format_number(asymmetric.lower, error)} +{format_number(asymmetric.upper, error)}"
        minos += "" if asymmetric.valid else " (invalid)"
    shown = "" if name in result.fixed else format_number(error, error) if isfinite(error) else "-"
    return name, format_number(value, error), shown, minos, limits, mark


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
