"""Documents small enough that their best fit is known in closed form."""

from __future__ import annotations

import json

import numpy as np
import pytest

EVENTS = np.random.default_rng(5).normal(3.0, 2.0, 200).round(6)


def gaussian_document():
    """A Gaussian far inside its limits: the best fit is the mean and the root mean square deviation of the data."""
    points = {"default_values": {"mu": 2.0, "sigma": 1.5}, "from_here": {"mu": 4.0, "sigma": 3.0}}
    return {
        "metadata": {"hs3_version": "0.2.9", "description": "A test."},
        "distributions": [{"name": "peak", "type": "gaussian_dist", "x": "x", "mean": "mu", "sigma": "sigma"}],
        "data": [
            {
                "name": "events",
                "type": "unbinned",
                "axes": [{"name": "x", "min": -100.0, "max": 100.0}],
                "entries": EVENTS[:, np.newaxis].tolist(),
            }
        ],
        "likelihoods": [{"name": "L", "distributions": ["peak"], "data": ["events"]}],
        "domains": [
            {
                "name": "default_domain",
                "type": "product_domain",
                "axes": [{"name": "mu", "min": -10.0, "max": 10.0}, {"name": "sigma", "min": 0.1, "max": 9.0}],
            }
        ],
        "parameter_points": [
            {"name": name, "parameters": [{"name": n, "value": v} for n, v in values.items()]}
            for name, values in points.items()
        ],
        "analyses": [
            {
                "name": "width",
                "likelihood": "L",
                "parameters_of_interest": ["sigma"],
                "domain": "default_domain",
                "init": "from_here",
            }
        ],
    }


@pytest.fixture
def document():
    return gaussian_document()


@pytest.fixture
def write(tmp_path):
    """Write a document to a file and return its path as text."""

    def write(document, name="model.json"):
        path = tmp_path / name
        path.write_text(json.dumps(document))
        return str(path)

    return write


@pytest.fixture
def model(document, write):
    return write(document)


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch):
    """Whatever runs the tests may set a width; output that is no terminal's is not folded."""
    monkeypatch.delenv("COLUMNS", raising=False)
