"""Statistical models for high-energy physics: compose, read, fit and publish them.

Names are loaded when they are first used, so that importing wilks is fast and never imports TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wilks._version import __version__

if TYPE_CHECKING:
    from wilks.data import BinnedData, Data
    from wilks.distributions.exponential import Exponential
    from wilks.distributions.gaussian import Gaussian
    from wilks.errors import WilksError
    from wilks.fields import Observable, Positive, Real
    from wilks.func import Func, compose
    from wilks.loss.nll import NLL
    from wilks.minimize.fit import fit
    from wilks.models.mixture import Mixture
    from wilks.models.product import Product
    from wilks.parameter import Parameter
    from wilks.pdf import PDF, Example
    from wilks.space import Space

_HOME = {
    "BinnedData": "data",
    "Data": "data",
    "Example": "pdf",
    "Exponential": "distributions.exponential",
    "Func": "func",
    "Gaussian": "distributions.gaussian",
    "Mixture": "models.mixture",
    "NLL": "loss.nll",
    "Observable": "fields",
    "PDF": "pdf",
    "Parameter": "parameter",
    "Positive": "fields",
    "Product": "models.product",
    "Real": "fields",
    "Space": "space",
    "WilksError": "errors",
    "compose": "func",
    "fit": "minimize.fit",
}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'wilks' has no attribute {name!r}")
    value = getattr(import_module(f"wilks.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
