import os
import subprocess
import sys

import pytest

import wilks
from wilks.cli import inspect
from wilks.cli.main import VERBS, main


def test_help_names_every_verb(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    assert all(verb in printed for verb in VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_help_of_a_verb_has_examples(verb, capsys):
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"])
    assert stop.value.code == 0
    assert f"examples:\n  wilks {verb}" in capsys.readouterr().out


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"wilks {wilks.__version__}\n"


def test_without_a_verb_help_is_shown(capsys):
    assert main([]) == 2
    assert "commands:" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["fit", "inspect", "validate"])
def test_a_missing_file_is_one_line(verb, capsys):
    assert main([verb, "nowhere.json"]) == 2
    assert capsys.readouterr().err == "wilks: error: nowhere.json: No such file or directory\n"


def test_errors_of_documents_name_the_file_and_the_place(document, write, capsys):
    document["likelihoods"][0]["data"] = ["evnts"]
    assert main(["inspect", write(document)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("wilks: error: model.json: /likelihoods/0/data/0: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["--traceback", "inspect"], ["inspect", "--traceback"]])
def test_traceback_is_shown_where_asked_for(words):
    with pytest.raises(FileNotFoundError):
        main([*words, "nowhere.json"])


def test_a_defect_is_one_line_too(monkeypatch, model, capsys):
    def fail(_):
        raise KeyError("lost")

    monkeypatch.setattr(inspect, "run", fail)
    assert main(["inspect", model]) == 1
    assert capsys.readouterr().err == "wilks: error: KeyError: 'lost' (a defect of wilks: --traceback shows where)\n"


def test_interrupt(monkeypatch, model, capsys):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(inspect, "run", interrupt)
    assert main(["inspect", model]) == 130
    assert capsys.readouterr().err == "wilks: interrupted\n"


@pytest.mark.parametrize("words", [["plugins"], ["plugins", "--json"]])
def test_nobody_reads_on(words):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", "import sys; from wilks.cli.main import main; sys.exit(main())", *words]
    try:
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")
