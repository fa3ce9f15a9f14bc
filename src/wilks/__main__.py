"""``python -m wilks`` is the command ``wilks``."""

from __future__ import annotations

import sys

from wilks.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
