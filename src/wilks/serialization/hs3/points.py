"""What a document says of its parameters: start values, limits, and which are constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite

from wilks.documents.hs3.nodes import Document, DomainAxis, ParameterNode
from wilks.documents.pointer import child
from wilks.errors import InvalidValueError, ParameterError, UnknownNameError, did_you_mean
from wilks.parameter import Parameter
from wilks.space import Space

DEFAULT_POINT = "default_values"
NOMINAL_POINT = "NominalParamValues"
DEFAULT_DOMAIN = "default_domain"


@dataclass(frozen=True)
class StartPoint:
    """Values and ranges by name.

    Args:
        values: Start values.
        ranges: Ranges of parameters and observables.
        places: Where the values stand, as JSON pointers.
    """

    values: Mapping[str, ParameterNode]
    ranges: Mapping[str, DomainAxis]
    places: Mapping[str, str]

    def parameter(self, name: str, pointer: str = "") -> Parameter:
        """Return a parameter.

        Args:
            name: Its name.
            pointer: Where it is referred to.

        Raises:
            UnknownNameError: If the document says nothing of it.
            InvalidValueError: If its value lies outside its limits, or it has none.
        """
        node, axis = self.values.get(name), self.ranges.get(name)
        if node is None and axis is None:
            near = did_you_mean(name, {*self.values, *self.ranges})
            message = f"{name!r} is no function, parameter or observable of the document{near}"
            raise UnknownNameError(message, pointer=pointer)
        lower, upper = (axis.min, axis.max) if axis else (-inf, inf)
        if node is None:
            if not (isfinite(lower) and isfinite(upper)):
                raise InvalidValueError(f"the parameter {name!r} has no value in any parameter point", pointer=pointer)
            return Parameter(name, 0.5 * (lower + upper), lower=lower, upper=upper)
        try:
            # A constant may lie outside the range in which it once floated.
            if node.const and not lower <= node.value <= upper:
                lower, upper = -inf, inf
            return Parameter(name, node.value, lower=lower, upper=upper, fixed=node.const)
        except ParameterError as error:
            raise InvalidValueError(str(error), pointer=self.places[name]) from error

    def space(self, name: str, lower: float | None, upper: float | None, pointer: str) -> Space:
        """Return an observable with the limits of a data axis, or of its domain where the axis has none."""
        axis = self.ranges.get(name)
        limits = [axis.min if axis and lower is None else lower, axis.max if axis and upper is None else upper]
        if None in limits:
            raise InvalidValueError(f"the axis {name!r} has no limits, here or in {DEFAULT_DOMAIN!r}", pointer=pointer)
        return Space(name, limits[0], limits[1])  # type: ignore[arg-type]


def start_point(document: Document) -> StartPoint:
    """Return the start of a document: ``default_values`` within ``default_domain``.

    Where these are missing, the point and domain of the first analysis stand in, and then the first ones there are.
    ``NominalParamValues`` fills in names that have no value otherwise; no other point is merged.
    """
    points, domains = document.parameter_points, document.domains
    analyses = list(document.analyses.values())
    inits = [analysis.init for analysis in analyses if analysis.init]
    places = [domain for analysis in analyses for domain in analysis.domains]
    point = next((points[n] for n in (DEFAULT_POINT, *inits, *points) if n in points and n != NOMINAL_POINT), None)
    domain = next((domains[n] for n in (DEFAULT_DOMAIN, *places, *domains) if n in domains), None)
    values: dict[str, ParameterNode] = {}
    pointers: dict[str, str] = {}
    for source in (points.get(NOMINAL_POINT), point):
        for index, (name, node) in enumerate(source.parameters.items() if source else ()):
            values[name] = node
            pointers[name] = child(source.pointer, "parameters", index) if source else ""
    return StartPoint(values, dict(domain.axes) if domain else {}, pointers)
