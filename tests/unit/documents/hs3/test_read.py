import copy
import json
import math
import pickle
import random
from pathlib import Path

import numpy as np
import pytest

from wilks.documents.files import read_text_document, write_text_document
from wilks.documents.hs3.nodes import BinnedNode, PointNode, UnbinnedNode
from wilks.documents.hs3.read import parse, problems
from wilks.errors import (
    DocumentError,
    DuplicateNameError,
    InvalidValueError,
    UnknownNameError,
    UnknownTypeError,
)


def minimal(**sections):
    return {"metadata": {"hs3_version": "0.2.9"}, **sections}


def model():
    return minimal(
        distributions=[
            {"name": "g", "type": "gaussian_dist", "x": "x", "mean": "mu", "sigma": "1.0"},
            {"name": "c", "type": "gaussian_dist", "x": "mu", "mean": 0, "sigma": 1},
        ],
        functions=[{"name": "f", "type": "sum", "summands": ["mu", "2", 3.5]}],
        data=[
            {
                "name": "d",
                "type": "unbinned",
                "axes": [{"name": "x", "min": 0, "max": 10, "value": 3, "nbins": 100}],
                "entries": [[1], ["2.5"], [3.0]],
                "weights": [1, 2, 3],
            }
        ],
        likelihoods=[{"name": "L", "distributions": ["g", "c"], "data": ["d", 0], "aux_distributions": ["c"]}],
        domains=[
            {
                "name": "default_domain",
                "type": "product_domain",
                "axes": [{"name": "mu", "min": -5, "max": None}, {"name": "s", "max": "2"}],
            }
        ],
        parameter_points=[{"name": "default_values", "parameters": [{"name": "mu", "value": 1, "const": True}]}],
        analyses=[
            {
                "name": "A",
                "likelihood": "L",
                "domain": "default_domain",
                "parameter_of_interest": ["mu"],
                "init": "default_values",
                "prior": "c",
                "colour": "red",
            }
        ],
        misc={"anything": [1, {"k": "v"}]},
        future_section={"kept": True},
    )


def test_a_model():
    document = parse(model())
    assert document.dialect.name == "spec"
    assert document.metadata.hs3_version == "0.2.9"
    g = document.distributions["g"]
    assert (g.type, g.pointer) == ("gaussian_dist", "/distributions/0")
    assert g.fields == {"x": "x", "mean": "mu", "sigma": 1.0}
    assert document.functions["f"].fields == {"summands": ["mu", 2, 3.5]}
    data = document.data["d"]
    assert isinstance(data, UnbinnedNode)
    assert data.entries.tolist() == [[1.0], [2.5], [3.0]]
    assert data.weights is not None
    assert data.weights.tolist() == [1.0, 2.0, 3.0]
    assert not data.entries.flags.writeable
    assert (data.axes[0].name, data.axes[0].min, data.axes[0].nbins) == ("x", 0.0, None)
    likelihood = document.likelihoods["L"]
    assert likelihood.distributions == ("g", "c")
    assert likelihood.data == ("d", 0.0)
    assert likelihood.aux_distributions == ("c",)
    axes = document.domains["default_domain"].axes
    assert (axes["mu"].min, axes["mu"].max) == (-5.0, math.inf)
    assert (axes["s"].min, axes["s"].max) == (-math.inf, 2.0)
    mu = document.parameter_points["default_values"].parameters["mu"]
    assert (mu.value, mu.const, mu.min) == (1.0, True, None)
    analysis = document.analyses["A"]
    assert analysis.domains == ("default_domain",)
    assert analysis.parameters_of_interest == ("mu",)
    assert (analysis.init, analysis.prior) == ("default_values", "c")
    assert document.misc == {"anything": [1, {"k": "v"}]}
    assert document.extra == {"future_section": {"kept": True}}


def test_unknown_keys_survive(tmp_path):
    source = model()
    document = parse(source)
    write_text_document(tmp_path / "a.json", document.source)
    assert read_text_document(tmp_path / "a.json") == model()
    assert parse(read_text_document(tmp_path / "a.json")) == document


def test_a_document_can_be_pickled():
    document = parse(model())
    assert pickle.loads(pickle.dumps(document)) == document


def test_binned_data_are_row_major():
    axes = [
        {"name": "x", "min": 0, "max": 2, "nbins": 2.0},
        {"name": "y", "edges": [0, 1, 5, 10]},
    ]
    sigma = {"type": "gaussian_uncertainty", "sigma": [1, 2, 3, 4, 5, 6], "correlation": 0}
    node = {
        "name": "d",
        "type": "binned",
        "axes": axes,
        "contents": [1, 2, 3, 4, 5, 6],
        "uncertainty": sigma,
    }
    data = parse(minimal(data=[node])).data["d"]
    assert isinstance(data, BinnedNode)
    assert data.contents.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert data.uncertainties is not None
    assert data.uncertainties[1, 0] == 4
    assert data.correlation is None
    x, y = data.axes
    assert (x.nbins, x.edges) == (2, None)
    assert y.edges is not None
    assert (y.min, y.max, y.nbins, y.edges.tolist()) == (0, 10, 3, [0, 1, 5, 10])


