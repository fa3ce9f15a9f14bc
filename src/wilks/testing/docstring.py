"""What the docstring of a class must hold: documentation pages are made from it."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields

from wilks.testing.agreement import require


def require_documented(cls: type) -> None:
    """Fail unless the docstring has a first sentence, the formula and every argument."""
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    first = text.partition("\n")[0]
    require(first.endswith("."), f"{cls.__name__}: begin the docstring with one sentence in one line")
    require(".. math::" in text, f"{cls.__name__}: give the formula in the docstring, as '.. math::'")
    _, _, arguments = text.partition("\nArgs:\n")
    arguments = re.split(r"^\S", arguments, maxsplit=1, flags=re.MULTILINE)[0]
    documented = set(re.findall(r"^    (\w+): \S", arguments, flags=re.MULTILINE))
    declared = {field.name for field in fields(cls) if field.init}
    missing, extra = sorted(declared - documented), sorted(documented - declared)
    require(not missing, f"{cls.__name__}: document {', '.join(missing)} under 'Args:'")
    require(not extra, f"{cls.__name__}: no field is called {', '.join(extra)}, as under 'Args:'")
