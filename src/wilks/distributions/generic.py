"""Distribution given by an expression."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.errors import ModelError
from wilks.expression.evaluate import evaluate
from wilks.expression.syntax import Expression
from wilks.fields import Bindings, Formula, check_bindings
from wilks.pdf import PDF, Example
from wilks.space import Space
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Generic(PDF):
    r"""Distribution given by an expression in the language of HS3 (section 3.1).

    .. math:: f(x) \propto g(x, \dots)

    Where the expression g is not positive the density is zero. It is normalised numerically over the observables
    among the variables; without any it is a constraint term, and taken as it stands. HS3 section
    2.1.1, ``generic_dist``.

    Args:
        expression: The expression, such as ``"x^2 + a"``.
        variables: What its symbols stand for: a mapping of symbols to numbers, parameters,
            observables and functions, or parameters, observables and named functions whose names
            are the symbols.
        name: Name in documents and plots.

    Raises:
        ExpressionError: If the expression cannot be read, or a symbol has no meaning.
        ModelError: If a variable is not in the expression, or there are none.
    """

    expression: Formula
    variables: Bindings

    hs3_type = "generic_dist"
    # By hand: 1.5 / 4.5
    examples = (
        Example(
            {"expression": "x^2 + a", "variables": {"x": Space("x", -1.0, 2.0), "a": 0.5}},
            limits=(-1.0, 2.0),
            x=1.0,
            prob=1 / 3,
        ),
    )

    def check(self) -> None:
        """Check that the variables are the symbols of the expression."""
        check_bindings(self.expression, self.variables, self.owner)
        if not self.variables:
            raise ModelError(f"{self.owner} depends on nothing: its expression has no symbols")

    @staticmethod
    def unnormalized_prob(expression: Expression, variables: tuple[tuple[str, Tensor], ...]) -> Tensor:
        return evaluate(expression, dict(variables))

    @staticmethod
    def log_total() -> Tensor:
        return wnp.asarray([0.0])
