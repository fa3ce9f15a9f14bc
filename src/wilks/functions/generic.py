"""Function given by an expression."""

from __future__ import annotations

from dataclasses import dataclass

import wilks.numpy as wnp
from wilks.contract import FunctionExample
from wilks.expression.evaluate import evaluate
from wilks.expression.syntax import Expression
from wilks.fields import Bindings, Formula, check_bindings
from wilks.function import Function
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class GenericFunc(Function):
    r"""Function given by an expression in the language of HS3 (section 3.1).

    .. math:: f = g(a, b, \dots)

    HS3 section 2.2, ``generic_function``.

    Args:
        expression: The expression, such as ``"a * x^2 + b"``.
        variables: What its symbols stand for: a mapping of symbols to numbers, parameters,
            observables and functions, or parameters, observables and named functions whose names
            are the symbols.
        name: Name in documents.

    Raises:
        ExpressionError: If the expression cannot be read, or a symbol has no meaning.
        ModelError: If a variable is not in the expression.
    """

    expression: Formula
    variables: Bindings = ()

    hs3_type = "generic_function"
    # By hand: 12 - 0.5
    examples = (
        FunctionExample({"expression": "a * x^2 - b", "variables": {"a": 3.0, "x": 2.0, "b": 0.5}}, value=11.5),
    )

    def check(self) -> None:
        """Check that the variables are the symbols of the expression."""
        check_bindings(self.expression, self.variables, self.owner)

    @staticmethod
    def value(expression: Expression, variables: tuple[tuple[str, Tensor], ...]) -> Tensor:
        value = evaluate(expression, dict(variables))
        # Even a constant has the axis of events.
        return value if value.shape.rank else wnp.reshape(value, [1])
