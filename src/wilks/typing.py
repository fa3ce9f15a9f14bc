"""Aliases of tensors and arrays, used in signatures."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Tensor: TypeAlias = Any
"""A TensorFlow tensor of float64 (TensorFlow ships no types)."""

Array: TypeAlias = npt.NDArray[np.float64]
"""A NumPy array of float64."""

ArrayLike: TypeAlias = npt.ArrayLike

Indices: TypeAlias = npt.NDArray[np.intp]
"""A NumPy array of whole numbers that count something."""

Flags: TypeAlias = npt.NDArray[np.bool_]
"""A NumPy array of booleans."""
