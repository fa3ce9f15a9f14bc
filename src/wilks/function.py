"""The contract of functions that have a name and an HS3 type; arithmetic needs neither."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

from wilks.fields import convert_fields
from wilks.func import Func
from wilks.typing import Tensor


@dataclass(frozen=True, kw_only=True)
class Function(Func):
    """A number computed from parameters and observables, as a class of functions declares it.

    A subclass is a frozen dataclass whose fields are declared with `Real` and the like, and that
    has one kernel, ``value``: a static function of the fields' values, by name, written with
    `wilks.numpy`, that broadcasts.

    Args:
        name: Name in documents.
    """

    name: str = ""

    value: ClassVar[Callable[..., Tensor]]
    """Value from the values of the fields, by keyword; broadcasts over leading axes."""

    hs3_type: ClassVar[str] = ""
    """``type`` in HS3 documents; empty for what cannot be published."""
    hs3_aliases: ClassVar[tuple[str, ...]] = ()
    """Other spellings that are read."""

    def __post_init__(self) -> None:
        convert_fields(self, self.owner)
        self.check()

    def check(self) -> None:
        """Raise an error where fields do not go together; a subclass may define it."""

    @final
    @property
    def owner(self) -> str:
        """How messages name the function."""
        kind = self.hs3_type or type(self).__name__
        return f"{kind} {self.name!r}" if self.name else kind
