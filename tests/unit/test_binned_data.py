"""Binned data, and the way in and out through the Unified Histogram Interface."""

from __future__ import annotations

import copy
import pickle
import sys

import boost_histogram as bh
import hist
import numpy as np
import pytest
import uproot
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from uhi.typing.plottable import PlottableAxisGeneric, PlottableHistogram

from wilks.data import BinnedData, Data
from wilks.errors import DataError, MissingDependencyError, SpaceError
from wilks.space import Space

x = Space("x", 0, 4, label="mass [GeV]").binned(4)
y = Space("y", 0, 1).binned([0, 0.1, 1])

contents = hnp.arrays(np.float64, (4, 2), elements=st.floats(0, 100).map(lambda v: round(v, 3)))


def weighted_histogram() -> hist.Hist:
    h = hist.Hist(hist.axis.Regular(4, 0, 4, name="x", label="mass"), storage=hist.storage.Weight())
    return h.fill([-1, 0.5, 0.5, 3.5, 9], weight=[1, 2, 3, 4, 5])


def test_contents_and_variances():
    data = BinnedData(x, [1, 2, 3, 4], variances=[1, 4, 9, 16], name="d")
    assert data.is_binned
    assert data.is_weighted
    assert data.sum_weights == 10
    assert data.sum_weights_squared == 30
    np.testing.assert_array_equal(data.variances(), [1, 4, 9, 16])
    np.testing.assert_array_equal(data.counts(), [1, 1, 1, 1])
    assert repr(data) == "BinnedData('d', Space('x', 0, 4).binned(4), sum 10, weighted)"


def test_counts_are_their_own_variances():
    data = BinnedData(x, [1, 2, 3, 4])
    assert not data.is_weighted
    assert data.given_variances is None
    np.testing.assert_array_equal(data.variances(), data.contents)
    np.testing.assert_array_equal(data.counts(), data.contents)


def test_bins_of_no_variance_have_no_entries():
    data = BinnedData(x, [0, 2, 3, 4], variances=[0, 4, 9, 16])
    np.testing.assert_array_equal(data.counts(), [0, 1, 1, 1])


def test_flat_contents_are_row_major():
    flat = BinnedData(x * y, np.arange(8))
    np.testing.assert_array_equal(flat.contents, np.arange(8).reshape(4, 2))


@pytest.mark.parametrize(
    ("contents", "variances", "message"),
    [
        ([1, 2, 3], None, r"contents must have the shape of the bins \(4,\), got \(3,\)"),
        (5.0, None, r"got \(\)"),
        ([1, 2, np.nan, np.inf], None, "2 of 4 bins"),
        ([1, 2, 3, "a"], None, "array of numbers"),
        ([[1], [2, 3]], None, "array of numbers"),
        ([1, 2, 3, 4], [1, 2], "variances must have the shape"),
        ([1, 2, 3, 4], [1, 2, 3, -4], "must not be negative, got -4"),
        ([1, 2, 3, 4], [1, 2, 3, np.nan], "variances must be finite"),
    ],
)
def test_what_is_refused(contents, variances, message):
    with pytest.raises(DataError, match=message):
        BinnedData(x, contents, variances=variances)


def test_all_observables_must_be_binned():
    with pytest.raises(SpaceError, match="'z' is not binned"):
        BinnedData(x * Space("z", 0, 1), [1, 2, 3, 4])
    with pytest.raises(SpaceError, match="Space first"):
        BinnedData([1, 2], [3])