def test_point_and_empty_data():
    nodes = [
        {"name": "p", "type": "point", "value": "1.5", "uncertainty": 0.5},
        {"name": "e", "type": "unbinned", "entries": [], "axes": [{"name": "x"}, {"name": "y"}]},
        {"name": "f", "type": "unbinned", "entries": [1, 2], "axes": [{"name": "x"}]},
    ]
    data = parse(minimal(data=nodes)).data
    point, empty, flat = data["p"], data["e"], data["f"]
    assert isinstance(point, PointNode)
    assert (point.value, point.uncertainty, point.axes) == (1.5, 0.5, ())
    assert isinstance(empty, UnbinnedNode)
    assert empty.entries.shape == (0, 2)
    assert empty.axes[0].min is None
    assert isinstance(flat, UnbinnedNode)
    assert flat.entries.tolist() == [[1.0], [2.0]]


def test_the_examples_of_the_standard():
    """Section 2.3 of HS3 0.2.9, mismatched ``entries_uncertainties`` included."""
    nodes = [
        {
            "name": "data1",
            "type": "unbinned",
            "weights": [9.0, 18.4],
            "entries": [[1, 3], [2, 9]],
            "entries_uncertainties": [[0.3], [0.6]],
            "axes": [
                {"name": "variable1", "min": 1, "max": 3},
                {"name": "variable2", "min": -10, "max": 10},
            ],
        },
        {
            "name": "asimov_data2",
            "type": "binned",
            "contents": [9.0, 18.4, 13, 0.0],
            "axes": [
                {"name": "variable1", "nbins": 2, "min": 1, "max": 3},
                {"name": "variable2", "min": 0, "max": 100, "edges": [0, 10, 100]},
            ],
        },
    ]
    assert problems(minimal(data=nodes)) == ()


def test_identical_repetitions_are_one():
    source = model()
    source["functions"] *= 2
    source["domains"][0]["axes"] *= 2
    document = parse(source)
    assert list(document.functions) == ["f"]
    assert document.functions["f"].pointer == "/functions/0"


def test_a_document_may_be_empty():
    document = parse(minimal(likelihoods=None, data=[]))
    assert not document.likelihoods
    assert not document.data


def test_names_that_look_like_numbers():
    source = minimal(
        functions=[
            {"name": "1", "type": "sum", "summands": ["2", "3"]},
            {"name": "f", "type": "sum", "summands": ["1", "2", "3"]},
        ],
        parameter_points=[{"name": "p", "parameters": [{"name": "2", "value": 5}]}],
    )
    assert parse(source).functions["f"].fields["summands"] == ["1", "2", 3]


