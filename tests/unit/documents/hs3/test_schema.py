import jsonschema
import pytest

from wilks.documents.files import read_text_document
from wilks.documents.hs3.schema import document_schema

GAUSS = {"type": "object", "required": ["x", "mean", "sigma"]}


@pytest.fixture(scope="module")
def validator():
    schema = document_schema({"gaussian_dist": GAUSS}, {"sum": {"required": ["summands"]}})
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_published_models_are_valid(corpus, validator):
    for path in sorted((corpus / "hs3" / "public").glob("*.json")):
        if not path.name.endswith(".expected.json"):
            errors = list(validator.iter_errors(read_text_document(path)))
            assert errors == [], path.name


@pytest.mark.parametrize(
    ("section", "entry"),
    [
        ("distributions", {"name": "g", "type": "gaussian_dist", "x": "x", "mean": 0}),
        ("distributions", {"name": "g"}),
        ("functions", {"name": "f", "type": "sum"}),
        ("data", {"name": "d", "type": "histogram"}),
        ("data", {"name": "d", "type": "unbinned", "entries": [[1]]}),
        ("data", {"name": "d", "type": "unbinned", "entries": [["a"]], "axes": [{"name": "x"}]}),
        ("data", {"name": "d", "type": "binned", "contents": [1], "axes": [{"name": "x"}]}),
        ("data", {"name": "d", "type": "point"}),
        ("likelihoods", {"distributions": ["g"]}),
        ("domains", {"name": "d", "type": "simplex"}),
        ("parameter_points", {"name": "p", "parameters": [{"name": "a"}]}),
        ("analyses", {"name": "A"}),
    ],
)
def test_bad_entries(validator, section, entry):
    source = {"metadata": {"hs3_version": "0.2.9"}, section: [entry]}
    assert not validator.is_valid(source)


def test_lenient_entries(validator):
    source = {
        "metadata": {"hs3_version": "0.2.9"},
        "distributions": [{"name": "g", "type": "my_lab.triangle_dist", "anything": 1}],
        "domains": [{"name": "d", "axes": [{"name": "a", "min": None, "max": "2.5"}]}],
        "analyses": [{"name": "A", "likelihood": "L", "domain": "d", "parameter_of_interest": "a"}],
        "new_section": 1,
    }
    assert validator.is_valid(source)
    assert not validator.is_valid({})
