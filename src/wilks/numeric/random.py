"""Counter-based random numbers on the host: toy i of seed s is the same wherever it is made."""

from __future__ import annotations

import numpy as np

from wilks.errors import WilksError


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
        if not isinstance(value, (int, np.integer)) or not 0 <= value < 2**64:  # type: ignore[redundant-expr]
            raise WilksError(f"{name} must be an integer from 0 to 2**64 - 1, got {value!r}")
    return np.random.Generator(np.random.Philox(key=np.array([seed, toy], dtype=np.uint64)))
