"""RooFit reads what wilks writes, and finds the same. Where it does not, the test says why, and that it still fails.

Every document of the corpus is written in three ways: ``own``, the workspace in the dialect of its file; ``converted``,
the workspace in RooFit's dialect; ``written``, the likelihood anew from the objects in RooFit's dialect.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wilks
from tests.corpus import Fixture, corpus_folder, fixtures
from tests.peer.models import MODELS, points
from wilks.documents.hs3.dialect import ROOFIT

pytestmark = pytest.mark.peer

DIFFERENT = "other values"

DEFECTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("spec_argus_dist", "own"): (
        "no handling for type 'argus_dist'",
        "the importer knows only the spelling ARGUS_dist",
    ),
    ("spec_crystalball_asym", "own"): (
        "is missing key 'sigma'",
        "the importer of crystalball_dist is that of RooCBShape, which has one side; two sides are a type of their own",
    ),
    ("spec_crystalball_symmetric_keys", "own"): (
        DIFFERENT,
        "alpha, n and sigma without a side are read as RooCBShape, with one tail instead of the standard's two",
    ),
    ("spec_inline_data_aux", "own"): (
        "RooPoissonFactory",
        "B12: the importer of poisson_dist requires the key integer, which the standard does not have",
    ),
    ("spec_inline_data_aux", "converted"): (
        "0 data sets",
        "numbers as data of a likelihood are taken for names of data sets",
    ),
    ("spec_inline_data_aux", "written"): (
        "0 data sets",
        "there is no likelihood without data: constraint terms alone make none",
    ),
    ("spec_toplevel_components", "own"): (
        "missing dependency 'x'",
        "the range of an observable is taken from the default domain only, never from the axes of data",
    ),
    ("spec_toplevel_components", "converted"): (
        "failed to create dataset pd",
        "there is no importer of point data, and the first one ends the import, although no likelihood uses it",
    ),
    ("correlated_near_limits", "composed"): (
        DIFFERENT,
        "RooMultiVarGaussian takes limits a few standard deviations away for infinite ones, and is not normalised",
    ),
    ("breit_wigner", "composed"): (
        "no handling for type 'wilks.breit_wigner_dist'",
        "B10: RooBreitWigner has no HS3 type",
    ),
    ("continued_counts", "composed"): (
        DIFFERENT,
        "a poisson_dist that is not integer is normalised by its sum over integers instead of its integral",
    ),
    ("only_constraints", "composed"): (
        "0 data sets",
        "there is no likelihood without data: constraint terms alone make none",
    ),
}
"""What RooFit 6.40 fails on, by name and way: what happens, and the defect (B12 is a number of hs3-semantics.md, 7)."""


@dataclass(frozen=True)
class Case:
    """A document and what it should give: the values of a likelihood, or of functions and densities."""

    name: str
    way: str
    rtol: float
    write: Callable[[Path], None]
    ask: Callable[[], dict[str, Any]]
    expect: Callable[[], Mapping[str, list[Any]]]

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.way


def test_what_we_write(case: Case, answers: Mapping[tuple[str, str], Mapping[str, Any]], record_property: Any) -> None:
    answer = answers[case.key]
    deviation = 0.0 if "failure" in answer else max(_deviations(answer, case.expect()), default=np.inf)
    if case.key in DEFECTS:
        symptom, defect = DEFECTS[case.key]
        record_property("roofit", ("defect", *case.key, defect))
        happened = answer.get("failure") or (DIFFERENT if deviation > case.rtol else "the same values")
        assert symptom in happened, f"RooFit may have mended this: {defect}"
        return
    assert "failure" not in answer, answer["failure"]
    assert deviation < case.rtol, f"values deviate by {deviation:.2g}"
    record_property("roofit", ("read", *case.key, float(deviation)))


def test_every_defect_is_of_a_case() -> None:
    assert set(DEFECTS) <= {case.key for case in CASES} or not FIXTURES


@pytest.fixture(scope="module")
def answers(root_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return RooFit's answers about all documents, from one run of it."""
    folder = tmp_path_factory.mktemp("documents")
    jobs = []
    for case in CASES:
        path = folder / f"{case.name}.{case.way}.json"
        case.write(path)
        jobs.append({"path": str(path), **case.ask()})
    script = Path(__file__).with_name("roofit_values.py")
    run = subprocess.run(
        [root_python, script], input=json.dumps(jobs), capture_output=True, text=True, check=False, timeout=900
    )
    assert run.returncode == 0, run.stderr
    return dict(zip((case.key for case in CASES), json.loads(run.stdout), strict=True))


