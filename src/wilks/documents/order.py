"""The order in which things that refer to each other can be built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from wilks.errors import CycleError


def reference_order(graph: Mapping[str, Iterable[str]], pointers: Mapping[str, str]) -> tuple[str, ...]:
    """Order names such that each comes after everything it refers to.

    Iterative: a chain of any length cannot overflow the stack. Names that are referred to but
    are not keys of ``graph`` (parameters, observables) are no part of the order.

    Args:
        graph: For each name the names it refers to.
        pointers: For each name the JSON pointer of its definition.

    Raises:
        CycleError: If references lead back to their start; the message shows the path.
    """
    done: dict[str, None] = {}
    for start in graph:
        if start in done:
            continue
        # `path` holds the open names in order: it is both the stack and the proof of a cycle.
        path: dict[str, Iterator[str]] = {start: iter(graph[start])}
        while path:
            name = next(reversed(path))
            following = next((n for n in path[name] if n in graph and n not in done), None)
            if following is None:
                del path[name]
                done[name] = None
            elif following in path:
                raise _cycle(tuple(path), following, pointers)
            else:
                path[following] = iter(graph[following])
    return tuple(done)


def _cycle(path: tuple[str, ...], back_to: str, pointers: Mapping[str, str]) -> CycleError:
    loop = (*path[path.index(back_to) :], back_to)
    shown = loop if len(loop) <= 12 else (*loop[:6], "...", *loop[-5:])
    return CycleError(
        f"the definition of {back_to!r} leads back to itself: {' -> '.join(shown)}",
        pointer=pointers.get(back_to, ""),
    )
