"""From objects to HS3 documents."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from wilks._version import __version__
from wilks.compile.lowerable import postorder
from wilks.data import Data
from wilks.documents.hs3.convert import write_component
from wilks.documents.hs3.dialect import SPEC, Dialect
from wilks.errors import ModelError
from wilks.kernel import ranged_variates
from wilks.loss.channel import Channel
from wilks.loss.nll import NLL
from wilks.models.product import constraint_factors
from wilks.pdf import PDF
from wilks.serialization.hs3.components import Components
from wilks.serialization.hs3.names import Names
from wilks.serialization.hs3.points import DEFAULT_DOMAIN, DEFAULT_POINT
from wilks.serialization.hs3.roofit import for_roofit
from wilks.space import Axis, Space

Source = dict[str, Any]


def write_pdf(pdf: PDF, dialect: Dialect = SPEC) -> Source:
    """Return the document of a PDF.

    Raises:
        ModelError: If a part of it has no HS3 type, or names clash.
    """
    return _document(Components([pdf]), dialect)


def write_nll(nll: NLL, dialect: Dialect = SPEC) -> Source:
    """Return the document of a likelihood with its data.

    Raises:
        ModelError: Likewise, and if a range of the data would change the meaning of a distribution.
    """
    for channel in nll.channels:
        _check_ranges(channel)
    models = [channel.model for channel in nll.channels]
    preferred = {id(channel.model): channel.name for channel in nll.channels if channel.name}
    components = Components([*models, *nll.constraints], preferred)
    factors = [factor for model in models for factor in constraint_factors(model)]
    data = _data_names(nll)
    name = nll.name or "likelihood"
    likelihood: Source = {
        "name": name,
        "distributions": [components.names[model] for model in models],
        "data": [data[channel.data] for channel in nll.channels],
    }
    # Factors of products are in the document already.
    auxiliary = [c for c in nll.constraints if not any(c is factor for factor in factors)]
    if auxiliary:
        likelihood["aux_distributions"] = [components.names[constraint] for constraint in auxiliary]
    unique = {data[channel.data]: channel.data for channel in nll.channels}
    parts = {
        "data": [_data(dataset, key) for key, dataset in unique.items()],
        "likelihoods": [likelihood],
        "analyses": [{"name": name, "likelihood": name, "domain": DEFAULT_DOMAIN, "init": DEFAULT_POINT}],
    }
    return _document(components, dialect, parts)


def _document(components: Components, dialect: Dialect, parts: Mapping[str, Any] | None = None) -> Source:
    parameters = [
        {"name": p.name, "value": p.value, **({"const": True} if p.fixed else {})}
        for p in components.parameters.values()
    ]
    axes = [_domain_axis(p.name, *p.limits) for p in components.parameters.values() if not p.fixed]
    axes += [_domain_axis(space.name, *space.limits) for space in components.observables.values()]
    document: Source = {
        "metadata": {
            "hs3_version": dialect.hs3_version,
            "packages": [{"name": "wilks", "version": __version__}],
        },
        "distributions": [write_component(component, dialect) for component in components.distributions],
        "functions": [write_component(component, dialect) for component in components.functions],
        **(parts or {}),
        "domains": [{"name": DEFAULT_DOMAIN, "type": "product_domain", "axes": axes}],
        "parameter_points": [{"name": DEFAULT_POINT, "parameters": parameters}],
    }
    document = {key: value for key, value in document.items() if value or key == "metadata"}
    if dialect is SPEC:
        return document
    return for_roofit({**document, "misc": {"wilks": {"dialect": dialect.name}}})


def _check_ranges(channel: Channel) -> None:
    """Check that distributions that depend on the range of an observable have that of the data, as for a reader."""
    intervals = {axis.name: axis.intervals for axis in channel.data.space.axes}
    for node in postorder([channel.model]):
        for field in ranged_variates(type(node)) if isinstance(node, PDF) else ():
            space = getattr(node, field)
            if isinstance(space, Space) and space.axes[0].intervals != intervals[space.name]:
                raise ModelError(
                    f"{node.owner} is declared over {space}, but the range of its data is another, and HS3 takes it "
                    f"from there: declare {space.name!r} over the range of the data"
                )


def _data_names(nll: NLL) -> Names:
    names = Names(())
    for channel in nll.channels:
        if channel.data in names:
            continue
        if channel.data.name:
            names.claim(channel.data, channel.data.name)
        else:
            names.derive(channel.data, f"{channel.name}_data" if channel.name else "data")
    return names


def _data(data: Data, name: str) -> Source:
    source: Source = {
        "name": name,
        "type": "unbinned",
        "axes": [_data_axis(axis) for axis in data.space.axes],
        "entries": data.to_numpy().tolist(),
    }
    if data.weights is not None:
        source["weights"] = data.weights.tolist()
    return source


def _data_axis(axis: Axis) -> Source:
    if len(axis.intervals) > 1:
        raise ModelError(
            f"HS3 has no axes with gaps: the data over {axis.name!r} cannot be written; fit each interval as a channel"
        )
    return _domain_axis(axis.name, *axis.intervals[0])


def _domain_axis(name: str, lower: float, upper: float) -> Source:
    """Return a range; infinite limits are left out, as JSON has no way to write them."""
    limits = {"min": lower, "max": upper}
    return {"name": name, **{key: limit for key, limit in limits.items() if isfinite(limit)}}
