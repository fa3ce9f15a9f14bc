import pytest

from wilks.documents.hs3.dialect import (
    DIALECTS,
    PYHS3,
    ROOFIT,
    SPEC,
    canonical,
    detect_dialect,
    dialect_named,
    localise,
)
from wilks.documents.hs3.read import parse
from wilks.errors import InvalidValueError

SIDES = {"alpha_L": "a", "alpha_R": "b", "n_L": 1, "n_R": 2, "sigma_L": "s", "sigma_R": "t"}
BOTH = {"alpha_L": "a", "alpha_R": "a", "n_L": 2, "n_R": 2, "sigma_L": "s", "sigma_R": "s"}
ONE = {"alpha": "a", "n": 2, "sigma": "s"}
CB = {"m": "m", "m0": "m0"}
SHAPE = {"name": "u", "type": "shapesys", "parameters": ["g0", "g1"]}


def histfactory(*modifiers):
    return {
        "type": "histfactory_dist",
        "samples": [{"data": {"contents": [50, 0]}, "modifiers": list(modifiers)}],
    }


# Dialects, what stands in the document, what is meant; the comment gives the source.
READ = [
    ("spec roofit pyhs3", {"type": "ARGUS_dist"}, {"type": "argus_dist"}),  # D1
    ("spec roofit pyhs3", {"type": "normal_dist"}, {"type": "gaussian_dist"}),  # D8
    ("spec roofit pyhs3", {"type": "generic"}, {"type": "generic_function"}),  # F7
    ("spec roofit pyhs3", {"type": "binsampling_dist"}, {"type": "binsampling"}),  # B4
    # D5, decision 3
    (
        "spec roofit pyhs3",
        {"type": "crystalball_doublesided_dist", **CB, **SIDES},
        {"type": "crystalball_dist", **CB, **SIDES},
    ),
    (
        "spec roofit pyhs3",
        {"type": "crystalball_dist", **CB, **SIDES},
        {"type": "crystalball_dist", **CB, **SIDES},
    ),
    ("spec", {"type": "crystalball_dist", **CB, **ONE}, {"type": "crystalball_dist", **CB, **BOTH}),
    (
        "spec",
        {"type": "crystalball_dist", **CB, **ONE, "alpha_L": 3},
        {"type": "crystalball_dist", **CB, **BOTH, "alpha_L": 3},
    ),
    (
        "roofit pyhs3",
        {"type": "crystalball_dist", **CB, **ONE},
        {"type": "wilks.crystalball_onesided_dist", **CB, **ONE},
    ),
    # D2, D12
    ("spec pyhs3", {"type": "poisson_dist"}, {"type": "wilks.continued_poisson_dist"}),
    ("roofit", {"type": "poisson_dist"}, {"type": "wilks.interpolated_poisson_dist"}),
    ("spec roofit pyhs3", {"type": "poisson_dist", "integer": True}, {"type": "poisson_dist"}),
    (
        "spec roofit pyhs3",
        {"type": "poisson_dist", "integer": False},
        {"type": "wilks.interpolated_poisson_dist"},
    ),
    # D4
    (
        "spec roofit pyhs3",
        {"type": "uniform_dist", "x": "x"},
        {"type": "uniform_dist", "x": ["x"]},
    ),
    # D18
    (
        "spec roofit pyhs3",
        {"type": "mixture_dist", "summands": ["a", "b"], "coefficients": ["n", "m"]},
        {
            "type": "mixture_dist",
            "summands": ["a", "b"],
            "coefficients": ["n", "m"],
            "extended": True,
        },
    ),
    (
        "spec roofit pyhs3",
        {"type": "mixture_dist", "summands": ["a", "b"], "coefficients": ["f"]},
        {"type": "mixture_dist", "summands": ["a", "b"], "coefficients": ["f"], "extended": False},
    ),
    (
        "spec pyhs3",
        {"type": "mixture_dist", "summands": ["a"], "coefficients": [1], "extended": False},
        {"type": "mixture_dist", "summands": ["a"], "coefficients": [1], "extended": False},
    ),
    (
        "roofit",
        {"type": "mixture_dist", "summands": ["a"], "coefficients": [1], "extended": False},
        {"type": "mixture_dist", "summands": ["a"], "coefficients": [1], "extended": True},
    ),
    # Section 0b: padding up to lowestOrder
    (
        "roofit",
        {"type": "polynomial_dist", "coefficients": ["1.0", "0.0", "a", "0.0", "1.0"]},
        {"type": "polynomial_dist", "coefficients": [1, 0, "a", 0.0, 1.0]},
    ),
    (
        "roofit",
        {"type": "polynomial_dist", "coefficients": ["0.0", "a"]},
        {"type": "polynomial_dist", "coefficients": [1, "a"]},
    ),
    (
        "roofit",
        {"type": "polynomial", "coefficients": ["1.0", "0.0", "a", "1.0"]},
        {"type": "polynomial", "coefficients": [0, 0, "a", 1.0]},
    ),
    (
        "roofit",
        {"type": "polynomial", "coefficients": ["1", "-0.2", "0.3"]},
        {"type": "polynomial", "coefficients": [1, -0.2, 0.3]},
    ),
    (
        "roofit",
        {"type": "polynomial", "coefficients": [1.0, "a"]},
        {"type": "polynomial", "coefficients": [1.0, "a"]},
    ),
    (
        "spec",
        {"type": "polynomial", "coefficients": ["1.0", "0.0", "a"]},
        {"type": "polynomial", "coefficients": [1.0, 0.0, "a"]},
    ),
    # R1
    (
        "spec roofit pyhs3",
        {"type": "multivariate_normal_dist", "covariances": [["1", "1e-3"], ["c", 2]]},
        {"type": "multivariate_normal_dist", "covariances": [[1, 0.001], ["c", 2]]},
    ),
    (
        "spec roofit pyhs3",
        {"type": "generic_dist", "expression": "1.0"},
        {"type": "generic_dist", "expression": "1.0"},
    ),
    # Section 4
    (
        "spec roofit",
        {"type": "extend_pdf", "pdf": "g", "norm": "n"},
        {"type": "rate_extended_dist", "dist": "g", "rate": "n"},
    ),
    (
        "roofit",
        {"type": "extend_pdf", "pdf": "g", "norm": "n", "range": "r"},
        {"type": "extend_pdf", "pdf": "g", "norm": "n", "range": "r"},
    ),
    # H7, decision 4
    (
        "spec",
        histfactory({**SHAPE, "data": {"vals": [10, 0.0]}, "constraint": "Poisson"}),
        histfactory({**SHAPE, "data": {"vals": [0.1, 0.0]}, "constraint": "Poisson"}),
    ),
    (
        "spec roofit",
        histfactory({**SHAPE, "data": {"vals": [0.2, 0.0]}, "constraint_type": "Gauss"}),
        histfactory({**SHAPE, "data": {"vals": [0.2, 0.0]}, "constraint": "Gauss"}),
    ),
    (
        "pyhs3",
        histfactory({**SHAPE, "data": {"vals": [5, 3]}, "constraint": "Poisson"}),
        histfactory({**SHAPE, "data": {"vals": [0.1, 0.0]}, "constraint": "Poisson"}),
    ),
    # H3
    (
        "spec roofit",
        histfactory({"type": "normfactor", "name": "mu"}),
        histfactory({"type": "normfactor", "name": "mu", "parameter": "mu"}),
    ),
]


