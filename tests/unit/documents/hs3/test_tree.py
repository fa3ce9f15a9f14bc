import json

from wilks.documents.files import read_text_document
from wilks.documents.hs3.read import parse
from wilks.documents.hs3.tree import summary


def test_summary_of_a_published_model(corpus):
    """``spec_toplevel_components.json`` has every section; numbers counted by hand."""
    path = corpus / "hs3" / "public" / "spec_toplevel_components.json"
    found = summary(parse(read_text_document(path)))
    assert json.loads(json.dumps(found)) == found
    assert found["metadata"] == {
        "hs3_version": "0.2.9",
        "authors": ["A", "B"],
        "publications": ["doi:10/x"],
        "description": "all top-level components",
    }
    assert found["dialect"] == "spec"
    assert found["distributions"] == {"g": "gaussian_dist", "prior_s": "lognormal_dist"}
    assert "functions" not in found
    assert found["data"] == {
        "d": {
            "type": "unbinned",
            "entries": 40,
            "sum_of_weights": 40.0,
            "axes": [{"name": "x", "min": -5.0, "max": 5.0}],
        },
        "pd": {
            "type": "point",
            "value": 1.2,
            "uncertainty": 0.3,
            "axes": [{"name": "x", "min": -5.0, "max": 5.0}],
        },
        "bd": {
            "type": "binned",
            "bins": 2,
            "sum_of_weights": 27.4,
            "axes": [{"name": "x", "min": -5.0, "max": 5.0, "bins": 2}],
        },
    }
    assert found["likelihoods"] == {"L": {"channels": [{"distribution": "g", "data": "d"}]}}
    assert found["parameters"] == {
        "mu": {"min": -3.0, "max": 3.0, "value": 0.8, "const": False},
        "s": {"min": 0.1, "max": 4.0, "value": 1.1, "const": False},
    }
    assert found["parameter_points"] == {"default_values": 2, "start2": 2}
    assert found["domains"] == {"default_domain": 2, "narrow": 2}
    assert found["analyses"]["A2"] == {
        "likelihood": "L",
        "parameters_of_interest": ["mu"],
        "domains": ["narrow"],
        "init": "start2",
    }
    assert found["misc"] == ["my_package", "note"]


def test_values_missing_from_the_default_point_are_nominal():
    points = [
        {"name": "default_values", "parameters": [{"name": "a", "value": 1}]},
        {
            "name": "NominalParamValues",
            "parameters": [{"name": "a", "value": 5}, {"name": "g", "value": 9, "const": True}],
        },
    ]
    axes = [{"name": "a", "min": 0}, {"name": "x", "min": 0, "max": 4}]
    domain = {"name": "default_domain", "type": "product_domain", "axes": axes}
    source = {
        "metadata": {"hs3_version": "0.2"},
        "parameter_points": points,
        "domains": [domain],
    }
    assert summary(parse(source))["parameters"] == {
        "a": {"value": 1.0, "const": False, "min": 0.0, "max": None},
        "g": {"value": 9.0, "const": True, "min": None, "max": None},
        "x": {"value": None, "const": False, "min": 0.0, "max": 4.0},
    }
