"""Sums over many events keep their digits."""

from __future__ import annotations

import math

import numpy as np
import pytest

import wilks


@pytest.mark.parametrize("n", [1_000_000, pytest.param(10_000_000, marks=pytest.mark.slow)])
def test_the_nll_of_many_events_is_the_exact_sum(n: int) -> None:
    # Relative 1e-13, as math.fsum of the same terms by NumPy; adding one by one would lose about 1e-12 for 10^7.
    x = wilks.Space("x", -np.inf, np.inf)
    values = np.random.default_rng(3).normal(1e-3, 1.0, n)
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=wilks.Parameter("mu", 0.2), sigma=1.5), wilks.Data(x, values))
    terms = 0.5 * ((values - 0.2) / 1.5) ** 2 + math.log(1.5) + 0.5 * math.log(2 * math.pi)
    assert nll() == pytest.approx(math.fsum(terms), rel=1e-13)


def test_what_rounding_loses_is_kept() -> None:
    # Terms of alternating sign and very different size: a plain sum of float64 loses the small ones altogether.
    x = wilks.Space("x", -np.inf, np.inf)
    values = np.zeros(4096)
    weights = np.concatenate([np.full(1024, 1e17), np.full(1024, 1.0), np.full(1024, -1e17), np.full(1024, 1.0)])
    data = wilks.Data(x, values, weights=weights)
    nll = wilks.NLL(wilks.Gaussian(x=x, mean=wilks.Parameter("mu", 0.0), sigma=1.0), data)
    expected = 2048 * 0.5 * math.log(2 * math.pi)
    assert float(np.sum(weights * 0.5 * math.log(2 * math.pi))) != pytest.approx(expected, rel=1e-3)
    assert nll() == pytest.approx(expected, rel=1e-13)
