"""The one rule by which minimisers of other libraries stop, with libraries made up for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.unit.minimize.functions import Function, quadratic, rosenbrock
from wilks.minimize.minimizer import Minimum
from wilks.minimize.scaled import ScaledFunction
from wilks.minimize.stopping import Precision, minimize_to_edm

SCALE = np.array([1e-3, 1.0, 1e3])


def run(
    function: Function,
    library: Callable[[ScaledFunction, Precision], str],
    *,
    tolerance: float = 0.1,
    most: int | None = None,
    walks: bool = True,
) -> Minimum:
    return minimize_to_edm(
        function, library, tolerance=tolerance, max_evaluations=most, walks_along_limits=walks, by="test"
    )


def asleep(_: ScaledFunction, __: Precision) -> str:
    return "good night"


def halfway(function: ScaledFunction, _: Precision) -> str:
    """Go half of the way to the minimum of the quadratic model."""
    _, gradient = function.value_and_gradient(function.start)
    function.value_and_gradient(-0.5 * np.linalg.solve(function.hessian(function.start), gradient))
    return ""


def test_it_goes_on_until_the_edm_is_reached() -> None:
    # Half of the way is a quarter of the EDM, 1.5 at the start: seven times until it is below 1e-4.
    found = run(quadratic(SCALE, 0.0), halfway)
    assert found.converged
    assert found.message == ""
    assert found.value == pytest.approx(1.5 / 4**7)
    assert found.evaluations == 1 + 7 * 2  # each time one of the library, and a look at where it stopped
    assert found.by == "test"


@pytest.mark.parametrize(("tolerance", "rounds"), [(1.0, 6), (0.1, 7), (1e-3, 11)])
def test_the_goal_is_that_of_minuit(tolerance: float, rounds: int) -> None:
    # 0.002 times the tolerance times 1/2, the error definition of an NLL.
    assert 1.5 / 4**rounds < 0.001 * tolerance < 1.5 / 4 ** (rounds - 1)
    found = run(quadratic(SCALE, 0.0), halfway, tolerance=tolerance)
    assert found.evaluations == 1 + 2 * rounds


def test_units_and_precision() -> None:
    seen = []

    def library(function: ScaledFunction, precision: Precision) -> str:
        seen.append((np.diag(function.hessian(function.start)), precision))
        return halfway(function, precision)

    run(quadratic(SCALE, 0.5), library)
    for curvature, _ in seen:
        np.testing.assert_allclose(curvature, 1.0)
    falls = [precision.fall for _, precision in seen]
    assert falls[0] == pytest.approx(1e-5)
    assert falls == sorted(falls, reverse=True)
    reaches = [precision.reach for _, precision in seen]
    assert reaches[0] == 1
    assert reaches[-1] == pytest.approx(np.sqrt(2 * 1.5 / 4 ** (len(seen) - 1)), rel=0.5)


def test_what_is_known_at_the_minimum_is_handed_on() -> None:
    function = quadratic(SCALE, 0.5)
    found = run(function, halfway)
    np.testing.assert_array_equal(found.slopes, function.g(found.point))
    np.testing.assert_array_equal(found.hessian, function.h(found.point))


def test_a_start_at_the_minimum_is_left_alone() -> None:
    function = rosenbrock(start=(1.0, 1.0))
    assert run(function, asleep).converged
    assert function.calls == 1


def test_no_progress_is_said_with_what_the_library_says() -> None:
    function = rosenbrock()
    found = run(function, asleep)
    assert not found.converged
    edm = function.edm(function.start)
    assert found.message == f"no more progress, EDM {edm:.2g} above the goal 0.0001: good night"


def test_no_minimum_at_all_is_said() -> None:
    function = rosenbrock(start=(0.0, 1.0))  # on the ridge
    assert np.linalg.eigvalsh(function.h(function.start))[0] < 0
    assert "Hessian not positive definite" in run(function, asleep).message


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_evaluations_are_limited(most: int) -> None:
    function = rosenbrock()
    found = run(function, halfway, most=most)
    assert not found.converged
    assert found.evaluations == function.calls <= most
    assert found.message.startswith("call limit reached, EDM")


def test_a_start_that_is_not_finite_is_no_start() -> None:
    function = rosenbrock()
    function.f = lambda _: np.nan
    found = run(function, halfway)
    assert found.message == "the function or its gradient is not finite where it stopped"
    assert function.calls == 1


def test_what_a_library_raises_is_what_it_says() -> None:
    def stuck(function: ScaledFunction, precision: Precision) -> str:
        halfway(function, precision)
        raise RuntimeError("roundoff")

    assert run(quadratic(SCALE, 0.0), stuck).converged

    def lost(_: ScaledFunction, __: Precision) -> str:
        raise RuntimeError("roundoff")

    assert run(rosenbrock(), lost).message.endswith(": RuntimeError roundoff")


def test_errors_of_the_objective_come_out_as_they_are() -> None:
    function = rosenbrock()
    gradient = function.g
    function.g = lambda p: gradient(p) if np.array_equal(p, function.start) else 1 / 0

    def hides_it(function: ScaledFunction, precision: Precision) -> str:
        try:
            return halfway(function, precision)
        except ZeroDivisionError:
            raise RuntimeError("library failure") from None

    with pytest.raises(ZeroDivisionError):
        run(function, hides_it)


def test_parameters_at_limits_stay_where_a_library_cannot_walk_along_them() -> None:
    sizes = []

    def library(function: ScaledFunction, precision: Precision) -> str:
        sizes.append(len(function.start))
        return halfway(function, precision)

    def limited() -> Function:
        function = quadratic(SCALE, 0.0)
        function.upper = np.array([np.inf, np.inf, 0.5]) * SCALE
        function.start = np.array([0.0, 0.0, 0.5]) * SCALE
        return function

    assert run(limited(), library, walks=False).converged
    assert set(sizes) == {2}
    sizes.clear()
    with_equal_limits = limited()
    with_equal_limits.lower = np.array([0.0, -np.inf, -np.inf])
    with_equal_limits.upper = np.array([0.0, np.inf, np.inf])
    assert run(with_equal_limits, library).converged
    assert set(sizes) == {2}


def test_a_limit_that_is_nearly_reached_is_tried() -> None:
    def stops_short(function: ScaledFunction, _: Precision) -> str:
        function.value(0.99 * function.upper)
        return ""

    function = quadratic(SCALE[1:2], 0.0)
    function.upper = np.array([0.5])
    found = run(function, stops_short)
    assert found.converged
    assert found.point == 0.5
