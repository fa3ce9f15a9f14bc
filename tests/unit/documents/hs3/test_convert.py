import copy

import numpy as np
import pytest

from wilks.documents.files import read_text_document
from wilks.documents.hs3.convert import convert
from wilks.documents.hs3.dialect import ROOFIT, SPEC, detect_dialect
from wilks.documents.hs3.read import parse, problems
from wilks.errors import InvalidValueError

ROOT_FILE = {
    "metadata": {"hs3_version": "0.2", "packages": [{"name": "ROOT", "version": "6.40.00"}]},
    "distributions": [
        {
            "name": "cb",
            "type": "crystalball_dist",
            "m": "x",
            "m0": 0,
            "sigma": 1,
            "alpha": 1,
            "n": 2,
        },
        {"name": "u", "type": "uniform_dist", "x": ["x"]},
        {"name": "r", "type": "truth_model_function", "x": "t"},
    ],
    "data": [
        {"name": "d", "type": "unbinned", "entries": [[1]], "axes": [{"name": "x", "value": 2}]},
        {
            "name": "b",
            "type": "binned",
            "contents": [1, 2],
            "axes": [{"name": "x", "edges": [0, 1, 3]}],
        },
    ],
    "likelihoods": [{"name": "L", "distributions": ["u"], "data": ["d"]}],
    "domains": [
        {"name": "default_domain", "type": "product_domain", "axes": [{"name": "a", "max": None}]},
        {"name": "p", "type": "product_domain", "axes": [{"name": "a", "min": 0}]},
        {"name": "q", "type": "product_domain", "axes": [{"name": "a", "max": 3}, {"name": "b"}]},
    ],
    "analyses": [
        {"name": "A", "likelihood": "L", "domains": ["p", "q"], "parameters_of_interest": ["a"]},
        {"name": "B", "likelihood": "L", "domains": []},
        {"name": "C", "likelihood": "L", "domains": ["p"], "note": 1},
    ],
    "misc": {"ROOT_internal": {"attributes": {}}},
}


def test_from_roofit_to_the_standard():
    before = copy.deepcopy(ROOT_FILE)
    found = convert(ROOT_FILE, "spec")
    assert before == ROOT_FILE
    assert problems(found) == ()
    assert detect_dialect(found) is SPEC
    document = parse(found)
    # What reads differently still means the same.
    assert (document.binned_evaluation, document.clip_yields) == ("centre", True)
    assert document.distributions == parse(ROOT_FILE).distributions
    assert found["metadata"] == {**ROOT_FILE["metadata"], "hs3_version": "0.2.9"}
    assert found["misc"]["ROOT_internal"] == {"attributes": {}}
    assert found["distributions"][1] == {"name": "u", "type": "uniform_dist", "x": "x"}
    assert [f["name"] for f in found["functions"]] == ["r"]
    assert found["data"][0]["axes"] == [{"name": "x"}]
    assert found["data"][1]["axes"] == [{"min": 0, "max": 3, "name": "x", "edges": [0, 1, 3]}]
    a, b, c = found["analyses"]
    assert a == {
        "name": "A",
        "likelihood": "L",
        "parameters_of_interest": ["a"],
        "domain": "A_domain",
    }
    assert b == {"name": "B", "likelihood": "L", "domain": "default_domain"}
    assert c == {"name": "C", "likelihood": "L", "note": 1, "domain": "p"}
    joined = {"name": "A_domain", "type": "product_domain"}
    axes = [{"name": "a", "min": 0.0, "max": 3.0}, {"name": "b"}]
    assert found["domains"][-1] == {**joined, "axes": axes}


def test_and_back():
    there = convert(ROOT_FILE, "spec")
    back = convert(there, "roofit")
    assert detect_dialect(back) is ROOFIT
    assert "wilks" not in back["misc"]
    assert back["distributions"] == [d for d in ROOT_FILE["distributions"] if d["name"] != "r"]
    assert back["analyses"][0]["domains"] == ["A_domain"]


def test_from_the_standard_to_roofit():
    source = {
        "metadata": {"hs3_version": "0.2.9"},
        "distributions": [{"name": "n", "type": "poisson_dist", "x": "n", "mean": 3, "integer": True}],
        "domains": [{"name": "d", "type": "product_domain", "axes": []}],
        "likelihoods": [{"name": "L", "distributions": ["n"], "data": [4]}],
        "analyses": [{"name": "A", "likelihood": "L", "domain": "d", "parameter_of_interest": ["m"]}],
    }
    found = convert(source, "roofit")
    assert found["distributions"] == source["distributions"]
    assert found["analyses"] == [{"name": "A", "likelihood": "L", "parameters_of_interest": ["m"], "domains": ["d"]}]
    assert found["metadata"] == {"hs3_version": "0.2"}
    document = parse(found)
    assert document.dialect is ROOFIT
    assert (document.binned_evaluation, document.clip_yields) == ("integral", False)
    assert "misc" not in convert(found, "spec")


def test_the_own_dialect_is_left_alone():
    assert convert(ROOT_FILE, "roofit") == ROOT_FILE


def test_pyhs3_is_read_only():
    with pytest.raises(InvalidValueError, match="'pyhs3' is only read, use 'spec'"):
        convert(ROOT_FILE, "pyhs3")


def test_published_models_mean_the_same(corpus):
    for path in sorted((corpus / "hs3" / "public").glob("*.json")):
        if path.name.endswith(".expected.json"):
            continue
        source = read_text_document(path)
        before = parse(source)
        for name in ("spec", "roofit"):
            found = convert(source, name)
            assert problems(found) == (), (path.name, name)
            after = parse(found)
            assert after.dialect.name == name
            assert after.binned_evaluation == before.binned_evaluation
            assert after.likelihoods.keys() == before.likelihoods.keys()
            for section in ("distributions", "functions"):
                left, right = getattr(before, section), getattr(after, section)
                assert left.keys() == right.keys(), path.name
                for key in left:
                    assert_same(left[key], right[key], path.name)


def assert_same(left, right, where):
    # RooFit has no type for the standard's continued Poisson: the nearest is written.
    if left.type == "wilks.continued_poisson_dist" != right.type:
        assert right.type == "wilks.interpolated_poisson_dist"
    else:
        assert left.type == right.type, where
    if left.type != "histfactory_dist":
        # A mixture with n coefficients is always extended in RooFit.
        drop = {"extended"} if where == "spec_mixture_all_fractions.json" else set()
        assert {k: v for k, v in left.fields.items() if k not in drop} == {
            k: v for k, v in right.fields.items() if k not in drop
        }, where
        return
    for a, b in zip(left.fields["samples"], right.fields["samples"], strict=True):
        for m, n in zip(a.get("modifiers", []), b.get("modifiers", []), strict=True):
            if "vals" in (m.get("data") or {}):
                np.testing.assert_allclose(m["data"]["vals"], n["data"]["vals"], rtol=1e-15)
