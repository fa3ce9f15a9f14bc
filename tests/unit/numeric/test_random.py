from __future__ import annotations

import numpy as np
import pytest

from wilks.errors import WilksError
from wilks.numeric.random import generator


def test_a_toy_does_not_depend_on_others() -> None:
    forward = [generator(7, toy).random(3) for toy in range(5)]
    backward = [generator(7, toy).random(3) for toy in reversed(range(5))]
    np.testing.assert_array_equal(forward, backward[::-1])
    assert len(np.unique(forward)) == 15
    assert not np.any(generator(8, 0).random(3) == forward[0])
    # (seed, toy) is a key, not a sum.
    assert not np.any(generator(1, 0).random(3) == generator(0, 1).random(3))


def test_the_numbers_are_those_of_philox() -> None:
    # NumPy's Philox with this key as one integer, least significant word first.
    want = np.random.Generator(np.random.Philox(key=3 + (5 << 64))).random(4)
    np.testing.assert_array_equal(generator(3, 5).random(4), want)
    assert 0 <= generator(2**64 - 1, 2**64 - 1).random() < 1


@pytest.mark.parametrize(("seed", "toy"), [(-1, 0), (2**64, 0), (0, -1)])
def test_keys_out_of_range(seed: int, toy: int) -> None:
    with pytest.raises(WilksError, match=r"must be an integer from 0 to 2\*\*64 - 1"):
        generator(seed, toy)
