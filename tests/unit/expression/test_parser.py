"""Precedence and associativity, against Python's own parser where the two languages agree."""

from __future__ import annotations

import ast
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wilks.expression.operations import OPERATIONS
from wilks.expression.parser import parse
from wilks.expression.syntax import Apply, Control, Expression, Number, Symbol

OURS = {"negate": "(-{})", "not": "(!{})", "pow": "({} ^ {})", "min": "min({}, {})"}
PYTHONS = {"not": "(not {})", "pow": "({} ** {})", "&&": "({} and {})", "||": "({} or {})"}


def bracketed(expression: Expression, *, templates: dict[str, str] = OURS) -> str:
    """Write an expression with all its parentheses."""
    stack: list[str] = []
    for step in expression.code:
        match step:
            case Number(value=value):
                stack.append(repr(value))
            case Symbol(name=name):
                stack.append(name)
            case Apply(operation=name):
                arity = OPERATIONS[name].arity
                default = f"{name}({{}})" if arity == 1 else f"({{}} {name} {{}})"
                stack[-arity:] = [templates.get(name, default).format(*stack[-arity:])]
            case Control.SELECT:
                stack[-3:] = ["({} ? {} : {})".format(*stack[-3:])]
    assert len(stack) == 1
    return stack[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a-b-c", "((a - b) - c)"),
        ("a/b*c", "((a / b) * c)"),
        ("a+b*c^d", "(a + (b * (c ^ d)))"),
        ("a^b^c", "(a ^ (b ^ c))"),
        ("-x^2", "(-(x ^ 2.0))"),
        ("2^-1", "(2.0 ^ (-1.0))"),
        ("2^-x^2*y", "((2.0 ^ (-(x ^ 2.0))) * y)"),
        ("- -x", "(-(-x))"),
        ("+x - +y", "(x - y)"),
        ("-x*y", "((-x) * y)"),
        ("!a^b", "(!(a ^ b))"),
        ("!a == b", "((!a) == b)"),
        ("a < b == c < d", "((a < b) == (c < d))"),
        ("a + 1 > b - 1", "((a + 1.0) > (b - 1.0))"),
        ("a || b && c == d", "(a || (b && (c == d)))"),
        ("a === b !== c", "((a === b) !== c)"),
        ("a?b:c", "(a ? b : c)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b ? c : d : e", "(a ? (b ? c : d) : e)"),
        ("(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"),
        ("a || b ? c + 1 : -d", "((a || b) ? (c + 1.0) : (-d))"),
        ("1 + (a ? b : c)", "(1.0 + (a ? b : c))"),
        ("pow(a, b ? c : d)", "(a ^ (b ? c : d))"),
        ("min(a, -min(b,c))", "min(a, (-min(b, c)))"),
        ("exp (a)", "exp(a)"),
        ("TMath::Power(a, TMath::ASin(b))", "(a ^ asin(b))"),
        ("TMath::Pi()*x", "(3.141592653589793 * x)"),
        ("TMath::E()", "2.718281828459045"),
        ("PI + EULER", "(3.141592653589793 + 2.718281828459045)"),
        ("TRUE && FALSE", "(1.0 && 0.0)"),
        ("PIx + E + pi + true", "(((PIx + E) + pi) + true)"),
        ("((((x))))", "x"),
        ("x\n + y", "(x + y)"),
        (".5 + 5. + 1E3 + 007", "(((0.5 + 5.0) + 1000.0) + 7.0)"),
    ],
)
def test_structure(text: str, expected: str) -> None:
    assert bracketed(parse(text)) == expected


def python_spelling(text: str) -> str:
    return text.replace("^", "**").replace("&&", " and ").replace("||", " or ")


operands = st.sampled_from(["a", "b.c", "x_1", "2.5", "1e-3", ".5"])
signs = st.sampled_from(["", "", "", "-", "- -"])
# Comparisons chain in Python, and 'not' binds otherwise than '!': both are left to the cases above.
operators = st.sampled_from(["+", "-", "*", "/", "^", "&&", "||"])


def sequences(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operand = st.one_of(inner, inner.map("({})".format), inner.map("exp({})".format))
    signed = st.tuples(signs, operand).map("".join)
    pair = st.tuples(operators, signed).map(" ".join)
    return st.tuples(signed, st.lists(pair, max_size=6).map(" ".join)).map(" ".join)


@settings(deadline=None)
@given(st.recursive(operands, sequences, max_leaves=30))
def test_reads_arithmetic_as_python_does(text: str) -> None:
    ours = ast.parse(bracketed(parse(text), templates=OURS | PYTHONS), mode="eval")
    theirs = ast.parse(python_spelling(text), mode="eval")
    assert ast.dump(flat(ours)) == ast.dump(flat(theirs))


def flat(tree: ast.Expression) -> ast.Expression:
    """Nest 'a and b and c', which Python keeps as one node, to the left."""

    class Nest(ast.NodeTransformer):
        def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
            self.generic_visit(node)
            first, *rest = node.values
            for value in rest:
                first = ast.BoolOp(node.op, [first, value])
            return first

    return Nest().visit(tree)


def test_symbols_are_in_order_of_appearance() -> None:
    assert parse("z + exp(a)*z - PI*b.c + exp").symbols == ("z", "a", "b.c", "exp")


def test_equality_is_that_of_the_meaning() -> None:
    one, two = parse("x^2 + (y)"), parse(" pow(x,2)+y ")
    assert one == two
    assert hash(one) == hash(two)
    assert one != parse("y + x^2")
    assert (one.text, two.text) == ("x^2 + (y)", " pow(x,2)+y ")


def test_pickles() -> None:
    expression = parse("a > 0 ? log(a) : b/2")
    copy = pickle.loads(pickle.dumps(expression))
    assert copy == expression
    assert copy.text == expression.text


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + "x" + ")" * 100_000,
        "+".join(["x"] * 100_000),
        "^-".join(["x"] * 100_000),
        "c?x:" * 100_000 + "x",
        "c?" * 100_000 + "x" + ":x" * 100_000,
    ],
    ids=["parentheses", "sum", "tower", "else chain", "if chain"],
)
def test_depth_and_length_do_not_matter(text: str) -> None:
    expression = parse(text)
    copy = pickle.loads(pickle.dumps(expression))
    assert copy == expression
    assert hash(copy) == hash(expression)
