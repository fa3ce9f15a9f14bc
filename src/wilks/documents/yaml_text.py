"""YAML as text, restricted to what JSON can say.

Scalars are read by the core schema of YAML 1.2: ``yes`` is text, ``1e5`` a number, a date text.
Tags are refused; anchors and aliases are understood as long as they do not multiply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from typing import Any, ClassVar

import yaml

from wilks.documents.plain import MAX_DEPTH, find_foreign, too_deep
from wilks.errors import DocumentError, DocumentSyntaxError, DuplicateNameError, InvalidValueError

try:
    from yaml import CSafeDumper as SafeDumper
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # PyYAML was built without libyaml: the same, but slower
    from yaml import SafeDumper, SafeLoader  # type: ignore[assignment]

_TAG = "tag:yaml.org,2002:"
_MAX_EXPANDED = 1_000_000
_CORE = (
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
)


def parse_yaml(text: str) -> object:
    """Parse one YAML document.

    Raises:
        DocumentSyntaxError: If it is not YAML, with line and column, nested too deeply, has
            tags, or aliases that multiply.
        DuplicateNameError: If an object has a key twice.
    """
    try:
        _check_events(text)
        return _construct(text)
    except yaml.YAMLError as error:
        raise _syntax_error(error) from None
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentSyntaxError(f"not a usable number: {error}") from None


def write_yaml(document: object) -> str:
    """Write a document; what is short stands on one line.

    Raises:
        InvalidValueError: If a value has no place in a document.
    """
    foreign = find_foreign(document)
    if foreign is not None:
        raise foreign
    try:
        return yaml.dump(
            document,
            Dumper=_Dumper,
            allow_unicode=True,
            default_flow_style=None,
            sort_keys=False,
            width=100,
        )
    except RecursionError:
        raise too_deep() from None
    except yaml.representer.RepresenterError as error:
        raise InvalidValueError(f"cannot write {error.args[-1]!r}") from None


def _resolvers(
    below: Mapping[str, list[tuple[str, re.Pattern[str]]]],
) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the core schema by first character, above other rules."""
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for name, pattern, firsts in _CORE:
        for first in firsts:
            rule = (_TAG + name, re.compile(rf"(?:{pattern})\Z"))
            found.setdefault(first, []).append(rule)
    for first, rules in below.items():
        found.setdefault(first, []).extend(rules)
    return found


def _object(loader: Any, node: yaml.Node) -> Generator[dict[str, object], None, None]:
    # A generator hands out the object before its values, so nothing recurses.
    built: dict[str, object] = {}
    yield built
    if not isinstance(node, yaml.MappingNode):
        raise DocumentSyntaxError(f"expected an object{_at(node.start_mark)}")
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value == "<<":
            raise DocumentSyntaxError(f"keys must be text, not merged{_at(key.start_mark)}")
        if key.value in built:
            message = f"the key {key.value!r} stands twice in one object{_at(key.start_mark)}"
            raise DuplicateNameError(message)
        built[key.value] = loader.construct_object(value)


class _Loader(SafeLoader):
    yaml_implicit_resolvers = _resolvers({})
    yaml_constructors: ClassVar[dict[str | None, Callable[..., Any]]] = {
        _TAG + "null": SafeLoader.construct_yaml_null,
        _TAG + "bool": SafeLoader.construct_yaml_bool,
        _TAG + "int": lambda loader, node: int(loader.construct_scalar(node)),
        _TAG + "float": lambda loader, node: float(re.sub(r"\.(?=inf|nan)", "", loader.construct_scalar(node).lower())),
        _TAG + "str": SafeLoader.construct_yaml_str,
        _TAG + "seq": SafeLoader.construct_yaml_seq,
        _TAG + "map": _object,
        None: SafeLoader.construct_undefined,
    }


class _Dumper(SafeDumper):
    # The rules of YAML 1.1 stay below: text that either version would misread is quoted.
    yaml_implicit_resolvers = _resolvers(SafeDumper.yaml_implicit_resolvers)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  (PyYAML's signature)
        """Write everything out: aliases would have to be resolved by every reader."""
        return True


def _construct(text: str) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _check_events(text: str) -> None:
    """Refuse deep nesting and multiplying aliases before anything recurses or grows."""
    depth = 0
    expansion = _Expansion()
    for event in yaml.parse(text, Loader=_Loader):
        expansion.add(event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise too_deep()
        if expansion.aliased > _MAX_EXPANDED:
            raise DocumentSyntaxError(f"aliases multiply beyond reason{_at(event.start_mark)}")


class _Expansion:
    """Counts the values that a document would have if its aliases were written out."""

    def __init__(self) -> None:
        self.aliased = 0
        self._seen = 0
        self._open: list[tuple[str | None, int]] = []
        self._sizes: dict[str, int] = {}

    def add(self, event: yaml.Event) -> None:
        """Take account of the next event."""
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self._open.pop()
            if anchor is not None:
                self._sizes[anchor] = self._seen + self.aliased - before
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._sizes:
                message = f"the alias *{event.anchor} stands for nothing, or for itself"
                raise DocumentSyntaxError(message + _at(event.start_mark))
            self.aliased += self._sizes[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open.append((event.anchor, self._seen + self.aliased))
            self._seen += 1
        elif isinstance(event, yaml.ScalarEvent):
            self._seen += 1
            if event.anchor is not None:
                self._sizes[event.anchor] = 1


def _syntax_error(error: yaml.YAMLError) -> DocumentSyntaxError:
    problem = getattr(error, "problem", None) or str(error)
    return DocumentSyntaxError(f"not YAML: {problem}{_at(getattr(error, 'problem_mark', None))}")


def _at(mark: Any) -> str:
    return "" if mark is None else f" at line {mark.line + 1}, column {mark.column + 1}"
