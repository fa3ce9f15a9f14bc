"""Values of expressions."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from wilks.errors import ExpressionError
from wilks.expression.evaluate import evaluate
from wilks.expression.operations import FUNCTIONS
from wilks.expression.parser import parse

CORPUS = Path(os.environ.get("WILKS_CORPUS", Path(__file__).parents[3] / ".." / "shared"))
FIXTURE = CORPUS / "hs3" / "public" / "generic_ops.json"
NO_CORPUS = f"no corpus: {FIXTURE} does not exist (set WILKS_CORPUS)"


def value(text: str, **values: Any) -> Any:
    return evaluate(parse(text), values).numpy()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2/3", 2 / 3),
        ("7/2*2", 7.0),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("2^3^2", 512.0),
        ("(-2)^3", -8.0),
        ("1.2e3 + .5", 1200.5),
        ("PI", math.pi),
        ("EULER", math.e),
        ("TRUE + TRUE + FALSE", 2.0),
        ("1 < 2", 1.0),
        ("2 <= 1", 0.0),
        ("3 > 2 > 1", 0.0),
        ("!0 + !5", 1.0),
        ("2 && 0", 0.0),
        ("0 || 0.5", 1.0),
        ("1 ? 2 : 3", 2.0),
        ("0 ? 1 : 0 ? 2 : 3", 3.0),
        ("0.1 + 0.2 == 0.3", 1.0),
        ("0.1 + 0.2 === 0.3", 0.0),
        ("0.1 + 0.2 != 0.3", 0.0),
        ("0.1 + 0.2 !== 0.3", 1.0),
        ("1 == 1.00000000000001", 0.0),
        ("0 == 1e-300", 0.0),
        ("0 == -0", 1.0),
        ("pow(2, 0.5)", math.sqrt(2)),
        ("TMath::Max(1, 2) - TMath::Min(1, 2)", 1.0),
    ],
)
def test_constants(text: str, expected: float) -> None:
    result = evaluate(parse(text), {})
    assert result.dtype == tf.float64
    assert result.numpy() == expected


@pytest.mark.parametrize(
    ("text", "a", "b", "expected"),
    [
        ("a/b", 1, 0, math.inf),
        ("a/b", -1, 0, -math.inf),
        ("a/b", 0, 0, math.nan),
        ("a^b", 0, -1, math.inf),
        ("a^b", -8, 0.25, math.nan),
        ("a^b", 0, 0, 1.0),
        ("log(a)+b", -1, 0, math.nan),
        ("log(a)+b", 0, 0, -math.inf),
        ("exp(a)+b", 1000, 0, math.inf),
        ("a*b", 1e308, 10, math.inf),
        ("1/a == 1/b", 0, 0, 1.0),
        ("1/a == 1/b", 0, 1, 0.0),
        ("1/a != 1/b", 0, 1, 1.0),
        ("a/b == a/b", 0, 0, 0.0),
        ("a/b ? 1 : 2", 0, 0, 1.0),
        ("!(a/b)", 0, 0, 0.0),
    ],
)
def test_ieee_754(text: str, a: float, b: float, expected: float) -> None:
    np.testing.assert_equal(value(text, a=a, b=b), expected)
    np.testing.assert_equal(value(text, a=a, b=tf.constant(b, tf.float64)), expected)
    folded = re.sub(r"\ba\b", f"({a})", re.sub(r"\bb\b", f"({b})", text))
    np.testing.assert_equal(value(folded), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a === b", [1.0, 0.0, 0.0]),
        ("a !== b", [0.0, 1.0, 1.0]),
        ("a == b", [1.0, 1.0, 0.0]),
        ("a != b", [0.0, 0.0, 1.0]),
        ("a < b", [0.0, 1.0, 1.0]),
        ("a >= b", [1.0, 0.0, 0.0]),
        ("a > 0 && !(b > 2)", [1.0, 1.0, 0.0]),
        ("a < 1 || b > 2", [0.0, 0.0, 1.0]),
        ("a < b ? a : 10*b", [10.0, 1.0, 1.0]),
    ],
)
def test_logic_is_elementwise(text: str, expected: list[float]) -> None:
    near = math.nextafter(1.0, 2.0)
    result = value(text, a=tf.ones(3, tf.float64), b=np.array([1.0, near, 3.0]))
    np.testing.assert_array_equal(result, expected)


SAME_NAME = ["exp", "log", "sqrt", "abs", "sin", "cos", "tan", "sinh", "cosh", "tanh"]
REFERENCES = (
    {name: getattr(np, name) for name in [*SAME_NAME, "log10", "log2", "floor", "ceil"]}
    | {"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2}
    | {"pow": np.power, "min": np.minimum, "max": np.maximum}
    | {"erf": special.erf, "erfc": special.erfc}
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    a, b = np.array([0.1, 0.35, 0.8]), 0.6
    names = ["a", "b"][: FUNCTIONS[name].arity]
    text = f"{name}({', '.join(names)})"
    expected = REFERENCES[name](*[a, b][: len(names)])
    np.testing.assert_allclose(value(text, a=a, b=b), expected, rtol=1e-14)
    # Folding gives the same.
    folded = value(text.replace("a,", "0.35,").replace("a)", "0.35)").replace("b)", "0.6)"))
    np.testing.assert_allclose(folded, expected[1], rtol=1e-14)


def test_values_broadcast() -> None:
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(value("x*y", x=x, y=y), x * y)
    np.testing.assert_array_equal(value("x > 1 ? y : 0", x=x, y=y), np.where(x > 1, y, 0.0))


def test_other_names_are_ignored_and_missing_ones_named() -> None:
    assert value("sigma", sigma=2.0, other=1.0) == 2.0
    with pytest.raises(ExpressionError, match=r"'sigma' in '2\*sigma'; did you mean 'sigma1'"):
        value("2*sigma", sigma1=2.0)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_compiled_equals_eager(*, jit_compile: bool) -> None:
    text = "x > 0 ? log(x) + (x == 1) : (x < -1 && !(y > 1) ? x^3/y : 2/3) - max(y, 0.5)"
    expression = parse(text)
    x, y = tf.constant([-2.0, -0.5, 1.0, 2.0], tf.float64), tf.constant(0.75, tf.float64)
    compiled = tf.function(lambda **v: evaluate(expression, v), jit_compile=jit_compile)
    eager = evaluate(expression, {"x": x, "y": y})
    np.testing.assert_allclose(compiled(x=x, y=y), eager, rtol=1e-14)
    expected = [-8 / 0.75 - 0.75, 2 / 3 - 0.75, 1.0, math.log(2)]
    np.testing.assert_allclose(eager, expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+".join(["x"] * 100_000), 200_000.0),
        ("(" * 100_000 + "x" + ")" * 100_000, 2.0),
        ("x" + "*1/1" * 50_000, 2.0),
        ("x - (1" + "+1*2" * 100_000 + ")", -199_999.0),
    ],
    ids=["sum", "parentheses", "product", "constants"],
)
def test_depth_and_length_do_not_matter(text: str, expected: float) -> None:
    assert value(text, x=2.0) == expected


class UndecidedError(Exception):
    """NaN, or zeros of either sign, in min: libraries differ."""


def smaller(a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b) or a == b == 0:
        raise UndecidedError
    return min(a, b)


# Our spelling and Python's, of operations that IEEE 754 defines to the last bit.
SPELLINGS = [
    *[(f"{{}} {sign} {{}}", f"{{}} {sign} {{}}") for sign in "+-*/"],
    *[(f"({{}} {sign} {{}})", f"f(({{}}) {sign} ({{}}))") for sign in ("<", "<=", ">", ">=")],
    ("(({}) === ({}))", "f(({}) == ({}))"),
    ("(({}) !== ({}))", "f(({}) != ({}))"),
    ("({} && !({}))", "f(bool({}) and not bool({}))"),
    ("({} || {})", "f(bool({}) or bool({}))"),
    ("-({})", "-({})"),
    *[(f"{name}({{}})", f"{name}({{}})") for name in ("sqrt", "abs", "floor", "ceil")],
    ("min({}, {})", "smaller({}, {})"),
    ("({0} ? {1} : {2})", "(({1}) if ({0}) else ({2}))"),
]
leaves = st.one_of(
    st.sampled_from(["1", "2", "0.5", "3.25", "1e3", "0"]).map(lambda n: (n, f"f({n})")),
    st.sampled_from([("a", "a"), ("b.c", "b_c"), ("d", "d")]),
)


def compound(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    def fill(parts: tuple[tuple[str, str], list[tuple[str, str]]]) -> tuple[str, str]:
        (ours, theirs), operands = parts
        return ours.format(*[o for o, _ in operands]), theirs.format(*[t for _, t in operands])

    return st.tuples(st.sampled_from(SPELLINGS), st.lists(inner, min_size=3, max_size=3)).map(fill)


# Of 16 bits, so that no intermediate result is subnormal: TensorFlow takes such numbers for zero.
floats = st.floats(-4, 4, width=16, allow_subnormal=False)


@settings(deadline=None)
@given(st.recursive(leaves, compound, max_leaves=20), st.lists(floats, min_size=3, max_size=3))
def test_agrees_with_python(texts: tuple[str, str], point: list[float]) -> None:
    ours, theirs = texts
    functions = {"sqrt": np.sqrt, "abs": abs, "floor": np.floor, "ceil": np.ceil}
    names = dict(zip(["a", "b_c", "d"], map(np.float64, point), strict=True))
    # In eager mode TensorFlow confuses 0.0 and -0.0, so a quotient by zero has no definite sign.
    with np.errstate(invalid="ignore", divide="raise"):
        try:
            expected = eval(theirs, {"f": np.float64, "smaller": smaller, **functions, **names})
        except (UndecidedError, FloatingPointError):
            return
    values = {"a": point[0], "b.c": point[1], "d": point[2]}
    np.testing.assert_array_equal(evaluate(parse(ours), values), expected)


def fixture_points() -> list[Any]:
    if not FIXTURE.exists():
        return [pytest.param("", {}, 0.0, marks=pytest.mark.skip(reason=NO_CORPUS), id="corpus")]
    document = json.loads(FIXTURE.read_text())
    expected = json.loads(FIXTURE.with_suffix(".expected.json").read_text())
    texts = {function["name"]: function["expression"] for function in document["functions"]}
    defaults = {name: entry["value"] for name, entry in expected["parameters"].items()}
    return [
        pytest.param(texts[entry["function"]], defaults | at["parameters"], at["value"])
        for entry in expected["function_values"]
        for at in entry["at"]
    ]


@pytest.mark.parametrize(("text", "point", "expected"), fixture_points())
def test_agrees_with_roofit(text: str, point: dict[str, float], expected: float) -> None:
    np.testing.assert_allclose(value(text, **point), expected, rtol=1e-12, atol=1e-15)


def test_reads_every_expression_of_the_corpus() -> None:
    if not FIXTURE.exists():
        pytest.skip(NO_CORPUS)
    documents = [json.loads(path.read_text()) for path in FIXTURE.parent.glob("*.json")]
    sections = [d.get(key, []) for d in documents for key in ("functions", "distributions")]
    texts = {entry["expression"] for s in sections for entry in s if "expression" in entry}
    assert len(texts) > 20
    assert all(parse(text).text == text for text in texts)
