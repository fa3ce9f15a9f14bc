"""A TensorFlow that starts without a word."""

from __future__ import annotations

import os
import sys
import tempfile

import wilks.numpy as wnp

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


def start_tensorflow() -> None:
    """Import TensorFlow and let it find its devices, without what it then says on standard error.

    It says some of that whatever its settings are, from C++, before it reads them. If the environment sets the level of
    its messages, they are left alone; if it does not start, they are shown.
    """
    if LEVEL in os.environ or "tensorflow" in sys.modules:
        return
    os.environ[LEVEL] = "2"
    sys.stderr.flush()
    said_before = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            wnp.asarray(0.0)
        except BaseException:
            said.seek(0)
            os.write(said_before, said.read())
            raise
        finally:
            os.dup2(said_before, 2)
            os.close(said_before)
