"""Triangular distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import wilks
import wilks.numpy as wnp


@dataclass(frozen=True, kw_only=True)
class Triangle(wilks.PDF):
    r"""Symmetric triangle.

    .. math:: f(x; p, w) \propto \max\left(1 - \frac{|x - p|}{w}, 0\right)

    Args:
        x: Observable.
        peak: Position :math:`p` of the peak, in units of ``x``.
        width: Half of the width of the base, :math:`w > 0`, in units of ``x``.
        name: Name in documents and plots.
    """

    x: wilks.Observable
    peak: wilks.Real
    width: wilks.Positive

    hs3_type = "wilks_example.triangle_dist"
    # By hand: height 1/2 over the area 1 + 15/16, as the limits cut off a triangle of area 1/16.
    examples = (wilks.Example({"peak": 1.0, "width": 2.0}, limits=(-0.5, 4.0), x=2.0, prob=8 / 31),)

    @staticmethod
    def unnormalized_prob(x: Any, peak: Any, width: Any) -> Any:
        return wnp.maximum(1 - wnp.abs(x - peak) / width, 0.0)

    # Without it, wilks integrates numerically.
    @staticmethod
    def integral(lower: Any, upper: Any, peak: Any, width: Any) -> Any:
        def below(x: Any) -> Any:
            t = wnp.clip((x - peak) / width, -1.0, 1.0)
            return width * t * (1 - wnp.abs(t) / 2)

        return below(upper) - below(lower)
