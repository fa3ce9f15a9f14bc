"""Bad input gives an error of its class that says what, where and what to do; nothing bare reaches the user."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wilks
import wilks.numpy as wnp
from wilks.errors import (
    CycleError,
    DataError,
    DocumentError,
    DocumentSyntaxError,
    DuplicateNameError,
    ExpressionError,
    FitError,
    IntegrationError,
    InvalidValueError,
    ModelError,
    ParameterError,
    SpaceError,
    UnknownNameError,
    UnknownTypeError,
    WilksError,
)

DEEP = 100_000

X = wilks.Space("x", 0, 10)
Y = wilks.Space("y", 0, 10)
MU = wilks.Parameter("mu", 5, lower=4, upper=6)
SIGMA = wilks.Parameter("sigma", 1, lower=0.1, upper=5)
PEAK = wilks.Gaussian(x=X, mean=MU, sigma=SIGMA, name="peak")
OTHER = wilks.Parameter("sigma", 2)
SLOPE = wilks.Exponential(x=X, c=0.3)
PLANE = wilks.Product([PEAK, wilks.Uniform(x=Y)])
DATA = wilks.Data(X, [3.5, 4.2, 5.0, 5.1, 6.3])
NLL = wilks.NLL(PEAK, DATA)


def check(action: Callable[[], Any], error: type[WilksError], *parts: str) -> None:
    with pytest.raises(error) as caught:
        action()
    assert type(caught.value) is error
    for part in parts:
        assert part in str(caught.value)


def cases(*rows: tuple[Any, ...]) -> Any:
    """Parametrize over rows of a title, an action, an error and the parts of its message."""
    titles = [row[0] for row in rows]
    return pytest.mark.parametrize(("action", "expected"), [(row[1], row[2:]) for row in rows], ids=titles)


@cases(
    ("lower above upper", lambda: wilks.Parameter("m", 1, lower=3, upper=2), ParameterError, "'m'", "3", "2"),
    ("start outside", lambda: wilks.Parameter("m", 1, lower=3, upper=4), ParameterError, "'m'", "1", "[3, 4]"),
    ("text as value", lambda: wilks.Parameter("m", "one"), ParameterError, "'m'", "'one'"),
    ("space upside down", lambda: wilks.Space("x", 3, 2), SpaceError, "'x'", "(3, 2)"),
    ("sigma constant", lambda: wilks.Gaussian(x=X, mean=MU, sigma=-1.2, name="signal"), ParameterError,
     "'sigma' of gaussian_dist 'signal' must be > 0, got -1.2"),
    ("sigma zero", lambda: wilks.Gaussian(x=X, mean=MU, sigma=0), ParameterError, "'sigma'", "> 0", "got 0"),
    ("sigma start", lambda: wilks.Gaussian(x=X, mean=MU, sigma=wilks.Parameter("s", -1)), ParameterError, "-1", "'s'"),
    ("mean as text", lambda: wilks.Gaussian(x=X, mean="mu", sigma=1), ModelError, "'mean' of gaussian_dist", "'mu'"),
    ("mean NaN", lambda: wilks.Gaussian(x=X, mean=math.nan, sigma=1), ModelError, "'mean'", "finite"),
    ("mean as array", lambda: wilks.Gaussian(x=X, mean=np.ones(2), sigma=1), ModelError, "'mean'", "number"),
    ("number for observable", lambda: wilks.Gaussian(x=3, mean=MU, sigma=1), ModelError, "'x'", "Space", "3"),
    ("two observables", lambda: wilks.Gaussian(x=X * Y, mean=MU, sigma=1), ModelError, "one-dimensional"),
    ("one name for both", lambda: wilks.Gaussian(x=X, mean=wilks.Parameter("x", 3), sigma=1), ParameterError, "'x'"),
    ("fractions", lambda: wilks.Mixture([PEAK, SLOPE], [0.5, 0.6]), ModelError, "sum to one", "1.1", "extended=True"),
    ("fractions at start", lambda: wilks.Mixture([PEAK, SLOPE], [wilks.Parameter("f", 0.5), wilks.Parameter("g", 0.6)]),
     ModelError, "sum to one", "1.1"),
    ("three for two", lambda: wilks.Mixture([PEAK, SLOPE], [0.5, 0.4, 0.1]), ModelError, "2 PDFs", "got 3"),
    ("yield missing", lambda: wilks.Mixture([PEAK, SLOPE], [5], extended=True), ModelError, "2 yields", "got 1"),
    ("no summands", lambda: wilks.Mixture([], []), ModelError, "at least one summand"),
    ("one summand unlisted", lambda: wilks.Mixture(PEAK, [1]), ModelError, "'summands'", "sequence"),
    ("summand as text", lambda: wilks.Mixture([PEAK, "bkg"], [0.5]), ModelError, "'summands'", "PDF", "'bkg'"),
    ("summands of other observables", lambda: wilks.Mixture([PEAK, wilks.Uniform(x=Y)], [0.5]), ModelError,
     "same observables", "gaussian_dist 'peak'", "x, y"),
    ("two of one name", lambda: with_peak(mean=wilks.Parameter("mu", 5.5), sigma=1),
     ParameterError, "two different parameters", "'mu'", "lower=4.0", "Parameter('mu', 5.5)"),
    ("two ranges", lambda: wilks.Mixture([PEAK, wilks.Uniform(x=wilks.Space("x", 0, 5))], [0.5]), SpaceError,
     "two ranges", "Space('x', 0, 10)", "Space('x', 0, 5)"),
    ("no factors", lambda: wilks.Product([]), ModelError, "at least one factor"),
    ("two extended", lambda: wilks.Product([extended(X, "n"), extended(Y, "m")]), ModelError, "several extended"),
    ("compose nothing", lambda: wilks.compose(3, MU), ModelError, "callable", "3"),
    ("compose text", lambda: wilks.compose(wnp.exp, "mu"), ModelError, "'mu'"),
)  # fmt: skip
def test_models(action: Any, expected: Any) -> None:
    check(action, *expected)


def with_peak(name: str = "", **fields: Any) -> wilks.Mixture:
    return wilks.Mixture([PEAK, wilks.Gaussian(x=X, name=name, **fields)], [0.5])


def extended(space: wilks.Space, name: str) -> wilks.Mixture:
    return wilks.Mixture([wilks.Uniform(x=space)], [wilks.Parameter(name, 3)], extended=True)


@cases(
    ("empty", lambda: wilks.Data(X, []), DataError, "Space('x', 0, 10)", "empty"),
    ("all outside", lambda: wilks.Data(X, [11.0, 12.0]), DataError, "all 2 rows", "from 11 to 12"),
    ("NaN", lambda: wilks.Data(X, [1.0, math.nan]), DataError, "'x'", "row 1", "NaN"),
    ("shape", lambda: wilks.Data(X, np.zeros((3, 2))), DataError, "shape", "[3, 2]"),
    ("column missing", lambda: wilks.Data(X * Y, {"x": [1.0], "yy": [1.0]}), DataError, "'y'", "did you mean 'yy'"),
    ("weights", lambda: wilks.Data(X, [1.0, 2.0], weights=[1.0]), DataError, "1 weights for 2 rows"),
    ("observable missing", lambda: wilks.NLL(PEAK, wilks.Data(Y, [1.0])), DataError, "'peak'", "'x'", "'y'"),
    ("beyond the model", lambda: wilks.NLL(PEAK, wilks.Data(wilks.Space("x", 0, 20), [1.0])), SpaceError, "20", "10"),
    ("an array", lambda: wilks.NLL(PEAK, np.zeros(3)), DataError, "wilks.Data", "ndarray"),
    ("no data", lambda: wilks.NLL(PEAK), DataError, "wilks.Data"),
    ("swapped", lambda: wilks.NLL(DATA, PEAK), ModelError, "must be a PDF"),
    ("zero weights", lambda: wilks.NLL(PEAK, wilks.Data(X, [1.0], weights=[0.0])), DataError, "weights are zero"),
    ("channel without data", lambda: wilks.NLL({"a": PEAK}), DataError, "channel 'a'", "pair (model, data)"),
    ("data beside channels", lambda: wilks.NLL({"a": (PEAK, DATA)}, DATA), DataError, "pairs (model, data)"),
    ("nothing", lambda: wilks.NLL({}), ModelError, "at least one channel"),
    ("two of one name", lambda: wilks.NLL({"a": (PEAK, DATA), "b": (wilks.Gaussian(x=X, mean=MU, sigma=OTHER), DATA)}),
     ParameterError, "two different parameters", "'sigma'", "2.0", "upper=5.0"),
    ("constraint on an observable", lambda: wilks.NLL(PEAK, DATA, constraints=[SLOPE]), ModelError,
     "exponential", "'x'"),
    ("constraint unlisted", lambda: wilks.NLL(PEAK, DATA, constraints=PEAK), ModelError, "constraints=[...]"),
    ("constraint as text", lambda: wilks.NLL(PEAK, DATA, constraints=["mu"]), ModelError, "must be a PDF", "'mu'"),
    ("channel twice", lambda: wilks.NLL({"a": (PEAK, DATA)}) + wilks.NLL({"a": (PEAK, DATA)}), ModelError, "'a'"),
    ("floating global observable", lambda: wilks.gaussian_constraint(MU, observed=SIGMA, sigma=1), ModelError, "fixed"),
    ("constraint without name", lambda: wilks.gaussian_constraint(MU * 2, observed=5, sigma=1), ModelError, "name"),
    ("constraint on a number", lambda: wilks.gaussian_constraint(3.0, observed=5, sigma=1), ModelError, "got 3.0"),
    ("observed as text", lambda: wilks.gaussian_constraint(MU, observed="five", sigma=1), ParameterError,
     "mu_observed", "'five'"),
    ("negative count", lambda: wilks.poisson_constraint(MU, observed=-3), ParameterError, ">= 0", "-3"),
    ("negative log-normal", lambda: wilks.lognormal_constraint(MU, observed=-3, sigma=1), ParameterError, "> 0", "-3"),
)  # fmt: skip
def test_data_and_likelihoods(action: Any, expected: Any) -> None:
    check(action, *expected)


@cases(
    ("unknown", lambda: NLL({"mus": 1}), ParameterError, "no parameter 'mus'", "did you mean 'mu'"),
    ("text", lambda: NLL({"mu": "a"}), ParameterError, "'mu'", "'a'"),
    ("NaN", lambda: NLL({"mu": math.nan}), ParameterError, "'mu'", "NaN"),
    ("no mapping", lambda: NLL(5.0), ParameterError, "mapping", "5.0"),
    ("a parameter as key", lambda: NLL({MU: 5.0}), ParameterError, "no parameter Parameter('mu'"),
    ("vector too long", lambda: NLL(np.zeros(3)), ParameterError, "2 floating", "(3,)"),
    ("vector of text", lambda: NLL(["a", "b"]), ParameterError, "numbers", "'a'"),
    ("vector with NaN", lambda: NLL([5.0, math.nan]), ParameterError, "NaN"),
    ("gradient", lambda: NLL.gradient({"mux": 1}), ParameterError, "'mux'"),
    ("hessian", lambda: NLL.hessian([1.0]), ParameterError, "2 floating", "(1,)"),
    ("batch", lambda: NLL.batch(np.zeros(2)), ParameterError, "(k, 2)", "(2,)"),
    ("batch of text", lambda: NLL.batch([["a", "b"]]), ParameterError, "numbers"),
    ("start unknown", lambda: wilks.fit(NLL, start={"mus": 5}), ParameterError, "did you mean 'mu'"),
    ("start outside", lambda: wilks.fit(NLL, start={"mu": 9}), ParameterError, "'mu'", "9", "[4, 6]"),
    ("start as vector", lambda: wilks.fit(NLL, start=[5.0, 1.0]), ParameterError, "mapping"),
    ("fixed unknown", lambda: wilks.fit(NLL, fixed={"sigmaa": 5}), ParameterError, "did you mean 'sigma'"),
    ("fixed outside", lambda: wilks.fit(NLL, fixed={"sigma": -5}), ParameterError, "'sigma'", "-5", "[0.1, 5]"),
    ("fixed as list", lambda: wilks.fit(NLL, fixed=["sigma"]), ParameterError, "mapping", "['sigma']"),
    ("everything fixed", lambda: wilks.fit(NLL, fixed={"sigma": 1, "mu": 5}), ParameterError, "left to float"),
    ("nothing to fit", lambda: wilks.fit(wilks.NLL(SLOPE, DATA)), ParameterError, "left to float"),
    ("covariance", lambda: wilks.fit(NLL, covariance="sandwhich"), FitError, "'sandwhich'", "did you mean 'sandwich'"),
    ("a PDF to fit", lambda: wilks.fit(PEAK), FitError, "loss", "Gaussian"),
    ("minimizer as text", lambda: wilks.fit(NLL, minimizer="minuit"), FitError, "wilks.Minuit()", "'minuit'"),
    ("minimizer as class", lambda: wilks.fit(NLL, minimizer=wilks.Minuit), FitError, "wilks.Minuit()"),
    ("params unknown", lambda: PEAK.pdf([1.0], params={"sigm": 1}), ParameterError, "did you mean 'sigma'"),
    ("params", lambda: PEAK.pdf([1.0], params=3), ParameterError, "mapping", "3"),
    ("points of text", lambda: PEAK.pdf(["a"]), DataError, "'peak'", "numbers", "'a'"),
    ("no points", lambda: PEAK.pdf(None), DataError, "x", "None"),
    ("points of two", lambda: PEAK.pdf(np.zeros((3, 2))), DataError, "'x'", "(3, 2)"),
    ("another observable", lambda: PEAK.pdf({"xx": [1.0]}), DataError, "'xx'", "did you mean 'x'"),
    ("columns", lambda: PLANE.pdf({"x": [1.0, 2.0], "y": [1.0, 2.0, 3.0]}), DataError, "lengths", "'y': 3"),
    ("columns of text", lambda: PEAK.pdf({"x": ["a"]}), DataError, "'x'", "numbers"),
    ("column missing", lambda: PLANE.pdf(np.zeros(3)), DataError, "('x', 'y')", "(3,)"),
    ("integrate another", lambda: PEAK.integrate(Y), SpaceError, "'y'"),
    ("integrate beyond", lambda: PEAK.integrate(wilks.Space("x", 0, 20)), SpaceError, "20"),
    ("integrate a tuple", lambda: PEAK.integrate((0, 3)), SpaceError, "wilks.Space", "(0, 3)"),
    ("events of none", PEAK.expected_events, ModelError, "'peak' is not extended"),
    ("sample of unknown size", lambda: PEAK.sample(seed=1), ModelError, "not extended", "how many"),
    ("sample of negative size", lambda: PEAK.sample(-1, seed=1), ModelError, "-1"),
    ("sample of half an event", lambda: PEAK.sample(10.5, seed=1), ModelError, "10.5"),
    ("seed", lambda: PEAK.sample(10, seed="a"), WilksError, "seed", "'a'"),
)  # fmt: skip
def test_points(action: Any, expected: Any) -> None:
    check(action, *expected)


def test_an_event_without_density() -> None:
    box = wilks.Generic(expression="x < edge", variables=[X, wilks.Parameter("edge", 5, lower=4, upper=9)], name="box")
    check(
        lambda: wilks.fit(wilks.NLL(box, wilks.Data(X, [1.0, 6.0]))),
        FitError,
        "not finite at the start",
        "no density",
        "{'edge': 5.0}",
    )


def test_a_density_that_is_zero_everywhere() -> None:
    negative = wilks.Generic(expression="-1 - x", variables=[X])
    check(lambda: negative.pdf([1.0]), IntegrationError, "not a number everywhere")


@cases(
    ("unknown symbol", "exp(-x * slop)", ExpressionError, "generic_dist", "'slop'"),
    ("unknown function", "expp(x)", ExpressionError, "'expp'", "did you mean 'exp'"),
    ("import", "__import__('os').system('ls')", ExpressionError, "column 12"),
    ("import of a symbol", "__import__(x)", ExpressionError, "unknown function '__import__'"),
    ("attribute", "x.__class__.__mro__", ExpressionError, "'x.__class__.__mro__'"),
    ("lambda", "(lambda: 1)()", ExpressionError, "column 1"),
    ("index", "x[0]", ExpressionError, "column 2"),
    ("assignment", "y := x", ExpressionError, "column"),
    ("statement", "x; import os", ExpressionError, "column 2"),
    ("eval", "eval(x)", ExpressionError, "unknown function 'eval'"),
    ("text", '"x"', ExpressionError, "column 1"),
    ("power of Python", "x ** 2", ExpressionError, "a power is written '^'"),
    ("empty", " ", ExpressionError, "empty"),
)
def test_expressions(action: str, expected: Any) -> None:
    check(lambda: wilks.Generic(expression=action, variables=[X]), *expected)


def test_expressions_are_read_without_recursion() -> None:
    nested = "(" * DEEP + "x" + ")" * DEEP
    assert wilks.Generic(expression=nested, variables=[X]).parameters == ()


def notebook(
    body: str,
    *,
    fields: str = "x: wilks.Observable; w: wilks.Positive",
    decorator: str = "@dataclass(frozen=True, kw_only=True)",
    static: str = "@staticmethod",
) -> Any:
    """Return a PDF as a notebook cell declares it, with its first parameter at 2."""
    kernels = "".join(f"    {static}\n    def {kernel}\n" for kernel in body.split(" & ")) if body else ""
    namespace: dict[str, Any] = {"wilks": wilks, "wnp": wnp, "np": np, "math": math, "dataclass": dataclass}
    cell = f"{decorator}\nclass Mine(wilks.PDF):\n    {fields}\n{kernels}"
    exec(compile(cell, "<cell>", "exec", dont_inherit=True), namespace)
    return namespace["Mine"]


@cases(
    ("no decorator", lambda: notebook("unnormalized_prob(x, w): return x", decorator=""),
     "decorate Mine with @dataclass(frozen=True, kw_only=True)"),
    ("two kernels", lambda: notebook("unnormalized_prob(x, w): return x & unnormalized_log_prob(x, w): return x"),
     "exactly one", "unnormalized_log_prob and unnormalized_prob"),
    ("no kernel", lambda: notebook(""), "exactly one", "got none"),
    ("annotation", lambda: notebook("unnormalized_prob(x, w): return x", fields="x: wilks.Observable; w: float"),
     "Mine.w", "wilks.Real", "float"),
    ("annotation of nothing", lambda: notebook("unnormalized_prob(x, w): return x", fields="x: 'Obs'; w: 'Reel'"),
     "annotation of Mine", "'Obs'"),
    ("no observable", lambda: notebook("unnormalized_prob(x, w): return x", fields="x: wilks.Real; w: wilks.Real"),
     "Mine needs a field annotated with wilks.Observable"),
    ("unknown argument", lambda: notebook("unnormalized_prob(x, width): return x"), "takes 'width'", "may take w, x"),
    ("integral", lambda: notebook("unnormalized_prob(x, w): return x & integral(lower, uper, w): return w"),
     "Mine.integral takes 'uper'; did you mean 'upper'"),
    ("integral without limits", lambda: notebook("unnormalized_prob(x, w): return x & integral(w): return w"),
     "Mine.integral must also take lower, upper"),
    ("not static", lambda: notebook("unnormalized_prob(x, w): return x", static=""),
     "decorate Mine.unnormalized_prob with @staticmethod"),
    ("derived", lambda: dataclass(frozen=True, kw_only=True)(type("Mine", (wilks.Gaussian,), {})),
     "Mine derives from Gaussian", "wilks.PDF"),
)  # fmt: skip
def test_classes_in_a_notebook(action: Any, expected: Any) -> None:
    check(lambda: action()(x=X, w=2.0), ModelError, *expected)


@cases(
    ("failing", "unnormalized_prob(x, w): raise ValueError('boo')", "Mine.unnormalized_prob", "ValueError: boo"),
    ("math", "unnormalized_prob(x, w): return math.exp(-x)", "wilks.numpy"),
    ("nothing returned", "unnormalized_prob(x, w): pass", "Mine.unnormalized_prob"),
    ("one number", "unnormalized_prob(x, w): return wnp.sum(x)", "one number for all events"),
)
def test_kernels_in_a_notebook(action: str, expected: Any) -> None:
    check(lambda: notebook(action)(x=X, w=2.0).pdf([1.0, 2.0]), ModelError, *expected)


@cases(
    ("if", "unnormalized_prob(x, w): return x if w > 0 else -x", "Mine.unnormalized_prob", "wnp.where"),
    ("numpy", "unnormalized_prob(x, w): return np.exp(-x / w)", "Mine.unnormalized_prob", "wilks.numpy"),
)
def test_kernels_that_only_fail_when_compiled(action: str, expected: Any) -> None:
    width = wilks.Parameter("w", 2, lower=1, upper=9)
    check(wilks.NLL(notebook(action)(x=X, w=width), DATA), ModelError, *expected)


@cases(
    ("no hs3_type", lambda: notebook("unnormalized_prob(x, w): return w")(x=X, w=2.0), "Mine", "hs3_type",
     "'my_lab.mine'"),
    ("callable", lambda: wilks.Gaussian(x=X, mean=wilks.compose(lambda a: a, MU), sigma=1), "<lambda>", "GenericFunc"),
    ("name twice", lambda: with_peak(mean=5, sigma=2, name="peak"), "'peak'"),
    ("name of a parameter", lambda: wilks.Gaussian(x=X, mean=MU, sigma=1, name="mu"), "'mu'"),
    ("name in a formula", lambda: wilks.Gaussian(x=X, mean=wilks.Parameter("m u", 5) * 2, sigma=1), "'m u'", "letters"),
    ("gaps", lambda: wilks.NLL(PEAK, wilks.Data(wilks.Space("x", [(0, 3), (4, 10)]), [1.0])), "'x'", "gaps"),
    ("text", lambda: "model", "PDF, NLL, Workspace or FitResult", "str"),
)  # fmt: skip
def test_saving(action: Any, expected: Any, tmp_path: Path) -> None:
    check(lambda: wilks.save(action(), tmp_path / "model.json"), ModelError, *expected)
    assert not list(tmp_path.iterdir())


ROWS = [[1.0], [4.5], [7.0]]
DOCUMENT: dict[str, Any] = {
    "metadata": {"hs3_version": "0.2"},
    "distributions": [
        {"name": "model", "type": "mixture_dist", "summands": ["sig", "bkg"], "coefficients": ["f"]},
        {"name": "sig", "type": "gaussian_dist", "x": "x", "mean": "mu", "sigma": "sigma"},
        {"name": "bkg", "type": "exponential_dist", "x": "x", "c": "slope"},
    ],
    "functions": [{"name": "slope", "type": "generic_function", "expression": "2*c"}],
    "data": [
        {"name": "obs", "type": "unbinned", "axes": [{"name": "x", "min": 0, "max": 10}], "entries": ROWS}
    ],
    "likelihoods": [{"name": "lh", "distributions": ["model"], "data": ["obs"]}],
    "domains": [{"name": "default_domain", "type": "product_domain", "axes": [{"name": "mu", "min": 4, "max": 6}]}],
    "parameter_points": [
        {
            "name": "default_values",
            "parameters": [
                {"name": "mu", "value": 5},
                {"name": "sigma", "value": 0.5},
                {"name": "f", "value": 0.3},
                {"name": "c", "value": 0.1},
            ],
        }
    ],
    "analyses": [{"name": "an", "likelihood": "lh", "domains": ["default_domain"]}],
}  # fmt: skip


def edited(changes: dict[str, Any]) -> dict[str, Any]:
    """Return the document with other values at JSON pointers; None removes."""
    document = copy.deepcopy(DOCUMENT)
    for pointer, value in changes.items():
        *path, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
        place: Any = document
        for part in path:
            place = place[part]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return document


def likelihood(text: str, folder: Path, name: str = "model.json") -> wilks.NLL:
    (folder / name).write_text(text)
    return wilks.load(folder / name).likelihood


def test_the_document_is_good(tmp_path: Path) -> None:
    assert likelihood(json.dumps(DOCUMENT), tmp_path).start == {"mu": 5, "sigma": 0.5, "c": 0.1, "f": 0.3}


@cases(
    ("unknown type", {"/distributions/1/type": "gaus_dist"}, UnknownTypeError, "/distributions/1/type",
     "'gaus_dist'", "did you mean 'gaussian_dist'"),
    ("parameter", {"/distributions/1/sigma": "sigm"}, UnknownNameError, "/distributions/1/sigma",
     "'sigm'", "did you mean 'sigma'"),
    ("summand", {"/distributions/0/summands": ["sig", "bgk"]}, UnknownNameError, "/distributions/0/summands/1",
     "'bgk'", "did you mean 'bkg'"),
    ("parameter as summand", {"/distributions/0/summands": ["sig", "mu"]}, UnknownNameError,
     "/distributions/0/summands/1", "no distribution 'mu'"),
    ("distribution of a likelihood", {"/likelihoods/0/distributions": ["modle"]}, UnknownNameError,
     "/likelihoods/0/distributions/0", "did you mean 'model'"),
    ("data of a likelihood", {"/likelihoods/0/data": ["ob"]}, UnknownNameError, "/likelihoods/0/data/0",
     "did you mean 'obs'"),
    ("likelihood of an analysis", {"/analyses/0/likelihood": "lhh"}, UnknownNameError, "/analyses/0/likelihood",
     "'lh'"),
    ("cycle", {"/functions": [{"name": "slope", "type": "generic_function", "expression": "2*b"},
     {"name": "b", "type": "sum", "summands": ["slope", 1]}]}, CycleError, "/functions/0", "slope -> b -> slope"),
    ("itself", {"/distributions/0/summands": ["sig", "model"]}, CycleError, "/distributions/0", "model -> model"),
    ("two distributions", {"/distributions/2/name": "sig"}, DuplicateNameError, "/distributions/2",
     "'sig'", "/distributions/1"),
    ("two kinds", {"/functions/0/name": "sig"}, DuplicateNameError, "/functions/0", "/distributions/1"),
    ("two parameters", {"/parameter_points/0/parameters/1/name": "mu"}, DuplicateNameError,
     "/parameter_points/0/parameters/1", "'mu'", "/parameter_points/0/parameters/0"),
    ("columns", {"/data/0/entries": [[1.0, 2.0], [3.0, 1.0]]}, InvalidValueError, "/data/0/entries", "1 axes", "2"),
    ("ragged", {"/data/0/entries": [[1.0], [3.0, 1.0]]}, InvalidValueError, "/data/0/entries/1", "got 2"),
    ("no rows", {"/data/0/entries": []}, InvalidValueError, "/data/0", "empty"),
    ("all outside", {"/data/0/entries": [[11.0]]}, InvalidValueError, "/data/0", "outside", "11"),
    ("weights", {"/data/0/weights": [1.0]}, InvalidValueError, "/data/0/weights", "3", "1"),
    ("lower above upper", {"/domains/0/axes/0/min": 7}, InvalidValueError, "/domains/0/axes/0", "7", "6"),
    ("axis upside down", {"/data/0/axes/0/min": 11}, InvalidValueError, "/data/0/axes/0", "11", "10"),
    ("start outside", {"/parameter_points/0/parameters/0/value": 9}, InvalidValueError,
     "/parameter_points/0/parameters/0", "'mu'", "9", "[4, 6]"),
    ("value as text", {"/parameter_points/0/parameters/0/value": "five"}, InvalidValueError,
     "/parameter_points/0/parameters/0/value", "'five'"),
    ("sigma constant", {"/distributions/1/sigma": -1.2}, InvalidValueError, "/distributions/1",
     "'sigma' of gaussian_dist 'sig'", "-1.2"),
    ("sigma start", {"/parameter_points/0/parameters/1/value": -1.2}, InvalidValueError, "/distributions/1", "-1.2"),
    ("fractions", {"/distributions/0/coefficients": [0.5, 0.6], "/distributions/0/extended": False},
     InvalidValueError, "/distributions/0", "'model'", "sum to one", "1.1"),
    ("three for two", {"/distributions/0/coefficients": [0.5, 0.4, 0.1]}, InvalidValueError, "/distributions/0",
     "got 3"),
    ("unknown symbol", {"/functions/0/expression": "2*cc"}, UnknownNameError, "/functions/0/expression",
     "'cc'", "did you mean 'c'"),
    ("import", {"/functions/0/expression": "__import__('os').system('ls')"}, InvalidValueError,
     "/functions/0/expression", "column 12"),
    ("import of a symbol", {"/functions/0/expression": "__import__(c)"}, InvalidValueError,
     "/functions/0/expression", "'__import__'"),
    ("attribute", {"/functions/0/expression": "c.__class__"}, UnknownNameError, "/functions/0/expression", "__class__"),
    ("key missing", {"/distributions/1/sigma": None}, InvalidValueError, "/distributions/1", "'sigma'"),
    ("array for number", {"/distributions/1/sigma": [1, 2]}, InvalidValueError, "/distributions/1/sigma", "[1, 2]"),
    ("truth for number", {"/distributions/1/sigma": True}, InvalidValueError, "/distributions/1/sigma", "True"),
    ("name for array", {"/distributions/0/coefficients": "f"}, InvalidValueError, "/distributions/0/coefficients",
     "'f'"),
    ("text for truth", {"/distributions/0/extended": "yes"}, InvalidValueError, "/distributions/0/extended", "'yes'"),
    ("distribution as number", {"/distributions/1/mean": "bkg"}, InvalidValueError, "/distributions/1", "'mean'"),
    ("numbers of data", {"/likelihoods/0/distributions": ["model", "sig"]}, InvalidValueError, "/likelihoods/0/data"),
    ("observable missing", {"/data/0/axes/0/name": "z"}, UnknownNameError, "/distributions/1/x", "'x'"),
    ("no version", {"/metadata/hs3_version": None}, InvalidValueError, "/metadata", "hs3_version"),
)  # fmt: skip
def test_documents(action: Any, expected: Any, tmp_path: Path) -> None:
    error, pointer, *parts = expected
    with pytest.raises(error) as caught:
        likelihood(json.dumps(edited(action)), tmp_path)
    assert type(caught.value) is error
    assert caught.value.pointer == pointer
    for part in parts:
        assert part in str(caught.value)


@cases(
    ("NaN", json.dumps(DOCUMENT).replace("4.5", "NaN"), InvalidValueError, "/data/0/entries/1/0", "nan"),
    ("infinity", json.dumps(DOCUMENT).replace('"value": 5', '"value": Infinity'), InvalidValueError, "/value", "inf"),
    ("truncated", json.dumps(DOCUMENT, indent=1)[:200], DocumentSyntaxError, "model.json", "line 17", "column 3"),
    ("empty", "", DocumentSyntaxError, "line 1", "column 1"),
    ("key twice", '{"metadata": {}, "metadata": {}}', DuplicateNameError, "'metadata'"),
    ("a list", "[]", DocumentError, "hs3"),
    ("deep lists", "[" * DEEP + "]" * DEEP, DocumentSyntaxError, "nested more than 200"),
    ("deep objects", '{"a":' * DEEP + "1" + "}" * DEEP, DocumentSyntaxError, "nested more than 200"),
    ("deep and truncated", "[" * DEEP, DocumentSyntaxError),
)
def test_json(action: str, expected: Any, tmp_path: Path) -> None:
    check(lambda: likelihood(action, tmp_path), *expected)


@cases(
    ("tag of Python", "a: !!python/object/apply:os.system ['ls']", "tag", "line 1", "column 4"),
    ("own tag", "a: !secret 3", "tag", "!secret"),
    ("truncated", "a: [1, 2", "line 2"),
    ("deep flow", "[" * DEEP + "]" * DEEP, "nested more than 200"),
    ("deep block", "- " * DEEP + "1", "nested more than 200"),
)
def test_yaml(action: str, expected: Any, tmp_path: Path) -> None:
    check(lambda: likelihood(action, tmp_path, "model.yaml"), DocumentSyntaxError, *expected)


def test_names_that_a_workspace_does_not_have(tmp_path: Path) -> None:
    likelihood(json.dumps(DOCUMENT), tmp_path)
    workspace = wilks.load(tmp_path / "model.json")
    check(lambda: workspace.likelihoods["lhh"], UnknownNameError, "'lhh'", "did you mean 'lh'")
    check(lambda: workspace.functions["slope"]({"cc": 1}), ParameterError, "'cc'", "did you mean 'c'")


@cases(
    ("no result", '{"a": 1}', DocumentError, "wilks.fit_result/1"),
    ("key missing", '{"format": "wilks.fit_result/1", "values": {}}', DocumentError, "'errors'"),
    ("covariance", json.dumps({"format": "wilks.fit_result/1", "values": {"a": 1}, "errors": {"a": 1}, "edm": 0.0,
     "covariance": [[1, 2]], "floating": ["a"], "minimum": 0, "valid": True}), DocumentError, "fit result"),
    ("no JSON", "{", DocumentSyntaxError, "line 1"),
)  # fmt: skip
def test_results(action: str, expected: Any, tmp_path: Path) -> None:
    check(lambda: wilks.FitResult.from_json(action), *expected)
    (tmp_path / "result.json").write_text(action)
    check(lambda: wilks.load_result(tmp_path / "result.json"), *expected)


def test_a_result_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text('{"format": "wilks.fit_result/1"}')
    check(lambda: wilks.load(tmp_path / "r.json"), DocumentError, "load_result")
