"""The namespace that kernels are written in: NumPy's names on float64 TensorFlow tensors.

Everything is differentiable in reverse and forward mode and compiles with XLA. Python numbers and
NumPy arrays become float64, booleans stay booleans. TensorFlow is imported when the first function
is called::

    import wilks.numpy as wnp


    def unnormalized_log_prob(x, mean, sigma):
        return -0.5 * wnp.square((x - mean) / sigma)

No function here uses ``tf.custom_gradient``: forward mode inside a ``tf.function`` takes its
derivative to be zero, without a word.
"""

# ruff: noqa: A001  (NumPy's names are Python's)

from __future__ import annotations

import builtins
import math
import numbers
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

import numpy as np

from wilks.numeric.backend import tf
from wilks.typing import Tensor

Axis: TypeAlias = int | Sequence[int] | None
Unary: TypeAlias = Callable[[Any], Tensor]
Binary: TypeAlias = Callable[[Any, Any], Tensor]
F = TypeVar("F", bound=Callable[..., Any])

pi = math.pi
e = math.e
inf = math.inf
nan = math.nan


def asarray(x: Any) -> Tensor:
    """Return ``x`` as a float64 tensor (as a bool tensor if it is boolean).

    Args:
        x: Number, NumPy array, tensor, or a nested list of them.
    """
    if tf.is_tensor(x):
        return x if x.dtype in (tf.float64, tf.bool) else tf.cast(x, tf.float64)
    if isinstance(x, (list, tuple)) and builtins.any(map(tf.is_tensor, _leaves(x))):
        return tf.stack([asarray(item) for item in x])
    array = np.asarray(x)
    return tf.constant(array if array.dtype == np.bool_ else array.astype(np.float64))


def _leaves(x: Any) -> list[Any]:
    """Return the innermost items of a nested list."""
    if isinstance(x, (list, tuple)):
        return [leaf for item in x for leaf in _leaves(item)]
    return [x]


def _unary(name: str, op: str, what: str) -> Unary:
    """Make the function ``name`` of one float64 argument from the TensorFlow function ``op``."""
    find = attrgetter(op)

    def function(x: Any) -> Tensor:
        return find(tf)(asarray(x))

    return _named(function, name, what)


def _binary(name: str, op: str, what: str) -> Binary:
    """Make the function ``name`` of two broadcast arguments from the TensorFlow function ``op``."""
    find = attrgetter(op)

    def function(x: Any, y: Any) -> Tensor:
        return find(tf)(asarray(x), asarray(y))

    return _named(function, name, what)


def _named(function: F, name: str, what: str) -> F:
    # So that help() and pickle find the function under its public name.
    function.__name__ = function.__qualname__ = name
    function.__doc__ = what
    return function


abs = _unary("abs", "abs", "Absolute value; its derivative at 0 is 0.")
exp = _unary("exp", "exp", "Exponential.")
expm1 = _unary("expm1", "math.expm1", "exp(x) - 1, accurate near 0.")
log = _unary("log", "math.log", "Natural logarithm.")
log1p = _unary("log1p", "math.log1p", "log(1 + x), accurate near 0.")
sqrt = _unary("sqrt", "sqrt", "Square root.")
square = _unary("square", "square", "x * x.")
sin = _unary("sin", "sin", "Sine.")
cos = _unary("cos", "cos", "Cosine.")
tan = _unary("tan", "tan", "Tangent.")
arcsin = _unary("arcsin", "asin", "Inverse sine.")
arccos = _unary("arccos", "acos", "Inverse cosine.")
arctan = _unary("arctan", "atan", "Inverse tangent.")
sinh = _unary("sinh", "sinh", "Hyperbolic sine.")
cosh = _unary("cosh", "cosh", "Hyperbolic cosine.")
tanh = _unary("tanh", "tanh", "Hyperbolic tangent.")
arcsinh = _unary("arcsinh", "asinh", "Inverse hyperbolic sine.")
arccosh = _unary("arccosh", "acosh", "Inverse hyperbolic cosine.")
arctanh = _unary("arctanh", "atanh", "Inverse hyperbolic tangent.")
erf = _unary("erf", "math.erf", "Error function.")
erfc = _unary("erfc", "math.erfc", "Complementary error function; wilks.numeric.special has its log.")
erfinv = _unary("erfinv", "math.erfinv", "Inverse error function.")
lgamma = _unary("lgamma", "math.lgamma", "Logarithm of the absolute value of Gamma(x).")
digamma = _unary("digamma", "math.digamma", "Derivative of lgamma.")
sign = _unary("sign", "sign", "Sign: -1, 0 or 1; its derivative is 0.")
floor = _unary("floor", "floor", "Largest integer not above x.")
ceil = _unary("ceil", "math.ceil", "Smallest integer not below x.")
round = _unary("round", "round", "Nearest integer, halves to even.")
isfinite = _unary("isfinite", "math.is_finite", "Whether x is neither infinite nor NaN.")
isinf = _unary("isinf", "math.is_inf", "Whether x is infinite.")
isnan = _unary("isnan", "math.is_nan", "Whether x is NaN.")
logical_not = _unary("logical_not", "logical_not", "Logical not.")
zeros_like = _unary("zeros_like", "zeros_like", "Zeros in the shape of x.")
ones_like = _unary("ones_like", "ones_like", "Ones in the shape of x.")
stop_gradient = _unary("stop_gradient", "stop_gradient", "x, taken to be constant.")

