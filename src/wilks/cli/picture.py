"""Figures as files."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from wilks.errors import MissingDependencyError, WilksError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def check_format(path: str) -> None:
    """Check that a picture of that suffix can be drawn.

    Raises:
        MissingDependencyError: If matplotlib is not installed.
        WilksError: If it knows no such format.
    """
    try:
        known = import_module("matplotlib.backend_bases").FigureCanvasBase.get_supported_filetypes()
    except ImportError:
        raise MissingDependencyError("plots need matplotlib: pip install 'wilks[plot]'") from None
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in known:
        raise WilksError(f"{path}: the suffix of a picture is one of {', '.join(sorted(known))}")


def write_figure(figure: Figure, path: str) -> None:
    """Write a figure; the file is complete or untouched."""
    file = Path(path)
    unfinished = file.with_name(f".{file.name}.{uuid4().hex}.tmp")
    try:
        figure.savefig(unfinished, format=file.suffix.lower().removeprefix("."))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
