"""What the kernel of an executed page runs first."""

import os
import subprocess
import sys

from IPython import get_ipython

# Pages are no terminals, whatever the kernel says.
for name in ("COLUMNS", "FORCE_COLOR"):
    os.environ.pop(name, None)


def bash(_line: str, cell: str) -> None:
    """Run a cell with bash, and print its output in one piece: IPython's own does so in pieces that break lines."""
    done = subprocess.run(["bash", "-e", "-c", cell], capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    if done.returncode:
        raise RuntimeError(f"exit code {done.returncode}: {done.stderr}")


get_ipython().register_magic_function(bash, magic_kind="cell")
