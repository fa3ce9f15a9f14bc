"""Where a fit begins must be a place where the function has a value and slopes."""

from __future__ import annotations

import numpy as np

from wilks.errors import FitError
from wilks.minimize.minimizer import Objective
from wilks.typing import Array


def require_finite(objective: Objective, value: float, gradient: Array) -> None:
    """Check what a function is at its start.

    Args:
        objective: The function.
        value: Its value at the start.
        gradient: Its gradient there.

    Raises:
        FitError: If they are not finite.
    """
    bad = [name for name, slope in zip(objective.names, gradient, strict=True) if not np.isfinite(slope)]
    if np.isfinite(value) and not bad:
        return
    what = f"value {value}" if not np.isfinite(value) else f"slope in {', '.join(bad)}"
    start = dict(zip(objective.names, objective.start.tolist(), strict=True))
    raise FitError(
        f"the function is not finite at the start ({what}): an event may have no density there; start values {start}"
    )