@pytest.mark.parametrize(("dialects", "given", "meant"), READ)
def test_reading(dialects, given, meant):
    for name in dialects.split():
        assert canonical({"name": "c", **given}, DIALECTS[name]) == {"name": "c", **meant}


# Dialect, what is meant, what is written; reading gives back what was meant.
WRITTEN = [
    ("spec", {"type": "poisson_dist"}, {"type": "poisson_dist", "integer": True}),
    ("spec", {"type": "wilks.continued_poisson_dist"}, {"type": "poisson_dist"}),
    (
        "spec",
        {"type": "wilks.interpolated_poisson_dist"},
        {"type": "poisson_dist", "integer": False},
    ),
    ("roofit", {"type": "poisson_dist"}, {"type": "poisson_dist", "integer": True}),
    (
        "roofit",
        {"type": "wilks.interpolated_poisson_dist"},
        {"type": "poisson_dist", "integer": False},
    ),
    ("spec", {"type": "argus_dist"}, {"type": "argus_dist"}),
    ("roofit", {"type": "argus_dist"}, {"type": "ARGUS_dist"}),
    ("spec", {"type": "gaussian_dist"}, {"type": "gaussian_dist"}),
    ("spec", {"type": "crystalball_dist", **SIDES}, {"type": "crystalball_dist", **SIDES}),
    (
        "roofit",
        {"type": "crystalball_dist", **SIDES},
        {"type": "crystalball_doublesided_dist", **SIDES},
    ),
    (
        "spec",
        {"type": "wilks.crystalball_onesided_dist", **ONE},
        {"type": "wilks.crystalball_onesided_dist", **ONE},
    ),
    (
        "roofit",
        {"type": "wilks.crystalball_onesided_dist", **ONE},
        {"type": "crystalball_dist", **ONE},
    ),
    ("spec", {"type": "uniform_dist", "x": ["x"]}, {"type": "uniform_dist", "x": "x"}),
    ("spec", {"type": "uniform_dist", "x": ["x", "y"]}, {"type": "uniform_dist", "x": ["x", "y"]}),
    ("roofit", {"type": "uniform_dist", "x": ["x"]}, {"type": "uniform_dist", "x": ["x"]}),
    ("roofit", {"type": "binsampling"}, {"type": "binsampling_dist"}),
    (
        "roofit",
        {"type": "rate_extended_dist", "rate": "n", "dist": "g"},
        {"type": "extend_pdf", "norm": "n", "pdf": "g"},
    ),
    (
        "spec",
        histfactory({**SHAPE, "data": {"vals": [0.1, 0.0]}, "constraint": "Poisson"}),
        histfactory({**SHAPE, "data": {"vals": [10.0, 0.0]}, "constraint": "Poisson"}),
    ),
    (
        "roofit",
        histfactory({**SHAPE, "data": {"vals": [0.1, 0.0]}, "constraint": "Poisson"}),
        histfactory({**SHAPE, "data": {"vals": [0.1, 0.0]}, "constraint_type": "Poisson"}),
    ),
    (
        "roofit",
        histfactory({"type": "normfactor", "parameter": "mu", "name": "mu"}),
        histfactory({"type": "normfactor", "parameter": "mu", "name": "mu"}),
    ),
    (
        "roofit",
        {"type": "polynomial", "coefficients": [1.0, 0.0, "a", 0.5]},
        {"type": "polynomial", "coefficients": [1, 0, "a", 0.5]},
    ),
]