arctan2 = _binary("arctan2", "atan2", "Angle of the point (y, x).")
minimum = _binary("minimum", "minimum", "The smaller of two.")
maximum = _binary("maximum", "maximum", "The larger of two.")
mod = _binary("mod", "math.floormod", "Remainder, with the sign of the divisor.")
logical_and = _binary("logical_and", "logical_and", "Logical and.")
logical_or = _binary("logical_or", "logical_or", "Logical or.")
equal = _binary("equal", "equal", "Whether x = y.")
not_equal = _binary("not_equal", "not_equal", "Whether x and y differ.")
less = _binary("less", "less", "Whether x < y.")
less_equal = _binary("less_equal", "less_equal", "Whether x <= y.")
greater = _binary("greater", "greater", "Whether x > y.")
greater_equal = _binary("greater_equal", "greater_equal", "Whether x >= y.")


def log2(x: Any) -> Tensor:
    """Logarithm to base 2."""
    return log(x) / math.log(2)


def log10(x: Any) -> Tensor:
    """Logarithm to base 10."""
    return log(x) / math.log(10)


def power(x: Any, n: Any) -> Tensor:
    """Return ``x**n`` with finite derivatives at ``x = 0`` for integers ``n >= 0``.

    The derivative of ``tf.pow`` is ``n x**(n - 1)``, that is 0 * inf at ``x = 0`` for n = 0, and
    so is the second one for n = 1. There the power is replaced by 1 and by x.

    Args:
        x: Base; where it is negative, ``n`` must be an integer.
        n: Exponent, constant or not.
    """
    if isinstance(n, numbers.Real) and float(n) in range(-8, 9):
        return _integer_power(asarray(x), int(float(n)))
    x, n = asarray(x), asarray(n)
    regular = (x != 0) | ((n != 0) & (n != 1))
    return tf.where(regular, tf.pow(tf.where(regular, x, 1.0), n), tf.where(n != 0, x, 1.0))


