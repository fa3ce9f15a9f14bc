"""Uniform distributions over one and several observables."""

from __future__ import annotations

import numpy as np
import pytest

import wilks
from wilks.distributions.uniform import Uniform


def test_over_a_union() -> None:
    pdf = Uniform(x=wilks.Space("x", [(0.0, 1.0), (3.0, 6.0)]))
    np.testing.assert_allclose(pdf.pdf([0.5, 2.0, 6.0, 7.0]), [0.25, 0.0, 0.25, 0.0])
    assert pdf.integrate(wilks.Space("x", 3.0, 4.0)) == pytest.approx(0.25)


@pytest.mark.parametrize("several", ["product", "tuple"])
def test_over_several_observables(several: str) -> None:
    x, y = wilks.Space("x", 0.0, 2.0), wilks.Space("y", [(-1.0, 1.0), (2.0, 5.0)])
    pdf = Uniform(x=x * y if several == "product" else (x, y))
    assert pdf.space.names == ("x", "y")
    np.testing.assert_allclose(pdf.pdf([[1.0, 0.0], [1.0, 1.5]]), [0.1, 0.0])
    assert pdf.integrate(wilks.Space("x", 0.0, 1.0) * wilks.Space("y", 2.0, 3.0)) == pytest.approx(0.1)


def test_more_dimensions_than_a_quadrature_could() -> None:
    spaces = [wilks.Space(f"x{i}", 0.0, 2.0) for i in range(5)]
    np.testing.assert_allclose(Uniform(x=spaces).pdf(np.ones((1, 5))), 2.0**-5)


def test_as_a_constraint_it_is_uniform_over_the_limits() -> None:
    parameter = wilks.Parameter("a", 1.0, lower=-1.0, upper=4.0)
    assert wilks.NLL({}, constraints=[Uniform(x=parameter)])() == pytest.approx(np.log(5.0))


def test_errors() -> None:
    with pytest.raises(wilks.WilksError, match="finite limits"):
        Uniform(x=wilks.Space("x", 0.0, np.inf))
    with pytest.raises(wilks.WilksError, match="finite limits"):
        Uniform(x=wilks.Parameter("a", 1.0))
    with pytest.raises(wilks.WilksError, match="at least one observable"):
        Uniform(x=())
