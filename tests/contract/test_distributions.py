"""Everything that wilks ships keeps the contract that it asks of plugins."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

import wilks
import wilks.builtin
from wilks.registry import Plugin, registry_of
from wilks.testing.conformance import conformance
from wilks.testing.specimen import Specimen

REGISTRY = registry_of([Plugin(wilks.builtin, "wilks", wilks.__version__)])

test_conformance = conformance(wilks.builtin)


@pytest.mark.parametrize(
    "specimen",
    [
        pytest.param(Specimen(item.value, example), id=item.name)
        for item in REGISTRY.provided
        if item.kind == "distribution"
        for example in item.value.examples
    ],
)
def test_pickle_round_trip(specimen: Any) -> None:
    assert pickle.loads(pickle.dumps(specimen.pdf)) == specimen.pdf
