"""The command ``wilks``: one module for each verb, loaded when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from wilks._version import __version__
from wilks.cli.codes import FIT_FAILED
from wilks.cli.say import complain
from wilks.errors import DocumentError, FitError, WilksError

USAGE_ERROR = 2
INTERRUPTED = 130
BROKEN_PIPE = 141

VERBS = {
    "fit": "fit the analysis or likelihood of a document",
    "inspect": "show what a document holds, as a tree",
    "validate": "report every problem of documents, with its place",
    "plugins": "list what is installed, and who provides it",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        argv: The arguments; by default those of the process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    options = _parser(words).parse_args(words)
    if "run" not in options:
        _parser(words).print_help()
        return USAGE_ERROR
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on; Python would complain again when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except Exception as error:
        if "traceback" in options:
            raise
        complain(f"error: {_message(error, options)}")
        return _exit_code(error)
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser; of the verbs, only one that the arguments name has its options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--traceback", action="store_true", default=argparse.SUPPRESS, help="show where an error was raised"
    )
    parser = argparse.ArgumentParser(
        prog="wilks",
        description="Statistical models for high-energy physics: read, fit and publish them.",
        epilog="'wilks COMMAND --help' explains the options of a command.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"wilks {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for verb, summary in VERBS.items():
        command = commands.add_parser(
            verb,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if verb in words:
            module = import_module(f"wilks.cli.{verb}")
            module.configure(command)
            command.set_defaults(run=module.run, parser=command)
    return parser


def _message(error: Exception, options: argparse.Namespace) -> str:
    if isinstance(error, DocumentError):
        return _named(error, getattr(options, "file", None))
    if isinstance(error, WilksError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return f"{type(error).__name__}: {error} (a defect of wilks: --traceback shows where)"


def _named(error: DocumentError, file: object) -> str:
    """Return a message with the name of the file, unless it begins with it."""
    name = os.path.basename(file) if isinstance(file, str) else ""  # noqa: PTH119 (pathlib takes 10 ms)
    return str(error) if not name or name in str(error) else f"{name}: {error}"


def _exit_code(error: Exception) -> int:
    if isinstance(error, FitError):
        return FIT_FAILED
    return USAGE_ERROR if isinstance(error, (WilksError, OSError)) else 1
