"""The distributions and functions of a model as components of a document, each under one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from wilks.compile.lowerable import children_of, postorder
from wilks.documents.hs3.nodes import Component
from wilks.errors import ModelError
from wilks.fields import Field, declared_fields
from wilks.func import Func
from wilks.parameter import Parameter
from wilks.pdf import PDF
from wilks.serialization.hs3.formula import formula, is_arithmetic, rename
from wilks.serialization.hs3.names import Names, base_name
from wilks.space import Space


class Components:
    """Collects what a model consists of.

    Args:
        roots: The PDFs and functions to be written.
        names: Names that some of them have already.

    Raises:
        ModelError: If a part has no HS3 type, or names clash.
    """

    def __init__(self, roots: Iterable[Any], preferred: Mapping[int, str] | None = None) -> None:
        nodes = postorder(roots)
        self.parameters = {node.name: node for node in nodes if isinstance(node, Parameter)}
        self.observables = {node.name: node for node in nodes if isinstance(node, Space)}
        self.names = Names([*self.parameters, *self.observables])
        self.distributions: list[Component] = []
        self.functions: list[Component] = []
        written = self._written(nodes)
        new = [node for node in written if not _given_name(node) or self.names.claim(node, node.name)]
        for node in new:
            if node not in self.names:
                given = (preferred or {}).get(id(node))
                self.names.derive(node, given or base_name(_hs3_type(node)))
        for node in new:
            self._write(node)

    def name_of(self, node: Any) -> str | None:
        """Return the name of a node in the document; None for arithmetic that another expression spells out."""
        if isinstance(node, (Parameter, Space)):
            return node.name
        return self.names.get(node)

    def _written(self, nodes: list[Any]) -> list[Any]:
        """Return the nodes that become components; arithmetic is spelled out where it is used, if it is used once."""
        uses = Counter(id(child) for node in nodes for child in children_of(node))
        spelled_out = {
            id(child)
            for node in nodes
            if is_arithmetic(node)
            for child in children_of(node)
            if is_arithmetic(child) and uses[id(child)] == 1
        }
        return [n for n in nodes if not isinstance(n, (Parameter, Space)) and id(n) not in spelled_out]

    def _write(self, node: Any) -> None:
        name = self.names[node]
        if is_arithmetic(node):
            fields: dict[str, Any] = {"expression": formula(node, lambda n: None if n is node else self.name_of(n))}
        else:
            fields = self._fields(node)
        component = Component(name=name, type=_hs3_type(node), fields=fields, pointer="")
        (self.distributions if isinstance(node, PDF) else self.functions).append(component)

    def _fields(self, node: Any) -> dict[str, Any]:
        declared = declared_fields(node.__class__)
        bound = [getattr(node, field.name) for field in declared if field.kind.role == "bindings"]
        names = {symbol: self._reference(operand) for pairs in bound for symbol, operand in pairs}
        result = {}
        for field in declared:
            value = getattr(node, field.name)
            if field.kind.role == "expression":
                result[field.name] = rename(value.text, {symbol: _spelled(n) for symbol, n in names.items()})
            elif field.kind.role != "bindings" and value is not None:
                result[field.name] = self._value(field, value)
        return result

    def _value(self, field: Field, value: Any) -> Any:
        if isinstance(value, tuple):
            return [self._value(field, item) for item in value]
        return value if field.kind.role == "static" else self._reference(value)

    def _reference(self, value: Any) -> Any:
        name = self.name_of(value) if isinstance(value, (Func, PDF)) else None
        return value if name is None else name


def _spelled(operand: Any) -> str:
    return operand if isinstance(operand, str) else f"({operand!r})"


def _given_name(node: Any) -> str:
    return "" if is_arithmetic(node) else node.name


def _hs3_type(node: Any) -> str:
    if is_arithmetic(node):
        return "generic_function"
    hs3_type = getattr(node, "hs3_type", "")
    if not hs3_type:
        raise ModelError(
            f"{type(node).__name__} cannot be published: give the class an hs3_type, "
            f"such as 'my_lab.{type(node).__name__.lower()}'"
        )
    return str(hs3_type)
