"""Markdown of what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.agreement import disagreement, error_gap, not_converged
from tests.benchmarks.case import Case
from tests.benchmarks.columns import COLUMNS, number
from tests.benchmarks.rounds import Figures, Outcome

PARTS = {"toys": "toys only", "profile": "points, scaled"}
"""What a slow tool does, by the kind of the case."""


@dataclass(frozen=True)
class Table:
    """A table and what is wrong with it.

    Args:
        text: Markdown.
        disagreements: What tools do not agree on; their times are not shown.
    """

    text: str
    disagreements: tuple[str, ...]


def table(case: Case, size: int, outcomes: Sequence[Outcome]) -> Table:
    """Return the table of one size."""
    reference = _reference(outcomes)
    disagreements = {o.tool.key: _disagreement(o, reference) for o in outcomes}
    columns = COLUMNS[case.kind]
    lines = [
        f"{_spaced(size)} {case.unit}. {_legend(outcomes, reference)}".rstrip(),
        "",
        "| tool | " + " | ".join(column.title for column in columns) + " |",
        "| --- |" + " ---: |" * len(columns),
    ]
    for outcome in outcomes:
        label = _label(outcome, reference, case)
        problem = outcome.problem or disagreements[outcome.tool.key]
        ours = reference.rounds if reference else ()
        cells = [""] * len(columns) if problem else [column.cell(outcome.rounds, ours) for column in columns]
        lines.append("| " + " | ".join([f"{label}: {problem}" if problem else label, *cells]) + " |")
    found = [f"{key} {text}" for key, text in disagreements.items() if text]
    return Table("\n".join(lines) + "\n", tuple(found))


def versions(outcomes: Sequence[Outcome]) -> str:
    """Return the versions of everything that ran."""
    lists = {}
    for outcome in outcomes:
        if outcome.rounds:
            packages = outcome.rounds[-1]["versions"]
            own = outcome.tool.package
            others = ", ".join(f"{name} {version}" for name, version in packages.items() if name != own)
            lists[own] = f"{own} {packages[own]}" + (f" with {others}" if others else "")
    return "; ".join(lists.values())


def _reference(outcomes: Sequence[Outcome]) -> Outcome | None:
    """Return the first wilks that ran, preferably one that converged."""
    ran = [o for o in outcomes if o.tool.package == "wilks" and o.rounds and not o.problem]
    return min(ran, key=lambda o: any(not_converged(figures) for figures in o.rounds), default=None)


def _disagreement(outcome: Outcome, reference: Outcome | None) -> str:
    if reference is None or outcome is reference or outcome.problem:
        return ""
    pairs: list[tuple[Figures, Figures]] = list(zip(outcome.rounds, reference.rounds, strict=True))
    texts = [text for theirs, ours in pairs if (text := disagreement(theirs, ours))]
    return f"disagrees in {texts[0]}; times are not shown" if texts else ""


def _legend(outcomes: Sequence[Outcome], reference: Outcome | None) -> str:
    number_of_rounds = max((len(o.rounds) for o in outcomes), default=0)
    rounds = f"Medians of {number_of_rounds} rounds" if number_of_rounds > 1 else "One round"
    if reference is None:
        return f"{rounds}; wilks did not run, so nothing is compared."
    return f"{rounds}; in parentheses the ratio to {reference.tool.title} in the same round."


def _label(outcome: Outcome, reference: Outcome | None, case: Case) -> str:
    """Return what stands in the first column: the tool and what a reader must know of its run."""
    tool = outcome.tool
    if not outcome.rounds:
        return tool.title
    last = outcome.rounds[-1]
    part = case.parts.get(outcome.tool.key)
    pairs = list(zip(outcome.rounds, reference.rounds if reference else outcome.rounds, strict=True))
    failed = [why for theirs, _ in pairs if (why := not_converged(theirs))]
    gaps = [gap for theirs, ours in pairs if (gap := error_gap(theirs, ours))]
    remarks = [
        last["note"],
        f"{last.get('number', part)} {PARTS[case.kind]}" if part else "",
        f"did not converge: {failed[0]}" if failed else "",
        gaps[0] if gaps else "",
    ]
    title, remark = tool.titled(last["versions"][tool.package]), "; ".join(filter(None, remarks))
    return f"{title} ({remark})" if remark else title


def _spaced(size: int) -> str:
    return number(size) if size < 10_000 else f"{size:,}".replace(",", " ")
