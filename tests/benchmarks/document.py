"""Writing results between markers of a Markdown page; the prose around them belongs to its author."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def write(page: Path, key: str, text: str) -> None:
    """Put a text between the markers of a case."""
    page.write_text(between_markers(page.read_text(), key, text))


def between_markers(page: str, key: str, text: str) -> str:
    """Return a page with another text between ``<!-- KEY -->`` and ``<!-- /KEY -->``.

    Raises:
        ValueError: If the page does not have each of the markers once, in this order.
    """
    begin, end = f"<!-- {key} -->", f"<!-- /{key} -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise ValueError(f"the page must have {begin} and, below it, {end}, once each")
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n\n{text.strip()}\n\n{end}", page)
