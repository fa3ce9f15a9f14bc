"""The value of an expression, from the values of its names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import wilks.numpy as wnp
from wilks.errors import ExpressionError, did_you_mean
from wilks.expression.operations import OPERATIONS, Operation
from wilks.expression.syntax import Apply, Control, Expression, Number, Symbol
from wilks.typing import Tensor


def evaluate(expression: Expression, values: Mapping[str, Tensor]) -> Tensor:
    """Compute an expression; the values broadcast against each other.

    Both branches of a ternary are computed and one is selected, element by element. Inside a
    branch, operations whose value or derivative can be infinite or undefined (``log``, ``/``,
    ``exp``, ...) see a harmless operand wherever the branch is not taken, so that it cannot make
    the gradient or Hessian of the taken one NaN. Conditions are as in C: any number but zero,
    NaN included, is true; comparisons and logical operators give 1 or 0. Sub-expressions of
    literals only are folded, by the rules of IEEE 754: ``1/0`` is infinite, ``log(-1)`` is NaN.

    Args:
        expression: The expression.
        values: For each of ``expression.symbols`` a float64 tensor; other names are ignored.

    Returns:
        The value, of float64. An expression that does not depend on its names may be a scalar.

    Raises:
        ExpressionError: If a name has no value.
    """
    inputs = {name: wnp.asarray(_look_up(name, expression, values)) for name in expression.symbols}
    stack: list[Any] = []  # of constants (NumPy's, whose division by zero is no error) and tensors
    taken: list[Any] = [None]  # where the branch being computed is taken; None: everywhere
    with np.errstate(all="ignore"):
        for step in expression.code:
            match step:
                case Number():
                    stack.append(np.float64(step.value))
                case Symbol():
                    stack.append(inputs[step.name])
                case Apply():
                    operation = OPERATIONS[step.operation]
                    operands = stack[-operation.arity :]
                    stack[-operation.arity :] = [_apply(operation, operands, taken[-1])]
                case Control.BRANCH:
                    stack[-1] = stack[-1] != 0.0
                    taken.append(_both(taken[-1], stack[-1]))
                case Control.ELSE:
                    condition = stack[-2]
                    negated = condition if _is_constant(condition) else ~condition
                    taken[-1] = _both(taken[-2], negated)
                case Control.SELECT:
                    taken.pop()
                    stack[-3:] = [_select(*stack[-3:])]
    return wnp.asarray(stack[0])


def _look_up(name: str, expression: Expression, values: Mapping[str, Tensor]) -> Tensor:
    if name not in values:
        suggestion = did_you_mean(name, values)
        raise ExpressionError(f"no value for {name!r} in {expression.text!r}{suggestion}")
    return values[name]


def _apply(operation: Operation, operands: list[Any], taken: Any) -> Any:
    if all(_is_constant(operand) for operand in operands):
        return np.float64(operation.kernel(np, *operands))
    if taken is not None and operation.safe:
        operands = [
            operand if safe is None or _is_constant(operand) else wnp.where(taken, operand, safe)
            for operand, safe in zip(operands, operation.safe, strict=True)
        ]
    return operation.kernel(wnp, *operands)


def _both(outer: Any, inner: Any) -> Any:
    if _is_constant(inner):
        return outer
    return inner if outer is None else outer & inner


def _select(condition: Any, if_true: Any, if_false: Any) -> Any:
    if _is_constant(condition):
        return if_true if condition else if_false
    return wnp.where(condition, if_true, if_false)


def _is_constant(value: Any) -> bool:
    return isinstance(value, (np.float64, np.bool_))
