"""Checks of what is compiled: derivatives and batches, of distributions and functions alike."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from wilks.compile.layout import Order
from wilks.testing.agreement import require_close
from wilks.testing.program import Program


class Specimen(Protocol):
    """An example of a class, built and lowered."""

    @property
    def owner(self) -> str:
        """How messages name it."""

    @property
    def program(self) -> Program:
        """What is compiled."""


def gradient(specimen: Specimen) -> None:
    """The gradient with respect to every parameter is the finite difference."""
    program = specimen.program
    if not program.names:
        return
    exact, difference = program.value_and_gradient[1], program.difference_gradient
    rows = zip(program.names, program.scale, exact, difference, strict=True)
    for name, scale, got, expected in rows:
        message = (
            f"derivative of {specimen.owner} by {name!r} against finite differences; "
            f"look for stop_gradient, rounding, or a numerical branch that drops it"
        )
        require_close(got * scale, expected * scale, message, rtol=1e-6, atol=1e-6)


def hessian(specimen: Specimen) -> None:
    """The second derivatives are the finite differences of the gradient."""
    program = specimen.program
    if not program.names:
        return
    scale = np.outer(program.scale, program.scale)
    got, expected = program.hessian * scale, program.difference_hessian * scale
    message = f"second derivatives of {specimen.owner} by {', '.join(program.names)}"
    require_close(got, expected, f"{message} against finite differences", rtol=1e-5, atol=1e-5)


def batched(specimen: Specimen) -> None:
    """A batch of points, and parameters that are columns as long as the data, give what the points give one by one."""
    program = specimen.program
    if not program.names:
        return
    points, values = program.nearby
    chosen = slice(None, None, 3)
    looped = [program.evaluator.value_and_gradient(point)[0] for point in points[chosen]]
    in_columns = program.evaluator.at(points[chosen], Order.SCORES).value
    message = (
        f"batched against looped values of {specimen.owner}; "
        f"a kernel must broadcast its arguments and not reduce their axes"
    )
    require_close(values[chosen], looped, message, rtol=1e-12, atol=1e-10)
    require_close(in_columns, looped, message, rtol=1e-12, atol=1e-10)
