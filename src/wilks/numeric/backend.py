"""The one handle through which wilks touches TensorFlow: imported at first use, never before."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class LazyModule:
    """Stands for a module that is imported when its first attribute is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        with _without_keras():
            value = getattr(importlib.import_module(self._name), attribute)
        setattr(self, attribute, value)
        return value


@contextmanager
def _without_keras() -> Iterator[None]:
    """Keep TensorFlow from importing Keras, a third of its import time that nothing here needs.

    TensorFlow goes on without it, and imports it all the same as soon as somebody asks for `tf.keras`.
    """
    hidden = "tensorflow" not in sys.modules and "keras" not in sys.modules
    if hidden:
        sys.modules["keras"] = None  # type: ignore[assignment] # an import of it fails
    try:
        yield
    finally:
        if hidden:
            sys.modules.pop("keras", None)


tf: Any = LazyModule("tensorflow")
