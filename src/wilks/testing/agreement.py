"""The one way in which a check fails: an AssertionError that says what to do."""

from __future__ import annotations

import numpy as np

from wilks.typing import ArrayLike


def require(condition: object, message: str) -> None:
    """Fail with a message unless a condition holds."""
    if not condition:
        raise AssertionError(message)


def require_close(got: ArrayLike, expected: ArrayLike, message: str, *, rtol: float, atol: float = 0.0) -> None:
    """Fail with a message and the worst pair of numbers unless all agree; NaN never does."""
    got, expected = np.broadcast_arrays(*np.atleast_1d(got, expected))
    with np.errstate(invalid="ignore"):
        excess = np.abs(got - expected) - (atol + rtol * np.abs(expected))
    excess = np.where(got == expected, -np.inf, np.where(np.isnan(excess), np.inf, excess))
    worst = np.unravel_index(np.argmax(excess), excess.shape)
    require(excess[worst] <= 0, f"{message}: got {got[worst]:.15g}, expected {expected[worst]:.15g}")
