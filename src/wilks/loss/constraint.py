"""Constraint terms: what other measurements say of a parameter, with the observed number stated."""

from __future__ import annotations

import wilks.numpy as wnp
from wilks.distributions.gaussian import Gaussian
from wilks.distributions.lognormal import LogNormal
from wilks.distributions.poisson import Poisson
from wilks.errors import ModelError, ParameterError
from wilks.func import Func, Number, compose
from wilks.parameter import Parameter

Observed = Number | Parameter
"""A number, or a fixed parameter: the global observable, which toys will vary."""


def gaussian_constraint(parameter: Func, *, observed: Observed, sigma: Func | float, name: str = "") -> Gaussian:
    """Return the Gaussian density of a measurement of a parameter.

    Args:
        parameter: What was measured.
        observed: The measured value.
        sigma: Its uncertainty.
        name: Name of the constraint, and of the global observable with ``_observed`` behind it.

    Example:
        >>> import wilks
        >>> mu = wilks.Parameter("mu", 5.0)
        >>> wilks.gaussian_constraint(mu, observed=5.1, sigma=0.2).x
        Parameter('mu_observed', 5.1, fixed=True)
    """
    return Gaussian(x=_global_observable(parameter, observed, name), mean=parameter, sigma=sigma, name=name)


def poisson_constraint(rate: Func, *, observed: Observed, name: str = "") -> Poisson:
    """Return the Poisson probability of an observed count, such as events in a control region.

    Args:
        rate: Expected count, a function of parameters such as ``tau * n_bkg``.
        observed: The count.
        name: Name of the constraint; see `gaussian_constraint`.
    """
    observable = _global_observable(rate, observed, name)
    if observable.value < 0:
        raise ParameterError(f"an observed count must be >= 0, got {observable.value:g} for {observable.name!r}")
    return Poisson(x=observable, mean=rate, name=name)


def lognormal_constraint(parameter: Func, *, observed: Observed, sigma: Func | float, name: str = "") -> LogNormal:
    """Return the log-normal density of a measurement of a positive parameter.

    Args:
        parameter: What was measured: the median of the measurement.
        observed: The measured value.
        sigma: Its relative uncertainty, the standard deviation of the log.
        name: Name of the constraint; see `gaussian_constraint`.
    """
    observable = _global_observable(parameter, observed, name)
    if observable.value <= 0:
        raise ParameterError(f"an observed median must be > 0, got {observable.value:g} for {observable.name!r}")
    return LogNormal(x=observable, mu=compose(wnp.log, parameter), sigma=sigma, name=name)


def _global_observable(measured: Func, observed: Observed, name: str) -> Parameter:
    if not isinstance(measured, Func):
        raise ModelError(f"a constraint is one on a Parameter or Func, got {measured!r}")
    if isinstance(observed, Parameter):
        if not observed.fixed:
            raise ModelError(f"the observed value {observed.name!r} must be a fixed parameter: it is not fitted")
        return observed
    base = name or getattr(measured, "name", "")
    if not base:
        raise ModelError("a constraint on a function needs a name, from which that of its observed value is made")
    return Parameter(f"{base}_observed", observed, fixed=True)  # type: ignore[arg-type]
