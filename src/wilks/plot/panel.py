"""One panel: data, total, components, and pulls below."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from math import floor
from typing import Any

import numpy as np

from wilks.evaluation import evaluate_events
from wilks.loss.channel import Channel
from wilks.plot.histogram import Histogram, histogram
from wilks.plot.projection import Projection
from wilks.space import Space
from wilks.typing import Array

TOTAL = "#bd1f01"
COMPONENTS = ("#3f90da", "#ffa90e", "#832db6", "#a96b59", "#5a9e6f", "#717581", "#92dadd", "#e76300")
"""Colours that the colour-blind tell apart: M. A. Petroff, arXiv:2107.02270."""
BANDS = ((2.0, "#f0f0f0"), (1.0, "#dcdcdc"))

_POINTS = {"fmt": "o", "color": "black", "markersize": 3, "elinewidth": 1}
_CURVE_POINTS = 800
_NEGLIGIBLE = 0.05


@dataclass(frozen=True, eq=False)
class Panel:
    """What a panel shows: numbers only.

    Args:
        title: Name of the channel.
        label: What the axis says.
        data: The data.
        points: Where the curves are evaluated, NaN between separate intervals.
        total: Events per unit of the observable there.
        components: Terms of the total, by name.
        expected: Expected contents of the bins.
        is_count: Whether the curves are probabilities of integers.
    """

    title: str
    label: str
    data: Histogram
    points: Array
    total: Array
    components: tuple[tuple[str, Array], ...]
    expected: Array
    is_count: bool


def panel(channel: Channel, name: str, values: dict[str, float], bins: int | Iterable[float] | None) -> Panel:
    """Compute what a panel shows of a channel in one of its observables."""
    model, data = channel.model, channel.data
    ranges = {space.name: _range(data, space.name) for space in data.space}
    projection = Projection(name, data.space, values, ranges)
    is_count = projection.is_count(model)
    shown = histogram(data, name, bins, integers=is_count)
    points, weights = _integers(shown, data.space[name]) if is_count else _nodes(shown)
    bin_of = np.searchsorted(shown.lower, points, side="right") - 1
    events = evaluate_events(model, values=values) if model.is_extended else data.sum_weights
    parts = projection.parts(model)
    curves = [(part.label, events * part.share * projection.density(part.pdf, points, weights)) for part in parts]
    total = events * projection.density(model, points, weights)
    gaps = np.flatnonzero(shown.lower[1:] > shown.upper[:-1]) + 1
    breaks = np.searchsorted(bin_of, gaps)
    return Panel(
        title=channel.name,
        label=data.space[name].label,
        data=shown,
        points=np.insert(points, breaks, np.nan),
        total=np.insert(total, breaks, np.nan),
        components=tuple((label, np.insert(curve, breaks, np.nan)) for label, curve in curves),
        expected=np.bincount(bin_of, weights * total, minlength=len(shown.contents)).astype(np.float64),
        is_count=is_count,
    )


def draw(shown: Panel, axes: Any, below: Any, *, titled: bool) -> None:
    """Draw a panel on two matplotlib axes, the pulls on the second."""
    data = shown.data
    scale = data.width or 1.0  # events per bin, or per unit where the bins differ
    per_bin = scale / data.widths
    # A bin where nothing is and nothing is expected says nothing.
    some = (data.contents != 0) | (shown.expected > _NEGLIGIBLE)
    bars = axes.errorbar(
        data.centres[some],
        (data.contents * per_bin)[some],
        xerr=0.5 * data.widths[some],
        yerr=[(error * per_bin)[some] for error in (data.error_down, data.error_up)],
        **_POINTS,
        label="Data",
        zorder=4,
    )
    name = "Total" if shown.components else "Model"
    step, style = ("mid", "steps-mid") if shown.is_count else (None, "default")
    lines = axes.plot(shown.points, scale * shown.total, color=TOTAL, lw=2, drawstyle=style, label=name, zorder=3)
    for (label, curve), colour in zip(shown.components, cycle(COMPONENTS), strict=False):
        axes.fill_between(shown.points, scale * curve, step=step, color=colour, alpha=0.12, linewidth=0, zorder=1)
        how = {"color": colour, "lw": 1.6, "ls": "--", "drawstyle": style, "label": _plain(label)}
        lines += axes.plot(shown.points, scale * curve, **how, zorder=2)
    axes.legend(handles=[bars, *lines], frameon=False)
    _set_limits(axes, data, per_bin, scale * shown.total)
    axes.set_ylabel(_events_label(data, shown.label), loc="top")
    if titled:
        axes.set_title(_plain(shown.title), loc="left", fontsize="medium")
    _draw_pulls(below, data, np.where(some, data.pulls(shown.expected), np.nan))
    below.set_xlabel(shown.label, loc="right")
    for each in (axes, below):
        each.minorticks_on()
        each.tick_params(which="both", direction="in", top=True, right=True)
    axes.tick_params(labelbottom=False)


def _draw_pulls(below: Any, data: Histogram, pulls: Array) -> None:
    known = pulls[np.isfinite(pulls)]
    reach = max(3.4, 1.2 + float(np.max(np.abs(known), initial=0.0)))
    for size, colour in BANDS:
        below.axhspan(-size, size, color=colour, linewidth=0, zorder=0)
    below.axhline(0.0, color=TOTAL, lw=1.2, zorder=1)
    below.errorbar(data.centres, pulls, yerr=1.0, **_POINTS, zorder=2)
    below.set_ylim(-reach, reach)
    step = max(2, floor(reach / 2))
    below.set_yticks([-step, 0, step])
    below.set_ylabel("Pull")


def _set_limits(axes: Any, data: Histogram, per_bin: Array, total: Array) -> None:
    tops = [np.max((data.contents + data.error_up) * per_bin), np.nanmax(total)]
    bottoms = [0.0, float(np.min((data.contents - data.error_down) * per_bin))]
    margin = 0.05 * (max(tops) - min(bottoms)) if min(bottoms) < 0 else 0.0
    axes.set_ylim(min(bottoms) - margin, max(tops) + 0.18 * (max(tops) - min(bottoms)))
    axes.set_xlim(data.lower[0], data.upper[-1])


def _nodes(data: Histogram) -> tuple[Array, Array]:
    """Return nodes and weights of a Gauss-Legendre rule in each bin, in ascending order."""
    nodes, weights = np.polynomial.legendre.leggauss(max(8, -(-_CURVE_POINTS // len(data.contents))))
    half = 0.5 * data.widths[:, np.newaxis]
    return (data.centres[:, np.newaxis] + half * nodes).ravel(), (half * weights).ravel()


def _integers(data: Histogram, space: Space) -> tuple[Array, Array]:
    """Return the integers in the bins that lie in a space, with the weight one."""
    points = np.arange(np.ceil(data.lower[0]), np.floor(data.upper[-1]) + 1.0)
    points = points[space.contains({space.name: points})]
    return points, np.ones_like(points)


def _range(data: Any, name: str) -> tuple[float, float]:
    if data.is_binned:
        return data.space[name].limits  # type: ignore[no-any-return]
    column = data[name]
    spare = 0.5 * float(np.ptp(column)) or 1.0
    return float(np.min(column)) - spare, float(np.max(column)) + spare


def _unit(label: str) -> str:
    """Return the unit in a label such as ``"m [GeV]"`` or ``"m (GeV)"``."""
    found = re.search(r"[\[(]([^\[\]()]+)[\])]\s*$", label)
    return found[1] if found else ""


def _events_label(data: Histogram, label: str) -> str:
    unit = _unit(label)
    events = "Sum of weights" if data.is_weighted else "Events"
    if data.width is None:
        return f"{events} / {unit or f'unit of {label}'}"
    return f"{events} / {data.width:.4g} {unit}".rstrip()


def _plain(name: str) -> str:
    """Return a name as matplotlib prints it as it is: no formulae, and in the legend even if it begins with "_"."""
    return re.sub(r"^_", " _", name.replace("$", r"\$"))
