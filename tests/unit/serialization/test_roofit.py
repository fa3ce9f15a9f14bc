"""Documents for RooFit; ``tests/peer`` shows that RooFit reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wilks
from tests.peer import models
from wilks.errors import ModelError
from wilks.expression.evaluate import evaluate
from wilks.expression.integer_division import has_integer_division
from wilks.expression.parser import parse
from wilks.serialization.files import to_document
from wilks.serialization.hs3.roofit_expressions import expression_for_roofit

VALUES = {"x": 0.7, "e": 1.3, "s": 0.4, "n_1": 2.5}


def _document(nll: wilks.NLL) -> Any:
    return to_document(nll, dialect="roofit")


# ----------------------------------------------------------------------------------------- expressions

_NUMBERS = st.sampled_from(["1", "2", "3.5", "1e-3", ".5", "2.", "PI", "EULER", "TRUE", "FALSE", "TMath::Pi()"])
_FUNCTIONS = st.sampled_from(["exp", "abs", "atan", "TMath::Erf", "floor"])
_OPERATORS = st.sampled_from(["+", "-", "*", "/", "<", ">=", "==", "===", "!==", "&&", "||", "^"])
expressions = st.recursive(
    st.one_of(_NUMBERS, st.sampled_from(sorted(VALUES))),
    lambda inner: st.one_of(
        st.builds("{}({})".format, _FUNCTIONS, inner),
        st.builds("max({}, {})".format, inner, inner),
        st.builds("({} {} {})".format, inner, _OPERATORS, inner),
        st.builds("({} > 0 ? {} : {})".format, inner, inner, inner),
        st.builds("-{}".format, inner),
        st.builds("!{}".format, inner),
    ),
    max_leaves=8,
)


@given(expressions)
def test_an_expression_keeps_its_value(text: str) -> None:
    written = expression_for_roofit(text)
    with np.errstate(all="ignore"):
        before, after = (evaluate(parse(t), {k: np.float64(v) for k, v in VALUES.items()}) for t in (text, written))
    np.testing.assert_equal(np.float64(after), np.float64(before))


@given(expressions)
def test_an_expression_has_only_words_that_roofit_knows(text: str) -> None:
    written = expression_for_roofit(text)
    assert not has_integer_division(parse(written))
    assert not {"PI", "EULER", "TRUE", "FALSE", "^", "===", "!=="} & set(written.split())
    assert "::" not in written


# --------------------------------------------------------------------------------------------- channels


def test_data_have_the_names_that_roofit_looks_for() -> None:
    document = _document(models.one_model_two_data_sets())
    notes = document["misc"]["ROOT_internal"]
    ((joint, parts),) = notes["combined_datasets"].items()
    assert [entry["name"] for entry in document["data"]] == [f"{joint}_{label}" for label in parts["labels"]]
    assert document["likelihoods"][0]["data"] == [entry["name"] for entry in document["data"]]
    ((pdf, channels),) = notes["combined_distributions"].items()
    assert channels["distributions"] == document["likelihoods"][0]["distributions"]
    assert len(set(parts["labels"])) == 2
    (analysis,) = document["analyses"]
    assert notes["ModelConfigs"] == {analysis["name"]: {"mcName": "ModelConfig", "pdfName": pdf}}


def test_names_that_roofit_needs_give_way_to_those_of_the_model() -> None:
    x = wilks.Space("obsData", 0, 10)
    nll = wilks.NLL(wilks.Exponential(x=x, c=wilks.Parameter("simPdf", 0.3, lower=0.1)), wilks.Data(x, [1.0, 2.0]))
    notes = _document(nll)["misc"]["ROOT_internal"]
    assert list(notes["combined_datasets"]) == ["obsData_2"]
    assert list(notes["combined_distributions"]) == ["simPdf_2"]


def test_columns_stand_in_the_order_in_which_roofit_reads_them() -> None:
    nll = models.columns_out_of_order()
    (entry,) = _document(nll)["data"]
    assert [axis["name"] for axis in entry["axes"]] == ["a", "z"]
    (channel,) = nll.channels
    np.testing.assert_array_equal(entry["entries"], channel.data.to_numpy()[:, ::-1])


def test_ranges_of_data_stand_in_the_default_domain() -> None:
    (domain,) = _document(models.range_restricted())["domains"]
    assert {"name": "x", "min": 2.0, "max": 8.0} in domain["axes"]


def test_an_observable_with_two_ranges_is_an_error() -> None:
    x = wilks.Space("x", 0, 10)
    model = wilks.Exponential(x=x, c=0.3)
    channels = {"a": (model, wilks.Data(x, [1.0])), "b": (model, wilks.Data(wilks.Space("x", 0, 5), [1.0]))}
    with pytest.raises(ModelError, match="RooFit has one range for 'x'"):
        _document(wilks.NLL(channels))


def test_a_name_that_roofit_cannot_read_is_an_error() -> None:
    x = wilks.Space("mass [GeV]", 0, 10)
    with pytest.raises(ModelError, match=r"RooFit cannot read the name 'mass \[GeV\]'"):
        _document(wilks.NLL(wilks.Exponential(x=x, c=0.3), wilks.Data(x, [1.0])))


@pytest.mark.parametrize(
    "build",
    [models.generic_expressions, models.one_data_set_two_models, models.columns_out_of_order, models.constraints],
)
def test_wilks_reads_what_it_writes_for_roofit(build: Callable[[], wilks.NLL], tmp_path: Path) -> None:
    nll = build()
    wilks.save(nll, tmp_path / "model.json", dialect="roofit")
    again = wilks.load(tmp_path / "model.json").likelihood
    for point in models.points(nll):
        assert again(point) == pytest.approx(nll(point), rel=1e-12)


# ----------------------------------------------------------------------------------------------- ranges


def test_a_range_that_would_change_a_polynomial_is_an_error() -> None:
    # A Chebychev polynomial maps its range to [-1, 1]; HS3 takes that from the axis of the data.
    model = wilks.Chebychev(x=wilks.Space("x", 0, 10), coefficients=(0.3,))
    nll = wilks.NLL(model, wilks.Data(wilks.Space("x", 2, 8), [3.0, 4.0]))
    with pytest.raises(ModelError, match="declare 'x' over the range of the data"):
        to_document(nll)
