"""The contract of distributions: a frozen dataclass of facts, pure kernels, and everything that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, final

import numpy as np

from wilks.compile.frame import Frame
from wilks.data import Data
from wilks.declaration import check_declaration
from wilks.density import integrate, log_density, predicted
from wilks.fields import convert_fields
from wilks.func import Node
from wilks.kernel import kernel_log_prob
from wilks.point import Point
from wilks.sampling import draw
from wilks.space import Space, from_axes
from wilks.symbols import Symbols, symbols_of
from wilks.typing import Array, ArrayLike, Tensor


@dataclass(frozen=True)
class Example:
    """A worked value from an independent source; documentation and contract tests use it.

    Args:
        args: Values of the parameter fields.
        limits: Limits of the observable; of several observables, of each.
        x: Where the density is evaluated; of several observables, the value of each.
        prob: The density there, normalised over the limits.
    """

    args: Mapping[str, Any]
    limits: tuple[float, float] | tuple[tuple[float, float], ...]
    x: float | tuple[float, ...]
    prob: float


@dataclass(frozen=True, kw_only=True)
class PDF(Node):
    """A probability density, normalised over its observables.

    A subclass is a frozen dataclass whose fields are declared with `Observable`, `Real` and `Positive`, and that has
    one kernel, ``unnormalized_log_prob`` or ``unnormalized_prob``: a static function of the fields' values, by name,
    written with `wilks.numpy`, that broadcasts. A kernel may also ask for ``x_lower`` and ``x_upper``, the declared
    limits of the observable ``x``. Everything else is optional. A PDF made of PDFs has ``log_prob`` in place of a
    kernel.

    Args:
        name: Name in documents and plots.
    """

    name: str = ""

    hs3_type: ClassVar[str] = ""
    """``type`` in HS3 documents; empty for what cannot be published."""
    hs3_aliases: ClassVar[tuple[str, ...]] = ()
    """Other spellings that are read."""
    examples: ClassVar[tuple[Example, ...]] = ()
    """Worked values from independent sources."""
    counts: ClassVar[bool] = False
    """Whether the observable is a count: its integrals are sums over the integers."""

    unnormalized_log_prob: ClassVar[Callable[..., Tensor] | None] = None
    """Log of the density up to a term that does not depend on the observable."""
    unnormalized_prob: ClassVar[Callable[..., Tensor] | None] = None
    """The density up to a factor, where its log has no simpler form."""
    integral: ClassVar[Callable[..., Tensor] | None] = None
    """Integral of the unnormalised density from ``lower`` to ``upper``; without one, quadrature."""
    log_integral: ClassVar[Callable[..., Tensor] | None] = None
    """Log of that integral, where the integral itself underflows."""
    log_total: ClassVar[Callable[..., Tensor] | None] = None
    """Log of the integral over the whole support, by which a constraint term is normalised."""
    sampler: ClassVar[Callable[..., Array] | None] = None
    """Draws ``size`` values on the whole support from a NumPy ``generator``; without one, the cdf is inverted."""

    log_prob: ClassVar[Callable[..., Tensor] | None] = None
    """For PDFs made of PDFs: log of the normalised density of a node in a frame."""
    events: ClassVar[Callable[..., Tensor | None] | None] = None
    """Likewise the expected number of events."""
    draw: ClassVar[Callable[..., dict[str, Array]] | None] = None
    """Likewise columns of ``size`` events, from a NumPy generator and the parameter values."""

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Check the declaration of the class: here, because without its decorator it has no ``__init__`` of its own."""
        check_declaration(cls)  # type: ignore[arg-type]
        return object.__new__(cls)

    def __post_init__(self) -> None:
        convert_fields(self, self.owner)
        self.check()
        symbols_of([self])

    def check(self) -> None:
        """Raise an error where fields do not go together; a subclass may define it."""

    @final
    @classmethod
    def evaluate(cls, frame: Frame, node: int) -> Tensor:
        """Return the log of the normalised density of a node in a frame."""
        return cls.log_prob(frame, node) if cls.log_prob is not None else kernel_log_prob(cls, frame, node)

    @final
    @property
    def owner(self) -> str:
        """How messages name the PDF."""
        kind = self.hs3_type or type(self).__name__
        return f"{kind} {self.name!r}" if self.name else kind

    @final
    @property
    def is_extended(self) -> bool:
        """Whether the PDF predicts a number of events."""
        return bool(getattr(self, "extended", False))

    @final
    @property
    def symbols(self) -> Symbols:
        """The parameters and observables."""
        return symbols_of([self])

    @final
    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters, fixed ones included."""
        return tuple(self.symbols.parameters)

    @final
    @property
    def space(self) -> Space:
        """The observables with the limits they were declared with."""
        return from_axes(*(axis for space in self.symbols.observables.values() for axis in space.axes))

    @final
    def pdf(self, x: ArrayLike | Mapping[str, ArrayLike] | Data, *, params: Point = None) -> Array:
        """Return the density, normalised over exactly the observables given; outside their limits it is 0.

        Args:
            x: Values of the observable, shape [n]; of several, a mapping, a Data, or shape [n, d] in their order.
            params: Values of parameters, or a fit result; the others take their start values.

        Raises:
            ParameterError: If a parameter is unknown.
            DataError: If the values do not fit the observables.
        """
        return np.exp(self.log_pdf(x, params=params))

    @final
    def log_pdf(self, x: ArrayLike | Mapping[str, ArrayLike] | Data, *, params: Point = None) -> Array:
        """Return the log of the density; see `pdf`."""
        return log_density(self, x, params)

    @final
    def integrate(self, space: Space, *, params: Point = None) -> float:
        """Return the probability of a region inside the observables' limits.

        Raises:
            SpaceError: If the region is of other observables, or not inside.
        """
        return integrate(self, space, params)

    @final
    def expected_events(self, *, params: Point = None) -> float:
        """Return the number of events that an extended PDF predicts.

        Raises:
            ModelError: If the PDF is not extended.
        """
        return predicted(self, params)

    @final
    def sample(self, n: int | None = None, *, seed: int, params: Point = None) -> Data:
        """Draw events.

        Args:
            n: How many; by default a Poisson number around the prediction of an extended PDF.
            seed: Any whole number; one seed always gives the same events.
            params: Values of parameters, or a fit result; the others take their start values.

        Raises:
            ModelError: If ``n`` is missing and the PDF is not extended.
        """
        return draw(self, n, seed=seed, params=params)
