from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import scipy.special
import tensorflow as tf

import wilks.numpy as wnp

X = np.array([0.3, 0.7, 0.95])
Y = np.array([1.2, -0.4, 0.95])
MATRIX = np.array([[4.0, 1.0], [1.0, 3.0]])

ONE = (
    *(wnp.abs, wnp.sign, wnp.floor, wnp.ceil, wnp.round, wnp.isfinite, wnp.isinf, wnp.isnan),
    *(wnp.exp, wnp.expm1, wnp.log, wnp.log1p, wnp.log2, wnp.log10, wnp.sqrt, wnp.square),
    *(wnp.sin, wnp.cos, wnp.tan, wnp.arcsin, wnp.arccos, wnp.arctan, wnp.sinh, wnp.cosh, wnp.tanh),
    *(wnp.arcsinh, wnp.arctanh, wnp.zeros_like, wnp.ones_like, wnp.cumsum),
)
TWO = (
    *(wnp.arctan2, wnp.minimum, wnp.maximum, wnp.mod, wnp.logaddexp, wnp.power, wnp.isclose),
    *(wnp.equal, wnp.not_equal, wnp.less, wnp.less_equal, wnp.greater, wnp.greater_equal),
)
REDUCE = (wnp.sum, wnp.prod, wnp.mean, wnp.max, wnp.min)
SPECIAL = {
    "erf": scipy.special.erf,
    "erfc": scipy.special.erfc,
    "erfinv": scipy.special.erfinv,
    "lgamma": scipy.special.gammaln,
    "digamma": scipy.special.digamma,
    "stop_gradient": np.positive,
    "logsumexp": scipy.special.logsumexp,
}


def every_function() -> dict[str, tuple[Any, Any]]:
    """Pairs of what we compute and what NumPy or SciPy compute, for all names."""
    pairs: dict[str, tuple[Any, Any]] = {}
    for function in ONE:
        name = function.__name__
        pairs[name] = function(X), getattr(np, name)(X)
    for function in TWO:
        name = function.__name__
        second = Y if name != "power" else 1.3 * X
        pairs[name] = function(X, second), getattr(np, name)(X, second)
    for function in REDUCE:
        name = function.__name__
        for axis in (None, 0, (0, 1)):
            for keep in (False, True):
                want = getattr(np, name)(MATRIX, axis=axis, keepdims=keep)
                pairs[f"{name} {axis} {keep}"] = function(MATRIX, axis=axis, keepdims=keep), want
    for name, function in SPECIAL.items():
        pairs[name] = getattr(wnp, name)(X), function(X)
    factor = np.linalg.cholesky(MATRIX)
    pairs |= {
        "arccosh": (wnp.arccosh(1 + X), np.arccosh(1 + X)),
        "where": (wnp.where(X[:, None] > 0.5, Y, 0), np.where(X[:, None] > 0.5, Y, 0)),
        "clip": (wnp.clip(Y, 0, 1), np.clip(Y, 0, 1)),
        "clip below": (wnp.clip(Y, upper=X), np.minimum(Y, X)),
        "logical_and": (wnp.logical_and(X > 0.5, Y > 0), (X > 0.5) & (Y > 0)),
        "logical_or": (wnp.logical_or(X > 0.5, Y > 0), (X > 0.5) | (Y > 0)),
        "logical_not": (wnp.logical_not(X > 0.5), X <= 0.5),
        "any": (wnp.any(MATRIX > 3, axis=0), [True, False]),
        "all": (wnp.all(MATRIX > 0.5), True),
        "logsumexp axis": (
            wnp.logsumexp(MATRIX, axis=-1, keepdims=True),
            scipy.special.logsumexp(MATRIX, axis=-1, keepdims=True),
        ),
        "stack": (wnp.stack([X, Y], axis=-1), np.stack([X, Y], axis=-1)),
        "concatenate": (wnp.concatenate([X, Y]), np.concatenate([X, Y])),
        "reshape": (wnp.reshape(MATRIX, (4, 1)), MATRIX.reshape(4, 1)),
        "expand_dims": (wnp.expand_dims(X, -1), X[:, None]),
        "squeeze": (wnp.squeeze(X[None]), X),
        "broadcast_to": (wnp.broadcast_to(X, (2, 3)), np.broadcast_to(X, (2, 3))),
        "transpose": (wnp.transpose(np.stack([X, Y])), np.stack([X, Y]).T),
        "matmul": (wnp.matmul(MATRIX, MATRIX), MATRIX @ MATRIX),
        "matmul vector": (wnp.matmul(MATRIX, Y[:2]), MATRIX @ Y[:2]),
        "matmul row": (wnp.matmul(Y[:2], factor), Y[:2] @ factor),
        "matmul dot": (wnp.matmul(X, Y), X @ Y),
        "einsum": (wnp.einsum("i,ij,j->", Y[:2], MATRIX, X[:2]), Y[:2] @ MATRIX @ X[:2]),
        "cholesky": (wnp.cholesky(MATRIX), factor),
        "triangular_solve": (wnp.triangular_solve(factor, MATRIX), factor.T),
        "triangular_solve upper": (
            wnp.triangular_solve(factor.T, MATRIX, lower=False),
            np.linalg.solve(factor.T, MATRIX),
        ),
        "cholesky_logdet": (wnp.cholesky_logdet(factor), np.log(11)),
        "asarray": (wnp.asarray(X), X),
    }
    return pairs


