"""``python -m tests.benchmarks``: wilks and its peers on the same input, in turn, in one run.

Every tool runs in a process and an environment of its own. The peers' environments are made in ``build/benchmarks`` (or
``$WILKS_BENCHMARK_ENVS``), unless ``$WILKS_ZFIT_PYTHON`` and ``$WILKS_ROOT_PYTHON`` name interpreters. Times are shown
only of fits that agree; the exit code is 1 where some do not.
"""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks import document
from tests.benchmarks.case import Case
from tests.benchmarks.cases import CASES
from tests.benchmarks.machine import machine
from tests.benchmarks.pulls import pulls
from tests.benchmarks.rounds import Outcome, measure
from tests.benchmarks.table import Table, table, versions
from tests.benchmarks.tools import TOOLS


def main() -> int:
    """Run what the command line asks for."""
    options = _parser().parse_args()
    if options.verb == "list":
        for case in CASES.values():
            sizes = ", ".join(f"{size:.3g}" for size in case.sizes)
            sys.stdout.write(f"{case.key}  {case.title}\n    {sizes} {case.unit}; {', '.join(case.tools)}\n")
        return 0
    found = [_run(CASES[key], options) for key in options.cases or CASES]
    return 1 if any(found) else 0


def _run(case: Case, options: argparse.Namespace) -> bool:
    """Measure a case, print and write it; return whether tools disagree."""
    tools = [TOOLS[key] for key in options.tools or case.tools]
    sections: list[str] = []
    measured: list[Outcome] = []
    disagree = False
    sys.stdout.write(f"# {case.key}: {case.title}\n\n")
    for size in options.sizes or case.sizes:
        outcomes = measure(case, size, tools, rounds=options.rounds, seconds=options.seconds)
        made = _tables(case, size, outcomes)
        sys.stdout.write(made.text + "\n")
        sys.stdout.flush()
        sections.append(made.text)
        measured += outcomes
        disagree = disagree or bool(made.disagreements)
    facts = "\n\n".join(filter(None, [case.remark, f"{machine()}; {versions(measured)}."]))
    sys.stdout.write(f"{facts}\n\n")
    if options.write:
        document.write(document.PAGE, case.key, "\n".join([*sections, facts]))
    return disagree


def _tables(case: Case, size: int, outcomes: list[Outcome]) -> Table:
    made = table(case, size, outcomes)
    if case.kind != "toys":
        return made
    truth = {name: numbers[0] for name, numbers in case.inputs(size).parameters.items()}
    ours = [pulls(o, truth) for o in outcomes if o.tool.package == "wilks" and o.rounds and not o.problem]
    return Table("\n".join([made.text, *ours]), made.disagreements)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="say what there is")
    run = verbs.add_parser("run", help="measure")
    run.add_argument("cases", nargs="*", metavar="CASE", type=_case, help="by default all")
    run.add_argument("--rounds", type=int, default=3, help="how often each tool runs, in turn")
    run.add_argument("--tools", nargs="+", choices=list(TOOLS), help="instead of those of the case")
    run.add_argument("--sizes", nargs="+", type=lambda text: int(float(text)), help="instead of the case's own")
    run.add_argument("--seconds", type=float, default=1.5, help="how long a call is repeated")
    run.add_argument("--write", action="store_true", help=f"write tables into {document.PAGE.name}")
    return parser


def _case(text: str) -> str:
    if text not in CASES:
        raise argparse.ArgumentTypeError(f"no case {text!r}; there are {', '.join(CASES)}")
    return text


if __name__ == "__main__":
    sys.exit(main())
