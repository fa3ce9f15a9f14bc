"""Generate ``mass_peak.json``: a narrow peak over a falling background, as an HS3 document.

Run ``python make_mass_peak.py`` to write the file beside this script; one seed gives one file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20260101
LOWER, UPPER = 100.0, 160.0  # GeV
EVENTS_PER_LINE = 10

TRUTH = {"n_sig": 300.0, "n_bkg": 1200.0, "mean": 125.0, "sigma": 2.0, "slope": 0.03}
START = {"n_sig": 200.0, "n_bkg": 1300.0, "mean": 124.0, "sigma": 3.0, "slope": 0.02}
LIMITS = {
    "n_sig": (0.0, 1500.0),
    "n_bkg": (0.0, 3000.0),
    "mean": (115.0, 135.0),
    "sigma": (0.5, 10.0),
    "slope": (0.001, 0.2),
}


def generate() -> list[float]:
    """Return the masses of the events, in GeV, in the order a detector would see them."""
    rng = np.random.default_rng(SEED)
    n_sig, n_bkg = rng.poisson([TRUTH["n_sig"], TRUTH["n_bkg"]])
    peak = rng.normal(TRUTH["mean"], TRUTH["sigma"], n_sig)
    # The inverse of the distribution function of an exponential between two limits.
    cut = -np.expm1(-TRUTH["slope"] * (UPPER - LOWER))
    background = LOWER - np.log1p(-cut * rng.random(n_bkg)) / TRUTH["slope"]
    masses = rng.permutation(np.concatenate([peak, background]))
    return [round(float(mass), 3) for mass in masses if LOWER < mass < UPPER]


def document(masses: list[float]) -> dict[str, Any]:
    """Return the HS3 document of the model and the events."""
    return {
        "metadata": {
            "hs3_version": "0.2.9",
            "packages": [{"name": "wilks", "version": "0.1.0"}],
            "description": "A mass peak over an exponential background; simulated events.",
        },
        "distributions": [
            {
                "name": "model",
                "type": "mixture_dist",
                "summands": ["signal", "background"],
                "coefficients": ["n_sig", "n_bkg"],
                "extended": True,
            },
            {
                "name": "signal",
                "type": "gaussian_dist",
                "x": "mass",
                "mean": "mean",
                "sigma": "sigma",
            },
            {"name": "background", "type": "exponential_dist", "x": "mass", "c": "slope"},
        ],
        "data": [
            {
                "name": "events",
                "type": "unbinned",
                "axes": [{"name": "mass", "min": LOWER, "max": UPPER}],
                "entries": [[mass] for mass in masses],
            }
        ],
        "likelihoods": [{"name": "mass_fit", "distributions": ["model"], "data": ["events"]}],
        "domains": [
            {
                "name": "default_domain",
                "type": "product_domain",
                "axes": [
                    {"name": name, "min": lower, "max": upper}
                    for name, (lower, upper) in {**LIMITS, "mass": (LOWER, UPPER)}.items()
                ],
            }
        ],
        "parameter_points": [
            {
                "name": "default_values",
                "parameters": [{"name": name, "value": value} for name, value in START.items()],
            }
        ],
        "analyses": [
            {
                "name": "mass_peak",
                "likelihood": "mass_fit",
                "parameters_of_interest": ["n_sig"],
                "domain": "default_domain",
                "init": "default_values",
            }
        ],
    }


def text(masses: list[float]) -> str:
    """Return the document as JSON that people can read: indented, with several events a line."""
    marker = "EVENTS"
    rows = [json.dumps([mass]) for mass in masses]
    lines = [", ".join(rows[first : first + EVENTS_PER_LINE]) for first in range(0, len(rows), EVENTS_PER_LINE)]
    content = document(masses)
    content["data"][0]["entries"] = marker
    indent = " " * 8
    entries = "[\n" + ",\n".join(indent + line for line in lines) + "\n      ]"
    return json.dumps(content, indent=2).replace(f'"{marker}"', entries) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("mass_peak.json").write_text(text(generate()), encoding="utf-8")
