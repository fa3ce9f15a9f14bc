"""The one handle through which wilks touches TensorFlow: imported at first use, never before."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wilks.errors import ForkError


class LazyModule:
    """Stands for a module that is imported when its first attribute is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._process = os.getpid()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._after_fork)

    def _after_fork(self) -> None:
        """Forget everything in a forked process, so that the next use is noticed."""
        used = len(self.__dict__) > len(("_name", "_process"))
        name, process = self._name, self._process
        self.__dict__.clear()
        self._name, self._process = name, process if used else os.getpid()

    def __getattr__(self, attribute: str) -> Any:
        if self._process != os.getpid():
            raise ForkError(
                "this process was forked from one that had computed with TensorFlow, and would wait for its threads "
                "forever: start workers by spawn or forkserver, or fork before the first computation"
            )
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
