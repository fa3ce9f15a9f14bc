"""A fit result on the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rich.box import HEAVY_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from wilks.minimize import table
from wilks.minimize.result import FitResult

_NAME = table.COLUMNS.index("parameter")
_MARK = table.COLUMNS.index("")


def render(result: FitResult, *, title: str, pois: Collection[str]) -> RenderableType:
    """Return a result as a table, parameters of interest first, with what is said of the fit as a whole."""
    rows = sorted((list(row) for row in table.rows(result)), key=lambda row: row[_NAME] not in pois)
    for row in rows:
        if row[_NAME] in pois:
            row[_MARK] = ", ".join(["POI", row[_MARK]] if row[_MARK] else ["POI"])
    used = [i for i in range(len(table.COLUMNS)) if any(row[i] for row in rows)]
    shown = Table(box=HEAVY_HEAD, show_edge=False, pad_edge=False)
    for i in used:
        shown.add_column(table.COLUMNS[i], justify="left" if i in (_NAME, _MARK) else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(row[i]) for i in used), style=_style(result, row[_NAME], pois))
    return Group(Text(title, style="bold"), "", shown, "", *_facts(result))


def _facts(result: FitResult) -> Iterable[Text]:
    verdict = Text("valid", style="bold green") if result.valid else Text("NOT VALID", style="bold red")
    facts = [(name, value) for name, value in table.summary(result) if name not in ("valid", "message") and value]
    yield Text(", ").join([verdict, *(Text(f"{name} {value}") for name, value in facts)])
    if result.message:
        yield Text(result.message, style="red")
    steps = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in result.timings.items())
    if steps:
        yield Text(f"time: {steps}", style="dim")


def _style(result: FitResult, name: str, pois: Collection[str]) -> str:
    if name in result.fixed:
        return "dim"
    if name in result.at_limit:
        return "yellow"
    return "bold" if name in pois else ""
