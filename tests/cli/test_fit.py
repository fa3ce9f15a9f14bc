import json
import typing
from pathlib import Path

import numpy as np
import pytest

from wilks.cli.fit import COVARIANCES
from wilks.cli.main import main
from wilks.minimize.covariance import CovarianceMethod
from wilks.minimize.minuit import Minuit
from wilks.serialization.files import load, load_result


@pytest.fixture
def events(document):
    return np.array(document["data"][0]["entries"])[:, 0]


def cells(printed):
    """Return the rows of a printed table by their first cell."""
    rows = [[cell.strip() for cell in line.split("│")] for line in printed.splitlines() if "│" in line]
    return {row[0]: row[1:] for row in rows}


def test_the_table_shows_the_best_fit(model, events, capsys):
    """The best fit of a Gaussian is the mean and the root mean square deviation; its Hessian is diagonal."""
    assert main(["fit", model]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("model.json: analysis 'width', likelihood 'L'\n")
    rows, sigma = cells(printed), np.std(events)
    assert rows["mu"] == [f"{np.mean(events):.2f}", f"{sigma / np.sqrt(200):.2f}", "[-10, 10]", ""]
    assert rows["sigma"] == [f"{sigma:.3f}", f"{sigma / np.sqrt(400):.3f}", "[0.1, 9]", "POI"]
    assert list(rows) == ["sigma", "mu"]  # the parameter of interest comes first
    nll = 200 * (np.log(sigma) + 0.5 * np.log(2 * np.pi) + 0.5)
    assert f"valid, NLL {nll:.6f}, EDM " in printed
    assert "time: compile " in printed


def test_minos(model, events, capsys):
    """The profile of the mean rises by 1/2 where (m - mean)^2 = sigma^2 (exp(1/n) - 1), up to Minuit's tolerance."""
    assert main(["fit", model, "--minos", "mu"]) == 0
    rows = cells(capsys.readouterr().out)
    distance = np.std(events) * np.sqrt(np.expm1(1 / 200))
    assert rows["mu"][2] == f"-{distance:.2f} +{distance:.2f}"
    assert rows["sigma"][2] == ""


def test_minos_of_all_with_the_file_behind_it(model, capsys):
    assert main(["fit", "--minos", model]) == 0
    rows = cells(capsys.readouterr().out)
    assert all("+" in row[2] for row in rows.values())


def test_the_result_is_written(model, tmp_path, events, capsys):
    path = str(tmp_path / "result.json")
    assert main(["fit", model, "-o", path]) == 0
    assert f"result: {path}\n" in capsys.readouterr().out
    result = load_result(path)
    assert result.valid
    assert result.values["mu"] == pytest.approx(np.mean(events), abs=1e-4)
    assert result.start == {"mu": 4.0, "sigma": 3.0}  # the analysis says so


def test_the_model_is_written_with_the_best_fit(model, tmp_path):
    path = str(tmp_path / "fitted.json")
    assert main(["fit", model, "--quiet", "--save-model", path, "-o", str(tmp_path / "result.json")]) == 0
    result = load_result(tmp_path / "result.json")
    again = load(path)
    assert again.parameter_points["best_fit"] == dict(result.values)
    assert again.likelihood(again.parameter_points["best_fit"]) == pytest.approx(result.minimum, rel=1e-12)
    original, written = (json.loads(Path(file).read_text()) for file in (model, path))
    assert written["parameter_points"][:2] == original["parameter_points"]
    assert written["data"] == original["data"]


def test_yaml(document, tmp_path):
    yaml = pytest.importorskip("yaml")
    path = tmp_path / "model.yaml"
    path.write_text(yaml.safe_dump(document))
    assert main(["fit", str(path), "-q"]) == 0


def test_start_and_fixed_values(model, tmp_path, capsys):
    path = str(tmp_path / "result.json")
    assert main(["fit", model, "--start", "mu=2.5", "--fix", "sigma=2", "-o", path]) == 0
    result = load_result(path)
    assert (result.start, result.fixed) == ({"mu": 2.5}, ("sigma",))
    assert result.values["sigma"] == 2.0
    assert result.errors["mu"] == pytest.approx(2 / np.sqrt(200), rel=1e-6)
    assert cells(capsys.readouterr().out)["sigma"] == ["2", "", "[0.1, 9]", "POI, fixed"]


def test_a_parameter_is_kept_at_its_start(model, tmp_path):
    path = str(tmp_path / "result.json")
    assert main(["fit", model, "-q", "--fix", "sigma", "-o", path]) == 0
    assert load_result(path).values["sigma"] == 3.0  # the analysis starts there


def test_constants_of_an_analysis_are_kept(document, write, tmp_path):
    document["parameter_points"][1]["parameters"][1]["const"] = True
    path = str(tmp_path / "result.json")
    assert main(["fit", write(document), "-q", "-o", path]) == 0
    assert load_result(path).fixed == ("sigma",)


def test_a_likelihood_by_name_starts_at_the_default(model, tmp_path):
    path = str(tmp_path / "result.json")
    assert main(["fit", model, "-q", "--likelihood", "L", "-o", path]) == 0
    assert load_result(path).start == {"mu": 2.0, "sigma": 1.5}


def test_the_plot_is_written(model, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "fit.png"
    assert main(["fit", model, "-q", "--plot", str(path)]) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    assert {file.name for file in tmp_path.iterdir()} == {"model.json", "fit.png"}


def test_a_fit_that_is_not_valid(document, write, tmp_path, capsys):
    """Only the sum of two parameters is determined."""
    document["functions"] = [{"name": "mean", "type": "sum", "summands": ["mu", "shift"]}]
    document["distributions"][0]["mean"] = "mean"
    for point in document["parameter_points"]:
        point["parameters"].append({"name": "shift", "value": 0.1})
    written = tmp_path / "fitted.json"
    assert main(["fit", write(document), "--save-model", str(written)]) == 3
    printed = capsys.readouterr().out
    assert "NOT VALID" in printed
    assert "is not written, because the fit is not valid" in printed
    assert not written.exists()


def test_a_fit_that_cannot_start(document, write, capsys):
    """No event has a density where the peak is a point far away."""
    for point in document["parameter_points"]:
        point["parameters"] = [{"name": "mu", "value": -10.0}, {"name": "sigma", "value": 1e-200}]
    document["domains"][0]["axes"][1]["min"] = 0.0
    assert main(["fit", write(document)]) == 3
    assert "the function is not finite at the start" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--likelihood", "M"], "the document has no likelihood 'M', it has L"),
        (["--analysis", "wdth"], "the document has no analysis 'wdth', it has width; did you mean 'width'?"),
        (["--start", "mu=two"], "expected NAME=VALUE with a number, such as mu=1.5, got 'mu=two'"),
        (["--start", "sgma=2"], "no parameter 'sgma' in the model; did you mean 'sigma'?"),
        (["--start", "mu=20"], "'mu': 20 lies outside its limits [-10, 10]"),
        (["--fix", "sgma"], "--fix: no parameter 'sgma' in the model; did you mean 'sigma'?"),
        (["--fix", "mu", "sigma"], "no parameter is left to float"),
        (["--minos", "mu", "--fix", "mu"], "--minos: 'mu' is no floating parameter"),
        (["--minimizer", "minut"], "no installed plugin provides a minimizer 'minut'; did you mean 'minuit'?"),
        (["--dialect", "spek"], "unknown HS3 dialect 'spek', expected one of spec, roofit, pyhs3"),
        (["-o", "no/such/folder.json"], "no/such: no such folder"),
        (["--plot", "fit.doc"], "fit.doc: the suffix of a picture is one of "),
    ],
)
def test_wrong_usage(words, message, model, capsys):
    assert main(["fit", model, *words]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


def test_several_analyses_need_a_name(document, write, capsys):
    document["analyses"].append({**document["analyses"][0], "name": "other"})
    assert main(["fit", write(document)]) == 2
    assert "say what to fit, with --analysis (width, other) or --likelihood (L)" in capsys.readouterr().err


def test_several_likelihoods_need_a_name(document, write, capsys):
    document["analyses"] = []
    document["likelihoods"].append({**document["likelihoods"][0], "name": "M"})
    assert main(["fit", write(document)]) == 2
    assert "say what to fit, with --likelihood (L, M)" in capsys.readouterr().err


def test_nothing_to_fit(document, write, capsys):
    document["analyses"] = document["likelihoods"] = []
    assert main(["fit", write(document)]) == 2
    assert "the document has no likelihood to fit" in capsys.readouterr().err


def test_minos_of_weighted_data(document, write, capsys):
    document["data"][0]["weights"] = [0.5] * 200
    assert main(["fit", write(document), "--minos"]) == 2
    assert "MINOS has no meaning for weighted data" in capsys.readouterr().err


def test_without_a_file(capsys):
    assert main(["fit", "--minos", "mu"]) == 2
    assert "no FILE, or none that exists" in capsys.readouterr().err


def test_options_know_every_covariance():
    assert typing.get_args(CovarianceMethod) == COVARIANCES


def test_the_default_minimizer_is_that_of_fits():
    from wilks.registry import installed

    assert installed().minimizer("minuit") == Minuit()
