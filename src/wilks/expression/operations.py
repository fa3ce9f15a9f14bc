"""What the operators and functions of the language compute.

A kernel is written once over an array namespace ``xp``: NumPy for constants, `wilks.numpy` for
tensors.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

_CLOSE = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Operation:
    """An operator or a function.

    Args:
        arity: Number of operands.
        kernel: Its value, from an array namespace and the operands.
        safe: For each operand a value where it and its derivatives are finite, or None if no
            value of that operand alone is dangerous; empty if none is.
    """

    arity: int
    kernel: Callable[..., Any]
    safe: tuple[float | None, ...] = ()


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _xp, *operands: function(*operands)


def _named(name: str) -> Callable[..., Any]:
    return lambda xp, *operands: getattr(xp, name)(*operands)


def _truth(condition: Callable[..., Any]) -> Callable[..., Any]:
    return lambda xp, *operands: xp.where(condition(xp, *operands), 1.0, 0.0)


def _close(xp: Any, a: Any, b: Any) -> Any:
    difference = xp.abs(a - b)
    near = difference <= _CLOSE * xp.maximum(xp.abs(a), xp.abs(b))
    # Of infinities only equal ones are close, though inf <= _CLOSE * inf.
    return (a == b) | (near & (difference < math.inf))


def _erf(xp: Any, x: Any) -> Any:
    return math.erf(x) if xp is np else xp.erf(x)


def _erfc(xp: Any, x: Any) -> Any:
    return math.erfc(x) if xp is np else xp.erfc(x)


FUNCTIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "exp": Operation(1, _named("exp"), safe=(0.0,)),
        "log": Operation(1, _named("log"), safe=(1.0,)),
        "sqrt": Operation(1, _named("sqrt"), safe=(1.0,)),
        "abs": Operation(1, _named("abs")),
        "pow": Operation(2, _named("power"), safe=(1.0, 1.0)),
        "min": Operation(2, _named("minimum")),
        "max": Operation(2, _named("maximum")),
        "sin": Operation(1, _named("sin")),
        "cos": Operation(1, _named("cos")),
        "tan": Operation(1, _named("tan"), safe=(0.0,)),
        "asin": Operation(1, _named("arcsin"), safe=(0.0,)),
        "acos": Operation(1, _named("arccos"), safe=(0.0,)),
        "atan": Operation(1, _named("arctan")),
        # Not in the standard, but common in formulae written for RooFit.
        "atan2": Operation(2, _named("arctan2"), safe=(1.0, 1.0)),
        "sinh": Operation(1, _named("sinh"), safe=(0.0,)),
        "cosh": Operation(1, _named("cosh"), safe=(0.0,)),
        "tanh": Operation(1, _named("tanh")),
        "erf": Operation(1, _erf),
        "erfc": Operation(1, _erfc),
        "floor": Operation(1, _named("floor")),
        "ceil": Operation(1, _named("ceil")),
        "log10": Operation(1, _named("log10"), safe=(1.0,)),
        "log2": Operation(1, _named("log2"), safe=(1.0,)),
    }
)
"""What is called with parentheses."""

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        **FUNCTIONS,
        "negate": Operation(1, _plain(operator.neg)),
        "+": Operation(2, _plain(operator.add)),
        "-": Operation(2, _plain(operator.sub)),
        "*": Operation(2, _plain(operator.mul)),
        "/": Operation(2, _plain(operator.truediv), safe=(None, 1.0)),
        "==": Operation(2, _truth(_close)),
        "!=": Operation(2, _truth(lambda xp, a, b: ~_close(xp, a, b))),
        "===": Operation(2, _truth(_plain(operator.eq))),
        "!==": Operation(2, _truth(_plain(operator.ne))),
        "<": Operation(2, _truth(_plain(operator.lt))),
        "<=": Operation(2, _truth(_plain(operator.le))),
        ">": Operation(2, _truth(_plain(operator.gt))),
        ">=": Operation(2, _truth(_plain(operator.ge))),
        "not": Operation(1, _truth(_plain(lambda a: a == 0.0))),
        "&&": Operation(2, _truth(_plain(lambda a, b: (a != 0.0) & (b != 0.0)))),
        "||": Operation(2, _truth(_plain(lambda a, b: (a != 0.0) | (b != 0.0)))),
    }
)
"""Everything that an `Apply` instruction may name; ``x^y`` is ``pow``."""
