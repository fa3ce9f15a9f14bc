"""Reads HS3 documents with RooFit and evaluates them. Run by a Python that can import ROOT, not by pytest.

Standard input: a list of jobs ``{"path", "likelihood"?, "points"?, "functions"?, "pdfs"?}`` as JSON. Standard output:
one answer for each, ``{"nll": [...], "functions": [...], "pdfs": [...]}`` or ``{"failure": "..."}``. Each document is
read by a process of its own, because RooFit may crash on it.
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
    start = {variable.GetName(): variable.getVal() for variable in workspace.allVars()}
    answers = {}
    if "likelihood" in job:
        nll = likelihood(workspace, *job["likelihood"])
        answers["nll"] = [nll.getVal() for point in job["points"] if move(workspace, {**start, **point})]
    for key, evaluate in (("functions", function_value), ("pdfs", pdf_values)):
        if key in job:
            answers[key] = [evaluate(workspace, *names, {**start, **point}) for *names, point in job[key]]
    return answers


def likelihood(workspace, distributions, datasets):
    """Return the likelihood of the ModelConfig; without one, that of the only PDF and its data."""
    config = next((o for o in workspace.allGenericObjects() if isinstance(o, ROOT.RooStats.ModelConfig)), None)
    data = list(workspace.allData())
    options = {"Offset": "none", "EvalBackend": "cpu"}
    if config is None:
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
    return pdf.createNLL(data[0], **options)


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
    """Set variables to a point, and say so; one that the workspace does not know cannot matter."""
    for name, value in point.items():
        variable = workspace.var(name)
        if variable:
            variable.setVal(value)
            if abs(variable.getVal() - value) > 1e-9 * max(abs(value), 1):
                raise RuntimeError(f"{name} = {value} lies outside its range in RooFit")
    return True


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
