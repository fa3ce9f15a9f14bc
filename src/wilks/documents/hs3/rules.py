"""The differences between dialects of HS3, one rule each; ``dialect`` says what is canonical."""

from __future__ import annotations

from dataclasses import dataclass

from wilks.documents.hs3 import histfactory_rules as histfactory
from wilks.documents.hs3 import rewrites
from wilks.documents.hs3.rewrites import Fields, Rewrite


def unchanged(fields: Fields) -> Fields:
    """Read and write a component as it is."""
    return fields


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One difference.

    Args:
        name: What it is about.
        reading: From the dialect to the canonical spelling.
        writing: From the canonical spelling to the dialect.
        why: Why it is needed.
    """

    name: str
    reading: Rewrite = unchanged
    writing: Rewrite = unchanged
    why: str


_COMMON = (
    Rule(
        name="ARGUS",
        reading=rewrites.renamed("ARGUS_dist", "argus_dist"),
        why="RooFit spells argus_dist so",
    ),
    Rule(
        name="normal",
        reading=rewrites.renamed("normal_dist", "gaussian_dist"),
        why="the standard has two names for one distribution",
    ),
    Rule(
        name="generic function",
        reading=rewrites.renamed("generic", "generic_function"),
        why="the draft after 0.2.9 renames it",
    ),
    Rule(
        name="bin sampling",
        reading=rewrites.renamed("binsampling_dist", "binsampling"),
        why="RooFit 6.40 writes binsampling and reads only binsampling_dist",
    ),
    Rule(
        name="extended PDF",
        reading=rewrites.rate_extended_from_extend_pdf,
        why="RooFit's extend_pdf without a range is rate_extended_dist",
    ),
    Rule(
        name="FFT convolution",
        reading=rewrites.renamed(
            "fft_convolution_dist",
            "fft_conv_pdf",
            {"x": "conv_var", "distribution": "pdf1", "kernel": "pdf2"},
        ),
        why="the draft after 0.2.9 adds RooFit's type under another name",
    ),
    Rule(
        name="double-sided crystal ball",
        reading=rewrites.renamed("crystalball_doublesided_dist", "crystalball_dist"),
        why="RooFit has a type of its own for what the standard calls crystalball_dist",
    ),
    Rule(
        name="modifier parameter",
        reading=histfactory.parameter_from_name,
        why="RooFit takes a modifier's name for its parameter where that is missing",
    ),
)

SPEC: tuple[Rule, ...] = (
    Rule(
        name="symmetric crystal ball",
        reading=rewrites.both_sides_of_crystalball,
        why="alpha, n and sigma without a side set both sides",
    ),
    Rule(
        name="Poisson",
        reading=rewrites.poisson_reading("wilks.continued_poisson_dist"),
        writing=rewrites.poisson_writing({}),
        why="one type string for two distributions; RooFit's key integer tells them apart, and "
        "without it the form with Gamma functions is meant, which contains the other",
    ),
    Rule(
        name="uniform variable",
        reading=rewrites.uniform_with_list,
        writing=rewrites.uniform_with_name,
        why="the standard has one variable, RooFit a list",
    ),
    Rule(
        name="extended mixture",
        reading=rewrites.extended_if_missing,
        why="a missing key is inferred from the number of coefficients",
    ),
    Rule(
        name="shapesys values",
        reading=histfactory.relative_from_root_of_counts,
        writing=histfactory.root_of_counts_from_relative,
        why="the constraint's counts are the squares of vals",
    ),
    Rule(
        name="constraint type",
        reading=histfactory.constraint_from_constraint_type,
        why="RooFit's key for the type of a constraint is constraint_type",
    ),
    *_COMMON,
)

ROOFIT: tuple[Rule, ...] = (
    Rule(
        name="one-sided crystal ball",
        reading=rewrites.onesided_crystalball,
        writing=rewrites.renamed("wilks.crystalball_onesided_dist", "crystalball_dist"),
        why="RooCBShape has one tail, on the side that the sign of alpha gives",
    ),
    Rule(
        name="crystal ball type",
        writing=rewrites.renamed("crystalball_dist", "crystalball_doublesided_dist"),
        why="RooCrystalBall has a type of its own",
    ),
    Rule(
        name="Poisson",
        reading=rewrites.poisson_reading("wilks.interpolated_poisson_dist"),
        writing=rewrites.poisson_writing({"integer": False}),
        why="RooFit needs the key integer, and normalises both forms by the sum over integers; "
        "the standard's continued form is nearest to its integer: false",
    ),
    Rule(
        name="uniform variable",
        reading=rewrites.uniform_with_list,
        why="the standard has one variable, RooFit a list",
    ),
    Rule(
        name="extended mixture",
        reading=rewrites.extended_by_length,
        why="RooFit ignores the key and looks at the number of coefficients",
    ),
    Rule(
        name="lowest order",
        reading=rewrites.padding_resolved,
        writing=rewrites.padding_avoided,
        why="texts before the first coefficient pad up to RooFit's lowestOrder: they mean 0, "
        "except that RooPolynomial has an implicit constant 1",
    ),
    Rule(
        name="normfactor name",
        writing=histfactory.name_from_parameter,
        why="RooFit reads the name of a normfactor as its parameter",
    ),
    Rule(
        name="interpolation codes",
        writing=histfactory.codes_for_interpolation,
        why="RooFit reads numbers only, and stops at names",
    ),
    Rule(
        name="constraint type",
        reading=histfactory.constraint_from_constraint_type,
        writing=histfactory.constraint_type_from_constraint,
        why="RooFit's key for the type of a constraint is constraint_type",
    ),
    Rule(
        name="ARGUS spelling",
        writing=rewrites.renamed("argus_dist", "ARGUS_dist"),
        why="RooFit reads no other",
    ),
    Rule(
        name="bin sampling spelling",
        writing=rewrites.renamed("binsampling", "binsampling_dist"),
        why="RooFit reads no other",
    ),
    Rule(
        name="extended PDF spelling",
        writing=rewrites.renamed("rate_extended_dist", "extend_pdf", {"rate": "norm", "dist": "pdf"}),
        why="RooFit reads no other",
    ),
    *_COMMON,
)

PYHS3: tuple[Rule, ...] = (
    Rule(
        name="one-sided crystal ball",
        reading=rewrites.onesided_crystalball,
        why="pyhs3 reads alpha without a side as RooFit does",
    ),
    Rule(
        name="Poisson",
        reading=rewrites.poisson_reading("wilks.continued_poisson_dist"),
        why="pyhs3 normalises the form with Gamma functions by its integral",
    ),
    Rule(
        name="uniform variable",
        reading=rewrites.uniform_with_list,
        why="the standard has one variable, RooFit and pyhs3 a list",
    ),
    Rule(
        name="extended mixture",
        reading=rewrites.extended_if_missing,
        why="a missing key is inferred from the number of coefficients",
    ),
    Rule(
        name="shapesys values",
        reading=histfactory.relative_from_absolute,
        why="vals are uncertainties of the yields, as in pyhf",
    ),
    Rule(
        name="constraint type",
        reading=histfactory.constraint_from_constraint_type,
        why="RooFit's key for the type of a constraint is constraint_type",
    ),
    *_COMMON,
)
