"""Every document of the corpus loads, evaluates, fits and round-trips as its reference says.

The references come from RooFit 6.40 (``generate_roofit.py`` of the corpus) and, for ``spec_*``, from SciPy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wilks
from tests.corpus import Fixture, corpus_folder, fixtures

KINKS = {
    "generic_pdf": "sqrt(abs(x alpha + 0.1)) has a kink in alpha for each event: numerical second derivatives see it",
}
"""Fixtures whose Hesse errors are not comparable, and why."""

FIXTURES = fixtures(corpus_folder())


@pytest.mark.skipif(not FIXTURES, reason="the HS3 corpus is absent: set WILKS_CORPUS to the folder with hs3/public")
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)
def test_fixture(fixture: Fixture, tmp_path: Path, record_property: Any) -> None:
    if reason := fixture.why_not():
        record_property("corpus", ("skipped", fixture.name, reason))
        pytest.skip(reason)
    deviation = max(check_nll(fixture), check_pdf(fixture), check_functions(fixture))
    record_property("corpus", ("tested", fixture.name, float(deviation)))
    check_fits(fixture)
    check_round_trip(fixture, tmp_path)


def check_nll(fixture: Fixture) -> float:
    worst = 0.0
    for entry in fixture.nlls:
        nll = fixture.workspace.likelihoods[entry["likelihood"]]
        values = np.array([nll(point["values"]) for point in entry["points"]])
        expected = np.array(entry["delta_nll"])
        deviation = np.max(np.abs(values - values[0] - expected)) / max(np.max(np.abs(expected)), 1e-3)
        assert deviation < fixture.rtol, f"NLL differences deviate by {deviation:.2g}"
        worst = max(worst, deviation)
    return worst


def check_pdf(fixture: Fixture) -> float:
    worst = 0.0
    for entry in fixture.expected["pdf_values"]:
        pdf = fixture.workspace.distributions[entry["pdf"]]
        names = entry["observables"]
        columns = {name: np.array([_coordinate(p, i, name) for p in entry["points"]]) for i, name in enumerate(names)}
        for at in entry["at"]:
            expected = np.array(at["values"])
            got = pdf.pdf(columns, params=at["parameters"])
            deviation = np.max(np.abs(got - expected) / np.maximum(np.abs(expected), 1e-12 * expected.max()))
            assert deviation < fixture.rtol, f"densities of {entry['pdf']} deviate by {deviation:.2g}"
            if at.get("expected_events") is not None and pdf.is_extended:
                events = pdf.expected_events(params=at["parameters"])
                assert events == pytest.approx(at["expected_events"], rel=1e-12)
            worst = max(worst, deviation)
    return worst


def check_functions(fixture: Fixture) -> float:
    worst = 0.0
    for entry in fixture.expected["function_values"]:
        function = fixture.workspace.functions[entry["function"]]
        for at in entry["at"]:
            deviation = abs(function(at["parameters"]) - at["value"]) / max(abs(at["value"]), 1e-3)
            assert deviation < fixture.rtol, f"function {entry['function']} deviates by {deviation:.2g}"
            worst = max(worst, deviation)
    return worst


def check_fits(fixture: Fixture) -> None:
    for reference in fixture.fits:
        nll = fixture.workspace.likelihoods[reference["likelihood"]]
        # Histograms in two dimensions are written as rows with counts as weights, which are none to RooFit.
        result = wilks.fit(nll, covariance="auto" if "errors_asymptotic" in reference else "hesse")
        assert result.valid, result
        parameters = reference["parameters"]
        theirs = nll({name: p["value"] for name, p in parameters.items()})
        # Our function at both minima: the reference's own value contains the error of its integrals.
        assert result.minimum <= theirs + 1e-7
        same = next(entry for entry in fixture.nlls if entry["likelihood"] == reference["likelihood"])
        nominal = nll(same["points"][0]["values"])
        ours, expected = result.minimum - nominal, reference["delta_nll_min"]
        assert ours <= expected + max(1e-7, fixture.rtol * abs(expected))
        allowed = max(1e-3, 2 * np.sqrt(2 * reference["edm"]))
        for name, p in parameters.items():
            if not p.get("at_limit"):
                assert abs(result.values[name] - p["value"]) <= allowed * p["error"], name
        if fixture.name not in KINKS:
            check_errors(result, reference)


def check_errors(result: wilks.FitResult, reference: dict[str, Any]) -> None:
    parameters = reference["parameters"]
    expected = reference.get("errors_asymptotic") or {name: p["error"] for name, p in parameters.items()}
    for name, error in expected.items():
        lower, upper = result.bounds[name]
        distance = min(result.values[name] - lower, upper - result.values[name])
        # Minuit's errors within three of a limit come from a transformed parameter.
        if not parameters[name].get("at_limit") and distance > 3 * error:
            assert result.errors[name] == pytest.approx(error, rel=0.01), name


def check_round_trip(fixture: Fixture, folder: Path) -> None:
    """The file itself, and documents written anew from the objects, give the same likelihoods."""
    saved = folder / "saved.json"
    wilks.save(fixture.workspace, saved)
    for name, nll in fixture.workspace.likelihoods.items():
        points = [{}, *(p["values"] for e in fixture.nlls if e["likelihood"] == name for p in e["points"])]
        expected = [nll(point) for point in points]
        again = wilks.load(saved).likelihoods[name]
        np.testing.assert_allclose([again(point) for point in points], expected, rtol=1e-12)
        wilks.save(nll, saved)
        rewritten = wilks.load(saved).likelihood
        np.testing.assert_allclose([rewritten(point) for point in points], expected, rtol=1e-12, atol=1e-12)


def _coordinate(point: Any, index: int, name: str) -> float:
    if isinstance(point, dict):
        return float(point[name])
    return float(point[index] if isinstance(point, list) else point)