def broken(path, value, base=model):
    """Return the model with one value replaced (or, if ..., removed)."""
    source = copy.deepcopy(base())
    *steps, last = path
    node = source
    for step in steps:
        node = node[step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return source


G2 = {"name": "g", "type": "gaussian_dist", "x": "y", "mean": 0, "sigma": 1}
BINNED = {"name": "d", "type": "binned", "contents": [1, 2]}
AXIS = {"name": "x", "min": 0, "max": 1}
GAUSS = "gaussian_uncertainty"

BAD = [
    (("metadata",), ..., InvalidValueError, "", "'metadata' with 'hs3_version' is required"),
    (("metadata",), [], InvalidValueError, "/metadata", "expected an object, got a list of 0"),
    (("metadata",), {}, InvalidValueError, "/metadata", "the key 'hs3_version' is required"),
    (("distributions",), {}, InvalidValueError, "/distributions", "expected a list, got an object"),
    (("data", 0), 5, InvalidValueError, "/data/0", "expected an object, got 5"),
    (("data", 0, "name"), ..., InvalidValueError, "/data/0", "the key 'name' is required"),
    (("data", 0, "name"), "", InvalidValueError, "/data/0/name", "text that is not empty, got ''"),
    (("data", 0, "type"), "unbined", UnknownTypeError, "/data/0/type", "mean 'unbinned'?"),
    (("data", 0, "axes"), ..., InvalidValueError, "/data/0", "at least one axis"),
    (("data", 0, "entries"), ..., InvalidValueError, "/data/0/entries", "got null"),
    (("data", 0, "entries"), [[1, 2]], InvalidValueError, "/data/0/entries", "1 axes, but entries"),
    (
        ("data", 0, "entries", 1),
        [1, 2],
        InvalidValueError,
        "/data/0/entries/1",
        "expected 1 number",
    ),
    (("data", 0, "entries", 2), [math.nan], InvalidValueError, "/data/0/entries/2/0", "got nan"),
    (("data", 0, "entries", 2), [True], InvalidValueError, "/data/0/entries/2/0", "got true"),
    (("data", 0, "entries", 2), ["x"], InvalidValueError, "/data/0/entries/2/0", "got 'x'"),
    (("data", 0, "entries", 2), [10**400], InvalidValueError, "/data/0/entries/2/0", "got 1000"),
    (("data", 0, "weights"), [1, 2], InvalidValueError, "/data/0/weights", "expected 3 numbers"),
    (("data", 0, "weights", 1), math.inf, InvalidValueError, "/data/0/weights/1", "got inf"),
    (("data", 0, "axes", 0, "min"), 11, InvalidValueError, "/data/0/axes/0", "below 'max', got 11"),
    (("data", 0, "axes", 0, "max"), math.nan, InvalidValueError, "/data/0/axes/0/max", "got nan"),
    (("data", 0, "axes"), [AXIS, AXIS], DuplicateNameError, "/data/0/axes/1", "at /data/0/axes/0"),
    (
        ("data", 0),
        {**BINNED, "axes": [AXIS]},
        InvalidValueError,
        "/data/0/axes/0",
        "needs 'nbins' or 'edges'",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{"name": "x", "nbins": 2, "min": 0}]},
        InvalidValueError,
        "/data/0/axes/0",
        "needs finite 'min' and 'max', or 'edges'",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{**AXIS, "nbins": 0}]},
        InvalidValueError,
        "/data/0/axes/0/nbins",
        "expected a positive whole number, got 0",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{**AXIS, "nbins": 3}]},
        InvalidValueError,
        "/data/0/contents",
        "expected 3 numbers for 3 bins, got 2",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{"name": "x", "edges": [0, 2, 1]}]},
        InvalidValueError,
        "/data/0/axes/0/edges",
        "in ascending order",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{**AXIS, "edges": [0, 0.5, 2]}]},
        InvalidValueError,
        "/data/0/axes/0/max",
        "'max' is 1, but the bins end at 2",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{**AXIS, "nbins": 3, "edges": [0, 0.5, 1]}]},
        InvalidValueError,
        "/data/0/axes/0",
        "'nbins' is 3, but there are 3 edges",
    ),
    (
        ("data", 0),
        {**BINNED, "axes": [{**AXIS, "nbins": 2}], "uncertainty": {"type": "poisson"}},
        UnknownTypeError,
        "/data/0/uncertainty/type",
        "expected 'gaussian_uncertainty'",
    ),
    (
        ("data", 0),
        {
            **BINNED,
            "axes": [{**AXIS, "nbins": 2}],
            "uncertainty": {"type": GAUSS, "sigma": [1, 2], "correlation": [[1, 0]]},
        },
        InvalidValueError,
        "/data/0/uncertainty/correlation",
        "expected a matrix of 2 x 2, got 1 rows",
    ),
    (("distributions", 0, "type"), ..., InvalidValueError, "/distributions/0", "'g' has no 'type'"),
    (("distributions", 0, "sigma"), math.nan, InvalidValueError, "/distributions/0/sigma", "nan"),
    (("distributions", 1), G2, DuplicateNameError, "/distributions/1", "at /distributions/0"),
    (("functions", 0, "name"), "g", DuplicateNameError, "/functions/0", "at /distributions/0"),
    (
        ("likelihoods", 0, "data"),
        ["d"],
        InvalidValueError,
        "/likelihoods/0/data",
        "2 distributions",
    ),
    (("likelihoods", 0, "data"), ..., InvalidValueError, "/likelihoods/0/data", "got 0"),
    (("likelihoods", 0, "data", 1), None, InvalidValueError, "/likelihoods/0/data/1", "got null"),
    (("likelihoods", 0, "data", 0), "D", UnknownNameError, "/likelihoods/0/data/0", "no 'D' in"),
    (
        ("likelihoods", 0, "distributions", 0),
        "gg",
        UnknownNameError,
        "/likelihoods/0/distributions/0",
        "there is no 'gg' in 'distributions'; did you mean 'g'?",
    ),
    (
        ("likelihoods", 0, "aux_distributions", 0),
        "f",
        UnknownNameError,
        "/likelihoods/0/aux_distributions/0",
        "there is no 'f' in 'distributions'",
    ),
    (("domains", 0, "type"), "simplex", UnknownTypeError, "/domains/0/type", "domain 'simplex'"),
    (("domains", 0, "axes", 0, "min"), "low", InvalidValueError, "/domains/0/axes/0/min", "'low'"),
    (("domains", 0, "axes", 0, "max"), -6, InvalidValueError, "/domains/0/axes/0", "above 'max'"),
    (
        ("domains", 0, "axes", 1, "name"),
        "mu",
        DuplicateNameError,
        "/domains/0/axes/1",
        "'mu' is something else at /domains/0/axes/0; names must be unique",
    ),
    (
        ("parameter_points", 0, "parameters", 0, "value"),
        ...,
        InvalidValueError,
        "/parameter_points/0/parameters/0/value",
        "expected a finite number, got null",
    ),
    (
        ("parameter_points", 0, "parameters", 0, "const"),
        "yes",
        InvalidValueError,
        "/parameter_points/0/parameters/0/const",
        "expected true or false, got 'yes'",
    ),
    (("analyses", 0, "likelihood"), "l", UnknownNameError, "/analyses/0/likelihood", "no 'l' in"),
    (("analyses", 0, "likelihood"), ..., InvalidValueError, "/analyses/0", "'likelihood' is requi"),
    (("analyses", 0, "domain"), "d", UnknownNameError, "/analyses/0/domain", "'d' in 'domains'"),
    (("analyses", 0, "init"), "x", UnknownNameError, "/analyses/0/init", "in 'parameter_points'"),
    (("analyses", 0, "prior"), "p", UnknownNameError, "/analyses/0/prior", "in 'distributions'"),
    (("misc",), [], InvalidValueError, "/misc", "expected an object, got a list of 0"),
]


