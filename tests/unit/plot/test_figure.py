import pickle

import matplotlib as mpl
import numpy as np
import pytest

import wilks
from wilks import plot
from wilks.errors import DataError, ParameterError

X, T = wilks.Space("x", 0, 10, label="mass [GeV]"), wilks.Space("t", 0, 5)
MU = wilks.Parameter("mu", 5.0)
RANDOM = np.random.default_rng(3)


def peak(name="_peak $x$"):
    return wilks.Mixture(
        [wilks.Gaussian(x=X, mean=MU, sigma=0.5, name=name), wilks.Exponential(x=X, c=0.3, name="rest")],
        [30.0, 70.0],
        extended=True,
    )


def data(space=X):
    return wilks.Data(space, RANDOM.uniform(0, 5, (100, len(space))))


def panels(figure):
    """Return the panels of a figure, each as its axes of data and pulls."""
    axes = figure.axes
    return list(zip(axes[::2], axes[1::2], strict=True))


def test_data_total_and_components():
    figure = plot.fit(wilks.NLL(peak(), data()), None, bins=10)
    ((above, below),) = panels(figure)
    labels = [text.get_text() for text in above.get_legend().get_texts()]
    assert labels == ["Data", "Total", r" _peak \$x\$", "rest"]
    assert above.get_ylabel() == "Events / 1 GeV"
    assert (below.get_xlabel(), below.get_ylabel()) == ("mass [GeV]", "Pull")
    assert above.get_xlim() == (0, 10)
    assert above.get_ylim()[0] == 0
    assert all(axes.get_title(loc="left") == "" for axes in figure.axes)


def test_a_model_without_components_and_bins_of_different_widths():
    model = wilks.Gaussian(x=X, mean=MU, sigma=2.0)
    ((above, _),) = panels(plot.fit(wilks.NLL(model, data()), {"mu": 4.0}, bins=[0, 1, 3, 10]))
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["Data", "Model"]
    assert above.get_ylabel() == "Events / GeV"


def test_a_panel_for_each_channel_and_observable():
    both = wilks.Product([peak("signal"), wilks.Exponential(x=T, c=1.0)])
    nll = wilks.NLL({"one": (peak("signal"), data()), "two": (both, data(X * T))})
    figure = plot.fit(nll, None)
    shown = [(above.get_title(loc="left"), below.get_xlabel()) for above, below in panels(figure)]
    assert shown == [("one", "mass [GeV]"), ("two", "mass [GeV]"), ("two", "t")]
    assert len(panels(plot.fit(nll, None, observable="x"))) == 2
    ((above, below),) = panels(plot.fit(nll, None, channel="two", observable="t"))
    assert below.get_xlabel() == "t"
    assert above.get_ylabel().startswith("Events / ")


def test_many_channels():
    nll = wilks.NLL({f"region {i}": (peak(), data()) for i in range(7)})
    figure = plot.fit(nll, None)
    assert len(panels(figure)) == 7


def test_weights_are_said():
    weighted = data().with_weights(np.full(100, 0.5))
    ((above, _),) = panels(plot.fit(wilks.NLL(peak(), weighted), None, bins=20))
    assert above.get_ylabel() == "Sum of weights / 0.5 GeV"


def test_nothing_global_changes(tmp_path):
    import sys

    before = dict(mpl.rcParams)
    figure = plot.fit(wilks.NLL(peak(), data()), None)
    figure.savefig(tmp_path / "fit.pdf")
    assert dict(mpl.rcParams) == before
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert isinstance(figure, mpl.figure.Figure)
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()
    pickle.loads(pickle.dumps(figure))


def test_what_cannot_be_drawn():
    nll = wilks.NLL({"one": (peak(), data())})
    with pytest.raises(DataError, match="no channel 'two'"):
        plot.fit(nll, None, channel="two")
    with pytest.raises(DataError, match="no data of the observable 'y'"):
        plot.fit(nll, None, observable="y")
    constraint = wilks.Gaussian(x=MU, mean=4.0, sigma=1.0)
    with pytest.raises(DataError, match="nothing to draw"):
        plot.fit(wilks.NLL({}, constraints=[constraint]), None)


def test_a_result_of_another_likelihood():
    other = wilks.fit(wilks.NLL(wilks.Gaussian(x=X, mean=wilks.Parameter("nu", 5.0), sigma=2.0), data()))
    with pytest.raises(ParameterError, match="no value of 'mu': it is of another likelihood"):
        plot.fit(wilks.NLL(peak(), data()), other)


def test_public_names():
    assert plot.__all__ == ["fit"]
    assert dir(plot) == ["fit"]
    with pytest.raises(AttributeError, match="no attribute 'scan'"):
        plot.scan  # noqa: B018
