"""Reading the sections other than ``data``: one function for an entry of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import inf

from wilks.documents.hs3.nodes import (
    AnalysisNode,
    DomainAxis,
    DomainNode,
    LikelihoodNode,
    MetadataNode,
    ParameterNode,
    ParameterPointNode,
)
from wilks.documents.hs3.unique import unique
from wilks.documents.hs3.values import (
    NUMERIC,
    Report,
    bound,
    items,
    kind,
    number,
    objects,
    optional_text,
    text,
    texts,
)
from wilks.documents.pointer import child
from wilks.errors import InvalidValueError, UnknownTypeError, did_you_mean


def read_metadata(node: Mapping[str, object], pointer: str, report: Report) -> MetadataNode:
    """Read the metadata; a version that is a number is understood."""
    version = node.get("hs3_version")
    if isinstance(version, (int, float)) and not isinstance(version, bool):
        version = str(version)
    else:
        version = text(node, "hs3_version", pointer, report)
    packages = [
        (name, str(package.get("version", "")))
        for package, place in objects(node.get("packages"), child(pointer, "packages"), report)
        if (name := text(package, "name", place, report)) is not None
    ]
    return MetadataNode(
        hs3_version=version or "",
        packages=tuple(packages),
        authors=texts(node.get("authors"), child(pointer, "authors"), report),
        publications=texts(node.get("publications"), child(pointer, "publications"), report),
        description=str(node.get("description") or ""),
    )


def read_likelihood(
    node: Mapping[str, object],
    name: str,
    pointer: str,
    report: Report,
    *,
    data_names: Collection[str],
) -> LikelihoodNode | None:
    """Read one likelihood; each distribution needs a data set or a number."""
    distributions = texts(node.get("distributions"), child(pointer, "distributions"), report)
    data = node.get("data")
    data = [data] if isinstance(data, str) else data
    place = child(pointer, "data")
    observed = [
        _observation(item, child(place, i), report, data_names) for i, item in enumerate(items(data, place, report))
    ]
    if len(observed) != len(distributions):
        message = f"{len(distributions)} distributions need as many data, got {len(observed)}"
        report(InvalidValueError(message, pointer=place))
        return None
    return LikelihoodNode(
        name=name,
        distributions=distributions,
        data=tuple(item for item in observed if item is not None),
        aux_distributions=texts(node.get("aux_distributions"), child(pointer, "aux_distributions"), report),
        pointer=pointer,
    )


def _observation(item: object, pointer: str, report: Report, data_names: Collection[str]) -> str | float | None:
    if isinstance(item, str) and (item in data_names or not NUMERIC.fullmatch(item)):
        return item
    return number(item, pointer, report)


def read_domain(node: Mapping[str, object], name: str, pointer: str, report: Report) -> DomainNode | None:
    """Read one domain; missing and null limits are infinite."""
    type_ = node.get("type", "product_domain")
    if type_ != "product_domain":
        hint = did_you_mean(str(type_), ("product_domain",))
        message = f"unknown type of domain {kind(type_)}, expected 'product_domain'{hint}"
        report(UnknownTypeError(message, pointer=child(pointer, "type")))
        return None
    axes: dict[str, DomainAxis] = {}
    nodes = objects(node.get("axes"), child(pointer, "axes"), report)
    for axis, axis_name, place in unique(nodes, report):
        lower = bound(axis.get("min"), child(place, "min"), report)
        upper = bound(axis.get("max"), child(place, "max"), report)
        lower = -inf if lower is None else lower
        upper = inf if upper is None else upper
        if lower > upper:
            message = f"'min' must not be above 'max', got {lower:g} and {upper:g}"
            report(InvalidValueError(message, pointer=place))
        axes[axis_name] = DomainAxis(name=axis_name, min=lower, max=upper)
    return DomainNode(name=name, axes=axes, pointer=pointer)


def read_parameter_point(node: Mapping[str, object], name: str, pointer: str, report: Report) -> ParameterPointNode:
    """Read one parameter point."""
    parameters: dict[str, ParameterNode] = {}
    nodes = objects(node.get("parameters"), child(pointer, "parameters"), report)
    for parameter, parameter_name, place in unique(nodes, report):
        read = _parameter(parameter, parameter_name, place, report)
        if read is not None:
            parameters[parameter_name] = read
    return ParameterPointNode(name=name, parameters=parameters, pointer=pointer)


def _parameter(node: Mapping[str, object], name: str, pointer: str, report: Report) -> ParameterNode | None:
    value = number(node.get("value"), child(pointer, "value"), report)
    const = node.get("const", False)
    if not isinstance(const, bool):
        message = f"expected true or false, got {kind(const)}"
        report(InvalidValueError(message, pointer=child(pointer, "const")))
        return None
    lower = bound(node.get("min"), child(pointer, "min"), report)
    upper = bound(node.get("max"), child(pointer, "max"), report)
    if lower is not None and upper is not None and lower > upper:
        message = f"'min' must not be above 'max', got {lower:g} and {upper:g}"
        report(InvalidValueError(message, pointer=pointer))
    if value is None:
        return None
    return ParameterNode(name=name, value=value, const=const, min=lower, max=upper)


def read_analysis(node: Mapping[str, object], name: str, pointer: str, report: Report) -> AnalysisNode | None:
    """Read one analysis; both spellings of domains and parameters of interest are understood."""
    likelihood = text(node, "likelihood", pointer, report)
    found = {
        plural: texts(node.get(key), child(pointer, key), report)
        for plural, singular in (
            ("domains", "domain"),
            ("parameters_of_interest", "parameter_of_interest"),
        )
        for key in ((plural if node.get(plural) is not None else singular),)
    }
    init = optional_text(node, "init", pointer, report)
    prior = optional_text(node, "prior", pointer, report)
    if likelihood is None:
        return None
    return AnalysisNode(
        name=name,
        likelihood=likelihood,
        parameters_of_interest=found["parameters_of_interest"],
        domains=found["domains"],
        init=init,
        prior=prior,
        pointer=pointer,
    )
