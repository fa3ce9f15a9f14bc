"""Fits agree with numbers that peers gave on the same data; ``tests/peer`` asks the peers themselves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reference.zfit_models import MODELS, check_against_zfit


@pytest.mark.parametrize("name", MODELS)
def test_zfit(name: str) -> None:
    recorded = json.loads(Path(__file__).with_name("zfit.json").read_text())
    check_against_zfit(name, recorded["cases"][name])
