"""Every error that wilks raises on purpose.

::

    WilksError
    ├── ParameterError          a parameter, a start value, a limit, a parameter point
    ├── SpaceError              observables, their limits, binning
    ├── DataError               data that do not fit their space
    ├── ModelError              a PDF or function built from what does not go together
    ├── IntegrationError        a normalisation that cannot be computed to the stated accuracy
    ├── FitError                a fit or an error estimate that cannot be done
    ├── ForkError               a forked process that cannot compute
    ├── ExpressionError         a generic expression that cannot be read
    ├── PluginError             an installed plugin that breaks the contract
    ├── MissingDependencyError  an optional package that is not installed
    └── DocumentError           a file, with the JSON pointer of the place
        ├── DocumentSyntaxError     not JSON or YAML, or too deeply nested
        ├── UnknownTypeError        a type that no installed plugin provides
        ├── UnknownNameError        a reference to nothing
        ├── DuplicateNameError      two different things of one name
        ├── CycleError              references that lead back to their start
        ├── UnsupportedError        right, but nothing that this version can evaluate
        └── InvalidValueError       a value of the wrong kind, size or range
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class WilksError(Exception):
    """Base class of every intended error."""


class ParameterError(WilksError, ValueError):
    """A parameter, start value, limit or parameter point is not acceptable."""


class SpaceError(WilksError, ValueError):
    """Observables, limits or binning are not acceptable."""


class DataError(WilksError, ValueError):
    """Data do not fit their space."""


class ModelError(WilksError, ValueError):
    """A PDF or function is built from parts that do not go together."""


class IntegrationError(WilksError, ArithmeticError):
    """An integral cannot be computed to the stated accuracy."""


class FitError(WilksError, RuntimeError):
    """A fit, or an uncertainty derived from one, cannot be done."""


class ForkError(WilksError, RuntimeError):
    """A process was forked from one that had used TensorFlow, whose threads do not survive that."""


class ExpressionError(WilksError, ValueError):
    """A generic expression cannot be read or names what does not exist."""


class PluginError(WilksError, TypeError):
    """An installed plugin breaks the contract."""


class MissingDependencyError(WilksError, ImportError):
    """An optional package is needed and not installed."""


class DocumentError(WilksError, ValueError):
    """A document is not acceptable.

    Args:
        message: What is wrong, what was found and what was expected.
        pointer: JSON pointer (RFC 6901) of the place; empty for the whole document.
    """

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message, pointer)
        self.message = message
        self.pointer = pointer

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.pointer)


def _rebuild(cls: type[DocumentError], message: str, pointer: str) -> DocumentError:
    return cls(message, pointer=pointer)


class DocumentSyntaxError(DocumentError):
    """A file is not well-formed JSON or YAML, or is nested beyond reason."""


class UnknownTypeError(DocumentError):
    """A document names a type that no installed plugin provides."""


class UnknownNameError(DocumentError):
    """A document refers to a name that it does not define."""


class DuplicateNameError(DocumentError):
    """A document defines two different things under one name."""


class CycleError(DocumentError):
    """References in a document lead back to where they start."""


class UnsupportedError(DocumentError):
    """A document is right, but describes what this version of wilks cannot evaluate."""


class InvalidValueError(DocumentError):
    """A value in a document has the wrong kind, size or range."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known name, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
