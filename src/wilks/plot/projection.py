"""Densities of one observable, the others integrated out, and the parts that a density is the sum of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np

from wilks.evaluation import count_observables, evaluate, number
from wilks.models.mixture import Mixture
from wilks.models.product import Product
from wilks.pdf import PDF
from wilks.space import Space
from wilks.typing import Array

POINTS = 4096
"""Of the other observables, where these are integrated out numerically."""


@dataclass(frozen=True, eq=False)
class Projection:
    """How densities are projected on an observable.

    Args:
        name: The observable.
        over: What densities are normalised over: the space of the data.
        values: Values of all parameters.
        ranges: Finite ranges of the observables, for those that have infinite limits.
    """

    name: str
    over: Space
    values: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]

    def density(self, pdf: PDF, points: Array, weights: Array) -> Array:
        """Return a density at points; the weights are those of an integral over them."""
        match pdf:
            case Mixture():
                return sum(
                    (part.share * self.density(part.pdf, points, weights) for part in self._summands(pdf)),
                    start=np.zeros(len(points)),
                )
            case Product() if (factor := self._factor(pdf)) is not None:
                return self.density(factor, points, weights)
        names = tuple(pdf.symbols.observables)
        over = [space for space in self.over if space.name in names]
        others = [space for space in over if space.name != self.name]
        if not others:
            return self._evaluated(pdf, {self.name: points}, over)
        return self._integrated(pdf, points, weights, over, others)

    def _evaluated(self, pdf: PDF, columns: Mapping[str, Array], over: list[Space]) -> Array:
        density = np.exp(evaluate(pdf, columns=columns, over=over, values=self.values))
        return np.broadcast_to(density, columns[self.name].shape)  # one number where it is constant

    def parts(self, pdf: PDF) -> tuple[Part, ...]:
        """Return what a density is the sum of; nothing if it is not one."""
        match pdf:
            case Mixture():
                return self._summands(pdf)
            case Product() if (factor := self._factor(pdf)) is not None:
                return self.parts(factor)
        return ()

    def is_count(self, pdf: PDF) -> bool:
        """Return whether the observable is a count: densities are probabilities of integers then."""
        return self.name in count_observables(pdf)

    def _summands(self, mixture: Mixture) -> tuple[Part, ...]:
        coefficients = [number(coefficient, self.values) for coefficient in mixture.coefficients]
        if len(coefficients) < len(mixture.summands):
            coefficients.append(1.0 - sum(coefficients))
        total = sum(coefficients)
        labels = _labels(mixture.summands)
        return tuple(
            Part(label, coefficient / total, pdf)
            for label, coefficient, pdf in zip(labels, coefficients, mixture.summands, strict=True)
        )

    def _factor(self, product: Product) -> PDF | None:
        """Return the only factor of the observable, if it shares none of its observables with another."""
        with_it = [factor for factor in product.factors if self.name in factor.symbols.observables]
        if len(with_it) != 1:
            return None
        own = set(with_it[0].symbols.observables)
        shared = [f for f in product.factors if f is not with_it[0] and own & set(f.symbols.observables)]
        return None if shared else with_it[0]

    def _integrated(self, pdf: PDF, points: Array, weights: Array, over: list[Space], others: list[Space]) -> Array:
        rest = _spread(others, self.ranges)
        columns = {name: np.tile(column, len(points)) for name, column in rest.items()}
        columns[self.name] = np.repeat(points, POINTS)
        density = self._evaluated(pdf, columns, over)
        projected: Array = density.reshape(len(points), POINTS).mean(axis=1)
        # The volume of the others is left out, and narrow peaks in them are met by few points: the integral is known.
        return projected / np.sum(weights * projected)


@dataclass(frozen=True, eq=False)
class Part:
    """A term of a sum of densities.

    Args:
        label: Its name.
        share: Its fraction of the whole.
        pdf: Its density.
    """

    label: str
    share: float
    pdf: PDF


def _labels(pdfs: tuple[PDF, ...]) -> list[str]:
    names = [pdf.name or type(pdf).__name__ for pdf in pdfs]
    return [f"{name} {names[: i + 1].count(name)}" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _spread(spaces: list[Space], ranges: Mapping[str, tuple[float, float]]) -> dict[str, Array]:
    """Return points that fill spaces evenly: the additive sequence of the generalised golden ratio."""
    ratio = 2.0
    for _ in range(40):
        ratio = (1.0 + ratio) ** (1.0 / (len(spaces) + 1))
    index = np.arange(1, POINTS + 1)
    return {
        space.name: _place(np.mod(0.5 + index * ratio ** -(i + 1), 1.0), space, ranges)
        for i, space in enumerate(spaces)
    }


def _place(fractions: Array, space: Space, ranges: Mapping[str, tuple[float, float]]) -> Array:
    """Map fractions of the whole length of an observable's intervals to where they lie."""
    first, last = ranges[space.name]
    intervals = [(lo if isfinite(lo) else first, up if isfinite(up) else last) for lo, up in space.intervals]
    ends = np.cumsum([0.0, *(upper - lower for lower, upper in intervals)])
    placed: Array = np.interp(
        fractions * ends[-1],
        np.ravel([(ends[i], np.nextafter(ends[i + 1], 0.0)) for i in range(len(intervals))]),
        np.ravel(intervals),
    )
    return placed
