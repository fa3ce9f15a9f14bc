"""The parser: text to `Expression`, by operator precedence with an explicit stack.

From loose to tight: ``?:``, ``||``, ``&&``, equality, order, sum, product, sign and ``!``, ``^``.
As in C, and so in RooFit, except that C has no ``^`` for powers: ``-x^2`` is ``-(x^2)``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from wilks.errors import ExpressionError, did_you_mean
from wilks.expression.diagnostics import error_at
from wilks.expression.operations import FUNCTIONS
from wilks.expression.spellings import CONSTANT_CALLS, CONSTANTS, SPELLINGS, TRUTH_VALUES
from wilks.expression.syntax import Apply, Control, Expression, Instruction, Number, Symbol
from wilks.expression.tokens import Token, tokenize

_OPEN = 0  # waits for its partner: a parenthesis, a '?'
_ELSE = 1
_CONDITION = 2
_SIGN = 8
_STRENGTH = (
    {"||": 2, "&&": 3, "==": 4, "!=": 4, "===": 4, "!==": 4}
    | {"<": 5, "<=": 5, ">": 5, ">=": 5}
    | {"+": 6, "-": 6, "*": 7, "/": 7, "^": 9}
)
_INFIX = {sign: Apply("pow" if sign == "^" else sign) for sign in _STRENGTH}
_PREFIX = {"-": Apply("negate"), "!": Apply("not")}


def parse(text: str) -> Expression:
    """Read a generic expression of the HS3 standard (section 3.1).

    Beyond the standard it reads ``erf erfc floor ceil log10 log2 sinh cosh tanh atan2``, ROOT's
    spellings of all functions (``TMath::Exp(x)``, ``TMath::Pi()``) and spaces before a function's
    parenthesis. The name of a function without a parenthesis is a name like any other.

    Args:
        text: The expression.

    Returns:
        The expression, ready for ``evaluate``.

    Raises:
        ExpressionError: If the text is not an expression; it shows the place.

    >>> parse("exp(-0.5 * ((x - mean) / sigma)^2)").symbols
    ('x', 'mean', 'sigma')
    """
    if not text.strip():
        raise error_at(text, 0, "the expression is empty")
    tokens = tokenize(text)
    reader = _Reader(text)
    wants_operand = True
    for token, following in pairwise([*tokens, tokens[-1]]):
        if wants_operand:
            wants_operand = reader.read_operand(token, is_called=following.text == "(")
        else:
            wants_operand = reader.read_operator(token)
    return Expression(code=tuple(reader.code), symbols=tuple(reader.symbols), text=text)


@dataclass(slots=True)
class _Pending:
    """What has been read and waits for its last operand or for its partner."""

    token: Token
    strength: int
    emits: Instruction | None = None
    function: Token | None = None
    commas: int = 0


@dataclass(slots=True)
class _Reader:
    """The state of one parse. Its methods take a token and tell whether an operand must follow."""

    text: str
    code: list[Instruction] = field(default_factory=list)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    stack: list[_Pending] = field(default_factory=list)
    called: Token | None = None

    def read_operand(self, token: Token, *, is_called: bool) -> bool:
        match token.kind, token.text:
            case "number", written:
                self.code.append(Number(float(written), integer=written.isdigit()))
                return False
            case "name", _ if is_called:
                self._check_function(token)
                self.called = token
                return True
            case "name", _:
                self._read_name(token)
                return False
            case _, "(":
                self.stack.append(_Pending(token, _OPEN, function=self.called))
                self.called = None
                return True
            case _, "-" | "!" as sign:
                self.stack.append(_Pending(token, _SIGN, emits=_PREFIX[sign]))
                return True
            case _, "+":
                return True
            case _, ")" if self._is_empty_call():
                return self._close(arguments=0)
        hint = "; a power is written '^'" if self.text[: token.position + 1].endswith("**") else ""
        found = _describe(token)
        raise self._error(token, f"expected a number, a name or '(', found {found}{hint}")

    def read_operator(self, token: Token) -> bool:
        match token.kind, token.text:
            case "end", _:
                return self._finish()
            case "operator", ")":
                return self._close(arguments=self._partner(token, "(").commas + 1)
            case "operator", ",":
                return self._begin_argument(token)
            case "operator", "?":
                self._reduce(_CONDITION)
                self.code.append(Control.BRANCH)
                self.stack.append(_Pending(token, _OPEN))
                return True
            case "operator", ":":
                self._partner(token, "?")
                self.code.append(Control.ELSE)
                self.stack[-1] = _Pending(token, _ELSE, emits=Control.SELECT)
                return True
            case "operator", sign if sign in _STRENGTH:
                strength = _STRENGTH[sign]
                # Of equal ones the left comes first, except that a^b^c is a^(b^c).
                self._reduce(strength + 1 if sign == "^" else strength)
                self.stack.append(_Pending(token, strength, emits=_INFIX[sign]))
                return True
        hint = "" if token.text == "!" else "; a product needs a '*'"
        found = _describe(token)
        raise self._error(token, f"expected an operator or the end, found {found}{hint}")

    def _finish(self) -> bool:
        self._reduce(_ELSE)
        if self.stack:
            raise self._unfinished(self.stack[-1])
        return False

    def _begin_argument(self, comma: Token) -> bool:
        pending = self._partner(comma, "(")
        if pending.function is None:
            raise self._error(comma, "',' outside a function's arguments")
        pending.commas += 1
        return True

    def _reduce(self, strength: int) -> None:
        """Emit what waits and binds at least this tightly."""
        while self.stack and self.stack[-1].strength >= strength:
            emits = self.stack.pop().emits
            if emits is not None:
                self.code.append(emits)

    def _partner(self, token: Token, opening: str) -> _Pending:
        """Finish everything inside a pair and return what opened it."""
        self._reduce(_ELSE)
        if not self.stack:
            raise self._error(token, f"{token.text!r} without a {opening!r} before it")
        if self.stack[-1].token.text != opening:
            raise self._unfinished(self.stack[-1])
        return self.stack[-1]

    def _read_name(self, token: Token) -> None:
        name = token.text
        if name in CONSTANTS:
            self.code.append(Number(CONSTANTS[name]))
        elif name in TRUTH_VALUES:
            self.code.append(Number(TRUTH_VALUES[name], integer=True))
        elif name in CONSTANT_CALLS:
            raise self._error(token, f"{name!r} is a function: write '{name}()'")
        else:
            self.code.append(self.symbols.setdefault(name, Symbol(name)))

    def _check_function(self, token: Token) -> None:
        if token.text not in SPELLINGS and token.text not in CONSTANT_CALLS:
            suggestion = did_you_mean(token.text, [*SPELLINGS, *CONSTANT_CALLS])
            raise self._error(token, f"unknown function {token.text!r}{suggestion}")

    def _close(self, *, arguments: int) -> bool:
        function = self.stack.pop().function
        if function is not None:
            self._finish_call(function, arguments=arguments)
        return False

    def _is_empty_call(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return top is not None and top.function is not None and top.commas == 0

    def _finish_call(self, function: Token, *, arguments: int) -> None:
        name = function.text
        arity = 0 if name in CONSTANT_CALLS else FUNCTIONS[SPELLINGS[name]].arity
        if arguments != arity:
            plural = "" if arity == 1 else "s"
            raise self._error(function, f"{name!r} takes {arity} argument{plural}, got {arguments}")
        self.code.append(Apply(SPELLINGS[name]) if arity else Number(CONSTANT_CALLS[name]))

    def _unfinished(self, pending: _Pending) -> ExpressionError:
        missing = "')'" if pending.token.text == "(" else "':'"
        return self._error(pending.token, f"{pending.token.text!r} without its {missing}")

    def _error(self, token: Token, message: str) -> ExpressionError:
        return error_at(self.text, token.position, message)


def _describe(token: Token) -> str:
    return "the end" if token.kind == "end" else repr(token.text)
