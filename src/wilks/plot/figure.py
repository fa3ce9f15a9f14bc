"""The picture of a fit."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from wilks.errors import DataError, MissingDependencyError, ParameterError, did_you_mean
from wilks.loss.channel import Channel
from wilks.loss.nll import NLL
from wilks.plot.panel import draw, panel
from wilks.point import Point, values_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = 3


def fit(
    nll: NLL,
    result: Point,
    *,
    channel: str | None = None,
    observable: str | None = None,
    bins: int | Iterable[float] | None = None,
) -> Figure:
    """Draw data, total and components at the values of a result, with pulls below.

    There is a panel for each observable of each channel; of several observables each is shown with the others
    integrated out. Error bars are central 68.3 % intervals of Poisson means, or roots of sums of squared weights.
    Pulls are differences of data and expected contents of the bins, in units of the error on that side. Models that
    predict no number of events are normalised to the data.

    Args:
        nll: The likelihood.
        result: A fit result, or values by name; parameters that a mapping does not name take their start values.
        channel: Show this channel only.
        observable: Show this observable only.
        bins: Number of bins, or edges; by default those of binned data, else a number that suits the data.

    Raises:
        DataError: If there is no such channel or observable, or nothing to show.
        ParameterError: If the result is of another likelihood.
        SpaceError: If the bins do not fit the data.
        MissingDependencyError: If matplotlib is not installed.
    """
    values = nll.symbols.point(_values(nll, result))
    chosen = _choose(nll, channel, observable)
    panels = [panel(each, name, values, bins) for each, name in chosen]
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure = _new_figure(rows, columns)
    # A subfigure for each panel, so that labels are aligned within it only.
    cells = figure.subfigures(rows, columns, squeeze=False).ravel()
    for shown, cell in zip(panels, cells, strict=False):
        above, below = cell.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
        draw(shown, above, below, titled=len({each.name for each, _ in chosen}) > 1)
        cell.align_ylabels()
    return figure


def _new_figure(rows: int, columns: int) -> Figure:
    try:
        notebook: Any = import_module("wilks.plot.notebook")
    except ImportError:
        raise MissingDependencyError("plots need matplotlib: pip install 'wilks[plot]'") from None
    size = (7.0, 5.6) if rows == columns == 1 else (5.6 * columns, 4.8 * rows)
    # Not through pyplot, which would choose a backend and keep the figure.
    layout: Any = import_module("matplotlib.layout_engine").ConstrainedLayoutEngine(h_pad=0.03, hspace=0.0)
    figure: Figure = notebook.NotebookFigure(figsize=size, dpi=120, layout=layout)
    return figure


def _values(nll: NLL, result: Point) -> Any:
    values = values_of(result, nll.symbols.parameters)
    if values is not result and result is not None:
        missing = [name for name in nll.parameters if name not in values]
        if missing:
            raise ParameterError(f"the result has no value of {missing[0]!r}: it is of another likelihood")
    return values


def _choose(nll: NLL, channel: str | None, observable: str | None) -> list[tuple[Channel, str]]:
    known = [each.name for each in nll.channels]
    if channel is not None and channel not in known:
        raise DataError(f"the likelihood has no channel {channel!r}, but {known}{did_you_mean(channel, known)}")
    pairs = [
        (each, name)
        for each in nll.channels
        if channel in (None, each.name)
        for name in each.data.space.names
        if name in each.model.symbols.observables
    ]
    if not pairs:
        raise DataError("there is nothing to draw: the likelihood has no data")
    chosen = [(each, name) for each, name in pairs if observable in (None, name)]
    if not chosen:
        names = sorted({name for _, name in pairs})
        raise DataError(f"no data of the observable {observable!r}{did_you_mean(observable or '', names)}")
    return chosen