def test_every_function_is_numpys_and_compiles() -> None:
    wanted: dict[str, Any] = {}

    def got() -> dict[str, Any]:
        pairs = every_function()
        wanted.update({name: want for name, (_, want) in pairs.items()})
        return {name: value for name, (value, _) in pairs.items()}

    for results in (got(), tf.function(got, jit_compile=True, autograph=False)()):
        for name, want in wanted.items():
            value = results[name].numpy()
            assert value.dtype == (np.bool_ if np.asarray(want).dtype == np.bool_ else np.float64)
            assert value.shape == np.shape(want), name
            np.testing.assert_allclose(value, want, rtol=1e-13, atol=1e-15, err_msg=name)
    public = {n for n, f in vars(wnp).items() if inspect.isfunction(f) and not n.startswith("_")}
    assert public == {name.partition(" ")[0] for name in wanted}


def test_importing_it_leaves_tensorflow_out() -> None:
    code = "import sys, wilks.numpy; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "x",
    [3, 3.0, True, [1, 2], np.float32(0.1), np.arange(3), [[1], [2.0]], np.array([True, False])],
)
def test_what_becomes_float64(x: Any) -> None:
    tensor = wnp.asarray(x)
    assert tensor.dtype == (tf.bool if np.asarray(x).dtype == np.bool_ else tf.float64)
    np.testing.assert_array_equal(tensor, np.asarray(x))


def test_tensors_become_float64() -> None:
    assert wnp.asarray(tf.constant([1, 2])).dtype == tf.float64
    assert wnp.asarray(tf.constant(1.5, tf.float32)).dtype == tf.float64
    mixed = wnp.asarray([[1, tf.constant(2.0, tf.float64)], [np.float32(3), 4]])
    np.testing.assert_array_equal(mixed, [[1, 2], [3, 4]])
    assert wnp.exp(1).dtype == (2 * wnp.exp([1]) - 1).dtype == tf.float64


def test_functions_have_names() -> None:
    assert pickle.loads(pickle.dumps(wnp.exp)) is wnp.exp
    assert wnp.exp.__name__ == "exp"
    assert all(inspect.getdoc(function) for function in (*ONE, *TWO, *REDUCE))


def two_derivatives(f: Any, x: Any) -> list[Any]:
    @tf.function(jit_compile=True, autograph=False)
    def compute(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = f(x)
            slope = inner.gradient(y, x, unconnected_gradients="zero")
        return y, slope, outer.gradient(slope, x, unconnected_gradients="zero")

    return [row.numpy() for row in compute(tf.constant(x, tf.float64))]


@pytest.mark.parametrize("constant", [True, False])
def test_power_at_zero_and_below(constant: bool) -> None:
    x = np.array([0.0, -1.5, 2.0])
    exponents = np.array([0.0, 1, 2, 3, 4, 8, 9, 12])
    for n in exponents if constant else [exponents[:, None]]:
        exponent = n if constant else tf.constant(n)
        value, slope, curvature = two_derivatives(lambda t, m=exponent: wnp.power(t, m), x + 0 * np.asarray(n))
        np.testing.assert_allclose(value, x**n, rtol=1e-15)
        np.testing.assert_allclose(slope, n * x ** np.maximum(n - 1, 0), rtol=1e-14)
        np.testing.assert_allclose(curvature, n * (n - 1) * x ** np.maximum(n - 2, 0), rtol=1e-14)


def test_power_of_an_exponent_that_floats() -> None:
    n = np.array([0.0, 1.0, 2.0, 0.5, -2.0])
    x = np.array([0.0, 0.0, 0.0, 4.0, -2.0])
    value, slope, curvature = two_derivatives(lambda m: wnp.power(x, m), n)
    np.testing.assert_allclose(value, [1, 0, 0, 2, 0.25])
    np.testing.assert_allclose(slope, [0, 0, 0, 2 * np.log(4), 0])
    np.testing.assert_allclose(curvature, [0, 0, 0, 2 * np.log(4) ** 2, 0])


def test_logs_of_sums_of_nothing() -> None:
    x = np.array([[-np.inf, -np.inf], [-np.inf, 1.0], [2.0, 2.0]])
    value, slope, curvature = two_derivatives(lambda t: wnp.logsumexp(t, axis=1), x)
    np.testing.assert_allclose(value, [-np.inf, 1, 2 + np.log(2)])
    np.testing.assert_allclose(slope, [[0, 0], [0, 1], [0.5, 0.5]])
    assert np.isfinite(curvature).all()
    value, slope, _ = two_derivatives(lambda t: wnp.logaddexp(t, -np.inf), [-np.inf, 3.0])
    np.testing.assert_allclose([value, slope], [[-np.inf, 3], [0, 1]])


def test_products_with_zero_factors() -> None:
    _, slope, _ = two_derivatives(wnp.prod, [0.0, 2.0, 3.0])
    np.testing.assert_allclose(slope, [6, 0, 0])
