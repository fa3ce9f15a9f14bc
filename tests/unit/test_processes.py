"""Several processes, and what a long-lived one keeps: pickles, workers, forks, memory."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest

import wilks

RNG = np.random.default_rng(11)
VALUES = np.concatenate([RNG.normal(5, 0.5, 60), RNG.uniform(0, 10, 90)])

MODEL = """
import numpy as np, wilks

def likelihood(number, values):
    x = wilks.Space(f"x{number}", 0, 10)
    mu = wilks.Parameter(f"mu{number}", 5 + 0.001 * number, lower=4, upper=6)
    peak = wilks.Gaussian(x=x, mean=mu, sigma=0.5)
    f = wilks.Parameter(f"f{number}", 0.4, lower=0, upper=1)
    return wilks.NLL(wilks.Mixture([peak, wilks.Uniform(x=x)], [f]), wilks.Data(x, values))
"""


def likelihood(**options: Any) -> wilks.NLL:
    x = wilks.Space("x", 0, 10)
    peak = wilks.Gaussian(x=x, mean=wilks.Parameter("mu", 4.9, lower=4, upper=6), sigma=0.5)
    model = wilks.Mixture([peak, wilks.Uniform(x=x)], [wilks.Parameter("f", 0.4, lower=0, upper=1)])
    return wilks.NLL(model, wilks.Data(x, VALUES), **options)


def best_position(nll: wilks.NLL) -> float:
    return wilks.fit(nll, minimizer=wilks.Newton()).values["mu"]


def run(code: str, timeout: float = 300) -> str:
    done = subprocess.run(
        [sys.executable, "-c", MODEL + code], capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_likelihoods_and_results_are_pickled() -> None:
    nll = likelihood(compile=False, shards=1)
    copy = pickle.loads(pickle.dumps(nll))
    assert copy.options == nll.options
    assert copy() == nll()
    results = wilks.fit_many(nll, start=[{"mu": 4.8}, {"mu": 5.2}])
    again = pickle.loads(pickle.dumps(results))
    np.testing.assert_array_equal(again.values["mu"], results.values["mu"])
    scan = wilks.profile(nll, {"mu": [4.9, 5.0]})
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(scan)).minimum, scan.minimum)


def test_spawned_workers_find_the_same_numbers() -> None:
    nll = likelihood()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(best_position, nll).result(timeout=120) == best_position(nll)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork on this system")
def test_a_fork_after_the_first_computation_is_an_error_and_no_deadlock() -> None:
    out = run(
        """
import os, sys
nll = likelihood(0, np.linspace(4, 6, 50))
nll()
child = os.fork()
if not child:
    try:
        nll()
    except wilks.ForkError as error:
        print("refused:", error, flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("parent goes on:", np.isfinite(nll()))
"""
    )
    assert "refused: this process was forked" in out
    assert "spawn" in out
    assert "parent goes on: True" in out


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork on this system")
def test_a_fork_before_the_first_computation_works() -> None:
    out = run(
        """
import os
nll = likelihood(0, np.linspace(4, 6, 50))
child = os.fork()
print("value", nll(), flush=True)
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""
    )
    first, second = out.split("value")[1:]
    assert float(first) == float(second)


def test_many_models_of_one_structure_leave_no_memory_behind() -> None:
    """Other data, values and names, 300 times, after 20 that fill the pools: less than 50 MB stay."""
    out = run(
        """
import gc
def resident():
    gc.collect()
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
rng = np.random.default_rng(1)
def use(number):
    values = np.concatenate([rng.normal(5, 0.5, 5000 + number), rng.uniform(0, 10, 15000)])
    assert wilks.fit(likelihood(number, values)).valid
for number in range(20):
    use(number)
before = resident()
for number in range(20, 320):
    use(number)
print("grown by", resident() - before)
"""
        if sys.platform == "linux"
        else 'print("grown by 0")'
    )
    assert float(out.rpartition("grown by")[2]) < 50
