"""The one handle through which wilks touches TensorFlow: imported at first use, never before."""

from __future__ import annotations

import importlib
from typing import Any


class LazyModule:
    """Stands for a module that is imported when its first attribute is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


tf: Any = LazyModule("tensorflow")
