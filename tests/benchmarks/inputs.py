"""The inputs: events with fixed seeds, and start values that all tools share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SEED = 20240607

Numbers = tuple[float, float, float, float]
"""Start value, lower limit, upper limit and first step of a parameter."""


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a case gives to every tool.

    Args:
        model: Name of the model in the scripts.
        parameters: Where each parameter starts.
        arrays: Events by channel, sizes of toys, points of a grid.
    """

    model: str
    parameters: Mapping[str, Numbers]
    arrays: Mapping[str, np.ndarray]

    def write(self, folder: Path, *, kind: str, seconds: float) -> Path:
        """Write data and job into a folder, and return the path of the job."""
        data, job = folder / "data.npz", folder / "job.json"
        np.savez(data, **self.arrays)
        facts = {"kind": kind, "model": self.model, "parameters": self.parameters, "data": str(data)}
        job.write_text(json.dumps({**facts, "seconds": seconds}))
        return job


def peak(size: int) -> Inputs:
    """Return a Gaussian (30 %) over an exponential, on [0, 10]."""
    random = np.random.default_rng(SEED)
    signal = random.binomial(size, 0.3)
    return Inputs("peak", _peak_starts(size, mu=4.8), {"x": _peak_events(random, signal, size - signal)})


def profile(size: int) -> Inputs:
    """Return the same, and 100 values of the position, three standard deviations around the truth."""
    inputs = peak(size)
    width = 3 * 0.6 / np.sqrt(0.3 * size)
    return Inputs("peak", inputs.parameters, {**inputs.arrays, "grid": np.linspace(5 - width, 5 + width, 100)})


def toys(number: int) -> Inputs:
    """Return data sets with a Poisson number of events around 1000; fits start at the truth."""
    random = np.random.default_rng(SEED + 1)
    sets = [_peak_events(random, random.poisson(300), random.poisson(700)) for _ in range(number)]
    truth = {"mu": 5.0, "sigma": 0.5, "c": 0.3, "n_sig": 300.0, "n_bkg": 700.0}
    starts = {name: (truth[name], *numbers[1:]) for name, numbers in _peak_starts(1000, mu=5.0).items()}
    return Inputs("peak", starts, {"x": np.concatenate(sets), "sizes": np.array([len(toy) for toy in sets])})


def b_mass(size: int) -> Inputs:
    """Return two crystal balls, a reflection and a background on [5000, 5600]."""
    random = np.random.default_rng(SEED + 2)
    m = np.linspace(5000, 5600, 200_001)
    z = (m - 5300) / 300
    narrow, wide, reflection = int(0.24 * size), int(0.16 * size), int(0.10 * size)
    events = [
        _draw(random, m, _crystal_ball((m - 5280) / 12), narrow),
        _draw(random, m, _crystal_ball((m - 5280) / 22), wide),
        _draw(random, m, np.exp(-0.5 * np.square((m - 5140) / 25)), reflection),
        _draw(random, m, 1 - 0.5 * z + 0.1 * (2 * z * z - 1), size - narrow - wide - reflection),
    ]
    step = 0.003 * size
    starts = {
        "mu": (5279.0, 5260.0, 5300.0, 1.0),
        "narrow": (11.0, 5.0, 18.0, 0.5),
        "wide": (24.0, 18.01, 40.0, 0.5),
        "alpha_L": (1.4, 0.5, 3.0, 0.05),
        "alpha_R": (1.5, 0.5, 3.0, 0.05),
        "f": (0.55, 0.05, 0.95, 0.02),
        "refl_mean": (5142.0, 5110.0, 5170.0, 1.0),
        "refl_sigma": (22.0, 10.0, 50.0, 1.0),
        "a": (-0.45, -1.0, 1.0, 0.02),
        "b": (0.08, -1.0, 1.0, 0.02),
        "n_sig": (0.4 * size, 0.0, float(size), step),
        "n_refl": (0.1 * size, 0.0, float(size), step),
        "n_bkg": (0.5 * size, 0.0, float(size), step),
    }
    return Inputs("b_mass", starts, {"x": _shuffled(random, events)})


def categories(size: int) -> Inputs:
    """Return six categories, which share the position of the peak."""
    random = np.random.default_rng(SEED + 3)
    starts: dict[str, Numbers] = {"mu": (4.9, 4.0, 6.0, 0.05)}
    arrays = {}
    for i in range(6):
        signal, background = (int(n * size / 117_000) for n in (2000 + 1000 * i, 20_000 - 2000 * i))
        arrays[f"x{i}"] = _peak_events(random, signal, background, sigma=0.3 + 0.05 * i, c=0.1 + 0.05 * i)
        events = len(arrays[f"x{i}"])
        starts |= {
            f"sigma{i}": (0.5, 0.1, 2.0, 0.05),
            f"c{i}": (0.2, 0.01, 1.0, 0.02),
            f"n_sig{i}": _yield(0.2, events),
            f"n_bkg{i}": _yield(0.8, events),
        }
    return Inputs("categories", starts, arrays)


def _peak_starts(size: int, *, mu: float) -> dict[str, Numbers]:
    return {
        "mu": (mu, 4.0, 6.0, 0.05),
        "sigma": (0.6, 0.1, 2.0, 0.05),
        "c": (0.2, 0.01, 1.0, 0.02),
        "n_sig": _yield(0.25, size),
        "n_bkg": _yield(0.75, size),
    }


def _yield(fraction: float, size: int) -> Numbers:
    return fraction * size, 0.0, 1.2 * size, float(np.sqrt(size))


def _peak_events(
    random: np.random.Generator, signal: int, background: int, *, sigma: float = 0.5, c: float = 0.3
) -> np.ndarray:
    """Return events of a Gaussian at 5 over an exponential; both limits are nine standard deviations away or more."""
    exponential = -np.log1p(random.random(background) * np.expm1(-10 * c)) / c
    return _shuffled(random, [random.normal(5.0, sigma, signal), exponential])


def _crystal_ball(t: np.ndarray, alpha: tuple[float, float] = (1.3, 1.6), n: tuple[int, int] = (3, 4)) -> np.ndarray:
    def tail(distance: np.ndarray, a: float, power: int) -> np.ndarray:
        return np.exp(-0.5 * a * a) * (1 + a / power * np.maximum(distance - a, 0)) ** -power

    core = np.exp(-0.5 * np.square(t))
    return np.where(t < -alpha[0], tail(-t, alpha[0], n[0]), np.where(t > alpha[1], tail(t, alpha[1], n[1]), core))


def _draw(random: np.random.Generator, x: np.ndarray, density: np.ndarray, size: int) -> np.ndarray:
    """Draw from a density that is linear between points."""
    cumulated = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    return np.interp(random.random(size), cumulated / cumulated[-1], x)


def _shuffled(random: np.random.Generator, parts: list[np.ndarray]) -> np.ndarray:
    events = np.concatenate(parts)
    random.shuffle(events)
    return events
