"""Whether the errors of toys are right: pulls have mean 0 and width 1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tests.benchmarks.agreement import converged_toys
from tests.benchmarks.rounds import Outcome


def pulls(outcome: Outcome, truth: Mapping[str, float]) -> str:
    """Return mean and width of the pulls of toys that converged."""
    figures = outcome.rounds[-1]
    good = converged_toys(figures)
    lines = [
        f"Pulls of {outcome.tool.title} over {good.sum()} toys "
        f"(the mean is known to {1 / np.sqrt(good.sum()):.2f}, the width to {1 / np.sqrt(2 * good.sum()):.2f}):",
        "",
        "| parameter | mean | width |",
        "| --- | ---: | ---: |",
    ]
    for name, true in truth.items():
        values, errors = (np.array(figures[key][name], dtype=float)[good] for key in ("values", "errors"))
        pull = (values - true) / errors
        lines.append(f"| {name} | {pull.mean():+.3f} | {pull.std(ddof=1):.3f} |")
    return "\n".join(lines) + "\n"
