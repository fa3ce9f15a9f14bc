"""What TensorFlow allows: the peak's likelihood by hand, one XLA program for each part of the data, in parallel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from math import pi, sqrt
from typing import Any

import numpy as np
import tensorflow as tf
from protocol import Job


def build(job: Job) -> XlaProblem:
    """Return the likelihood of a job."""
    parts = np.array_split(job.columns["x"], job.tool["shards"])
    return XlaProblem(tuple(tf.constant(part) for part in parts))


@dataclass(frozen=True)
class XlaProblem:
    """A likelihood in parts. It ends with values and gradients: there is nothing that fits."""

    fit = None

    parts: tuple[tf.Tensor, ...]

    def value(self, point: np.ndarray) -> float:
        """Return the NLL."""
        return float(self._value(tf.constant(point)).numpy())

    def gradient(self, point: np.ndarray) -> Any:
        """Return value and gradient."""
        value, gradient = self._value_and_gradient(tf.constant(point))
        return float(value.numpy()), gradient.numpy()

    @cached_property
    def _value(self) -> Callable[[tf.Tensor], tf.Tensor]:
        programs = [_compiled(_log_density_sum, part) for part in self.parts]

        @tf.function
        def value(point: tf.Tensor) -> tf.Tensor:
            # TensorFlow's executor runs calls that do not need each other in parallel.
            return point[3] + point[4] - tf.add_n([program(point) for program in programs])

        return value

    @cached_property
    def _value_and_gradient(self) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        programs = [_compiled(_with_gradient, part) for part in self.parts]

        @tf.function
        def value_and_gradient(point: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            values, gradients = zip(*(program(point) for program in programs), strict=True)
            of_events = tf.constant([0, 0, 0, 1, 1], tf.float64)
            return point[3] + point[4] - tf.add_n(values), of_events - tf.add_n(gradients)

        return value_and_gradient


def _compiled(function: Callable[[tf.Tensor, tf.Tensor], Any], x: tf.Tensor) -> Any:
    return tf.function(lambda point: function(point, x), jit_compile=True)


def _log_density_sum(point: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    mu, sigma, c, n_sig, n_bkg = tf.unstack(point)
    scale = sqrt(2) * sigma
    signal_area = sqrt(pi / 2) * sigma * (tf.math.erf((10 - mu) / scale) - tf.math.erf((0 - mu) / scale))
    background_area = -tf.math.expm1(-10 * c) / c
    signal = n_sig / signal_area * tf.exp(-0.5 * tf.square((x - mu) / sigma))
    return tf.reduce_sum(tf.math.log(signal + n_bkg / background_area * tf.exp(-c * x)))


def _with_gradient(point: tf.Tensor, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = _log_density_sum(point, x)
    return value, tape.gradient(value, point)


def versions() -> dict[str, str]:
    """Return the versions of what ran."""
    return {"TensorFlow": version("tensorflow"), "numpy": version("numpy")}


def note() -> str:
    """Return what a reader must know."""
    return ""
