"""The words of the language: how its functions and constants are written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from wilks.expression.operations import FUNCTIONS

_ROOT = (
    {"Exp": "exp", "Log": "log", "Log10": "log10", "Log2": "log2", "Sqrt": "sqrt", "Abs": "abs"}
    | {"Power": "pow", "Min": "min", "Max": "max", "Floor": "floor", "Ceil": "ceil"}
    | {"Sin": "sin", "Cos": "cos", "Tan": "tan", "ASin": "asin", "ACos": "acos", "ATan": "atan"}
    | {"ATan2": "atan2", "SinH": "sinh", "CosH": "cosh", "TanH": "tanh"}
    | {"Erf": "erf", "Erfc": "erfc"}
)

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {name: name for name in FUNCTIONS} | {f"TMath::{word}": name for word, name in _ROOT.items()}
)
"""Function as written -> key of ``operations.FUNCTIONS``."""

CONSTANTS: Mapping[str, float] = MappingProxyType({"PI": math.pi, "EULER": math.e})
"""The names that are numbers."""

TRUTH_VALUES: Mapping[str, float] = MappingProxyType({"TRUE": 1.0, "FALSE": 0.0})
"""The names that are truth values."""

CONSTANT_CALLS: Mapping[str, float] = MappingProxyType({"TMath::Pi": math.pi, "TMath::E": math.e})
"""The numbers that are written as functions without arguments."""
