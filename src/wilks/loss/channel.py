"""One model with its data: a term of a likelihood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

import wilks.numpy as wnp
from wilks.compile.frame import Frame
from wilks.compile.lowerable import Name, Rows
from wilks.data import Data
from wilks.errors import DataError, SpaceError
from wilks.evaluation import finite_intervals, is_unbounded
from wilks.func import Node
from wilks.kernel import expected_events
from wilks.numeric.memory import kept
from wilks.pdf import PDF
from wilks.typing import Tensor


@dataclass(frozen=True, eq=False)
class Channel(Node):
    r"""Negative log-likelihood of unbinned data.

    .. math:: -\sum_i w_i \log f(x_i), \quad \text{extended:}\quad \nu - \sum_i w_i \log\left[\nu f(x_i)\right]

    The density is normalised over the space of the data. The term log N! is left out, as in RooFit.

    Args:
        name: Name of the channel.
        model: The PDF.
        data: The events.
        scale: Factor of the expected number of events, which likelihoods of squared weights need.
    """

    name: str
    model: PDF
    data: Data
    scale: float = 1.0

    opens_frame: ClassVar[bool] = True

    def __post_init__(self) -> None:
        title = f"channel {self.name!r}: " if self.name else ""
        observables = self.model.symbols.observables
        for name in observables:
            if name not in self.data.space.names:
                raise DataError(
                    f"{title}{self.model.owner} needs the observable {name!r}, the data have "
                    f"{', '.join(map(repr, self.data.space.names))}"
                )
        for space in self.data.space:
            if space.name in observables and not observables[space.name].covers(space):
                raise SpaceError(f"{title}the data range over {space}, outside the model's {observables[space.name]}")
        if not len(self.data):
            raise DataError(f"{title}the data are empty")
        if not len(self._rows):
            raise DataError(f"{title}all weights are zero")

    def lowering_fields(self) -> Mapping[str, Any]:
        """Return the facts by name; see `Lowerable`."""
        spaces = self._spaces
        return {
            "model": self.model,
            "observables": tuple(Name(space.name) for space in spaces),
            "intervals": tuple(finite_intervals(space) for space in spaces),
            "unbounded": tuple(is_unbounded(space) for space in spaces),
            "rows": self._rows,
            "scale": self.scale,
        }

    def with_squared_weights(self) -> Channel:
        """Return the channel whose Hessian estimates the variance of the gradient, as RooFit's SumW2Error has it."""
        if self.data.weights is None:
            return self
        squared = self.data.with_weights(np.square(self.data.weights))
        return replace(self, data=squared, scale=self.data.sum_weights_squared / self.data.sum_weights)

    @staticmethod
    def frame(frame: Frame, node: int) -> Frame:
        """Return the frame of the channel's events in the frame of a likelihood."""
        fields = frame.fields(node)
        slots = [token.index for token in fields["observables"]]
        return frame.open(
            node,
            columns=dict(zip(slots, frame.resolve(fields["rows"]), strict=True)),
            intervals=dict(zip(slots, frame.resolve(fields["intervals"]), strict=True)),
            unbounded=frozenset(slot for slot, flag in zip(slots, fields["unbounded"], strict=True) if flag),
        )

    @staticmethod
    def evaluate(frame: Frame, node: int) -> Tensor:
        """Return the term in the frame of a likelihood."""
        fields = frame.fields(node)
        inner = Channel.frame(frame, node)
        log_prob = inner.resolve(fields["model"])
        events = expected_events(inner, fields["model"])
        if events is None:
            return -frame.sum_rows(log_prob)
        return frame.resolve(fields["scale"]) * events - frame.sum_rows(log_prob + wnp.log(events))

    @cached_property
    def _spaces(self) -> list[Any]:
        observables = self.model.symbols.observables
        return [space for space in self.data.space if space.name in observables]

    def rows_of(self, data: Data, title: str) -> Rows:
        """Return the rows of other data in place of the channel's own.

        Args:
            data: The other data.
            title: How messages name them.

        Raises:
            DataError: If they are not over the same space, or have weights where the channel's have none.
        """
        if data.space is not self.data.space and data.space != self.data.space:
            raise DataError(f"{title}: expected data over {self.data.space}, got {data.space}")
        if (data.weights is None) != (self.data.weights is None):
            wanted = "no weights" if self.data.weights is None else "weights"
            raise DataError(f"{title}: expected data with {wanted}, as those of the likelihood")
        rows = _rows(data, self._spaces)
        if len(data) and not len(rows):
            raise DataError(f"{title}: all weights are zero")
        return rows

    @cached_property
    def used(self) -> Any:
        """Which rows of the data count."""
        return slice(None) if self.data.weights is None else self.data.weights != 0

    @cached_property
    def _rows(self) -> Rows:
        return _rows(self.data, self._spaces)


def _rows(data: Data, spaces: list[Any]) -> Rows:
    columns = tuple(data.columns[space.name] for space in spaces)
    if data.weights is None:
        return Rows(columns, None)
    used = data.weights != 0  # rows of no weight contribute no term, however small their density
    if used.all():
        return Rows(columns, data.weights)
    return Rows(tuple(kept(column, used) for column in columns), kept(data.weights, used))
