import json

from wilks.cli.main import main


def test_a_valid_document(model, capsys):
    assert main(["validate", model]) == 0
    assert capsys.readouterr().out == f"{model}: valid\n"


def test_every_problem_has_its_place(document, write, capsys):
    document["distributions"] += [
        {"name": "bad_type", "type": "gausian_dist", "x": "x"},
        {"name": "bad_reference", "type": "gaussian_dist", "x": "x", "mean": "mo", "sigma": "sigma"},
        {"name": "bad_key", "type": "gaussian_dist", "x": "x", "mean": "mu", "sgma": "sigma"},
    ]
    document["likelihoods"][0]["data"] = ["evnts"]
    document["domains"][0]["axes"][0]["min"] = 11
    broken = write(document)
    assert main(["validate", broken]) == 1
    lines = capsys.readouterr().out.splitlines()
    found = {tuple(line.removeprefix(f"{broken}: ").split(": ", 1)) for line in lines}
    places = {place for place, _ in found}
    assert places >= {"/distributions/1/type", "/distributions/2/mean", "/distributions/3", "/likelihoods/0/data/0"}
    assert any(place.startswith("/domains/0/axes/0") for place in places)
    assert len(lines) == 5
    assert (
        "/distributions/1/type",
        "no installed plugin provides 'gausian_dist'; did you mean 'gaussian_dist'?",
    ) in found


def test_problems_of_values(document, write, capsys):
    """The structure is right, but no model can be made of it: sigma, a start value and fractions are wrong."""
    document["distributions"] += [
        {"name": "narrow", "type": "gaussian_dist", "x": "x", "mean": "mu", "sigma": -1.0},
        {
            "name": "sum",
            "type": "mixture_dist",
            "summands": ["peak", "peak"],
            "coefficients": [0.5, 0.2],
            "extended": False,
        },
    ]
    assert main(["validate", write(document)]) == 1
    printed = capsys.readouterr().out
    assert "must be > 0, got -1" in printed
    assert "must sum to one, got 0.7" in printed
    document["distributions"] = document["distributions"][:1]
    document["parameter_points"][0]["parameters"][0]["value"] = 50.0
    assert main(["validate", write(document)]) == 1
    assert (
        "/parameter_points/0/parameters/0: 'mu': value 50 lies outside its limits [-10, 10]" in capsys.readouterr().out
    )


def test_several_files_as_json(model, document, write, capsys):
    document["distributions"][0]["type"] = "gausian_dist"
    broken = write(document, "broken.json")
    assert main(["validate", "--json", model, broken]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "file": broken,
            "pointer": "/distributions/0/type",
            "kind": "UnknownTypeError",
            "message": "no installed plugin provides 'gausian_dist'; did you mean 'gaussian_dist'?",
        }
    ]


def test_what_is_no_document(tmp_path, capsys):
    for name, text in {
        "cut.json": '{"metadata": ',
        "list.json": "[]",
        "tag.yaml": "a: !!python/object:os.system {}",
    }.items():
        path = tmp_path / name
        path.write_text(text)
        assert main(["validate", str(path)]) == 1
        assert capsys.readouterr().out.count("\n") == 1


def test_the_dialect_is_checked(model, capsys):
    assert main(["validate", "--dialect", "spek", model]) == 2
    assert "unknown HS3 dialect 'spek'" in capsys.readouterr().err


def test_problems_of_objects_are_not_hidden_by_others(document, write, capsys):
    document["distributions"] += [
        {"name": "bad_type", "type": "gausian_dist", "x": "x"},
        {"name": "narrow", "type": "gaussian_dist", "x": "x", "mean": "mu", "sigma": -1.0},
    ]
    document["likelihoods"].append({"name": "M", "distributions": ["peak"], "data": ["evnts"]})
    document["data"].append({"name": "cut", "type": "unbinned", "axes": [{"name": "x", "min": 0, "max": 1}]})
    document["likelihoods"].append({"name": "N", "distributions": ["peak"], "data": ["cut"]})
    assert main(["validate", write(document)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    for place, message in {
        "/distributions/1/type": "no installed plugin provides 'gausian_dist'",
        "/distributions/2": "must be > 0, got -1",
        "/likelihoods/1/data/0": "there is no 'evnts'",
        "/data/1": "",
    }.items():
        assert any(f": {place}" in line and message in line for line in lines), place


def test_a_note_is_no_problem(document, write, capsys):
    document["functions"] = [{"name": "half", "type": "generic_function", "expression": "mu * 1/2 + 1/2"}]
    model = write(document)
    assert main(["validate", "--dialect", "roofit", model]) == 0
    note, verdict = capsys.readouterr().out.splitlines()
    assert note.startswith(f"{model}: /functions/0/expression: note: 'mu * 1/2 + 1/2' divides integers")
    assert verdict == f"{model}: valid"
    assert main(["validate", "--dialect", "roofit", "--json", model]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["pointer"], listed["kind"]) == ("/functions/0/expression", "IntegerDivisionWarning")
    assert main(["validate", model]) == 0
    assert capsys.readouterr().out == f"{model}: valid\n"
