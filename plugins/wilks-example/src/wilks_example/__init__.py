"""A distribution and a function for wilks: a template of a plugin."""

from __future__ import annotations

from wilks.registry import hookimpl
from wilks_example.asymmetric_power import AsymmetricPower
from wilks_example.triangle import Triangle


@hookimpl
def wilks_distributions() -> list[type[Triangle]]:
    """Return the distributions."""
    return [Triangle]


@hookimpl
def wilks_functions() -> list[type[AsymmetricPower]]:
    """Return the functions."""
    return [AsymmetricPower]
