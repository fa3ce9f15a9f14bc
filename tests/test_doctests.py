"""The examples in the README and in docstrings run and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import wilks

ROOT = Path(__file__).parents[1]
MODULES = sorted(module.name for module in pkgutil.walk_packages(wilks.__path__, "wilks."))


def run(test: doctest.DocTest) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report: list[str] = []
    runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)


def test_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```pycon\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    assert 15 <= code.count(">>>") <= 22
    run(doctest.DocTestParser().get_doctest(code, {}, "README.md", "README.md", 0))


def test_blocks_of_the_design_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    compose, custom = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)[:2]
    random = np.random.default_rng(1)
    array = np.concatenate([random.normal(5, 0.5, 300), random.exponential(1 / 0.3, 700)])
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"array": array, "points": np.linspace(0, 10, 5)}
    exec(compose, scope)
    assert scope["result"].valid
    assert wilks.load("model.json").likelihood(scope["result"]) == pytest.approx(scope["result"].minimum, rel=1e-12)
    # A dataclass looks for its module.
    module = ModuleType("notebook")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(custom, vars(module))
    triangle = module.Triangle(x=scope["x"], peak=5, width=2)
    assert triangle.pdf([5.0, 6.0, 8.0]) == pytest.approx([0.5, 0.25, 0.0])


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name: str) -> None:
    for test in doctest.DocTestFinder().find(importlib.import_module(name)):
        if test.examples:
            run(test)