@pytest.mark.parametrize(("dialect", "meant", "written"), WRITTEN)
def test_writing(dialect, meant, written):
    found = localise(meant, DIALECTS[dialect])
    # RooFit looks at the text: 1 is not 1.0.
    assert repr(sorted(found.items())) == repr(sorted(written.items()))
    assert canonical(found, DIALECTS[dialect]) == meant


def test_interpolation_names_become_numbers_for_roofit():
    modifier = {"type": "normsys", "parameter": "a", "interpolation": "parabolic"}
    found = localise(histfactory(modifier), ROOFIT)
    assert found == histfactory({**modifier, "interpolation": 2})


def test_roofit_takes_the_name_of_a_normfactor_for_its_parameter():
    modifier = {"type": "normfactor", "parameter": "Lumi", "name": "luminosity"}
    assert localise(histfactory(modifier), ROOFIT) == histfactory({**modifier, "name": "Lumi"})


def test_continued_poisson_in_roofit_is_its_nearest():
    found = localise({"type": "wilks.continued_poisson_dist", "x": "n"}, ROOFIT)
    assert found == {"type": "poisson_dist", "x": "n", "integer": False}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("value", [None, 1, "1.0", [], {}, [None], [[1]], {"vals": "x"}])
def test_malformed_components_pass_through(dialect, value):
    keys = ("x", "coefficients", "summands", "integer", "alpha", "range", "samples", "data")
    nested = histfactory({"type": "shapesys", "data": value}, value)
    for type_ in [*(given["type"] for _, given, _ in READ), value]:
        fields = {"type": type_, **dict.fromkeys(keys, value)}
        localise(canonical(fields, dialect), dialect)
    localise(canonical(nested, dialect), dialect)


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        (None, SPEC),
        ("text", SPEC),
        ([{"name": "handwritten", "version": "1"}], SPEC),
        ([{"name": "other"}, {"name": "ROOT", "version": "6.40.00"}], ROOFIT),
        ([{"name": "pyhs3", "version": "0.4.2"}], PYHS3),
        ([{"name": "wilks"}, {"name": "pyhs3"}, {"name": "ROOT"}], ROOFIT),
    ],
)
def test_the_packages_tell_the_dialect(packages, expected):
    source = {"metadata": {"hs3_version": "0.2", "packages": packages}}
    assert detect_dialect(source) is expected
    assert detect_dialect({**source, "misc": {"wilks": {"dialect": "spec"}}}) is SPEC


def test_a_dialect_can_be_forced():
    component = {"name": "c", "type": "crystalball_dist", **CB, **ONE}
    source = {"metadata": {"hs3_version": "0.2"}, "distributions": [component]}
    assert parse(source).distributions["c"].type == "crystalball_dist"
    forced = parse(source, dialect="roofit")
    assert forced.distributions["c"].type == "wilks.crystalball_onesided_dist"
    assert (forced.binned_evaluation, forced.clip_yields) == ("centre", True)
    with pytest.raises(InvalidValueError, match=r"unknown HS3 dialect 'rofit'.*mean 'roofit'\?"):
        parse(source, dialect="rofit")
    assert dialect_named("spec") is SPEC


def test_resolution_models_are_functions():
    """RooFit writes them among the distributions."""
    model = {"name": "r", "type": "gauss_model_function", "x": "t", "mean": 0, "sigma": 1}
    document = parse({"metadata": {"hs3_version": "0.2"}, "distributions": [model]})
    assert not document.distributions
    assert document.functions["r"].pointer == "/distributions/0"


def test_every_rule_has_a_name_and_a_reason():
    for dialect in DIALECTS.values():
        names = [rule.name for rule in dialect.rules]
        assert len(set(names)) == len(names)
        assert all(rule.why for rule in dialect.rules)