def _deviations(answer: Mapping[str, Any], expected: Mapping[str, list[Any]]) -> Iterator[float]:
    for key, values in expected.items():
        got, wanted = np.array(answer[key]), np.array(values)
        if not wanted.size:
            continue
        if key == "nll":
            # Only differences have a meaning: RooFit leaves out other constants.
            got, wanted = got - got[0], wanted - wanted[0]
        yield np.max(np.abs(got - wanted)) / max(np.max(np.abs(wanted)), 1e-3)


# ------------------------------------------------------------------------------------ documents of the corpus


def _corpus_cases(fixture: Fixture) -> Iterator[Case]:
    own = fixture.workspace.document.dialect
    for entry in fixture.nlls:
        name = entry["likelihood"]
        node = fixture.workspace.document.likelihoods[name]
        where = [point["values"] for point in entry["points"]]

        def ask(node: Any = node, where: list[Any] = where) -> dict[str, Any]:
            return {"likelihood": [node.distributions, node.data], "points": where}

        def expect(name: str = name, where: list[Any] = where) -> Mapping[str, list[float]]:
            return {"nll": _nll_values(fixture, name, where)}

        def write_again(path: Path, name: str = name) -> None:
            wilks.save(fixture.workspace.likelihoods[name], path, dialect="roofit")

        yield Case(fixture.name, "own", fixture.rtol, _workspace_writer(fixture, None), ask, expect)
        if own is not ROOFIT:
            yield Case(fixture.name, "converted", fixture.rtol, _workspace_writer(fixture, "roofit"), ask, expect)
        yield Case(fixture.name, "written", fixture.rtol, write_again, ask, expect)
    if not fixture.nlls:
        yield from _cases_without_likelihood(fixture)


def _workspace_writer(fixture: Fixture, dialect: str | None) -> Callable[[Path], None]:
    return lambda path: wilks.save(fixture.workspace, path, dialect=dialect)


_memo: dict[tuple[str, str], list[float]] = {}


def _nll_values(fixture: Fixture, name: str, where: list[dict[str, float]]) -> list[float]:
    if (fixture.name, name) not in _memo:
        nll = fixture.workspace.likelihoods[name]
        _memo[fixture.name, name] = [nll(point) for point in where]
    return _memo[fixture.name, name]


def _cases_without_likelihood(fixture: Fixture) -> Iterator[Case]:
    """Yield a case with the functions and densities of a document, and one for each density written anew."""
    workspace = fixture.workspace
    functions = [[e["function"], at["parameters"]] for e in fixture.expected["function_values"] for at in e["at"]]
    pdfs = [
        [e["pdf"], e["observables"], [_row(p, e["observables"]) for p in e["points"]], at["parameters"]]
        for e in fixture.expected["pdf_values"]
        for at in e["at"]
    ]

    def expect_pdfs() -> list[Any]:
        return [_density(workspace, *arguments) for arguments in pdfs]

    def expect() -> Mapping[str, list[Any]]:
        return {"functions": [workspace.functions[name](point) for name, point in functions], "pdfs": expect_pdfs()}

    asked = {"functions": functions, "pdfs": pdfs}
    yield Case(fixture.name, "own", fixture.rtol, _workspace_writer(fixture, None), lambda: asked, expect)
    for name in {name for name, *_ in pdfs}:

        def write_again(path: Path, name: str = name) -> None:
            wilks.save(workspace.distributions[name], path, dialect="roofit")

        yield Case(
            fixture.name, "written", fixture.rtol, write_again, lambda: {"pdfs": pdfs}, lambda: {"pdfs": expect_pdfs()}
        )


def _density(workspace: wilks.Workspace, name: str, observables: list[str], rows: list[Any], point: Any) -> list[float]:
    columns = {observable: np.array([row[i] for row in rows]) for i, observable in enumerate(observables)}
    return list(workspace.distributions[name].pdf(columns, params=point))


def _row(point: Any, observables: list[str]) -> list[float]:
    if isinstance(point, dict):
        return [float(point[name]) for name in observables]
    return [float(value) for value in point] if isinstance(point, list) else [float(point)]


# --------------------------------------------------------------------------------- likelihoods composed in Python


def _composed_case(build: Callable[[], wilks.NLL]) -> Case:
    nll = cache(build)

    def ask() -> dict[str, Any]:
        return {"likelihood": [["only"], []], "points": points(nll())}

    def expect() -> Mapping[str, list[float]]:
        return {"nll": [nll()(point) for point in points(nll())]}

    def write(path: Path) -> None:
        wilks.save(nll(), path, dialect="roofit")

    return Case(build.__name__, "composed", 1e-8, write, ask, expect)


FIXTURES = [fixture for fixture in fixtures(corpus_folder()) if not fixture.why_not()]
CASES = [
    *(case for fixture in FIXTURES for case in _corpus_cases(fixture)),
    *(_composed_case(build) for build in MODELS),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES, ids=lambda case: f"{case.name}-{case.way}")