@pytest.mark.parametrize("make", [lambda d: d, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_nothing_changes(make):
    data = make(BinnedData(x, [1, 2, 3, 4], variances=[2, 2, 2, 2], name="d", n_outside=7))
    assert repr(data) == "BinnedData('d', Space('x', 0, 4).binned(4), sum 10, weighted, 7 outside)"
    assert data.space == x
    for array in (data.contents, data.given_variances):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        data.name = "other"
    assert data != BinnedData(x, [1, 2, 3, 4])


def test_it_follows_the_protocols():
    data = BinnedData(x * y, np.arange(8))
    assert isinstance(data, PlottableHistogram)
    assert data.kind == "COUNT"
    axis = data.axes[0]
    assert isinstance(axis, PlottableAxisGeneric)
    assert (axis.name, axis.label, len(axis)) == ("x", "mass [GeV]", 4)
    assert list(axis) == [axis[i] for i in range(4)] == [(0, 1), (1, 2), (2, 3), (3, 4)]
    assert axis[-1] == (3, 4)
    np.testing.assert_array_equal(axis.edges, [0, 1, 2, 3, 4])
    np.testing.assert_array_equal(axis.centers, [0.5, 1.5, 2.5, 3.5])
    np.testing.assert_array_equal(axis.widths, [1, 1, 1, 1])
    assert axis == BinnedData(x, np.zeros(4)).axes[0]
    assert data.axes[1].label == "y"
    assert not axis.traits.circular
    assert not axis.traits.discrete


def test_its_axes_are_binnings():
    assert Space("x", 0, 4).binned(BinnedData(x, np.zeros(4)).axes[0]).edges.tolist() == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_mplhep_plots_it():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    import mplhep

    data = BinnedData(x, [1, 2, 3, 4], variances=[1, 4, 9, 16])
    figure, axes = plt.subplots()
    steps = mplhep.histplot(data, ax=axes, yerr=True)
    np.testing.assert_array_equal(steps[0].stairs.get_data().values, data.contents)
    plt.close(figure)


@given(contents, st.booleans())
def test_round_trip_through_hist(values, weighted):
    data = BinnedData(x * y, values, variances=values**2 + 1 if weighted else None, name="d")
    back = BinnedData.from_hist(data.to_hist())
    assert back.space == data.space
    assert back.name == "d"
    np.testing.assert_array_equal(back.contents, data.contents)
    assert back.is_weighted == weighted
    np.testing.assert_array_equal(back.variances(), data.variances())


def test_to_hist_names_its_axes():
    h = BinnedData(x * y, np.arange(8)).to_hist()
    assert h.axes.name == ("x", "y")
    assert h.axes[0].label == "mass [GeV]"
    assert h[{"x": 1, "y": 0}] == 2


def test_to_hist_needs_hist(monkeypatch):
    monkeypatch.setitem(sys.modules, "hist", None)
    with pytest.raises(MissingDependencyError, match=r"pip install wilks\[plot\]"):
        BinnedData(x, np.zeros(4)).to_hist()


def test_weighted_histograms():
    data = BinnedData.from_hist(weighted_histogram())
    assert data.space.names == ("x",)
    assert data.space.label == "mass"
    np.testing.assert_array_equal(data.contents, [5, 0, 0, 4])
    np.testing.assert_array_equal(data.variances(), [13, 0, 0, 16])
    assert data.n_outside == 6


@pytest.mark.parametrize("storage", [bh.storage.Double, bh.storage.Int64, bh.storage.AtomicInt64])
def test_unweighted_storages(storage):
    h = bh.Histogram(bh.axis.Variable([0, 1, 4]), storage=storage()).fill([0.5, 2, 3, 8])
    data = BinnedData.from_hist(h)
    np.testing.assert_array_equal(data.contents, [1, 2])
    assert not data.is_weighted
    assert data.n_outside == 1
    assert data.space.edges.tolist() == [0, 1, 4]


def test_unit_weights_are_counts():
    h = bh.Histogram(bh.axis.Regular(2, 0, 2), storage=bh.storage.Weight()).fill([0.5, 0.5])
    assert not BinnedData.from_hist(h).is_weighted


@pytest.mark.parametrize("flow", [{}, {"underflow": False}, {"overflow": False}])
def test_nothing_outside_is_exactly_nothing(flow):
    axes = [hist.axis.Regular(7, 0, 1, name=name, **flow) for name in "xy"]
    h = hist.Hist(*axes, storage=hist.storage.Weight())
    random = np.random.default_rng(1)
    h.fill(*random.random((2, 1000)), weight=random.random(1000))
    assert BinnedData.from_hist(h).n_outside == 0
    coarse = Space("x", 0, 1).binned(1) * Space("y", 0, 1)
    assert Data(coarse, h).n_outside == 0
    h.fill([0.5], [-1], weight=[3]).fill([2], [0.5], weight=[5])
    expected = 3 * flow.get("underflow", True) + 5 * flow.get("overflow", True)
    assert BinnedData.from_hist(h).n_outside == expected


def test_histograms_without_flow():
    h = hist.Hist(hist.axis.Regular(4, 0, 4, name="x", flow=False)).fill([1, 9])
    assert BinnedData.from_hist(h).n_outside == 0


def test_an_axis_of_integers_has_bins_of_width_one():
    h = hist.Hist(hist.axis.Integer(2, 5, name="n")).fill([2, 4, 4])
    data = BinnedData.from_hist(h)
    assert data.space.edges.tolist() == [2, 3, 4, 5]
    np.testing.assert_array_equal(data.contents, [1, 0, 2])


def test_unnamed_axes_are_x_y_z():
    h = bh.Histogram(bh.axis.Regular(2, 0, 1), bh.axis.Regular(3, 0, 1))
    assert BinnedData.from_hist(h).space.names == ("x", "y")
    assert BinnedData.from_hist(h, names=["a", "b"]).space.names == ("a", "b")
    with pytest.raises(DataError, match="2 axes of a histogram need as many different names, got"):
        BinnedData.from_hist(h, names=["a"])
    with pytest.raises(DataError, match="give names"):
        BinnedData.from_hist(bh.Histogram(*[bh.axis.Regular(1, 0, 1)] * 4))


@pytest.mark.parametrize(
    ("histogram", "message"),
    [
        (hist.Hist(hist.axis.StrCategory(["a", "b"], name="c")), "'c' is one of categories"),
        (hist.Hist(hist.axis.IntCategory([1, 5], name="c")), "'c' is one of categories"),
        (hist.Hist(hist.axis.Regular(2, 0, 1), storage=hist.storage.Mean()), "profile"),
        ([1, 2], "list is no histogram"),
    ],
)
def test_histograms_that_are_refused(histogram, message):
    with pytest.raises(DataError, match=message):
        BinnedData.from_hist(histogram)


def test_axes_of_the_same_name():
    h = bh.Histogram(bh.axis.Regular(2, 0, 1), bh.axis.Regular(3, 0, 1))
    with pytest.raises(DataError, match="different names"):
        BinnedData.from_hist(h, names=["a", "a"])


def test_uproot_histograms(tmp_path):
    path = tmp_path / "h.root"
    with uproot.recreate(path) as file:
        file["weighted"] = weighted_histogram()
        file["plain"] = np.histogram([0.5, 1.5, 1.5], bins=[0, 1, 4])
        file["two"] = hist.Hist.new.Reg(2, 0, 2).Reg(3, 0, 3).Double().fill([0.5, 9], [2.5, 1])
    with uproot.open(path) as file:
        weighted = BinnedData.from_hist(file["weighted"])
        plain = BinnedData.from_hist(file["plain"], names=["m"])
        two = BinnedData.from_hist(file["two"])
    np.testing.assert_array_equal(weighted.contents, [5, 0, 0, 4])
    np.testing.assert_array_equal(weighted.variances(), [13, 0, 0, 16])
    assert weighted.n_outside == 6
    assert weighted.name == "weighted"
    assert weighted.space.label == "mass"
    np.testing.assert_array_equal(plain.contents, [1, 2])
    assert not plain.is_weighted
    assert plain.space.names == ("m",)
    np.testing.assert_array_equal(two.contents, [[0, 0, 1], [0, 0, 0]])
    assert two.n_outside == 1


def test_data_of_a_histogram_are_binned():
    data = Data(Space("x", 0, 4), weighted_histogram(), name="d")
    assert type(data) is BinnedData
    assert not isinstance(data, Data)
    assert data.space.edges.tolist() == [0, 1, 2, 3, 4]
    assert data.name == "d"
    assert data.n_outside == 6


def test_data_of_a_histogram_have_the_range_and_the_bins_of_the_space():
    narrow = Data(Space("x", 0, 2), weighted_histogram())
    np.testing.assert_array_equal(narrow.contents, [5, 0])
    assert narrow.n_outside == 10
    coarse = Data(Space("x", 0, 4).binned([0, 1, 4]), weighted_histogram())
    np.testing.assert_array_equal(coarse.contents, [5, 4])
    np.testing.assert_array_equal(coarse.variances(), [13, 16])
    unlimited = Data(Space("x", 0, np.inf), weighted_histogram())
    assert unlimited.space.limits == (0, 4)


def test_data_of_a_histogram_name_its_unnamed_axes():
    h = bh.Histogram(bh.axis.Regular(4, 0, 4)).fill([1, 2])
    assert Data(Space("mass", 0, 4), h).space.names == ("mass",)


def test_named_axes_are_matched_by_name():
    h = hist.Hist(hist.axis.Regular(2, 0, 2, name="b"), hist.axis.Regular(3, 0, 3, name="a"))
    h.fill(a=[2.5], b=[0.5])
    data = Data(Space("a", 0, 3) * Space("b", 0, 2), h)
    assert data.space.names == ("a", "b")
    np.testing.assert_array_equal(data.contents, [[0, 0], [0, 0], [1, 0]])


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (Space("m", 0, 4), r"observables \('x',\), not \('m',\)"),
        (Space("x", 0, 10), "10 is no edge"),
        (Space("x", -1, 4), "-1 is no edge"),
        (Space("x", 0, 2.5), "2.5 is no edge of the data's bins"),
        (Space("x", 0, 4).binned(3), "is no edge"),
        (Space("x", [(0, 1), (2, 4)]), "union"),
    ],
)
def test_spaces_that_do_not_fit_a_histogram(space, message):
    with pytest.raises(SpaceError, match=message):
        Data(space, weighted_histogram())


