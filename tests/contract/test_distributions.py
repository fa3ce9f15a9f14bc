"""Everything that wilks ships keeps the contract that it asks of plugins."""

from __future__ import annotations

import wilks.builtin
from wilks.testing.conformance import conformance

test_conformance = conformance(wilks.builtin)
