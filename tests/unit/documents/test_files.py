import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wilks.documents.files import read_text_document, write_text_document
from wilks.documents.json_text import parse_json, write_json
from wilks.documents.plain import MAX_DEPTH
from wilks.documents.yaml_text import parse_yaml, write_yaml
from wilks.errors import (
    DocumentError,
    DocumentSyntaxError,
    DuplicateNameError,
    InvalidValueError,
)

# Text that UTF-8 can hold.
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | TEXT
    | st.sampled_from(["yes", "1e5", "0x1", "1:30", "~", "<<", "2001-01-01", "Infinity", ".inf"])
)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=15)
        | st.lists(st.floats(allow_nan=False), max_size=40)
        | st.lists(st.lists(st.floats(allow_nan=False), max_size=3), max_size=40)
        | st.dictionaries(TEXT, inner, max_size=8)
    ),
    max_leaves=40,
)


def same(left: object, right: object) -> bool:
    """Compare like ==, but 1, 1.0 and True are three values, and so are 0.0 and -0.0."""
    return repr(left) == repr(right)


@given(DOCUMENTS)
def test_json_round_trip(document: object) -> None:
    assert same(parse_json(write_json(document)), document)


@given(DOCUMENTS)
def test_yaml_round_trip(document: object) -> None:
    assert same(parse_yaml(write_yaml(document)), document)


@given(DOCUMENTS)
def test_written_json_is_json_for_everyone(document: object) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(write_json(document), parse_constant=refuse)


@pytest.mark.parametrize("name", ["a.json", "a.hs3.json", "a.yaml", "a.yml", "a.txt"])
def test_files(tmp_path, name):
    document = {"a": [1, 2.5, {"b": None}], "name": "µ", "inf": math.inf}
    write_text_document(tmp_path / name, document)
    assert read_text_document(tmp_path / name) == document
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_without_a_suffix_the_first_character_tells(tmp_path):
    path = tmp_path / "model"
    path.write_text("a: [1]\n")
    assert read_text_document(path) == {"a": [1]}
    path.write_bytes(b'\xef\xbb\xbf {"a": [1]}')
    assert read_text_document(path) == {"a": [1]}


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.json"
    write_text_document(path, {"a": 1})
    with pytest.raises(InvalidValueError) as caught:
        write_text_document(path, {"a": {"b": [1.0, math.nan]}})
    assert str(caught.value) == "/a/b/1: NaN has no place in a document"
    assert read_text_document(path) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [write_json, write_yaml])
@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"a": [0, object]}, "/a/1: cannot write a type"),
        ({"a": {1: 2}}, "/a: keys must be text, got 1"),
        ({"a": [[math.nan] * 50]}, "/a/0/0: NaN has no place in a document"),
    ],
)
def test_foreign_values(write, document, message):
    with pytest.raises(InvalidValueError) as caught:
        write(document)
    assert str(caught.value) == message


@pytest.mark.parametrize("write", [write_json, write_yaml])
def test_a_value_that_contains_itself(write):
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(DocumentSyntaxError, match="nested more than"):
        write(loop)


def test_layout_keeps_short_things_on_one_line():
    document = {
        "axes": [{"name": "x", "min": 0, "max": 10.5}],
        "entries": [[i + 0.5] for i in range(12)],
        "contents": list(range(12)),
    }
    lines = write_json(document).splitlines()
    assert lines[1] == ' "axes": [{"name": "x", "min": 0, "max": 10.5}],'
    assert lines[2:5] == [' "entries": [', "  [0.5],", "  [1.5],"]
    assert lines[-5:] == [
        ' "contents": [',
        "  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,",
        "  10, 11",
        " ]",
        "}",
    ]


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ('{"a": [1, 2', DocumentSyntaxError, "not JSON: Expecting ',' delimiter at line 1, column"),
        ('{\n"a": }', DocumentSyntaxError, "not JSON: Expecting value at line 2, column 6"),
        ("", DocumentSyntaxError, "not JSON: Expecting value at line 1, column 1"),
        ('{"a": {"b": 1, "c": 2, "b": 1}}', DuplicateNameError, "/a: the key 'b' stands twice"),
        ('{"a": ' * 300 + "1" + "}" * 300, DocumentSyntaxError, "nested more than"),
        ("[" * 100_000 + "]" * 100_000, DocumentSyntaxError, "nested more than"),
        ("[" * 100_000, DocumentSyntaxError, "nested more than"),
        ("1" * 5000, DocumentSyntaxError, "not a usable number"),
    ],
)
def test_bad_json(text, kind, message):
    with pytest.raises(kind) as caught:
        parse_json(text)
    assert message in str(caught.value)


