"""A likelihood is taken apart into its terms: equal ones share a structure, each knows its own symbols only."""

from __future__ import annotations

import numpy as np
import pytest

import wilks
from wilks.compile.element import Element, elements
from wilks.compile.program import Program, lower

X = wilks.Space("x", 0, 10)
DATA = wilks.Data(X, [1.0, 2.0, 5.0])
OTHER = wilks.Data(X, [3.0, 4.0])


def parameter(name: str, value: float = 1.0) -> wilks.Parameter:
    return wilks.Parameter(name, value, lower=0.1, upper=9)


def mixture(prefix: str, *, slope: wilks.Func | float = 0.3, f: float = 0.5) -> wilks.Mixture:
    peak = wilks.Gaussian(x=X, mean=parameter(f"{prefix}mu"), sigma=parameter(f"{prefix}sigma"))
    return wilks.Mixture([peak, wilks.Exponential(x=X, c=slope)], [parameter(f"{prefix}f", f)])


def taken_apart(nll: wilks.NLL) -> tuple[Program, tuple[Element, ...]]:
    program = lower(nll)
    return program, elements(program)


def symbols(program: Program, element: Element) -> list[str]:
    return [program.symbols[slot] for slot in element.slots]


def test_channels_are_added_and_the_logs_of_constraints_are_taken_off() -> None:
    mu = parameter("mu")
    constraints = [
        wilks.gaussian_constraint(mu, observed=1.1, sigma=0.2),
        wilks.poisson_constraint(mu, observed=3, name="n"),
    ]
    model = wilks.Gaussian(x=X, mean=mu, sigma=1.0)
    _, parts = taken_apart(wilks.NLL({"a": (model, DATA), "b": (model, OTHER)}, constraints=constraints))
    assert [part.sign for part in parts] == [1.0, 1.0, -1.0, -1.0]
    assert [len(part.rows) for part in parts] == [1, 1, 0, 0]


def test_what_is_no_sum_is_one_element() -> None:
    program = lower(mixture(""))
    (part,) = elements(program)
    assert part.sign == 1.0
    assert part.structure == program.structure
    assert symbols(program, part) == list(program.symbols)


def test_channels_that_differ_in_names_and_numbers_share_a_structure() -> None:
    other = wilks.Space("y", -3, 4)
    renamed = wilks.Mixture(
        [wilks.Gaussian(x=other, mean=parameter("m", 2), sigma=parameter("w", 3)), wilks.Exponential(x=other, c=-1.0)],
        [parameter("share", 0.2)],
        name="named",
    )
    channels = {"a": (mixture(""), DATA), "b": (renamed, wilks.Data(other, np.linspace(-3, 4, 50)))}
    program, (first, second) = taken_apart(wilks.NLL(channels))
    assert first.structure is not second.structure
    assert first.structure == second.structure
    assert hash(first.structure) == hash(second.structure)
    assert symbols(program, first) == ["x", "mu", "sigma", "f"]
    assert symbols(program, second) == ["y", "m", "w", "share"]
    assert program.scalars[list(second.scalars)][-3:].tolist() == [-3.0, 4.0, 1.0]  # the interval, and the scale
    assert (first.rows, second.rows) == ((0,), (1,))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (wilks.Data(X, [3.0]), True),
        (wilks.Data(X, [3.0], weights=[2.0]), False),
        (wilks.Data(wilks.Space("x", [(0, 2), (3, 10)]), [3.5]), False),
    ],
    ids=["events", "weights", "intervals"],
)
def test_data_are_numbers_but_their_kind_is_structure(other: wilks.Data, same: bool) -> None:
    _, (first, second) = taken_apart(wilks.NLL({"a": (mixture("a_"), DATA), "b": (mixture("b_"), other)}))
    assert (first.structure == second.structure) == same


def test_a_number_in_place_of_a_parameter_is_another_structure() -> None:
    channels = {"a": (mixture("a_"), DATA), "b": (mixture("b_", slope=parameter("c")), OTHER)}
    _, (first, second) = taken_apart(wilks.NLL(channels))
    assert first.structure != second.structure


@pytest.mark.parametrize("swapped", [False, True])
def test_what_channels_share_does_not_show_in_their_structure(swapped: bool) -> None:
    # In the program of all, the slope and the function of it stand where a channel first needed them.
    slope = parameter("c", 0.3)
    shared, own = 2 * slope + 1, 2 * parameter("d", 0.2) + 1
    pairs = [("a", (mixture("a_", slope=shared), DATA)), ("b", (mixture("b_", slope=shared), OTHER))]
    pairs.append(("c", (mixture("c_", slope=own), DATA)))
    pairs.append(("first", (wilks.Exponential(x=X, c=shared), DATA)))
    program, parts = taken_apart(wilks.NLL(dict(reversed(pairs) if swapped else pairs)))
    parts = parts[1:] if swapped else parts[:3]
    assert len({part.structure for part in parts}) == 1
    assert {tuple(symbols(program, part)[-2:]) for part in parts} == {("c", "a_f"), ("c", "b_f"), ("d", "c_f")}
    alone = taken_apart(wilks.NLL(mixture("a_", slope=shared), DATA))[1][0]
    assert alone.structure == parts[0].structure


def test_sharing_inside_a_channel_is_structure() -> None:
    mu = parameter("mu")
    one, two = (wilks.Gaussian(x=X, mean=mu, sigma=sigma) for sigma in (mu, parameter("sigma")))
    _, (first, second) = taken_apart(wilks.NLL({"a": (one, DATA), "b": (two, DATA)}))
    assert first.structure != second.structure
    assert (len(first.slots), len(second.slots)) == (2, 3)


def test_an_element_has_derivatives_in_its_own_symbols_only() -> None:
    channels = {key: (mixture(f"{key}_", slope=parameter("c", 0.3)), DATA) for key in "abcd"}
    channels["alone"] = (wilks.Exponential(x=X, c=parameter("c", 0.3)), OTHER)
    nll = wilks.NLL(channels, constraints=[wilks.gaussian_constraint(parameter("c", 0.3), observed=0.2, sigma=0.1)])
    groups = nll._evaluator._groups
    names = [[[nll.floating[place] for place in row] for row in group.places] for group in groups]
    assert names == [[[f"{key}_mu", f"{key}_sigma", "c", f"{key}_f"] for key in "abcd"], [["c"]], [["c"]]]
    fixed = nll.objective(fixed={"a_mu": 2.0, "c": 0.1}).evaluator._groups
    # The channel in which something else floats is a group of its own; what floats nowhere has no derivatives.
    assert [group.places.shape for group in fixed] == [(1, 2), (3, 3), (1, 0), (1, 0)]