def _integer_power(x: Tensor, n: int) -> Tensor:
    """Return ``x**n`` by multiplication: faster than ``tf.pow`` and smooth at 0."""
    if n < 0:
        return 1 / _integer_power(x, -n)
    if n == 0:
        return tf.ones_like(x)
    half = _integer_power(x, n // 2) if n > 1 else None
    even = None if half is None else half * half
    return even if n % 2 == 0 else x if even is None else even * x


def clip(x: Any, lower: Any = None, upper: Any = None) -> Tensor:
    """Return ``x`` limited to [``lower``, ``upper``]; a limit may be None."""
    x = asarray(x)
    x = x if lower is None else maximum(x, lower)
    return x if upper is None else minimum(x, upper)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """Return ``x`` where ``condition`` holds, else ``y``; all three broadcast.

    The derivative of the branch not taken is multiplied by zero, and zero times infinity is NaN:
    where a branch is singular, replace its argument too (``where(ok, f(where(ok, x, 1)), 0)``).
    """
    return tf.where(tf.cast(condition, tf.bool), asarray(x), asarray(y))


def isclose(x: Any, y: Any, rtol: float = 1e-5, atol: float = 1e-8) -> Tensor:
    """Return whether ``|x - y| <= atol + rtol |y|``."""
    x, y = asarray(x), asarray(y)
    return tf.abs(x - y) <= atol + rtol * tf.abs(y)


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum over ``axis``."""
    return tf.reduce_sum(asarray(x), axis=axis, keepdims=keepdims)


def prod(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Product over ``axis``."""
    return tf.reduce_prod(asarray(x), axis=axis, keepdims=keepdims)


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Mean over ``axis``."""
    return tf.reduce_mean(asarray(x), axis=axis, keepdims=keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Largest value over ``axis``."""
    return tf.reduce_max(asarray(x), axis=axis, keepdims=keepdims)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Smallest value over ``axis``."""
    return tf.reduce_min(asarray(x), axis=axis, keepdims=keepdims)


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any value over ``axis`` is true."""
    return tf.reduce_any(asarray(x), axis=axis, keepdims=keepdims)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all values over ``axis`` are true."""
    return tf.reduce_all(asarray(x), axis=axis, keepdims=keepdims)


def cumsum(x: Any, axis: int = 0) -> Tensor:
    """Cumulative sum along ``axis``."""
    return tf.cumsum(asarray(x), axis=axis)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return ``log(sum(exp(x)))`` over ``axis``; zero gradient where all terms are -inf."""
    x = asarray(x)
    largest = tf.stop_gradient(tf.reduce_max(x, axis=axis, keepdims=True))
    offset = tf.where(tf.math.is_finite(largest), largest, 0.0)
    total = tf.reduce_sum(tf.exp(x - offset), axis=axis, keepdims=True)
    some = total > 0
    result = tf.where(some, tf.math.log(tf.where(some, total, 1.0)) + offset, -inf)
    return result if keepdims else tf.squeeze(result, _axes(axis, x.shape.rank))


def _axes(axis: Axis, rank: int) -> list[int]:
    if axis is None:
        return list(range(rank))
    return [axis] if isinstance(axis, int) else list(axis)


def logaddexp(x: Any, y: Any) -> Tensor:
    """Return ``log(exp(x) + exp(y))``; zero gradient where both are -inf."""
    x, y = asarray(x), asarray(y)
    return logsumexp(tf.stack([x + tf.zeros_like(y), y + tf.zeros_like(x)]), axis=0)


def stack(arrays: Sequence[Any], axis: int = 0) -> Tensor:
    """Join arrays of one shape along a new axis."""
    return tf.stack([asarray(array) for array in arrays], axis=axis)


def concatenate(arrays: Sequence[Any], axis: int = 0) -> Tensor:
    """Join arrays along an existing axis."""
    return tf.concat([asarray(array) for array in arrays], axis=axis)


def reshape(x: Any, shape: Any) -> Tensor:
    """Give ``x`` another shape."""
    return tf.reshape(asarray(x), shape)


def expand_dims(x: Any, axis: int) -> Tensor:
    """Insert an axis of length one."""
    return tf.expand_dims(asarray(x), axis)


def squeeze(x: Any, axis: Axis = None) -> Tensor:
    """Remove axes of length one."""
    return tf.squeeze(asarray(x), axis)


def broadcast_to(x: Any, shape: Any) -> Tensor:
    """Repeat ``x`` to a shape."""
    return tf.broadcast_to(asarray(x), shape)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Tensor:
    """Permute the axes; reverse them if ``axes`` is None."""
    return tf.transpose(asarray(x), axes)


def matmul(x: Any, y: Any) -> Tensor:
    """Matrix product over the last two axes; a vector is a row (left) or a column (right)."""
    x, y = asarray(x), asarray(y)
    if y.shape.rank == 1:
        return tf.reduce_sum(x * y, axis=-1) if x.shape.rank == 1 else tf.linalg.matvec(x, y)
    return tf.linalg.matvec(y, x, transpose_a=True) if x.shape.rank == 1 else tf.matmul(x, y)


def einsum(subscripts: str, *operands: Any) -> Tensor:
    """Einstein summation."""
    return tf.einsum(subscripts, *[asarray(operand) for operand in operands])


def cholesky(matrix: Any) -> Tensor:
    """Lower Cholesky factor of a positive definite matrix."""
    return tf.linalg.cholesky(asarray(matrix))


def triangular_solve(matrix: Any, rhs: Any, *, lower: bool = True) -> Tensor:
    """Solve ``matrix @ solution = rhs`` for a triangular matrix; ``rhs`` is ``[..., n, k]``."""
    return tf.linalg.triangular_solve(asarray(matrix), asarray(rhs), lower=lower)


def cholesky_logdet(factor: Any) -> Tensor:
    """Log-determinant of the matrix whose Cholesky factor is ``factor``."""
    return 2 * tf.reduce_sum(tf.math.log(tf.linalg.diag_part(asarray(factor))), axis=-1)
