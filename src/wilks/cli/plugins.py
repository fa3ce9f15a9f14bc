"""``wilks plugins``: list what is installed, and who provides it."""

from __future__ import annotations

import argparse
import json
from itertools import groupby
from typing import Any

from wilks.cli.say import say

EXAMPLES = """\
examples:
  wilks plugins
  wilks plugins --json
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.epilog = EXAMPLES
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(options: argparse.Namespace) -> int:
    """Print what the registry holds."""
    from rich.table import Table
    from rich.text import Text

    from wilks.cli.screen import console
    from wilks.registry import installed

    provided = installed().provided
    if options.json:
        say(json.dumps([_described(item) for item in provided], indent=1))
        return 0
    screen = console()
    for kind, items in groupby(provided, key=lambda item: item.kind):
        table = Table(box=None, pad_edge=False, title=f"{kind}s", title_justify="left", title_style="bold")
        for column in ("name", "also read as", "class", "from"):
            table.add_column(column, overflow="fold", header_style="dim")
        for item in items:
            row = _described(item)
            cells = (row["name"], ", ".join(item.aliases), row["class"], str(item.plugin))
            table.add_row(*(Text(cell) for cell in cells))
        screen.print(table, "")
    return 0


def _described(item: Any) -> dict[str, Any]:
    cls = item.value if isinstance(item.value, type) else type(item.value)
    return {
        "kind": item.kind,
        "name": item.name,
        "aliases": list(item.aliases),
        "class": f"{cls.__module__}.{cls.__qualname__}",
        "package": item.plugin.package,
        "version": item.plugin.version,
    }
