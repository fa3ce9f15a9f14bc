import json

from wilks.cli.main import main
from wilks.documents.files import read_text_document
from wilks.documents.hs3.read import parse
from wilks.documents.hs3.tree import summary


def test_the_tree(model, capsys):
    assert main(["inspect", model]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "model.json  HS3 0.2.9, spec"
    said = [" ".join(line.strip("│├└─ ").split()) for line in lines[1:]]
    assert said == [
        "about (1)",
        "description A test.",
        "analyses (1)",
        "width likelihood: L, parameters of interest: sigma, domains: default_domain, init: from_here",
        "likelihoods (1)",
        "L peak of events",
        "distributions (1)",
        "peak gaussian_dist(x=x, mean=mu, sigma=sigma)",
        "data (1)",
        "events unbinned, 200 entries: x [-100, 100]",
        "parameters (2)",
        "mu 2 [-10, 10]",
        "sigma 1.5 [0.1, 9]",
        "parameter_points (2)",
        "default_values 2 values",
        "from_here 2 values",
        "domains (1)",
        "default_domain 2 ranges",
    ]


def test_long_sections_are_cut(document, write, capsys):
    document["parameter_points"][0]["parameters"] += [{"name": f"p{i}", "value": i} for i in range(30)]
    model = write(document)
    assert main(["inspect", model]) == 0
    assert "... 12 more: --all shows them" in capsys.readouterr().out
    assert main(["inspect", model, "--all"]) == 0
    printed = capsys.readouterr().out
    assert "more:" not in printed
    assert "p29" in printed


def test_json_is_the_summary(model, capsys):
    assert main(["inspect", model, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == summary(parse(read_text_document(model)))


def test_markup_in_names_is_text(document, write, capsys):
    document["data"].append({"name": "[red]n[/red] :x:", "type": "point", "value": 3, "uncertainty": 0.5})
    assert main(["inspect", write(document)]) == 0
    assert "[red]n[/red] :x:  point 3 +- 0.5" in capsys.readouterr().out


def test_every_published_document(corpus, capsys):
    for path in sorted((corpus / "hs3" / "public").glob("*.json")):
        if not path.name.endswith(".expected.json"):
            assert main(["inspect", str(path)]) == 0, path.name
            assert capsys.readouterr().out.startswith(f"{path.name}  HS3 ")