BOMB = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("a: !!python/object/apply:os.system [ls]", DocumentSyntaxError, "constructor for the tag"),
        ("a: !mine 1", DocumentSyntaxError, "'!mine' at line 1, column 4"),
        ("a: !!timestamp 2001-01-01", DocumentSyntaxError, "constructor for the tag"),
        ("a: !!binary aGk=", DocumentSyntaxError, "constructor for the tag"),
        ("a: !!map [1]", DocumentSyntaxError, "expected an object at line 1, column 4"),
        ("a: !!int x", DocumentSyntaxError, "not a usable number"),
        ("a: [1, 2", DocumentSyntaxError, "not YAML: did not find expected ',' or ']' at line 2"),
        ("a: 1\nb: {c: 1,\n c: 2}", DuplicateNameError, "'c' stands twice in one object at line 3"),
        ("? [1, 2]\n: 3", DocumentSyntaxError, "keys must be text"),
        ("a: &a {b: 1}\nc:\n <<: *a", DocumentSyntaxError, "keys must be text, not merged"),
        ("a: &a [*a]", DocumentSyntaxError, "*a stands for nothing, or for itself at line 1"),
        ("a: *b", DocumentSyntaxError, "*b stands for nothing"),
        (BOMB, DocumentSyntaxError, "aliases multiply beyond reason at line 6"),
        ("- " * 1000 + "1", DocumentSyntaxError, "nested more than"),
        ("[" * 100_000, DocumentSyntaxError, "nested more than"),
        ("{a: " * 100_000, DocumentSyntaxError, "nested more than"),
        ("--- 1\n--- 2", DocumentSyntaxError, "another document"),
        ("a: \x00", DocumentSyntaxError, "control characters"),
    ],
)
def test_bad_yaml(text, kind, message):
    with pytest.raises(kind) as caught:
        parse_yaml(text)
    assert message in str(caught.value)


def test_yaml_reads_scalars_as_json_would():
    text = "{a: 1e5, b: yes, c: 010, d: 2001-01-01, e: 1:30, 5: ~, f: .inf, g: 0x10, h: on, i: +1}"
    assert parse_yaml(text) == {
        "a": 1e5,
        "b": "yes",
        "c": 10,
        "d": "2001-01-01",
        "e": "1:30",
        "5": None,
        "f": math.inf,
        "g": "0x10",
        "h": "on",
        "i": 1,
    }


def test_yaml_aliases_within_reason():
    text = "a: &a {b: [1, 2]}\nc: [*a, *a]\nd: &s mu\ne: *s"
    shared = {"b": [1, 2]}
    assert parse_yaml(text) == {"a": shared, "c": [shared, shared], "d": "mu", "e": "mu"}


def test_the_deepest_document_can_be_read_and_written():
    document: object = 1
    for _ in range(MAX_DEPTH - 1):
        document = [document]
    assert parse_json(write_json({"a": document})) == {"a": document}
    assert parse_yaml(write_yaml({"a": document})) == {"a": document}


def test_errors_name_the_file(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('{"a": {"b": 1, "b": 2}}')
    with pytest.raises(DuplicateNameError) as caught:
        read_text_document(path)
    assert caught.value.pointer == "/a"
    assert caught.value.message.startswith("broken.json: ")
    path.write_bytes(b'{"a": "\xff"}')
    with pytest.raises(DocumentError, match=r"broken\.json: not text in UTF-8, from byte 7 on"):
        read_text_document(path)
