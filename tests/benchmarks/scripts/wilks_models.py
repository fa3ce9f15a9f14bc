"""The models of the benchmarks, written with wilks."""

from __future__ import annotations

from collections.abc import Mapping

from protocol import Job, Start

import wilks


def likelihood(job: Job) -> wilks.NLL:
    """Return the likelihood of a job."""
    return {"peak": peak, "b_mass": b_mass, "categories": categories}[job.model](job)


def peak(job: Job) -> wilks.NLL:
    """Return a Gaussian over an exponential, extended."""
    space = wilks.Space("x", 0, 10)
    data = job.columns["x"] if job.kind != "toys" else job.toys[0]
    return wilks.NLL(peak_model(space, parameters(job.parameters)), wilks.Data(space, data))


def categories(job: Job) -> wilks.NLL:
    """Return one such peak in each category; all share the position."""
    channels = {}
    for column, events in job.columns.items():
        space = wilks.Space(column, 0, 10)
        number = column.removeprefix("x")
        named = parameters(job.numbered(number), suffix=number)
        channels[column] = (peak_model(space, named), wilks.Data(space, events))
    return wilks.NLL(channels)


def b_mass(job: Job) -> wilks.NLL:
    """Return two double-sided crystal balls, a Gaussian and a Chebychev polynomial, extended."""
    p = parameters(job.parameters)
    m = wilks.Space("m", 5000, 5600)

    def crystal_ball(sigma: wilks.Parameter) -> wilks.DoubleCrystalBall:
        tails = {"alpha_L": p["alpha_L"], "n_L": 3, "alpha_R": p["alpha_R"], "n_R": 4}
        return wilks.DoubleCrystalBall(m=m, m0=p["mu"], sigma_L=sigma, sigma_R=sigma, **tails)

    signal = wilks.Mixture([crystal_ball(p["narrow"]), crystal_ball(p["wide"])], [p["f"]])
    reflection = wilks.Gaussian(x=m, mean=p["refl_mean"], sigma=p["refl_sigma"])
    background = wilks.Chebychev(x=m, coefficients=(p["a"], p["b"]))
    yields = [p["n_sig"], p["n_refl"], p["n_bkg"]]
    model = wilks.Mixture([signal, reflection, background], yields, extended=True)
    return wilks.NLL(model, wilks.Data(m, job.columns["x"]))


def peak_model(space: wilks.Space, p: Mapping[str, wilks.Parameter]) -> wilks.Mixture:
    """Return a Gaussian over an exponential with yields."""
    signal = wilks.Gaussian(x=space, mean=p["mu"], sigma=p["sigma"])
    background = wilks.Exponential(x=space, c=p["c"])
    return wilks.Mixture([signal, background], [p["n_sig"], p["n_bkg"]], extended=True)


def parameters(starts: Mapping[str, Start], *, suffix: str = "") -> dict[str, wilks.Parameter]:
    """Return parameters; those of a channel carry its number, the shared position does not."""
    return {
        name: wilks.Parameter(
            name if name == "mu" else name + suffix, s.value, lower=s.lower, upper=s.upper, step=s.step
        )
        for name, s in starts.items()
    }
