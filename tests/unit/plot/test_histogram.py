import numpy as np
import pytest

import wilks
from wilks.errors import SpaceError
from wilks.plot.histogram import MOST, histogram, poisson_errors

X = wilks.Space("x", 0, 10)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    # N. Gehrels, ApJ 303 (1986) 336, tables 1 and 2, S = 1
    [(0, 0.0, 1.841), (1, 0.173, 3.300), (2, 0.708, 4.638), (5, 2.840, 8.382), (20, 15.57, 25.55), (100, 90.02, 111.0)],
)
def test_errors_of_counts(count, lower, upper):
    down, up = poisson_errors(np.array([float(count)]))
    assert count - down[0] == pytest.approx(lower, rel=5e-4, abs=6e-4)
    assert count + up[0] == pytest.approx(upper, rel=5e-4)


def test_counts():
    shown = histogram(wilks.Data(X, [0.5, 1.5, 1.6, 9.9]), "x", 10)
    assert shown.contents.tolist() == [1, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert shown.width == 1.0
    assert not shown.is_weighted


def test_weights():
    shown = histogram(wilks.Data(X, [0.5, 1.5, 1.6], weights=[2, 3, 4]), "x", [0, 1, 2, 10])
    assert shown.contents.tolist() == [2, 7, 0]
    assert shown.error_up.tolist() == [2, 5, 0]
    assert shown.width is None
    assert shown.is_weighted


def test_pulls_use_the_error_on_the_side_of_the_model():
    shown = histogram(wilks.Data(X, [1.0] * 5), "x", [0, 5, 10])
    pulls = shown.pulls(np.array([7.0, 0.5]))
    assert pulls == pytest.approx([-2 / (8.382 - 5), -0.5 / 1.841], rel=1e-3)
    weighted = histogram(wilks.Data(X, [1.0], weights=[2.0]), "x", [0, 5, 10])
    assert np.isnan(weighted.pulls(np.array([1.0, 1.0]))[1])


def test_unions_of_intervals_share_the_bins():
    space = wilks.Space("x", [(0, 2), (6, 10)])
    shown = histogram(wilks.Data(space, [1.0, 7.0, 9.5]), "x", 6)
    assert shown.lower.tolist() == [0, 1, 6, 7, 8, 9]
    assert shown.contents.tolist() == [0, 1, 0, 1, 0, 1]


def test_infinite_limits_end_where_the_data_do():
    space = wilks.Space("x", -np.inf, np.inf)
    shown = histogram(wilks.Data(space, [-1.0, 0.0, 3.0]), "x", 4)
    assert (shown.lower[0], shown.upper[-1]) == (-1, 3)
    assert histogram(wilks.Data(space, [2.0]), "x", None).contents.sum() == 1


def test_bins_suit_the_data():
    random = np.random.default_rng(1)
    flat = histogram(wilks.Data(X, random.uniform(0, 10, 100)), "x", None)
    peak = histogram(wilks.Data(X, random.normal(5, 0.1, 100)), "x", None)
    assert len(flat.contents) == 20
    assert len(peak.contents) > 0.7 * MOST


def test_bins_of_counts_are_around_integers():
    space = wilks.Space("k", 0, np.inf)
    shown = histogram(wilks.Data(space, [0.0, 3.0, 3.0]), "k", None, integers=True)
    assert shown.lower.tolist() == [-0.5, 0.5, 1.5, 2.5]
    assert shown.contents.tolist() == [1, 0, 0, 2]
    many = histogram(wilks.Data(space, [0.0, 450.0]), "k", None, integers=True)
    assert many.width == 5.0
    assert many.contents.sum() == 2


def test_binned_data_keep_their_bins():
    space = wilks.Space("x", 0, 4).binned(4) * wilks.Space("y", 0, 2).binned(2)
    data = wilks.BinnedData(space, [[1, 2], [3, 4], [5, 6], [7, 8]])
    assert histogram(data, "x", None).contents.tolist() == [3, 7, 11, 15]
    assert histogram(data, "y", None).contents.tolist() == [16, 20]
    assert histogram(data, "x", 2).contents.tolist() == [10, 26]
    with pytest.raises(SpaceError, match="no edge of the data's bins"):
        histogram(data, "x", 3)


def test_bins_beyond_the_data():
    data = wilks.Data(X, [1.0])
    with pytest.raises(SpaceError, match="beyond the limits"):
        histogram(data, "x", [0, 20])
    with pytest.raises(SpaceError, match="must be positive"):
        histogram(data, "x", 0)
