"""Whether tools found the same: a comparison of times means nothing otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_SIGMA = 0.05
"""How far best-fit values may differ, in standard deviations."""

MOST_ERROR = 0.01
"""How far errors may differ, relatively, without a remark."""

LARGEST_EDM = 1e-3
"""Of a fit that converged, for an NLL that is not doubled: sqrt(2 EDM) is the distance to the minimum, 0.045 sigma."""

LEAST_SHARE = 0.99
"""Of the toys that converged in both tools, how many must agree: a few have two minima."""

_MOST_DIFFERENCE = 1e-6
_MOST_PROFILE = 4 * LARGEST_EDM

Figures = dict[str, Any]


def not_converged(figures: Figures) -> str:
    """Return why a fit did not converge; nothing if it did, or if there is none."""
    if "valid" not in figures or isinstance(figures["valid"], list):
        return ""
    if not figures["valid"]:
        return f"{figures['status'] or 'it says so'}, EDM {figures['edm']:.0e}"
    return f"EDM {figures['edm']:.0e}" if not figures["edm"] <= LARGEST_EDM else ""


def disagreement(theirs: Figures, ours: Figures) -> str:
    """Return in what two sets of figures disagree; nothing if they agree. Fits that did not converge are exempt."""
    checks = [_in_difference(theirs, ours), _in_profile(theirs, ours)]
    if isinstance(ours.get("valid"), list):
        checks.append(_in_toys(theirs, ours))
    elif _both_fitted(theirs, ours):
        checks.append(_in_values(theirs, ours))
    return "; ".join(check for check in checks if check)


def error_gap(theirs: Figures, ours: Figures) -> str:
    """Return by how much errors differ at the same minimum; nothing if they agree.

    It does not forbid a comparison of times: HESSE by finite differences is as inaccurate as this.
    """
    if not _both_fitted(theirs, ours):
        return ""
    pairs = {name: (theirs["errors"][name], error) for name, error in ours["errors"].items()}
    known = {name: np.isfinite(pair) for name, pair in pairs.items()}
    if odd := [name for name, (one, other) in known.items() if one != other]:
        return f"only one of both has an error of {odd[0]}"
    gaps = {name: abs(one / other - 1) for name, (one, other) in pairs.items() if known[name].all()}
    worst = _worst(gaps) if gaps else ""
    return "" if not gaps or gaps[worst] <= MOST_ERROR else f"errors differ by {100 * gaps[worst]:.2g} % ({worst})"


def converged_toys(figures: Figures) -> np.ndarray:
    """Return which toys converged."""
    return np.array(figures["valid"], dtype=bool) & (np.array(figures["edm"], dtype=float) <= LARGEST_EDM)


def _in_difference(theirs: Figures, ours: Figures) -> str:
    """Compare the NLL between two points: is it the same function?"""
    if "difference" not in theirs or "difference" not in ours:
        return ""
    gap = abs(theirs["difference"] / ours["difference"] - 1)
    return "" if gap <= _MOST_DIFFERENCE else f"differences of the NLL by {gap:.1e}"


def _in_values(theirs: Figures, ours: Figures) -> str:
    pulls = {}
    for name, value in ours["values"].items():
        # At a limit wilks has no error.
        error = next((f["errors"][name] for f in (ours, theirs) if np.isfinite(f["errors"][name])), np.nan)
        gap = abs(theirs["values"][name] - value)
        pulls[name] = gap / error if gap else 0.0
    worst = _worst(pulls)
    return "" if pulls[worst] <= MOST_SIGMA else f"values by {pulls[worst]:.2g} sigma ({worst})"


def _worst(numbers: dict[str, float]) -> str:
    return max(numbers, key=lambda name: np.nan_to_num(numbers[name], nan=np.inf))


def _both_fitted(theirs: Figures, ours: Figures) -> bool:
    """Return whether both have one fit, which converged."""
    single = all("values" in f and not isinstance(f["valid"], list) for f in (theirs, ours))
    return single and not not_converged(theirs) and not not_converged(ours)


def _in_toys(theirs: Figures, ours: Figures) -> str:
    number = min(theirs["number"], ours["number"])
    both = converged_toys(theirs)[:number] & converged_toys(ours)[:number]
    if not both.any():
        return "no toy converged in both"
    agree = np.ones(number, dtype=bool)
    for name, errors in ours["errors"].items():
        gaps = np.array(theirs["values"][name])[:number] - np.array(ours["values"][name])[:number]
        agree &= np.abs(gaps) <= MOST_SIGMA * np.array(errors)[:number]
    share = float(agree[both].mean())
    return "" if share >= LEAST_SHARE else f"only {100 * share:.3g} % of the toys agree"


def _in_profile(theirs: Figures, ours: Figures) -> str:
    """Compare curves up to a constant, as far as both go."""
    if "minima" not in theirs or "minima" not in ours:
        return ""
    number = min(len(theirs["minima"]), len(ours["minima"]))
    gaps = np.array(theirs["minima"][:number]) - np.array(ours["minima"][:number])
    spread = float(np.ptp(gaps))
    return "" if spread <= _MOST_PROFILE else f"the profile by {spread:.1e}"
