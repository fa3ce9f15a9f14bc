"""Sums of PDFs, with fractions or with yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum

import numpy as np

import wilks.numpy as wnp
from wilks.compile.frame import Frame
from wilks.errors import ModelError
from wilks.evaluation import number
from wilks.fields import Real
from wilks.parameter import Parameter
from wilks.pdf import PDF
from wilks.sampling import draw_columns
from wilks.typing import Array, Tensor

SUM_TOLERANCE = 1e-6
"""How closely all fractions of a mixture must sum to one."""

_SMALLEST = 1e-30


@dataclass(frozen=True)
class Mixture(PDF):
    r"""Sum of PDFs.

    .. math:: f(x) = \frac{\sum_i c_i\, f_i(x)}{\sum_i c_i}

    With n coefficients for n summands and ``extended``, the coefficients are expected numbers of events. With n - 1
    they are fractions, and the last summand takes the remainder. With n and not ``extended`` they are fractions that
    sum to one. Each summand is normalised on its own. HS3 section 2.1.2, ``mixture_dist``.

    Args:
        summands: The PDFs.
        coefficients: Yields or fractions.
        extended: Whether the coefficients are yields.
        name: Name in documents and plots.

    Raises:
        ModelError: If the number of coefficients does not fit, or fractions for all summands do not sum to one.
    """

    summands: tuple[PDF, ...]
    coefficients: tuple[Real, ...]
    extended: bool = field(default=False, kw_only=True)

    hs3_type = "mixture_dist"

    def check(self) -> None:
        """Check that coefficients and summands go together."""
        if not self.summands:
            raise ModelError(f"{self.owner} needs at least one summand")
        self._check_observables()
        self._check_number()
        values = [c.value if isinstance(c, Parameter) else c for c in self.coefficients]
        numbers = [value for value in values if isinstance(value, float)]
        if not self.extended and len(numbers) == len(values):
            self._check_sum(fsum(numbers))

    def _check_observables(self) -> None:
        first, *others = self.summands
        observables = set(first.symbols.observables)
        for pdf in others:
            if missing := sorted(observables ^ set(pdf.symbols.observables)):
                raise ModelError(
                    f"the summands of {self.owner} must have the same observables; {first.owner} and {pdf.owner} "
                    f"differ in {', '.join(missing)}: multiply by its distribution, such as Uniform"
                )

    def _check_number(self) -> None:
        summands, coefficients = len(self.summands), len(self.coefficients)
        if self.extended and coefficients != summands:
            raise ModelError(f"extended {self.owner} of {summands} PDFs needs {summands} yields, got {coefficients}")
        if coefficients not in (summands - 1, summands):
            raise ModelError(
                f"{self.owner} of {summands} PDFs takes {summands - 1} fractions or {summands} coefficients, "
                f"got {coefficients}"
            )

    def _check_sum(self, total: float) -> None:
        # A negative remainder is allowed, as negative coefficients are: components may be subtracted.
        if len(self.coefficients) == len(self.summands) and abs(total - 1) > SUM_TOLERANCE:
            raise ModelError(
                f"the fractions of {self.owner} must sum to one, got {total:g}; pass extended=True if they are "
                f"yields, or leave out the last for it to be the remainder"
            )

    @staticmethod
    def log_prob(frame: Frame, node: int) -> Tensor:
        fields = frame.fields(node)
        summands = frame.resolve(fields["summands"])
        coefficients = frame.resolve(fields["coefficients"])
        if len(coefficients) < len(summands):
            coefficients = (*coefficients, 1.0 - _total(coefficients))
            normalisation = 0.0
        else:
            normalisation = wnp.log(_total(coefficients))
        # Coefficients may be negative or zero, so the sum is not a logsumexp: only its scale is taken out.
        pairs = list(zip(summands, coefficients, strict=True))
        scales = [log_prob + wnp.log(wnp.maximum(wnp.abs(c), _SMALLEST)) for log_prob, c in pairs]
        scale = scales[0]
        for other in scales[1:]:
            scale = wnp.maximum(scale, other)
        scale = wnp.stop_gradient(wnp.where(scale > -wnp.inf, scale, 0.0))
        density = _total([c * wnp.exp(log_prob - scale) for log_prob, c in pairs])
        return wnp.log(density) + scale - normalisation

    @staticmethod
    def events(frame: Frame, node: int) -> Tensor | None:
        fields = frame.fields(node)
        return _total(frame.resolve(fields["coefficients"])) if fields["extended"] else None

    def draw(self, size: int, random: np.random.Generator, values: Mapping[str, float]) -> dict[str, Array]:
        """Share the events out over the summands."""
        coefficients = np.array([number(c, values) for c in self.coefficients])
        if len(coefficients) < len(self.summands):
            coefficients = np.append(coefficients, 1.0 - coefficients.sum())
        if np.any(coefficients < 0) or coefficients.sum() <= 0:
            raise ModelError(f"{self.owner} cannot be sampled with coefficients {coefficients.tolist()}")
        shares = random.multinomial(size, coefficients / coefficients.sum())
        parts = [draw_columns(pdf, n, random, values) for pdf, n in zip(self.summands, shares.tolist(), strict=True)]
        return {name: np.concatenate([part[name] for part in parts]) for name in self.space.names}


def _total(terms: tuple[Tensor, ...] | list[Tensor]) -> Tensor:
    total = wnp.asarray(0.0)
    for term in terms:
        total = total + term
    return total