@pytest.mark.parametrize(("path", "value", "kind", "pointer", "message"), BAD)
def test_what_is_wrong(path, value, kind, pointer, message):
    source = broken(path, value)
    with pytest.raises(DocumentError) as caught:
        parse(source)
    assert type(caught.value) is kind
    assert caught.value.pointer == pointer
    assert message in caught.value.message
    # The same one comes first; others can only be references to what is now missing.
    first, *others = problems(source)
    assert (type(first), str(first)) == (kind, str(caught.value))
    assert all(isinstance(p, UnknownNameError) for p in others)


def test_all_problems_are_listed():
    source = broken(("data", 0, "type"), "histogram")
    source["likelihoods"][0]["distributions"][0] = "h"
    source["domains"][0]["axes"][0]["min"] = []
    pointers = [p.pointer for p in problems(source)]
    expected = ["/data/0/type", "/domains/0/axes/0/min", "/likelihoods/0/distributions/0"]
    assert pointers == expected


def test_references_inside_components_are_asked_of_the_caller():
    def references(document):
        yield UnknownNameError("no such thing", pointer=document.distributions["g"].pointer)

    found = problems(model(), references=references)
    assert [str(p) for p in found] == ["/distributions/0: no such thing"]


@pytest.mark.parametrize("source", [None, [], "text", 3])
def test_what_is_no_object(source):
    with pytest.raises(InvalidValueError, match="an HS3 document is an object, got"):
        parse(source)
    assert len(problems(source)) == 1


def test_a_million_events_are_read():
    entries = np.linspace(0, 1, 1_000_000).reshape(-1, 1).tolist()
    node = {"name": "d", "type": "unbinned", "axes": [{"name": "x"}], "entries": entries}
    data = parse(minimal(data=[node])).data["d"]
    assert isinstance(data, UnbinnedNode)
    assert data.entries.shape == (1_000_000, 1)


def published(corpus: Path) -> list[Path]:
    found = sorted((corpus / "hs3" / "public").glob("*.json"))
    return [path for path in found if not path.name.endswith(".expected.json")]


def test_published_models_have_no_problems(corpus):
    files = published(corpus)
    assert len(files) > 100
    for path in files:
        source = read_text_document(path)
        untouched = copy.deepcopy(source)
        assert problems(source) == (), path.name
        document = parse(source)
        assert document.source == untouched, path.name
        named_spec = path.name.startswith("spec_")
        assert (document.dialect.name == "spec") == named_spec, path.name


def test_published_models_survive_files(corpus, tmp_path):
    for path in published(corpus):
        source = json.loads(path.read_text())
        for suffix in (".json", ".yaml"):
            write_text_document(tmp_path / f"a{suffix}", source)
            assert read_text_document(tmp_path / f"a{suffix}") == source, path.name


JUNK = [None, True, -1, 0, 1.5, math.nan, math.inf, "", "x", "1.0", [], {}, [[]], [{}], {"a": 1}]


def places(node, path=()):
    """Yield the path of everything in a document."""
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def test_junk_anywhere_is_an_intended_error():
    dice = random.Random(20240117)
    for path in places(model()):
        for value in [..., *JUNK]:
            source = broken(path, value)
            found = problems(source)
            assert all(isinstance(p, DocumentError) for p in found)
            if found:
                with pytest.raises(type(found[0])):
                    parse(source)
            else:
                parse(source, dialect=dice.choice(["spec", "roofit", "pyhs3"]))
