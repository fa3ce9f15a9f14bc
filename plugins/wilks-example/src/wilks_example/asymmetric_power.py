"""Interpolation of a factor between the values that a source of uncertainty gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import wilks
import wilks.numpy as wnp
from wilks.contract import FunctionExample
from wilks.function import Function


@dataclass(frozen=True, kw_only=True)
class AsymmetricPower(Function):
    r"""Exponential interpolation between a low and a high value, one at the centre.

    .. math:: h^\alpha \text{ for } \alpha \ge 0, \quad l^{-\alpha} \text{ else}

    Args:
        alpha: Strength :math:`\alpha`; 1 gives the high value, -1 the low one.
        low: Low value :math:`l > 0`.
        high: High value :math:`h > 0`.
        name: Name in documents.
    """

    alpha: wilks.Real
    low: wilks.Positive
    high: wilks.Positive

    hs3_type = "wilks_example.asymmetric_power"
    # By hand: 1.21^(1/2), and 0.81^(1/2)
    examples = (
        FunctionExample({"alpha": 0.5, "low": 0.81, "high": 1.21}, value=1.1),
        FunctionExample({"alpha": -0.5, "low": 0.81, "high": 1.21}, value=0.9),
    )

    @staticmethod
    def value(alpha: Any, low: Any, high: Any) -> Any:
        return wnp.exp(alpha * wnp.where(alpha >= 0, wnp.log(high), -wnp.log(low)))
