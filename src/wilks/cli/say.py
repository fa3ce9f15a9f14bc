"""Lines of plain text for the user."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Write a line on standard output."""
    sys.stdout.write(f"{line}\n")


def complain(line: str) -> None:
    """Write a line on standard error."""
    sys.stderr.write(f"wilks: {line}\n")
