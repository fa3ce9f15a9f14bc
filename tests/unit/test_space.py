"""Spaces: limits, gaps, products and bins."""

from __future__ import annotations

import copy
import pickle

import boost_histogram as bh
import hist
import numpy as np
import pytest
import uproot
from hypothesis import given
from hypothesis import strategies as st

from wilks.errors import SpaceError
from wilks.func import Func
from wilks.parameter import Parameter
from wilks.space import Axis, Space, bin_edges, from_axes

x = Space("x", 0, 10, label="mass [GeV]")
y = Space("y", -1, 1)
union = Space("x", [(7, 10), (0, 3)])

limits = st.floats(-1e6, 1e6, allow_nan=False)


def test_one_observable():
    assert x.name == "x"
    assert x.names == ("x",)
    assert (x.lower, x.upper) == x.limits == (0, 10)
    assert x.intervals == ((0.0, 10.0),)
    assert x.label == "mass [GeV]"
    assert x.volume == 10
    assert x.edges is None
    assert len(x) == 1
    assert y.label == "y"


def test_a_union_is_put_in_order():
    assert union.intervals == ((0, 3), (7, 10))
    assert union.limits == (0, 10)
    assert union.volume == 6


def test_adjoining_intervals_do_not_overlap():
    assert Space("x", [(0, 3), (3, 5)]).volume == 5


def test_limits_may_be_infinite():
    line = Space("x", -np.inf, np.inf)
    assert line.volume == np.inf
    assert line.contains({"x": [-1e300, np.inf]}).tolist() == [True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", 0, 1), "non-empty string"),
        ((1, 0, 1), "non-empty string, got 1"),
        (("x", 1, 0), r"lower limit must be below the upper limit, got \(1, 0\)"),
        (("x", 1, 1), "lower limit must be below"),
        (("x", np.nan, 1), "lower limit must be below"),
        (("x", 0), "give a lower and an upper limit"),
        (("x", None, 1), "limits must be pairs of numbers"),
        (("x", "a", "b"), "limits must be pairs of numbers"),
        (("x", []), "at least one interval"),
        (("x", [0, 1]), "limits must be pairs"),
        (("x", [(0, 3), (2, 4)]), r"intervals overlap at \(2, 3\)"),
    ],
)
def test_limits_that_are_refused(arguments, message):
    with pytest.raises(SpaceError, match=message):
        Space(*arguments)


def test_products():
    plane = x * y
    assert plane.names == ("x", "y")
    assert plane.volume == 20
    assert len(plane) == 2
    assert list(plane) == [x, y]
    assert plane["y"] == y
    assert not plane.is_symbol
    assert (plane * Space("z", 0, 1)).names == ("x", "y", "z")


def test_a_product_needs_different_observables():
    with pytest.raises(SpaceError, match=r"both have \['x'\]"):
        x * x
    with pytest.raises(SpaceError, match="different observables"):
        (x * y) * Space("y", 0, 3)


def test_a_product_has_no_limits_of_its_own():
    for attribute in ("name", "label", "lower", "upper", "limits", "intervals", "edges"):
        with pytest.raises(SpaceError, match=r"2 observables; take one, such as space\['x'\]"):
            getattr(x * y, attribute)
    with pytest.raises(SpaceError, match="2 observables"):
        (x * y).binned(3)


def test_an_observable_that_is_not_there():
    with pytest.raises(SpaceError, match="no observable 'z' in Space"):
        (x * y)["z"]


def test_an_observable_in_a_formula_makes_a_func():
    for formula in (x + 1, 2 * x, x * 2, x / Parameter("a", 1), -x, x**2):
        assert isinstance(formula, Func)
        assert not isinstance(formula, Space)


def test_spaces_are_values():
    assert Space("x", 0, 1) == Space("x", 0, 1)
    assert Space("x", 0, 1) != Space("x", 0, 2)
    assert x.binned(2) != x
    assert len({x, Space("x", 0, 10, label="mass [GeV]"), y}) == 2
    with pytest.raises(AttributeError):
        x.axes = ()


@pytest.mark.parametrize("space", [x, x * y, union, y.binned([-1, 0, 1])])
def test_copies_and_pickles_are_equal(space):
    assert copy.deepcopy(space) == space
    assert pickle.loads(pickle.dumps(space)) == space


@pytest.mark.parametrize("space", [x * y, union, Space("x", -np.inf, 0), y])
def test_repr_can_be_read_back(space):
    assert eval(repr(space), {"Space": Space, "inf": np.inf}).names == space.names
    assert eval(repr(space), {"Space": Space, "inf": np.inf}).volume == space.volume


def test_both_limits_belong_to_a_space():
    assert union.contains({"x": [-1, 0, 3, 5, 7, 10, 11, np.nan]}).tolist() == [
        False, True, True, False, True, True, False, False,
    ]  # fmt: skip
    inside = (x * y).contains({"y": [0, 2], "x": [1, 1], "other": [0]})
    assert inside.tolist() == [True, False]


