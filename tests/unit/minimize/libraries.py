"""The minimisers of other libraries, with every method."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

import wilks
from wilks.minimize import nlopt, scipy
from wilks.minimize.minimizer import Minimizer

needs_nlopt = pytest.mark.skipif(find_spec("nlopt") is None, reason="nlopt is not installed: pip install wilks[nlopt]")

METHODS = [
    *(pytest.param((wilks.Scipy, method), id=f"scipy-{method}") for method in scipy.METHODS),
    *(pytest.param((wilks.NLopt, method), id=f"nlopt-{method}", marks=needs_nlopt) for method in nlopt.METHODS),
]
"""Parameters of tests; `make` makes the minimiser, which NLopt must be installed for."""


def make(made: tuple[type, str], **options: object) -> Minimizer:
    cls, method = made
    return cls(method=method, **options)
