"""Expressions as RooFit needs them, which searches the text for names and compiles it as C++."""

from __future__ import annotations

from dataclasses import dataclass

from wilks.expression.operations import OPERATIONS
from wilks.expression.parser import parse
from wilks.expression.syntax import Apply, Control, Number, Symbol

_LOGICAL = frozenset({"==", "!=", "===", "!==", "<", "<=", ">", ">=", "not", "&&", "||"})
_ARITHMETIC = frozenset({"+", "-", "*", "negate"})
# C++ truncates quotients of integers, and has no smaller one of an integer and a real number.
_REAL_ONLY = frozenset({"/", "min", "max"})
_PREFIX = {"negate": "-", "not": "!"}
# C++ compares exactly in any case.
_INFIX = {name: name for name in ("+", "-", "*", "/", *_LOGICAL - {"not"})} | {"===": "==", "!==": "!="}


@dataclass(frozen=True)
class _Piece:
    text: str
    integer: bool = False  # for C++, which has truth values among them

    @property
    def real(self) -> str:
        return f"( 1.0 * {self.text} )" if self.integer else self.text


def expression_for_roofit(text: str) -> str:
    """Return an expression that RooFit reads as the standard has it.

    In ``exp(x)`` RooFit does not find the variable ``x``, since ``exp`` contains it; in ``exp ( x )`` it does. It knows
    no ``PI``, ``EULER``, ``TRUE``, ``===`` and ``TMath::Exp``, mistakes some operands of ``^``, and truncates ``1/2``.

    Raises:
        ExpressionError: If the text is no expression.

    >>> expression_for_roofit("exp(-x^2/2)")
    'exp ( ( ( - pow ( x , 2.0 ) ) / 2.0 ) )'
    """
    stack: list[_Piece] = []
    for step in parse(text).code:
        match step:
            case Number():
                stack.append(_Piece(repr(step.value)))
            case Symbol():
                stack.append(_Piece(step.name))
            case Apply(operation=name):
                arity = OPERATIONS[name].arity
                stack[-arity:] = [_applied(name, stack[-arity:])]
            case Control.SELECT:
                condition, if_true, if_false = stack[-3:]
                integer = if_true.integer and if_false.integer
                stack[-3:] = [_Piece(f"( {condition.text} ? {if_true.text} : {if_false.text} )", integer)]
    return stack[0].text


def _applied(name: str, operands: list[_Piece]) -> _Piece:
    texts = [operand.real if name in _REAL_ONLY else operand.text for operand in operands]
    integer = name in _LOGICAL or (name in _ARITHMETIC and all(operand.integer for operand in operands))
    if name in _PREFIX:
        return _Piece(f"( {_PREFIX[name]} {texts[0]} )", integer)
    if name in _INFIX:
        return _Piece(f"( {texts[0]} {_INFIX[name]} {texts[1]} )", integer)
    return _Piece(f"{name} ( {' , '.join(texts)} )")