def test_covers():
    assert x.covers(x)
    assert x.covers(union)
    assert x.covers(Space("x", 2, 3))
    assert not union.covers(x)
    assert not x.covers(Space("x", 5, 11))
    assert not x.covers(y)
    assert not x.covers(x * y)
    assert (x * y).covers(y * x)


@given(limits, limits)
def test_what_a_space_covers_it_contains(lower, upper):
    if not lower < upper:
        return
    space = Space("x", -1e3, 1e3)
    ends = space.contains({"x": [lower, upper]})
    assert space.covers(Space("x", lower, upper)) == ends.all()


def test_equal_bins():
    assert x.binned(4).edges.tolist() == [0, 2.5, 5, 7.5, 10]
    assert x.binned(np.int64(1)).edges.tolist() == [0, 10]
    assert x.binned(4).label == "mass [GeV]"
    assert repr(x.binned(4)) == "Space('x', 0, 10).binned(4)"


def test_bins_may_end_inside_of_the_limits():
    part = x.binned([1, 2, 4])
    assert part.limits == (1, 4)
    assert part.edges.tolist() == [1, 2, 4]
    assert part.binned(3).edges.tolist() == [1, 2, 3, 4]


def test_edges_cannot_be_changed_through_the_array():
    binned = x.binned(2)
    binned.edges[0] = -5
    assert binned.edges[0] == 0


def test_bins_of_a_product():
    plane = x.binned(2) * y.binned(3)
    assert plane["y"].edges.tolist() == pytest.approx([-1, -1 / 3, 1 / 3, 1])
    assert plane["x"] == x.binned(2)


@given(st.integers(1, 100), limits, st.floats(1e-3, 1e6))
def test_equal_bins_end_at_the_limits(n, lower, width):
    space = Space("x", lower, lower + width)
    binned = space.binned(n)
    assert binned.limits == space.limits
    assert len(binned.edges) == n + 1
    assert space.binned(binned.edges) == binned


@pytest.mark.parametrize(
    "axis",
    [
        bh.axis.Regular(4, 0, 2),
        bh.axis.Variable([0, 0.5, 1, 1.5, 2]),
        hist.axis.Regular(4, 0, 2, name="other", flow=False),
        [(0, 0.5), (0.5, 1), (1, 1.5), (1.5, 2)],
        (0, 0.5, 1, 1.5, 2),
        np.linspace(0, 2, 5),
        iter([0, 0.5, 1, 1.5, 2]),
    ],
)
def test_binnings(axis):
    assert Space("x", 0, 2).binned(axis).edges.tolist() == [0, 0.5, 1, 1.5, 2]


def test_axes_of_integers():
    assert x.binned(bh.axis.Integer(2, 5)).edges.tolist() == [2, 3, 4, 5]


def test_axes_of_root(tmp_path):
    with uproot.recreate(tmp_path / "h.root") as file:
        file["h"] = np.histogram([1], bins=[0, 1, 4])
        assert x.binned(file["h"].axes[0]).edges.tolist() == [0, 1, 4]


def test_a_binned_space_is_a_binning():
    assert x.binned(y.binned([0.1, 0.5, 1])).edges.tolist() == [0.1, 0.5, 1]


def test_edges_may_exceed_the_limits_by_rounding():
    edges = np.arange(11) * 0.1
    edges[-1] = np.nextafter(1, 2)
    assert Space("x", 0, 1).binned(edges).limits == (0, 1)


@pytest.mark.parametrize(
    ("binning", "message"),
    [
        (0, "number of bins must be positive, got 0"),
        (-1, "must be positive"),
        ([1], "two or more finite edges"),
        ([], "two or more finite edges"),
        ([0, np.nan], "finite edges"),
        ([0, np.inf], "finite edges"),
        ([0, 2, 1], "must ascend"),
        ([0, 1, 1], "must ascend"),
        (["a", "b"], "must be numbers"),
        ([[0, 1], [2]], "must be numbers"),
        ([(0, 1), (2, 3)], "must adjoin"),
        (np.ones((3, 3)), "finite edges"),
        (bh.axis.Regular(2, 0, 11), "reach from 0 to 11, beyond the limits"),
        ([-1, 0, 1], "beyond the limits"),
        (2.5, "a binning is a number of bins, edges or an axis, got 2.5"),
        (y, "a binning is"),
        (None, "a binning is"),
    ],
)
def test_binnings_that_are_refused(binning, message):
    with pytest.raises(SpaceError, match=message):
        x.binned(binning)


def test_spaces_that_cannot_be_binned():
    with pytest.raises(SpaceError, match="union"):
        union.binned(3)
    with pytest.raises(SpaceError, match="need finite limits"):
        Space("x", 0, np.inf).binned(3)
    assert Space("x", 0, np.inf).binned([0, 1, 2]).limits == (0, 2)


def test_bin_edges():
    np.testing.assert_array_equal(bin_edges("x", [0, 1, 3]), [0.0, 1.0, 3.0])


def test_from_axes():
    assert from_axes(Axis("x", ((0.0, 10.0),), label="mass [GeV]")) == x
