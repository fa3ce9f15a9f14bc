"""The terminal, as Rich sees it."""

from __future__ import annotations

import os
import sys

from rich.console import Console

WIDE = 160
"""Columns where the output is no terminal, so that nothing is folded."""


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # Rich would end the process; `main` knows what to do


def console() -> Console:
    """Return what results are printed on: standard output."""
    known = sys.stdout.isatty() or "COLUMNS" in os.environ
    return _Screen(width=None if known else WIDE, highlight=False, markup=False, emoji=False)


def status_console() -> Console:
    """Return what says that something takes time: standard error, and only if it is a terminal."""
    return Console(stderr=True, quiet=not sys.stderr.isatty(), highlight=False)
