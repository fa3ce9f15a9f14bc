"""JSON pointers (RFC 6901): where in a document something stands."""

from __future__ import annotations


def child(pointer: str, *steps: str | int) -> str:
    """Return the pointer of what lies below ``pointer``.

    >>> child("/data/0", "axes", 1, "a/b")
    '/data/0/axes/1/a~1b'
    """
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "/".join((pointer, *escaped))
