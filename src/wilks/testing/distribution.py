"""The contract of distributions: one check for each of its promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise, product
from math import inf
from typing import TypeAlias

import numpy as np
from scipy.stats import chi2

import wilks.contract
from wilks.errors import IntegrationError, PluginError, WilksError
from wilks.kernel import variates
from wilks.pdf import PDF
from wilks.space import Space
from wilks.testing.agreement import require, require_close
from wilks.testing.derivatives import batched, gradient, hessian
from wilks.testing.docstring import require_documented
from wilks.testing.quadrature import cell_integrals, integral, whole_numbers
from wilks.testing.round_trip import require_rebuilt, through_document
from wilks.testing.specimen import Intervals, Specimen, far_values
from wilks.typing import Array

ClassCheck: TypeAlias = Callable[[type[PDF]], None]
ExampleCheck: TypeAlias = Callable[[Specimen], None]

_SAMPLE_SIZE = 20_000
_PANELS = {1: 48, 2: 8, 3: 3}
_LEAST_EXPECTED = 10.0
_LEAST_P_VALUE = 1e-5


def check_distribution(cls: type[PDF]) -> None:
    """Run every check of the contract on a class.

    Raises:
        AssertionError: If it breaks a promise; says which, and what to do.
    """
    for check in CLASS_CHECKS:
        check(cls)
    for example in cls.examples:
        specimen = Specimen(cls, example)
        for check_example in EXAMPLE_CHECKS:
            check_example(specimen)


def declared(cls: type[PDF]) -> None:
    """The class is a frozen and final dataclass with one kernel, of declared fields."""
    try:
        wilks.contract.check_distribution(cls)
    except PluginError as error:
        raise AssertionError(str(error)) from None


def documented(cls: type[PDF]) -> None:
    """The docstring has the formula and every argument."""
    require_documented(cls)


def exemplified(cls: type[PDF]) -> None:
    """A distribution has an example; PDFs made of PDFs are tested by their own."""
    if cls.log_prob is None:
        require(
            cls.examples,
            f"{cls.__name__}: give 'examples' with a wilks.Example, computed by other means",
        )


def worked_value(specimen: Specimen) -> None:
    """The density is that of the example."""
    got = specimen.density(specimen.pdf, specimen.point[None, :])
    message = f"density of {specimen.owner} at {specimen.example.x}; compare kernel and example"
    require_close(got, specimen.example.prob, message, rtol=1e-8)


def normalized(specimen: Specimen) -> None:
    """The density integrates to one over its limits, a part of them, and a union of intervals."""
    hint = "check 'integral' and 'log_integral' against the kernel"
    if len(specimen.limits) > 1:
        edges = [np.linspace(*pair, _PANELS[len(specimen.limits)] + 1) for pair in specimen.limits]
        total = cell_integrals(lambda rows: specimen.density(specimen.pdf, rows), edges).sum()
        require_close(total, 1.0, f"integral of {specimen.owner}; {hint}", rtol=1e-6)
        return
    for intervals in _ranges(specimen):
        total = specimen.probability(specimen.over(intervals), intervals)
        message = f"integral of {specimen.owner} over {intervals}; {hint}"
        require_close(total, 1.0, message, rtol=1e-8)


def normalized_over_the_line(specimen: Specimen) -> None:
    """With ``log_total``, the density integrates to one over the whole line."""
    if specimen.cls.log_total is None or len(specimen.limits) > 1 or specimen.is_count:
        return
    scale = float(np.max(np.abs(specimen.limits)))
    try:
        pdf = specimen.over([(-inf, inf)])
        # Beyond its support a kernel need not be defined.
        total = integral(lambda x: np.nan_to_num(specimen.density(pdf, x)), -inf, inf, scale=scale)
    except WilksError:
        return  # a stated limitation
    message = f"integral of {specimen.owner} over the whole line; check 'log_total'"
    require_close(total, 1.0, message, rtol=1e-8)


def integrals(specimen: Specimen) -> None:
    """The probability of an interval is the integral of the density."""
    if len(specimen.limits) > 1:
        return
    (name,), ((lower, upper),) = specimen.pdf.space.names, specimen.limits
    for low, high in pairwise(np.linspace(lower, upper, 6).tolist()):
        got = specimen.pdf.integrate(Space(name, low, high))
        expected = specimen.probability(specimen.pdf, [(low, high)])
        message = f"probability of ({low:g}, {high:g}) for {specimen.owner}; check 'integral'"
        require_close(got, expected, message, rtol=1e-8, atol=1e-15)


def compiled(specimen: Specimen) -> None:
    """The compiled likelihood is the sum of the densities evaluated one by one."""
    terms = specimen.log_density(specimen.pdf, specimen.rows)
    got = specimen.program.value_and_gradient[0]
    message = f"compiled likelihood of {specimen.owner} against eager densities"
    require_close(got, -terms.sum(), message, rtol=0, atol=1e-12 * np.abs(terms).sum())


def tails(specimen: Specimen) -> None:
    """Far from the peak densities are normalised and derivatives are numbers."""
    ends = np.array(list(product(*specimen.limits)))
    values = specimen.log_density(specimen.pdf, ends)
    require(not np.any(np.isnan(values)), f"{specimen.owner} is NaN at an end of its limits")
    for name, value in far_values(specimen.pdf, 5 * specimen.width):
        point = specimen.values | {name: value}
        where = f"{specimen.owner} at {name}={value:g}"
        if not np.all(np.isfinite(specimen.kernel(specimen.rows, point))):
            continue  # no density, such as a polynomial below zero
        if len(specimen.limits) == 1:
            _check_normalized_at(specimen, point, where)
        vector = np.array([point[parameter] for parameter in specimen.program.names])
        value_there, slope = specimen.program.evaluator.value_and_gradient(vector)
        require(not np.isnan(value_there), f"the likelihood of {where} is NaN")
        require(
            np.all(np.isfinite(slope)) or not np.isfinite(value_there),
            f"a derivative of {where} is NaN; guard the argument of a where, not its result",
        )


def sampled(specimen: Specimen) -> None:
    """Events are distributed as the density says."""
    if len(specimen.limits) not in _PANELS:
        return
    data = specimen.pdf.sample(_SAMPLE_SIZE, seed=1)
    rows = np.stack([data.columns[name] for name in specimen.pdf.space.names], axis=-1)
    observed, expected = _histograms(specimen, rows)
    message = f"events of {specimen.owner} inside its limits"
    require_close(observed.sum(), _SAMPLE_SIZE, message, rtol=0)
    rare = expected < _LEAST_EXPECTED
    observed = np.append(observed[~rare], observed[rare].sum())
    expected = np.append(expected[~rare], max(expected[rare].sum(), 1.0))
    p_value = chi2.sf(np.sum((observed - expected) ** 2 / expected), max(len(expected) - 1, 1))
    message = f"events of {specimen.owner} do not follow its density; check 'sampler'"
    require(p_value > _LEAST_P_VALUE, f"{message} (p = {p_value:.1g})")


def pickled(specimen: Specimen) -> None:
    """The object pickles, and what it is rebuilt from gives an equal one."""
    require_rebuilt(specimen.pdf, specimen.owner)


def published(specimen: Specimen) -> None:
    """An HS3 document gives back an equal object."""
    pdf = replace(specimen.pdf, name="specimen")
    read = through_document(pdf, distributions=[specimen.cls])
    # In an expression, nothing but data tells observables from parameters.
    if variates(specimen.cls):
        message = f"the HS3 document of {specimen.owner} gives back something else: {read}"
        require(read == pdf, message)
    columns = dict(zip(pdf.space.names, specimen.rows.T, strict=True))
    message = f"density of {specimen.owner} after a round trip through HS3"
    require_close(read.log_pdf(columns), pdf.log_pdf(columns), message, rtol=1e-15)


CLASS_CHECKS: tuple[ClassCheck, ...] = (declared, documented, exemplified)
EXAMPLE_CHECKS: tuple[ExampleCheck, ...] = (
    worked_value,
    normalized,
    normalized_over_the_line,
    integrals,
    compiled,
    gradient,
    hessian,
    batched,
    tails,
    sampled,
    pickled,
    published,
)


def _ranges(specimen: Specimen) -> list[Intervals]:
    """Return the limits, a part of them around the point of the example, and two intervals."""
    ((lower, upper),) = specimen.limits
    margin = 0.1 * (upper - lower)
    x = float(np.clip(specimen.point[0], lower + margin, upper - margin))
    part = (x - 0.3 * (x - lower), x + 0.6 * (upper - x))
    union = [(lower, x + 0.2 * (upper - x)), (x + 0.6 * (upper - x), upper)]
    return [[(lower, upper)], [part], union]


def _check_normalized_at(specimen: Specimen, values: Mapping[str, float], where: str) -> None:
    try:
        total = specimen.probability(specimen.pdf, specimen.limits, values)
    except IntegrationError:
        return  # an answer, too: stated where it arises
    message = f"integral of {where}; an integral needs a form that does not cancel or underflow there"
    require_close(total, 1.0, message, rtol=1e-6)


def _histograms(specimen: Specimen, rows: Array) -> tuple[Array, Array]:
    """Return what is observed and what is expected in each cell."""
    if specimen.is_count:
        counts = whole_numbers(*specimen.limits[0])
        observed = np.sum(rows == counts, axis=0)
        return observed, _SAMPLE_SIZE * specimen.density(specimen.pdf, counts)
    edges = [np.linspace(*pair, _PANELS[len(specimen.limits)] + 1) for pair in specimen.limits]
    cells = cell_integrals(lambda x: specimen.density(specimen.pdf, x), edges)
    return np.histogramdd(rows, edges)[0].ravel(), _SAMPLE_SIZE * cells.ravel()
