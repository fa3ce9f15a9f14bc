"""Declared fields: what an annotation allows, and how values are converted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import wilks
from wilks.errors import ModelError, ParameterError
from wilks.expression.parser import parse
from wilks.expression.syntax import Expression
from wilks.fields import check_limits, convert_fields, declared_fields, positive_parameters
from wilks.func import Func, Node

X = wilks.Space("x", 0, 10)
S = wilks.Parameter("s", 1.0, lower=0.5)


@dataclass(frozen=True, kw_only=True)
class Everything(Node):
    """One field of each kind."""

    x: wilks.Observable
    real: wilks.Real
    positive: wilks.Positive
    scales: tuple[wilks.Positive, ...]
    matrix: tuple[tuple[wilks.Real, ...], ...]
    formula: wilks.Formula
    variables: wilks.Bindings
    part: wilks.PDF
    parts: tuple[wilks.PDF, ...] = ()
    optional: wilks.Real | None = None
    flag: bool = False
    order: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        convert_fields(self, "everything")


GOOD: dict[str, Any] = {
    "x": X,
    "real": 1,
    "positive": S,
    "scales": [1, S, np.float64(2)],
    "matrix": [[1, 2], (3, S)],
    "formula": "a + b",
    "variables": {"a": 1, "b": S},
    "part": wilks.Uniform(x=X),
}


def test_what_is_declared() -> None:
    fields = {field.name: field for field in declared_fields(Everything)}
    assert "name" not in fields
    roles = {name: field.kind.role for name, field in fields.items()}
    assert roles == {
        "x": "observable", "real": "real", "positive": "real", "scales": "real", "matrix": "real", "optional": "real",
        "formula": "expression", "variables": "bindings", "part": "node", "parts": "node", "flag": "static",
        "order": "static",
    }  # fmt: skip
    assert [fields[name].depth for name in ("real", "scales", "matrix", "parts")] == [0, 1, 2, 1]
    assert {name for name, field in fields.items() if not field.required} == {"parts", "optional", "flag", "order"}
    assert fields["positive"].kind.positive
    assert not fields["real"].kind.positive
    assert fields["part"].type is wilks.PDF


def test_values_are_converted() -> None:
    node = Everything(**GOOD)
    assert type(node.real) is float
    assert node.scales == (1.0, S, 2.0)
    assert type(node.scales[2]) is float
    assert node.matrix == ((1.0, 2.0), (3.0, S))
    assert isinstance(node.formula, Expression)
    assert node.variables == (("a", 1.0), ("b", S))
    assert node.optional is None


def test_bindings_by_name() -> None:
    node = Everything(**GOOD | {"variables": [X, S], "formula": parse("x * s")})
    assert node.variables == (("x", X), ("s", S))


def test_positive_parameters() -> None:
    other = wilks.Parameter("t", 2.0)
    node = Everything(**GOOD | {"scales": [other, 1.0, S + 1], "real": wilks.Parameter("r", 1.0)})
    assert positive_parameters(node) == [S, other]
    assert positive_parameters(S) == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": 3.0}, ModelError, "'x' of everything must be a Space"),
        ({"x": X * wilks.Space("y", 0, 1)}, ModelError, "one-dimensional"),
        ({"real": "mu"}, ModelError, "'real' of everything must be a number, Parameter or Func, got 'mu'"),
        ({"real": None}, ModelError, "'real'"),
        ({"real": True}, ModelError, "'real'"),
        ({"real": np.inf}, ModelError, "'real' of everything must be finite"),
        ({"real": [1.0]}, ModelError, "'real'"),
        ({"positive": -2}, ParameterError, "'positive' of everything must be > 0, got -2$"),
        ({"positive": wilks.Parameter("p", 0)}, ParameterError, "got 0 .start value of 'p'"),
        ({"scales": 3.0}, ModelError, "'scales' of everything must be a sequence"),
        ({"scales": "abc"}, ModelError, "must be a sequence"),
        ({"scales": {"a": 1}}, ModelError, "must be a sequence"),
        ({"scales": [1.0, 0.0]}, ParameterError, "'scales' of everything must be > 0"),
        ({"matrix": [1.0, 2.0]}, ModelError, "'matrix' of everything must be a sequence"),
        ({"formula": 3.0}, ModelError, "'formula' of everything must be an expression"),
        ({"variables": {"a": "b"}}, ModelError, "variables of everything"),
        ({"variables": [S + 1]}, ModelError, "variables of everything are named"),
        ({"part": S}, ModelError, "'part' of everything must be a PDF"),
        ({"parts": wilks.Uniform(x=X)}, ModelError, "'parts' of everything must be a sequence"),
    ],
)
def test_wrong_values(change: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Everything(**GOOD | change)


@pytest.mark.parametrize("annotation", [float, list, dict, np.ndarray, Any])
def test_wrong_annotations(annotation: Any) -> None:
    cls = dataclass(frozen=True)(type("Wrong", (Node,), {"__annotations__": {"width": annotation}}))
    with pytest.raises(ModelError, match=r"Wrong\.width: a field is annotated with"):
        declared_fields(cls)


def test_an_annotation_that_does_not_exist() -> None:
    cls = dataclass(frozen=True)(type("Wrong", (Node,), {"__annotations__": {"width": "Reel"}}))
    with pytest.raises(ModelError, match="annotation of Wrong cannot be read"):
        declared_fields(cls)


def test_limits() -> None:
    check_limits([X, wilks.Parameter("p", 0, lower=-1, upper=1)], "owner")
    for unlimited in (wilks.Space("x", 0, np.inf), S, S + 1):
        assert isinstance(unlimited, Func)
        with pytest.raises(ModelError, match="owner needs an observable with finite limits"):
            check_limits([unlimited], "owner")
