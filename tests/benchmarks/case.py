"""What a benchmark and the tools in it are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.inputs import Inputs


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A program and a way to use it.

    Args:
        key: Name on the command line.
        package: Name under which it reports its version, and in tables.
        detail: What else tables say of it.
        environment: Where it runs; empty for that of the harness.
        adapter: Script that knows it.
        options: What the adapter is told.
    """

    key: str
    package: str
    detail: str = ""
    environment: str = ""
    adapter: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Name in tables."""
        return self.titled("")

    def titled(self, version: str) -> str:
        """Return the name in tables, with a version."""
        name = f"{self.package} {version}".rstrip()
        return f"{name}, {self.detail}" if self.detail else name


@dataclass(frozen=True, kw_only=True)
class Case:
    """One benchmark.

    Args:
        key: Its short name.
        title: What is measured, in one line.
        kind: ``fit``, ``toys``, ``profile`` or ``latency``.
        inputs: Makes the input of a size.
        sizes: Numbers of events, or of toys.
        unit: What the sizes count.
        tools: Keys of the tools, wilks first.
        most: The largest size that a tool is given.
        parts: How many of the toys or points a slow tool does; its times are scaled.
        remark: What a reader of the table must know.
    """

    key: str
    title: str
    kind: str
    inputs: Callable[[int], Inputs]
    sizes: tuple[int, ...]
    unit: str = "events"
    tools: tuple[str, ...]
    most: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    remark: str = ""
