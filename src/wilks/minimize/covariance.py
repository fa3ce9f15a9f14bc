"""Covariance matrices of a fit."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from wilks.minimize.certify import Certificate
from wilks.minimize.cholesky import cholesky
from wilks.typing import Array, Flags

CovarianceMethod: TypeAlias = Literal["auto", "hesse", "sandwich", "sumw2"]
"""How uncertainties are computed; ``auto`` is the sandwich for weighted data and Hesse otherwise."""


def inverse_hessian(certificate: Certificate) -> Array | None:
    """Return the inverse of the Hessian over the free parameters, NaN for those at a limit; None if undefined."""
    size = len(certificate.point)
    result = np.full((size, size), np.nan)
    free = certificate.free
    factor = cholesky(certificate.hessian[np.ix_(free, free)])
    if factor is None:
        return None
    half = np.linalg.inv(factor)
    result[np.ix_(free, free)] = half.T @ half
    return result


def inverse_hessians(matrices: Array, pinned: Flags) -> Array:
    """Return the inverses of Hessians [B, P, P], NaN for parameters at a limit and where one is not defined."""
    free = ~pinned
    both = free[:, :, None] & free[:, None, :]
    diagonal = np.einsum("bii->bi", matrices)
    unit = np.where(free & (diagonal > 0), np.sqrt(np.abs(diagonal)), 1.0)
    scaled = np.where(both, matrices, 0.0) / (unit[:, :, None] * unit[:, None, :])
    defined = np.isfinite(scaled).all(axis=(1, 2)) & (~free | (diagonal > 0)).all(axis=1)
    scaled[~defined] = 0.0
    scaled += np.where(both & defined[:, None, None], 0.0, 1.0) * np.eye(matrices.shape[1])
    curved = np.linalg.eigvalsh(scaled)[:, 0] > 0
    scaled[~curved] = np.eye(matrices.shape[1])
    inverse = np.linalg.inv(scaled) / (unit[:, :, None] * unit[:, None, :])
    result: Array = np.where(both & (defined & curved)[:, None, None], inverse, np.nan)
    return result


def sandwich(inverse: Array, outer: Array) -> Array:
    """Return V C V with C the sum of w^2 s s^T over events; asymptotically right for weighted data, arXiv:1911.01303.

    Parameters at a limit stay NaN.
    """
    known = ~np.isnan(np.diag(inverse))
    index = np.ix_(known, known)
    result = np.full_like(inverse, np.nan)
    result[index] = inverse[index] @ outer[index] @ inverse[index]
    return result


def standard_errors(covariance: Array) -> Array:
    """Return the roots of variances, of shape [..., P]; NaN where rounding has left a negative one."""
    variances = np.diagonal(covariance, axis1=-2, axis2=-1)
    errors: Array = np.sqrt(np.where(variances >= 0, variances, np.nan))
    return errors


def correlation(covariance: Array) -> Array:
    """Return the matrix of correlation coefficients."""
    errors = standard_errors(covariance)
    matrix: Array = covariance / np.outer(errors, errors)
    return matrix
