"""Products of PDFs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from wilks.compile.frame import Frame
from wilks.compile.lowerable import Child
from wilks.errors import ModelError
from wilks.kernel import count_slots, expected_events
from wilks.pdf import PDF
from wilks.sampling import draw_columns, draw_numerically
from wilks.typing import Array, Tensor

T = TypeVar("T")


@dataclass(frozen=True)
class Product(PDF):
    r"""Product of PDFs.

    .. math:: f(x, y, \ldots) = \frac{1}{\mathcal{M}} \prod_i f_i

    Factors of different observables are independent, and need no further normalisation. Factors that share an
    observable are normalised together, numerically. Factors of no observable are constraint terms: they do not belong
    to the density of an event, and a likelihood counts each once. HS3 section 2.1.2, ``product_dist``.

    Args:
        factors: The PDFs.
        name: Name in documents and plots.

    Raises:
        ModelError: If there are no factors, or several are extended.
    """

    factors: tuple[PDF, ...]

    hs3_type = "product_dist"

    def check(self) -> None:
        """Check that there is something to multiply."""
        if not self.factors:
            raise ModelError(f"{self.owner} needs at least one factor")
        if sum(factor.is_extended for factor in self.factors) > 1:
            raise ModelError(f"{self.owner} has several extended factors; it can predict one number of events only")

    @cached_property
    def extended(self) -> bool:
        """Whether one of the factors is extended."""
        return any(factor.is_extended for factor in self.factors)

    @staticmethod
    def log_prob(frame: Frame, node: int) -> Tensor:
        factors = [f for f in frame.fields(node)["factors"] if frame.observables(f)]
        total = None
        for group, observables in _groups((factor, frame.observables(factor)) for factor in factors):

            def log_density(inner: Frame, group: tuple[Child, ...] = group) -> Tensor:
                return sum(inner.resolve(factor) for factor in group)

            term = log_density(frame)
            if len(group) > 1:
                intervals = {slot: frame.intervals[slot] for slot in observables}
                counts = count_slots(frame.evaluation.structure)[node]
                term = term - frame.log_integral((node, observables), intervals, log_density, counts=counts)
            total = term if total is None else total + term
        return total

    @staticmethod
    def events(frame: Frame, node: int) -> Tensor | None:
        predictions = (expected_events(frame, factor) for factor in frame.fields(node)["factors"])
        return next((events for events in predictions if events is not None), None)

    def draw(self, size: int, random: np.random.Generator, values: Mapping[str, float]) -> dict[str, Array]:
        """Draw independent groups of factors one by one, and groups that share observables from their product."""
        columns: dict[str, Array] = {}
        for group in _disjoint(self.factors):
            if len(group) == 1:
                columns |= draw_columns(group[0], size, random, values)
            else:
                spaces = list(Product(group).symbols.observables.values())
                columns |= draw_numerically(Product(group), spaces, size, random, values)
        return columns


def constraint_factors(pdf: PDF) -> list[PDF]:
    """Return the factors without observables of a product, and of products inside it."""
    found: list[PDF] = []
    pending = [pdf]
    while pending:
        current = pending.pop(0)
        for factor in current.factors if isinstance(current, Product) else ():
            (pending if factor.symbols.observables else found).append(factor)
    return found


def _disjoint(factors: tuple[PDF, ...]) -> list[tuple[PDF, ...]]:
    with_observables = [(factor, tuple(factor.symbols.observables)) for factor in factors]
    return [group for group, _ in _groups((f, names) for f, names in with_observables if names)]


def _groups(factors: Iterable[tuple[T, tuple[Any, ...]]]) -> list[tuple[tuple[T, ...], tuple[Any, ...]]]:
    """Put factors that share an observable, directly or through others, into one group."""
    groups: list[tuple[tuple[T, ...], tuple[Any, ...]]] = []
    for factor, observables in factors:
        joined = [group for group in groups if set(group[1]) & set(observables)]
        groups = [group for group in groups if group not in joined]
        members = (*(child for group in joined for child in group[0]), factor)
        slots = set(observables).union(*(group[1] for group in joined))
        groups.append((members, tuple(sorted(slots))))
    return groups
