import json

import wilks
from wilks.cli.main import main
from wilks.registry import installed


def test_every_type_with_its_provider(capsys):
    assert main(["plugins"]) == 0
    printed = capsys.readouterr().out
    for item in installed().provided:
        cls = item.value if isinstance(item.value, type) else type(item.value)
        (line,) = [line for line in printed.splitlines() if f" {cls.__module__}.{cls.__qualname__} " in line]
        assert line.split()[0] == item.name
        assert line.endswith(str(item.plugin))


def test_json(capsys):
    assert main(["plugins", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert {
        "kind": "distribution",
        "name": "gaussian_dist",
        "aliases": ["normal_dist"],
        "class": "wilks.distributions.gaussian.Gaussian",
        "package": "wilks",
        "version": wilks.__version__,
    } in listed
    assert len(listed) == len(installed().provided)
