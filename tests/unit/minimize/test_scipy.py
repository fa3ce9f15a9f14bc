"""What is particular to the minimisers of SciPy."""

from __future__ import annotations

import numpy as np
import pytest

import wilks
from tests.unit.minimize.functions import quadratic, rosenbrock
from wilks.minimize.scipy import METHODS
from wilks.registry import installed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "L-BFGS"}, "'L-BFGS' of SciPy; did you mean 'L-BFGS-B'"),
        ({"method": "BFGS-of-mine"}, "there are trust-exact, trust-constr"),
        ({"method": None}, "no method None of SciPy"),
        ({"tolerance": 0.0}, "tolerance of a minimizer must be positive and finite, got 0.0"),
        ({"tolerance": float("nan")}, "got nan"),
        ({"max_evaluations": 0}, "max_evaluations must be at least 1, or None for the default, got 0"),
    ],
)
def test_options_are_checked_when_it_is_made(options: dict, message: str) -> None:
    with pytest.raises(wilks.FitError, match=message):
        wilks.Scipy(**options)


def test_it_is_registered() -> None:
    assert installed().minimizer("scipy") == wilks.Scipy() == wilks.Scipy(method="L-BFGS-B")


def test_every_method_is_documented() -> None:
    for method in METHODS:
        assert f"``{method}``" in (wilks.Scipy.__doc__ or "")


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if method.derivatives == 2])
def test_second_derivatives_are_used(method: str) -> None:
    # The minimum of a parabola is one Newton step away, whatever the correlations; the trust region, of one standard
    # deviation at the start, has to grow to that size.
    function = quadratic(np.array([1.0, 2.0, 3.0, 4.0]), 0.999)
    found = wilks.Scipy(method=method).minimize(function)
    assert found.converged
    assert found.evaluations <= 12


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if method.limits != "along"])
def test_it_starts_at_a_limit_that_it_must_leave(method: str) -> None:
    function = rosenbrock(start=(0.5, 2.0), lower=(0.5, -2.0), upper=(3.0, 2.0))
    found = wilks.Scipy(method=method).minimize(function)
    assert found.converged, found.message
    assert found.point == pytest.approx([1.0, 1.0], abs=0.05)
