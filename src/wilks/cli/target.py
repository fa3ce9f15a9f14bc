"""What of a document is fitted, and from where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from wilks.errors import UnknownNameError, did_you_mean
from wilks.loss.nll import NLL
from wilks.serialization.workspace import Workspace


@dataclass(frozen=True, eq=False)
class Target:
    """A likelihood to fit.

    Args:
        title: What messages call it.
        nll: The likelihood.
        start: Start values that an analysis asks for.
        fixed: Parameters that it keeps.
        pois: Its parameters of interest.
    """

    title: str
    nll: NLL
    start: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    pois: tuple[str, ...] = ()


def choose(workspace: Workspace, *, analysis: str | None, likelihood: str | None) -> Target:
    """Return what is asked for by name; by default the only analysis, or else the only likelihood.

    Raises:
        UnknownNameError: If there is none of that name, or a name is needed.
    """
    if likelihood is not None:
        _check(likelihood, workspace.likelihoods, "likelihood")
        return Target(f"likelihood {likelihood!r}", workspace.likelihoods[likelihood])
    if analysis is not None:
        _check(analysis, workspace.analyses, "analysis")
        return _of_analysis(workspace, analysis)
    if len(workspace.analyses) == 1:
        return _of_analysis(workspace, next(iter(workspace.analyses)))
    if not workspace.analyses and len(workspace.likelihoods) == 1:
        return choose(workspace, analysis=None, likelihood=next(iter(workspace.likelihoods)))
    if not workspace.likelihoods:
        raise UnknownNameError("the document has no likelihood to fit")
    analyses = f"--analysis ({', '.join(workspace.analyses)}) or " if workspace.analyses else ""
    raise UnknownNameError(f"say what to fit, with {analyses}--likelihood ({', '.join(workspace.likelihoods)})")


def _of_analysis(workspace: Workspace, name: str) -> Target:
    analysis = workspace.analyses[name]
    nll = workspace.likelihoods[analysis.likelihood]
    point = workspace.document.parameter_points.get(analysis.init or "")
    nodes = [node for node in point.parameters.values() if node.name in nll.parameters] if point else []
    return Target(
        title=f"analysis {name!r}, likelihood {analysis.likelihood!r}",
        nll=nll,
        start={node.name: node.value for node in nodes},
        fixed={node.name: node.value for node in nodes if node.const},
        pois=tuple(poi for poi in analysis.parameters_of_interest if poi in nll.parameters),
    )


def _check(name: str, known: Collection[str], kind: str) -> None:
    if name not in known:
        names = f"it has {', '.join(known)}" if known else "it has none"
        raise UnknownNameError(f"the document has no {kind} {name!r}, {names}{did_you_mean(name, known)}")
