"""From HS3 documents to likelihoods, distributions, functions and data."""

from __future__ import annotations

from dataclasses import dataclass, field

from wilks.binned_data import BinnedData
from wilks.data import Data
from wilks.documents.hs3.axes import edges
from wilks.documents.hs3.nodes import (
    AxisNode,
    BinnedNode,
    DataNode,
    Document,
    PointNode,
    UnbinnedNode,
)
from wilks.documents.pointer import child
from wilks.errors import DocumentError, InvalidValueError, UnsupportedError, WilksError
from wilks.func import Func
from wilks.loss.nll import NLL
from wilks.pdf import PDF
from wilks.registry import Registry
from wilks.serialization.hs3.builder import Builder
from wilks.serialization.hs3.names import free_name
from wilks.serialization.hs3.points import StartPoint, start_point
from wilks.space import Space


@dataclass(frozen=True, eq=False)
class Reader:
    """Builds what a document describes, piece by piece, when it is asked for.

    Args:
        document: The document.
        registry: Where the classes of types are looked up.
    """

    document: Document
    registry: Registry
    start: StartPoint = field(init=False)
    builder: Builder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", start_point(self.document))
        object.__setattr__(self, "builder", Builder(self.document, self.registry, self.start))

    def distribution(self, name: str) -> PDF:
        """Return a distribution over the observables of the data, as far as there are any."""
        pdf: PDF = self.builder.build(name, self._all_observables(name))
        return pdf

    def function(self, name: str) -> Func:
        """Return a function, likewise."""
        function: Func = self.builder.build(name, self._all_observables(name))
        return function

    def data(self, name: str) -> Data | BinnedData | float:
        """Return a data set; a point is a number."""
        node = self.document.data[name]
        try:
            match node:
                case UnbinnedNode():
                    return Data(self._space(node), node.entries, weights=node.weights, name=name)
                case BinnedNode():
                    variances = None if node.uncertainties is None else node.uncertainties**2
                    return BinnedData(self._binned_space(node), node.contents, variances=variances, name=name)
                case PointNode():
                    return node.value
        except DocumentError:
            raise
        except WilksError as error:
            raise InvalidValueError(str(error), pointer=node.pointer) from error

    def likelihood(self, name: str) -> NLL:
        """Return a likelihood.

        Raises:
            DocumentError: If it cannot be built.
        """
        node = self.document.likelihoods[name]
        channels: dict[str, tuple[PDF, Data]] = {}
        constraints: list[PDF] = []
        for index, (distribution, data) in enumerate(zip(node.distributions, node.data, strict=True)):
            source = self.document.data[data] if isinstance(data, str) else data
            if isinstance(source, (int, float, PointNode)):
                constraints.append(self._observed(distribution, source, child(node.pointer, "data", index)))
                continue
            channel = distribution
            if channel in channels:  # another channel may bear the name that this one would get
                channel = free_name(f"{distribution}_{data}", {*channels, *node.distributions})
            channels[channel] = self._channel(distribution, source, child(node.pointer, "distributions", index))
        constraints += [self.builder.build(name, {}) for name in node.aux_distributions]
        try:
            return NLL(channels, constraints=constraints, name=name)
        except WilksError as error:
            raise InvalidValueError(str(error), pointer=node.pointer) from error

    def _channel(self, distribution: str, node: DataNode, pointer: str) -> tuple[PDF, Data]:
        data = self.data(node.name)
        if not isinstance(data, Data):
            message = f"{node.name!r} is binned: likelihoods of binned data cannot be evaluated by this version"
            raise UnsupportedError(message, pointer=pointer)
        observables = {space.name: space for space in data.space}
        return self.builder.build(distribution, observables), data

    def _observed(self, distribution: str, observed: float | PointNode, pointer: str) -> PDF:
        """Return a distribution of one number as a constraint term, with the number in place of its variate."""
        variates = self.builder.variates(distribution)
        if isinstance(observed, PointNode) and observed.axes:
            variates = tuple(axis.name for axis in observed.axes)
        value = observed.value if isinstance(observed, PointNode) else float(observed)
        if len(variates) != 1:
            raise InvalidValueError(
                f"a number can be the observation of a distribution of one variable, {distribution!r} has {variates}",
                pointer=pointer,
            )
        pdf: PDF = self.builder.build(distribution, {}, given={variates[0]: value})
        return pdf

    def _space(self, node: UnbinnedNode) -> Space:
        space: Space | None = None
        for index, axis in enumerate(node.axes):
            one = self._axis(axis, child(node.pointer, "axes", index))
            space = one if space is None else space * one
        if space is None:
            raise InvalidValueError(f"{node.name!r} has no axes", pointer=node.pointer)
        return space

    def _axis(self, axis: AxisNode, pointer: str) -> Space:
        lower, upper = (axis.min, axis.max)
        if axis.edges is not None:
            lower, upper = float(axis.edges[0]), float(axis.edges[-1])
        return self.start.space(axis.name, lower, upper, pointer)

    def _binned_space(self, node: BinnedNode) -> Space:
        space: Space | None = None
        for index, axis in enumerate(node.axes):
            whole = self._axis(axis, child(node.pointer, "axes", index))
            one = whole.binned(axis.nbins if axis.edges is None and axis.nbins is not None else edges(axis))
            space = one if space is None else space * one
        if space is None:
            raise InvalidValueError(f"{node.name!r} has no axes", pointer=node.pointer)
        return space

    def _all_observables(self, name: str) -> dict[str, Space]:
        """Return the observables outside a likelihood: axes of data, and what has a range but no value."""
        found: dict[str, Space] = {}
        for node in self.document.data.values():
            for index, axis in enumerate(node.axes):
                if axis.name not in found:
                    found[axis.name] = self._axis(axis, child(node.pointer, "axes", index))
        for variate in self.builder.variates(name):
            ranged = self.start.ranges.get(variate)
            if variate not in found and variate not in self.start.values and ranged is not None:
                found[variate] = Space(variate, ranged.min, ranged.max)
        return found
