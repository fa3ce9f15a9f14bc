"""zfit finds the same minima, values and errors on the same data, and still what is recorded of it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.reference.zfit_models import MODELS, check_against_zfit

pytestmark = pytest.mark.peer

RECORD = Path(__file__).parents[1] / "reference" / "zfit.json"


@pytest.fixture(scope="module")
def zfit_python() -> Path:
    """A Python that can import zfit: `$WILKS_ZFIT_PYTHON`. Continuous integration must have one."""
    python = os.environ.get("WILKS_ZFIT_PYTHON")
    if not python and os.environ.get("CI"):
        pytest.fail("WILKS_ZFIT_PYTHON is not set; .ci/run makes that environment")
    if not python:
        pytest.skip("no Python with zfit; set WILKS_ZFIT_PYTHON")
    return Path(python)


@pytest.fixture(scope="module")
def answers(zfit_python: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("zfit_fits.py")
    # It must not see the packages of this environment.
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [zfit_python, script],
        input=RECORD.read_text(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=clean,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)["cases"]


@pytest.mark.parametrize("name", MODELS)
def test_zfit_agrees(name: str, answers: dict[str, Any]) -> None:
    check_against_zfit(name, answers[name])


@pytest.mark.parametrize("name", MODELS)
def test_the_record_holds(name: str, answers: dict[str, Any]) -> None:
    recorded = json.loads(RECORD.read_text())["cases"][name]
    for parameter, error in recorded["errors"].items():
        assert abs(answers[name]["values"][parameter] - recorded["values"][parameter]) < 1e-3 * error
