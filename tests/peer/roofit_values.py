"""Reads HS3 documents with RooFit and evaluates them. Run by a Python that can import ROOT, not by pytest.

Standard input: a list of jobs ``{"path", "likelihood"?, "points", "functions"?, "pdfs"?}`` as JSON. Standard output: one answer
for each, ``{"nll": [...], "functions": [...], "pdfs": [...]}`` or ``{"failure": "..."}``. Each document is read by a process of
its own, because RooFit may crash on it.
"""

import json
import os
import signal
import sys
import warnings

TIME_LIMIT = 60  # seconds for one document


def answer(job):
    """Return what RooFit makes of one document."""
    workspace = ROOT.RooWorkspace("workspace")
    if not ROOT.RooJSONFactoryWSTool(workspace).importJSON(job["path"]):
        raise RuntimeError("importJSON returned false")
    answers = {}
    if "likelihood" in job:
        answers["nll"] = nll_values(workspace, job)
    for key, evaluate in (("functions", function_value), ("pdfs", pdf_values)):
        if key in job:
            answers[key] = [evaluate(workspace, *arguments) for arguments in job[key]]
    return answers


def nll_values(workspace, job):
    """Return the values of a likelihood: of its ModelConfig, or of its only PDF and data."""
    config = next((o for o in workspace.allGenericObjects() if isinstance(o, ROOT.RooStats.ModelConfig)), None)
    data = list(workspace.allData())
    options = {"Offset": "none", "EvalBackend": "cpu"}
    if config is None:
        distributions, datasets = job["likelihood"]
        pdf, data = workspace.pdf(distributions[0]), [d for d in data if d.GetName() in datasets]
        if len(distributions) > 1:
            raise RuntimeError("no ModelConfig for several channels")
    else:
        pdf = config.GetPdf()
        options["GlobalObservables"] = config.GetGlobalObservables()
        if config.GetExternalConstraints():
            options["ExternalConstraints"] = config.GetExternalConstraints()
        if isinstance(pdf, ROOT.RooSimultaneous):
            data = [d for d in data if d.get().find(pdf.indexCat().GetName())]
    if not pdf or len(data) != 1:
        raise RuntimeError(f"{len(data)} data sets for {pdf}")
    nll = pdf.createNLL(data[0], **options)
    values = []
    for point in job["points"]:
        move(workspace, point)
        values.append(nll.getVal())
    return values


def function_value(workspace, name, point):
    """Return the value of a function at a point."""
    move(workspace, point)
    return workspace.function(name).getVal()


def pdf_values(workspace, name, observables, events, point):
    """Return the normalised densities of events."""
    move(workspace, point)
    pdf, variables = workspace.pdf(name), ROOT.RooArgSet()
    for observable in observables:
        variables.add(workspace.var(observable))
    values = []
    for event in events:
        move(workspace, dict(zip(observables, event, strict=True)))
        values.append(pdf.getVal(variables))
    return values


def move(workspace, point):
    """Set variables to a point; one that the workspace does not know cannot matter."""
    for name, value in point.items():
        variable = workspace.var(name)
        if variable:
            variable.setVal(value)
            if abs(variable.getVal() - value) > 1e-9 * max(abs(value), 1):
                raise RuntimeError(f"{name} = {value} lies outside its range in RooFit")


def in_own_process(job):
    """Return the answer of a child process, or how it died."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE):
            signal.signal(number, signal.SIG_DFL)  # instead of ROOT's, which start a debugger
        signal.alarm(TIME_LIMIT)
        try:
            result = answer(job)
        except Exception as error:  # noqa: BLE001 (whatever RooFit throws is the answer)
            result = {"failure": f"{type(error).__name__}: {error}"}
        with os.fdopen(write, "w") as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return {"failure": f"died of {signal.Signals(os.WTERMSIG(status)).name}"}
    return json.loads(text)


if __name__ == "__main__":
    # RooFit writes to file descriptor 1 as well.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    import ROOT

    ROOT.gROOT.SetBatch(True)
    config = ROOT.RooAbsReal.defaultIntegratorConfig()
    config.setEpsAbs(1e-10)
    config.setEpsRel(1e-10)
    ROOT.gErrorIgnoreLevel = ROOT.kFatal
    ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.ERROR)
    json.dump([in_own_process(job) for job in json.load(sys.stdin)], output)
    output.close()
