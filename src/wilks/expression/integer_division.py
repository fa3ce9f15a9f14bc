"""Where the standard and RooFit read the same text differently: the quotient of two integers."""

from __future__ import annotations

from wilks.expression.operations import OPERATIONS
from wilks.expression.syntax import Apply, Control, Expression, Number, Symbol

_LOGICAL = frozenset({"==", "!=", "===", "!==", "<", "<=", ">", ">=", "not", "&&", "||"})
_ARITHMETIC = frozenset({"+", "-", "*", "/", "negate"})


def has_integer_division(expression: Expression) -> bool:
    """Tell whether an integer is divided by an integer, as in ``1/2`` or ``(x > 0)/(1 + 2)``.

    RooFit compiles expressions as C++, where such a quotient is truncated. In the standard, and
    here, all division is that of floating-point numbers.

    Args:
        expression: The expression; all its names stand for floating-point values.
    """
    integer: list[bool] = []
    for step in expression.code:
        match step:
            case Number():
                integer.append(step.integer)
            case Symbol():
                integer.append(False)
            case Apply(operation=name):
                arity = OPERATIONS[name].arity
                operands = all(integer[-arity:])
                if name == "/" and operands:
                    return True
                result = name in _LOGICAL or (name in _ARITHMETIC and operands)
                integer[-arity:] = [result]
            case Control.SELECT:
                integer[-3:] = [integer[-2] and integer[-1]]
    return False
