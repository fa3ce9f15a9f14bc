"""Wide and deep models are walked without recursion, and in time."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.compile.program import lower

N = 10_000
X = wilks.Space("x", 0, 10)
MU = wilks.Parameter("mu", 5.0, lower=4, upper=6)


def terms(n: int) -> wilks.Func:
    """mu + 1e-4 mu + 1e-4 mu + ...: a left-deep chain of sums."""
    return sum((MU * 1e-4 for _ in range(n)), start=MU)


def chain(n: int) -> wilks.Func:
    """((mu + c) * d - c) / d ..., which is about mu; every operation has the next in it."""
    return reduce(lambda node, i: (node * 2.0 - 5.0) / 1.0 if i % 2 else (node + 5.0) / 2.0, range(n // 2), MU)


def composed(n: int) -> wilks.Func:
    return reduce(lambda node, _: wilks.compose(wnp.abs, node), range(n), MU)


@pytest.mark.parametrize("build", [terms, chain, composed], ids=lambda build: build.__name__)
def test_ten_thousand_operations(build: Callable[[int], wilks.Func], tmp_path: Path) -> None:
    node = build(N)
    expected = 5.0 * (1 + 1e-4 * N) if build is terms else 5.0
    model = wilks.Gaussian(x=X, mean=node / expected * 5, sigma=1.0)
    assert len(lower(model).structure.instructions) > N
    assert model.pdf([5.0]) == pytest.approx(wilks.Gaussian(x=X, mean=5, sigma=1.0).pdf([5.0]), rel=1e-12)
    again = pickle.loads(pickle.dumps(model))
    assert again == model
    assert hash(again) == hash(model)
    assert model != wilks.Gaussian(x=X, mean=build(N - 2) / expected * 5, sigma=1.0)
    assert f"{2 + len(lower(node).structure.instructions) - 1} operations" in repr(model)
    wilks.save(model, tmp_path / "model.json")
    read = wilks.load(tmp_path / "model.json").distributions["gaussian"]
    assert read.pdf({"x": [5.0]}, params={"mu": 5.5}) == pytest.approx(model.pdf([5.0], params={"mu": 5.5}), rel=1e-12)


def test_ten_thousand_functions_of_a_document(tmp_path: Path) -> None:
    node: wilks.Func = MU
    for i in range(N):
        node = wilks.SumFunc(summands=[node, 1e-4], name=f"f{i}")
    wilks.save(wilks.Gaussian(x=X, mean=node, sigma=1.0), tmp_path / "model.json")
    workspace = wilks.load(tmp_path / "model.json")
    assert workspace.functions[f"f{N - 1}"]({"mu": 4.5}) == pytest.approx(4.5 + 1e-4 * N, rel=1e-12)
    assert workspace.distributions["gaussian"].parameters == ("mu",)


def test_a_thousand_parameters_in_one_sum() -> None:
    parameters = [wilks.Parameter(f"p{i}", 0.01 * i) for i in range(1000)]
    total = wilks.SumFunc(summands=parameters)
    model = wilks.Gaussian(x=X, mean=total / 1000, sigma=1.0)
    nll = wilks.NLL(model, wilks.Data(X, [4.0, 5.0]))
    assert nll.gradient() == pytest.approx(np.full(1000, nll.gradient()[0]), rel=1e-12)


def test_a_chain_compiles() -> None:
    model = wilks.Gaussian(x=X, mean=chain(500), sigma=1.0)
    nll = wilks.NLL(model, wilks.Data(X, [4.0, 5.0, 5.5]))
    plain = wilks.NLL(wilks.Gaussian(x=X, mean=MU, sigma=1.0), wilks.Data(X, [4.0, 5.0, 5.5]))
    assert nll.gradient() == pytest.approx(plain.gradient(), rel=1e-9)
