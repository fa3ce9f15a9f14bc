"""Statistical models for high-energy physics: compose, read, fit and publish them.

Names are loaded when they are first used, so that importing wilks is fast and never imports TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wilks._version import __version__

if TYPE_CHECKING:
    from wilks import plot
    from wilks.binned_data import BinnedData
    from wilks.contract import FunctionExample
    from wilks.data import Data
    from wilks.distributions.argus import Argus
    from wilks.distributions.bernstein import Bernstein
    from wilks.distributions.breit_wigner import BreitWigner
    from wilks.distributions.chebychev import Chebychev
    from wilks.distributions.continued_poisson import ContinuedPoisson
    from wilks.distributions.crystalball import CrystalBall
    from wilks.distributions.double_crystalball import DoubleCrystalBall
    from wilks.distributions.exponential import Exponential
    from wilks.distributions.gamma import Gamma
    from wilks.distributions.gaussian import Gaussian
    from wilks.distributions.generic import Generic
    from wilks.distributions.interpolated_poisson import InterpolatedPoisson
    from wilks.distributions.lognormal import LogNormal
    from wilks.distributions.multivariate_normal import MultivariateNormal
    from wilks.distributions.poisson import Poisson
    from wilks.distributions.polynomial import Polynomial
    from wilks.distributions.uniform import Uniform
    from wilks.errors import (
        CycleError,
        DataError,
        DocumentError,
        DocumentSyntaxError,
        DuplicateNameError,
        ExpressionError,
        FitError,
        ForkError,
        IntegrationError,
        InvalidValueError,
        MissingDependencyError,
        ModelError,
        ParameterError,
        PluginError,
        SpaceError,
        UnknownNameError,
        UnknownTypeError,
        UnsupportedError,
        WilksError,
    )
    from wilks.fields import Bindings, Formula, Observable, Positive, Real
    from wilks.func import Func, compose
    from wilks.function import Function
    from wilks.functions.generic import GenericFunc
    from wilks.functions.polynomial import PolynomialFunc
    from wilks.functions.product import ProductFunc
    from wilks.functions.sum import SumFunc
    from wilks.loss.constraint import gaussian_constraint, lognormal_constraint, poisson_constraint
    from wilks.loss.nll import NLL
    from wilks.minimize.fit import fit
    from wilks.minimize.many import fit_many
    from wilks.minimize.minos import Minos
    from wilks.minimize.minuit import Minuit
    from wilks.minimize.newton import Newton
    from wilks.minimize.nlopt import NLopt
    from wilks.minimize.profile import Profile, profile
    from wilks.minimize.result import FitResult
    from wilks.minimize.results import FitResults
    from wilks.minimize.scipy import Scipy
    from wilks.models.mixture import Mixture
    from wilks.models.product import Product
    from wilks.parameter import Parameter
    from wilks.pdf import PDF, Example
    from wilks.registry import Registry, hookimpl
    from wilks.serialization.files import load, load_result, save
    from wilks.serialization.workspace import Workspace
    from wilks.space import Space

_HOME = {
    "Argus": "distributions.argus",
    "Bernstein": "distributions.bernstein",
    "Bindings": "fields",
    "BinnedData": "binned_data",
    "BreitWigner": "distributions.breit_wigner",
    "Chebychev": "distributions.chebychev",
    "ContinuedPoisson": "distributions.continued_poisson",
    "CrystalBall": "distributions.crystalball",
    "CycleError": "errors",
    "Data": "data",
    "DataError": "errors",
    "DocumentError": "errors",
    "DocumentSyntaxError": "errors",
    "DoubleCrystalBall": "distributions.double_crystalball",
    "DuplicateNameError": "errors",
    "Example": "pdf",
    "Exponential": "distributions.exponential",
    "ExpressionError": "errors",
    "FitError": "errors",
    "ForkError": "errors",
    "FitResult": "minimize.result",
    "FitResults": "minimize.results",
    "Formula": "fields",
    "Func": "func",
    "Function": "function",
    "FunctionExample": "contract",
    "Gamma": "distributions.gamma",
    "Gaussian": "distributions.gaussian",
    "Generic": "distributions.generic",
    "GenericFunc": "functions.generic",
    "IntegrationError": "errors",
    "InterpolatedPoisson": "distributions.interpolated_poisson",
    "InvalidValueError": "errors",
    "LogNormal": "distributions.lognormal",
    "Minos": "minimize.minos",
    "Minuit": "minimize.minuit",
    "MissingDependencyError": "errors",
    "Mixture": "models.mixture",
    "ModelError": "errors",
    "MultivariateNormal": "distributions.multivariate_normal",
    "NLL": "loss.nll",
    "NLopt": "minimize.nlopt",
    "Newton": "minimize.newton",
    "Observable": "fields",
    "PDF": "pdf",
    "Parameter": "parameter",
    "ParameterError": "errors",
    "PluginError": "errors",
    "Poisson": "distributions.poisson",
    "Polynomial": "distributions.polynomial",
    "PolynomialFunc": "functions.polynomial",
    "Positive": "fields",
    "Product": "models.product",
    "ProductFunc": "functions.product",
    "Profile": "minimize.profile",
    "Real": "fields",
    "Registry": "registry",
    "Scipy": "minimize.scipy",
    "Space": "space",
    "SpaceError": "errors",
    "SumFunc": "functions.sum",
    "Uniform": "distributions.uniform",
    "UnknownNameError": "errors",
    "UnknownTypeError": "errors",
    "UnsupportedError": "errors",
    "WilksError": "errors",
    "Workspace": "serialization.workspace",
    "compose": "func",
    "fit": "minimize.fit",
    "fit_many": "minimize.many",
    "gaussian_constraint": "loss.constraint",
    "hookimpl": "registry",
    "load": "serialization.files",
    "load_result": "serialization.files",
    "lognormal_constraint": "loss.constraint",
    "poisson_constraint": "loss.constraint",
    "profile": "minimize.profile",
    "save": "serialization.files",
}

__all__ = ["__version__", *sorted([*_HOME, "plot"])]


def __getattr__(name: str) -> Any:
    if name == "plot":
        return import_module("wilks.plot")
    if name not in _HOME:
        raise AttributeError(f"module 'wilks' has no attribute {name!r}")
    value = getattr(import_module(f"wilks.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
