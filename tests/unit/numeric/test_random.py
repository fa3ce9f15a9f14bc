from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from wilks.errors import WilksError
from wilks.numeric.random import generator, inverse_cdf_sample


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


def test_samples_follow_their_distribution() -> None:
    grid = np.linspace(-8, 8, 800)
    sample = inverse_cdf_sample(grid, stats.norm.cdf(grid), 200_000, rng=generator(1))
    assert stats.kstest(sample, "norm").pvalue > 0.01
    again = inverse_cdf_sample(grid, stats.norm.cdf(grid), 200_000, rng=generator(1))
    np.testing.assert_array_equal(sample, again)


def test_samples_follow_a_steep_distribution() -> None:
    # (1 - x^2)^(1/2): the density vanishes at the end, its slope does not exist there.
    grid = np.linspace(-1, 1, 2001)
    semicircle = stats.semicircular
    sample = inverse_cdf_sample(grid, 7 * semicircle.cdf(grid), 100_000, rng=generator(2))
    assert stats.kstest(sample, semicircle.cdf).pvalue > 0.01
    assert np.abs(sample).max() <= 1


def test_no_samples_where_there_is_no_probability() -> None:
    grid = np.array([0.0, 0.5, 1, 2, 2.5, 3])
    sample = inverse_cdf_sample(grid, [0, 0, 1, 1, 2, 2], 10_000, rng=generator(3))
    assert np.all(((sample >= 0.5) & (sample <= 1)) | ((sample >= 2) & (sample <= 2.5)))
    assert 0.45 < np.mean(sample > 1.5) < 0.55


@pytest.mark.parametrize(
    ("x", "cdf"), [([0, 1], [0, 1, 2]), ([0, 0, 1], [0, 1, 2]), ([0, 1], [1, 0]), ([0, 1], [1, 1])]
)
def test_what_is_no_distribution_function(x: list[float], cdf: list[float]) -> None:
    with pytest.raises(WilksError, match=r"x.* and cdf must"):
        inverse_cdf_sample(x, cdf, 3, rng=generator(0))
