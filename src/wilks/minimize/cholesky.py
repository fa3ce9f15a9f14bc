"""The Cholesky factor of a matrix whose rows have very different units."""

from __future__ import annotations

import numpy as np

from wilks.typing import Array


def cholesky(matrix: Array) -> Array | None:
    """Return the Cholesky factor, computed in units of the diagonal; None where the matrix is not positive definite."""
    diagonal = np.diag(matrix)
    if not np.all(np.isfinite(matrix)) or np.any(diagonal <= 0):
        return None
    scale = np.sqrt(diagonal)
    try:
        factor: Array = np.linalg.cholesky(matrix / np.outer(scale, scale)) * scale[:, None]
    except np.linalg.LinAlgError:
        return None
    return factor
