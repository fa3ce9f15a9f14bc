"""Covariance matrices of a fit."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from wilks.minimize.certify import Certificate, cholesky
from wilks.typing import Array

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


def sandwich(inverse: Array, outer: Array) -> Array:
    """Return V C V with C the sum of w^2 s s^T over events; asymptotically right for weighted data, arXiv:1911.01303.

    Parameters at a limit stay NaN.
    """
    known = ~np.isnan(np.diag(inverse))
    index = np.ix_(known, known)
    result = np.full_like(inverse, np.nan)
    result[index] = inverse[index] @ outer[index] @ inverse[index]
    return result


def correlation(covariance: Array) -> Array:
    """Return the matrix of correlation coefficients."""
    errors = np.sqrt(np.diag(covariance))
    matrix: Array = covariance / np.outer(errors, errors)
    return matrix
