"""The parameters and observables of a model, one meaning to each name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

from wilks.compile.lowerable import postorder
from wilks.errors import ParameterError, SpaceError, did_you_mean
from wilks.fields import positive_parameters
from wilks.parameter import Parameter
from wilks.space import Space


@dataclass(frozen=True)
class Symbols:
    """The leaves of a model.

    Args:
        parameters: Parameters by name, in order of first appearance; limits are narrowed to where they mean something.
        observables: Observables by name, likewise.
    """

    parameters: Mapping[str, Parameter]
    observables: Mapping[str, Space]

    def point(self, values: Mapping[str, float] | None) -> dict[str, float]:
        """Return the value of every parameter: the given ones, the others at their start.

        Raises:
            ParameterError: If a name is unknown or a value is not a number.
        """
        point = {name: parameter.value for name, parameter in self.parameters.items()}
        values = {} if values is None else values
        if not isinstance(values, Mapping):
            raise ParameterError(f"expected a mapping of parameter names to values, got {values!r}")
        for name, value in values.items():
            if name not in point:
                raise ParameterError(f"no parameter {name!r} in the model{did_you_mean(str(name), point)}")
            try:
                point[name] = float(value)
            except (TypeError, ValueError):
                raise ParameterError(f"{name!r}: a value must be a number, got {value!r}") from None
            if isnan(point[name]):
                raise ParameterError(f"{name!r}: a value must not be NaN")
        return point

    def check(self, values: Mapping[str, float]) -> dict[str, float]:
        """Return given values after a check that they are within the parameters' limits.

        Raises:
            ParameterError: If a name is unknown, or a value is not a number or outside.
        """
        point = self.point(values)
        for name in values:
            lower, upper = self.parameters[name].limits
            if not lower <= point[name] <= upper:
                raise ParameterError(f"{name!r}: {point[name]:g} lies outside its limits [{lower:g}, {upper:g}]")
        return {name: point[name] for name in values}


def symbols_of(roots: Iterable[Any], *, observables: Iterable[str] = ()) -> Symbols:
    """Collect the leaves of a model.

    Args:
        roots: What the model consists of. An observable may have one range in one root and another in the next.
        observables: Names that count as observables even where they are parameters; their limits are the range then.

    Raises:
        ParameterError: If two different parameters share a name, or one shares it with an observable.
        SpaceError: If two spaces of one observable have different limits.
    """
    parameters: dict[str, Parameter] = {}
    spaces: dict[str, Space] = {}
    positive: set[str] = set()
    for root in roots:
        nodes = postorder([root])
        positive.update(parameter.name for node in nodes for parameter in positive_parameters(node))
        _collect_parameters(nodes, parameters)
        spaces |= _spaces(nodes)
    for name in observables:
        if (parameter := parameters.pop(name, None)) is not None:
            spaces[name] = Space(name, parameter.lower, parameter.upper)
    if both := sorted(set(parameters) & set(spaces)):
        raise ParameterError(f"{both[0]!r} is the name of a parameter and of an observable in one model")
    narrowed = {name: replace(p, lower=max(p.lower, 0.0)) if name in positive else p for name, p in parameters.items()}
    return Symbols(narrowed, spaces)


def _collect_parameters(nodes: Iterable[Any], parameters: dict[str, Parameter]) -> None:
    for node in nodes:
        if isinstance(node, Parameter) and (other := parameters.setdefault(node.name, node)) != node:
            raise ParameterError(f"two different parameters are named {node.name!r}: {other} and {node}")


def _spaces(nodes: Iterable[Any]) -> dict[str, Space]:
    spaces: dict[str, Space] = {}
    for node in nodes:
        if isinstance(node, Space) and (known := spaces.setdefault(node.name, node)).intervals != node.intervals:
            raise SpaceError(f"the observable {node.name!r} has two ranges in one model: {known} and {node}")
    return spaces
