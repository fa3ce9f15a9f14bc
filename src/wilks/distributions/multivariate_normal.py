"""Multivariate normal distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi
from typing import Any

import numpy as np

import wilks.numpy as wnp
from wilks.errors import ModelError
from wilks.fields import Observable, Real
from wilks.pdf import PDF, Example
from wilks.typing import Array, Tensor


@dataclass(frozen=True, kw_only=True)
class MultivariateNormal(PDF):
    r"""Multivariate normal distribution.

    .. math:: f(x; \mu, \Sigma) \propto
              \exp\left[-\tfrac{1}{2} (x - \mu)^\mathsf{T}\, \Sigma^{-1} (x - \mu)\right]

    HS3 section 2.1.1, ``multivariate_normal_dist``.

    Args:
        x: Observables.
        mean: Means :math:`\mu`, one for each observable.
        covariances: Rows of the covariance matrix :math:`\Sigma`.
        name: Name in documents and plots.

    Raises:
        ModelError: If the sizes do not agree, or a matrix of numbers is not symmetric and positive
            definite.
    """

    x: tuple[Observable, ...]
    mean: tuple[Real, ...]
    covariances: tuple[tuple[Real, ...], ...]

    hs3_type = "multivariate_normal_dist"
    # SciPy 1.17: multivariate_normal([0.5, -0.3], [[1.0, 0.3], [0.3, 2.0]]), pdf([0.2, 0.4])
    # divided by cdf([3.0, 4.0], lower_limit=[-2.0, -3.0])
    examples = (
        Example(
            {"mean": (0.5, -0.3), "covariances": ((1.0, 0.3), (0.3, 2.0))},
            limits=((-2.0, 3.0), (-3.0, 4.0)),
            x=(0.2, 0.4),
            prob=0.09750488541052446,
        ),
    )

    def check(self) -> None:
        """Check the sizes, and the matrix if all of it is numbers."""
        size = len(self.x)
        rows = [len(row) for row in self.covariances]
        if not size or len(self.mean) != size or rows != [size] * size:
            raise ModelError(
                f"{self.owner} of {size} observables needs {size} means and {size} rows of {size} "
                f"covariances, got {len(self.mean)} means and rows of {rows}"
            )
        if not all(isinstance(entry, float) for row in self.covariances for entry in row):
            return
        matrix = np.array(self.covariances)
        scale = np.sqrt(np.abs(np.outer(matrix.diagonal(), matrix.diagonal())))
        if np.any(np.abs(matrix - matrix.T) > 1e-9 * scale):
            raise ModelError(f"the covariances of {self.owner} are not symmetric: {matrix.tolist()}")
        if np.linalg.eigvalsh(matrix)[0] <= 0:
            raise ModelError(f"the covariances of {self.owner} are not positive definite: {matrix.tolist()}")

    @staticmethod
    def unnormalized_log_prob(
        x: tuple[Tensor, ...],
        mean: tuple[Tensor, ...],
        covariances: tuple[tuple[Tensor, ...], ...],
    ) -> Tensor:
        residual = _stack([a - b for a, b in zip(x, mean, strict=True)])
        # The factor is inverted, as one matrix serves all events.
        factor = wnp.cholesky(_matrix(covariances))
        inverse = wnp.triangular_solve(factor, wnp.zeros_like(factor) + np.eye(len(x)))
        pulls = wnp.sum(inverse * wnp.expand_dims(residual, -2), axis=-1)
        return -0.5 * wnp.sum(wnp.square(pulls), axis=-1)

    @staticmethod
    def log_total(covariances: tuple[tuple[Tensor, ...], ...]) -> Tensor:
        log_det = wnp.cholesky_logdet(wnp.cholesky(_matrix(covariances)))
        return 0.5 * (log_det + len(covariances) * log(2 * pi))

    @staticmethod
    def sampler(generator: np.random.Generator, size: int, mean: Any, covariances: Any) -> Array:
        return generator.multivariate_normal(mean, covariances, size, method="cholesky")


def _matrix(rows: tuple[tuple[Tensor, ...], ...]) -> Tensor:
    """Return a matrix for each event, the first axes being those of the entries."""
    size = len(rows)
    entries = _stack([entry for row in rows for entry in row])
    return wnp.reshape(entries, [*entries.shape[:-1], size, size])


def _stack(values: Sequence[Tensor]) -> Tensor:
    """Broadcast values against each other and join them along a new last axis."""
    shape = wnp.zeros_like(sum(values))
    return wnp.stack([value + shape for value in values], axis=-1)
