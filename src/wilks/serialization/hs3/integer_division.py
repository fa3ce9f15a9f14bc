"""A warning where RooFit, which wrote a document, means another number by an expression."""

from __future__ import annotations

import warnings
from typing import Any

from wilks.documents.hs3.nodes import Component
from wilks.documents.pointer import child
from wilks.expression.integer_division import has_integer_division
from wilks.expression.parser import parse
from wilks.fields import declared_fields


class IntegerDivisionWarning(UserWarning):
    """RooFit truncates a quotient that is one of floating-point numbers in the standard, and here."""

    def __init__(self, message: str, pointer: str) -> None:
        super().__init__(message, pointer)
        self.message = message
        self.pointer = pointer

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


def warn_of_integer_division(component: Component, cls: Any) -> None:
    """Warn if an expression of a component, which was checked, divides an integer by an integer."""
    for field in declared_fields(cls):
        text = component.fields.get(field.name)
        if field.kind.role != "expression" or not isinstance(text, str):
            continue
        if "/" in text and has_integer_division(parse(text)):
            message = (
                f"{text!r} divides integers: RooFit truncates the quotient, wilks does not, as the standard says; "
                f"write 1.0 for 1 to mean the same everywhere"
            )
            warnings.warn(IntegerDivisionWarning(message, child(component.pointer, field.name)), stacklevel=2)
