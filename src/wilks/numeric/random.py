"""Counter-based random numbers on the host: toy i of seed s is the same wherever it is made."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from wilks.errors import WilksError
from wilks.typing import Array, ArrayLike

_MAX_STEPS = 60

# Of an interval's width: far below the error of the interpolation.
_PRECISION = 1e-12


def generator(seed: int, toy: int = 0) -> np.random.Generator:
    """Return the random numbers of one toy.

    Philox (Salmon et al., SC'11, doi:10.1145/2063384.2063405) encrypts a counter with a key, here
    (``seed``, ``toy``): streams of different keys are independent and none has to be run through to
    reach another, so that results do not depend on batch size, order or number of workers.

    Args:
        seed: Seed of a study, from 0 to 2**64 - 1.
        toy: Number of the toy within it, from 0 to 2**64 - 1.
    """
    for name, value in (("seed", seed), ("toy", toy)):
        if not 0 <= value < 2**64:
            raise WilksError(f"{name} must be an integer from 0 to 2**64 - 1, got {value}")
    return np.random.Generator(np.random.Philox(key=np.array([seed, toy], dtype=np.uint64)))


def inverse_cdf_sample(x: ArrayLike, cdf: ArrayLike, n: int, *, rng: np.random.Generator) -> Array:
    """Draw ``n`` values whose distribution function is known on a grid.

    Between the points the distribution function is the monotone cubic interpolation (PCHIP),
    inverted by Newton steps that never leave their interval. No value falls where it is constant.

    Args:
        x: Increasing grid.
        cdf: Distribution function on it, not decreasing; it need not be normalised.
        n: Number of values.
        rng: Source of the random numbers, see :func:`generator`.
    """
    grid, values = np.asarray(x, dtype=np.float64), np.asarray(cdf, dtype=np.float64)
    if grid.ndim != 1 or grid.shape != values.shape or len(grid) < 2:
        raise WilksError(f"x and cdf must be of one length > 1, got {grid.shape}, {values.shape}")
    if not (np.all(np.diff(grid) > 0) and np.all(np.diff(values) >= 0) and values[-1] > values[0]):
        raise WilksError("x must increase, and cdf must rise from its first to its last point")
    uniforms = values[0] + (values[-1] - values[0]) * rng.random(n)
    # side="right": intervals of no probability are never chosen.
    right = np.clip(np.searchsorted(values, uniforms, side="right"), 1, len(grid) - 1)
    cubic = PchipInterpolator(grid, values).c[:, right - 1]
    width = np.diff(grid)[right - 1]
    sample: Array = np.minimum(grid[right - 1] + _root(cubic, uniforms, width), grid[right])
    return sample


def _root(cubic: Array, target: Array, width: Array) -> Array:
    """Solve ``c[0] t^3 + c[1] t^2 + c[2] t + c[3] = target`` for ``t`` in [0, ``width``]."""
    a, b, c, d = cubic[0], cubic[1], cubic[2], cubic[3] - target
    lower, upper = np.zeros_like(width), width
    rise = ((a * width + b) * width + c) * width
    t: Array = np.clip(-d / rise, 0, 1) * width
    for _ in range(_MAX_STEPS):
        excess = ((a * t + b) * t + c) * t + d
        lower, upper = np.where(excess < 0, t, lower), np.where(excess < 0, upper, t)
        slope = (3 * a * t + 2 * b) * t + c
        newton = t - excess / np.where(slope > 0, slope, np.inf)
        inside = (newton >= lower) & (newton <= upper) & (slope > 0)
        proposed = np.where(inside, newton, 0.5 * (lower + upper))
        moved = np.abs(proposed - t)
        t = proposed
        if np.all(moved <= _PRECISION * width):
            break
    return t
