import pytest

from wilks.documents.order import reference_order
from wilks.documents.pointer import child
from wilks.errors import CycleError


def test_what_is_referred_to_comes_first():
    graph = {"sum": ["a", "b"], "a": ["b", "mu"], "b": ["mu"], "other": []}
    assert reference_order(graph, {}) == ("b", "a", "sum", "other")


def test_a_cycle_shows_its_path():
    graph = {"x": ["a"], "a": ["mu", "b"], "b": ["a"]}
    with pytest.raises(CycleError) as caught:
        reference_order(graph, {"a": "/functions/1"})
    expected = "/functions/1: the definition of 'a' leads back to itself: a -> b -> a"
    assert str(caught.value) == expected


def test_a_thing_of_itself():
    with pytest.raises(CycleError, match="a -> a"):
        reference_order({"a": ["a"]}, {})


def test_a_long_chain_does_not_overflow_the_stack():
    size = 100_000
    graph = {str(i): [str(i + 1)] for i in range(size)}
    order = reference_order(graph, {})
    assert order[0] == str(size - 1)
    assert len(order) == size
    graph[str(size - 1)] = ["0"]
    with pytest.raises(CycleError, match=r"0 -> 1 -> 2 -> 3 -> 4 -> 5 -> \.\.\. -> .* -> 0$"):
        reference_order(graph, {})


def test_many_references_to_one_thing_are_followed_once():
    graph = {str(i): [str(i + 1)] * 10 for i in range(200)}
    assert len(reference_order(graph, {})) == 200


def test_pointers_are_escaped():
    assert child("", "functions", 2, "a/b~c") == "/functions/2/a~1b~0c"
