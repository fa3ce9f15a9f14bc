"""Exit codes."""

from __future__ import annotations

FIT_FAILED = 3
"""A fit has not converged, or cannot be done."""
