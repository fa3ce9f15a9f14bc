"""``wilks fit``: fit the analysis or likelihood of a document."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wilks.cli.codes import FIT_FAILED
from wilks.cli.say import say
from wilks.errors import ParameterError, WilksError, did_you_mean

if TYPE_CHECKING:
    from wilks.cli.target import Target
    from wilks.minimize.result import FitResult
    from wilks.serialization.workspace import Workspace

COVARIANCES = ("auto", "hesse", "sandwich", "sumw2")

EXAMPLES = """\
examples:
  wilks fit model.json
  wilks fit model.json --minos mu --plot fit.png -o result.json
  wilks fit model.json --likelihood sideband --start slope=0.1 --fix sigma=2 mean

exit code: 0 the fit is valid, 2 something is wrong with the call or the file, 3 the fit is not valid
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.usage = "wilks fit FILE [options]"
    parser.epilog = EXAMPLES
    add = parser.add_argument
    # Optional for argparse only: an option that takes several values may swallow it; see `_file`.
    add("file", metavar="FILE", nargs="?", help="HS3 document, JSON or YAML")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--analysis", metavar="NAME", help="fit this analysis; by default the only one")
    what.add_argument("--likelihood", metavar="NAME", help="fit this likelihood; by default that of the analysis")
    add("--dialect", metavar="NAME", help="read the file as spec, roofit or pyhs3; by default the file tells")
    keep = "parameters to keep, at a value or at their start"
    add("--start", metavar="NAME=VALUE", nargs="+", action="extend", default=[], help="start values")
    add("--fix", metavar="NAME[=VALUE]", nargs="+", action="extend", default=[], help=keep)
    add("--minimizer", metavar="NAME", default="minuit", help="an installed minimizer; by default minuit")
    add("--minos", metavar="NAME", nargs="*", help="compute asymmetric errors, of all parameters or of these")
    add("--covariance", choices=COVARIANCES, default="auto", help="how errors are computed; auto: sandwich if weighted")
    add("-o", "--output", metavar="RESULT", help="write the result, JSON or YAML")
    add("--save-model", metavar="MODEL", help="write the document with the best-fit point added as 'best_fit'")
    add("--plot", metavar="PICTURE", help="draw data, total and components with pulls: .png, .pdf, .svg")
    add("-q", "--quiet", action="store_true", help="print nothing but errors")


def run(options: argparse.Namespace) -> int:
    """Fit, print, write what is asked for; return the exit code."""
    from wilks.cli.screen import console
    from wilks.cli.table import render
    from wilks.cli.target import choose
    from wilks.serialization.files import load

    options.file = _file(options)
    _check_outputs(options)
    workspace = load(options.file, dialect=options.dialect)
    target = choose(workspace, analysis=options.analysis, likelihood=options.likelihood)
    if not options.quiet:
        for line in _left_out(target):
            say(line)
    result = _fit(target, options)
    if not options.quiet:
        title = f"{Path(options.file).name}: {target.title}"
        console().print(render(result, title=title, pois=target.pois))
    for line in _write(options, workspace, target, result):
        if not options.quiet:
            say(line)
    return 0 if result.valid else FIT_FAILED


def _fit(target: Target, options: argparse.Namespace) -> FitResult:
    from wilks.cli.quiet import start_tensorflow
    from wilks.cli.screen import status_console
    from wilks.minimize.fit import fit
    from wilks.registry import installed

    minimizer = installed().minimizer(options.minimizer)
    start = {**target.start, **_values(options.start)}
    fixed = {**target.fixed, **_fixed(options.fix, {**target.nll.start, **start})}
    minos = _minos_names(options.minos, target, fixed)
    with status_console().status("fitting"):
        start_tensorflow()
        result = fit(target.nll, minimizer=minimizer, start=start, fixed=fixed, covariance=options.covariance)
        return result.with_minos(minos) if minos and result.valid else result


def _write(options: argparse.Namespace, workspace: Workspace, target: Target, result: FitResult) -> Iterable[str]:
    """Write what is asked for, and say so."""
    from wilks import plot
    from wilks.cli.picture import write_figure
    from wilks.serialization.files import save

    if options.output:
        save(result, options.output)
        yield f"result: {options.output}"
    if options.save_model and result.valid:
        save(workspace.with_point("best_fit", result), options.save_model)
        yield f"model: {options.save_model}"
    elif options.save_model:
        yield f"model: {options.save_model} is not written, because the fit is not valid"
    if options.plot:
        write_figure(plot.fit(target.nll, result), options.plot)
        yield f"plot: {options.plot}"


def _left_out(target: Target) -> Iterable[str]:
    """Say which events the ranges of the data leave out."""
    for channel in target.nll.channels:
        if channel.data.n_outside:
            name = channel.data.name or channel.name
            yield f"note: {channel.data.n_outside} events of {name!r} lie outside {channel.data.space} and are left out"


def _file(options: argparse.Namespace) -> str:
    """Return FILE, also where it stands behind an option that takes several values."""
    if options.file is not None:
        return str(options.file)
    for values in (options.minos, options.start, options.fix):
        if values and Path(values[-1]).is_file():
            return str(values.pop())
    raise WilksError("no FILE, or none that exists: give it first, as in 'wilks fit model.json --minos'")


def _check_outputs(options: argparse.Namespace) -> None:
    """Refuse now what could not be written after the fit, or would overwrite what was read."""
    outputs = [path for path in (options.output, options.save_model, options.plot) if path]
    files = [Path(path).resolve() for path in (options.file, *outputs)]
    if len(set(files)) < len(files):
        raise WilksError("FILE and the files to write must be different")
    for path in outputs:
        if not Path(path).absolute().parent.is_dir():
            raise FileNotFoundError(2, "no such folder", str(Path(path).parent))
    if options.plot:
        from wilks.cli.picture import check_format

        check_format(options.plot)


def _minos_names(wanted: list[str] | None, target: Target, fixed: Mapping[str, float]) -> tuple[str, ...]:
    if wanted is None:
        return ()
    if any(channel.data.is_weighted for channel in target.nll.channels):
        raise ParameterError("MINOS has no meaning for weighted data: leave out --minos, errors are the sandwich's")
    floating = [name for name in target.nll.floating if name not in fixed]
    names = [name for word in wanted for name in word.split(",") if name]
    for name in names:
        if name not in floating:
            raise ParameterError(f"--minos: {name!r} is no floating parameter{did_you_mean(name, floating)}")
    return tuple(names or floating)


def _fixed(words: Iterable[str], start: Mapping[str, float]) -> dict[str, float]:
    fixed: dict[str, float] = {}
    for word in words:
        if "=" in word:
            fixed |= _values([word])
        elif word not in start:
            raise ParameterError(f"--fix: no parameter {word!r} in the model{did_you_mean(word, start)}")
        else:
            fixed[word] = start[word]
    return fixed


def _values(words: Iterable[str]) -> dict[str, float]:
    values = {}
    for word in words:
        name, _, value = word.rpartition("=")
        try:
            values[name] = float(value)
        except ValueError:
            name = ""
        if not name:
            raise ParameterError(f"expected NAME=VALUE with a number, such as mu=1.5, got {word!r}")
    return values
