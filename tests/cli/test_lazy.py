"""What a command may import, and what it may say on standard error: seen from outside, in processes of their own."""

import os
import subprocess
import sys

import pytest

RUN = """
import sys
from wilks.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(*{name.partition(".")[0] for name in sys.modules}, sep=",")
"""


def imported_by(*words):
    done = subprocess.run([sys.executable, "-c", RUN, *words], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split(","))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["fit", "--help"], ["validate", "--help"]])
def test_help_imports_next_to_nothing(words):
    assert not imported_by(*words) & {"tensorflow", "matplotlib", "numpy", "rich", "scipy", "yaml"}


@pytest.mark.parametrize("verb", ["inspect", "validate", "plugins"])
def test_only_fits_need_tensorflow(verb, model):
    files = [] if verb == "plugins" else [model]
    assert not imported_by(verb, *files) & {"tensorflow", "matplotlib", "iminuit"}


def test_plots_are_lazy():
    code = "import sys; from wilks import plot; print('matplotlib' in sys.modules, 'tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


def test_tensorflow_starts_without_a_word(model):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    run = "import sys; from wilks.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", run, "fit", model, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