def test_what_else_does_not_go_with_a_histogram():
    with pytest.raises(DataError, match="weights"):
        Data(Space("x", 0, 4), weighted_histogram(), weights=[1, 2, 3, 4])
    with pytest.raises(DataError, match="1 axes for 2 observables"):
        Data(x * y, weighted_histogram())


def test_edges_may_differ_by_rounding():
    h = bh.Histogram(bh.axis.Variable(np.float32([0, 0.1, 0.2, 0.3]))).fill([0.15])
    data = Data(Space("x", 0, 0.3), h)
    assert data.space.limits == (0, 0.3)
    np.testing.assert_array_equal(data.contents, [0, 1, 0])


@given(contents)
def test_merging_bins_loses_nothing(values):
    data = BinnedData(x * y, values, variances=2 * values)
    part = data.restrict(Space("y", 0, 1) * Space("x", 1, 4).binned([1, 3, 4]))
    np.testing.assert_allclose(part.contents[:, 0], values[1:3].sum(axis=0))
    np.testing.assert_allclose(part.variances(), 2 * part.contents)
    assert part.sum_weights + part.n_outside == pytest.approx(data.sum_weights)


def test_binned_data_of_binned_data():
    data = BinnedData(x, [1, 2, 3, 4], n_outside=2)
    assert Data(Space("x", 1, 4), data).n_outside == 3
