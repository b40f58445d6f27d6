"""Refuses JSON values that are too large, nested too deep, or cannot be stored in Postgres."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from foundation.errors import Invalid, Problem

MAX_DEPTH = 32
MAX_NODES = 10_000
# Python refuses to write whole numbers of more than 4,300 digits; 4,000 of them are 13,288 bits.
MAX_BITS = 13_288

Path = tuple[str | int, ...]


def refuse_unstorable(value: Any, at: str) -> None:
    """Raises Invalid if the value is nested too deep, is too large, or contains what Postgres or JSON cannot store.

    `at` is the path of the value itself. The codes are `too_deep`, `too_large`, and `format` for bad texts and numbers.
    """
    if _is_storable(value):
        return
    problems = []
    for nodes, (path, item, depth) in enumerate(_walk(value), start=1):
        if nodes > MAX_NODES:
            raise Invalid(Problem("too_large", f"More than {MAX_NODES:,} values in one object.", at))
        if depth > MAX_DEPTH and isinstance(item, dict | list):
            raise Invalid(Problem("too_deep", f"Nested deeper than {MAX_DEPTH} levels.", at))
        fault = _fault_of(item)
        if fault is not None:
            problems.append(Problem("format", fault, dotted_path(at, path)))
    if problems:
        raise Invalid(problems)


def _is_storable(value: Any) -> bool:
    """Returns whether the value can be stored. Costs a third of `_walk`, which then runs for the few bad values."""
    level, count = [value], 1
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if _fault_of(item) is not None:
                return False
            if isinstance(item, dict):
                below += item.values()
            elif isinstance(item, list):
                below += item
        count += len(below)
        if not below or count > MAX_NODES:
            return count <= MAX_NODES
        level = below
    return False


def dotted_path(at: str, path: Path) -> str:
    """Returns `at` and the path joined by dots, with characters replaced that a response in UTF-8 cannot have."""
    text = ".".join([at, *map(str, path)]) if at else ".".join(map(str, path))
    return text.encode("utf-8", "replace").decode().replace("\0", "?")


def _walk(value: Any) -> Iterator[tuple[Path, Any, int]]:
    """Yields the value and all values inside it, with path and depth. Uses no recursion, so that any depth is safe."""
    waiting: list[tuple[Path, Any, int]] = [((), value, 1)]
    while waiting:
        path, item, depth = waiting.pop()
        yield path, item, depth
        if isinstance(item, dict):
            waiting.extend(((*path, key), inner, depth + 1) for key, inner in item.items())
        elif isinstance(item, list):
            waiting.extend(((*path, index), inner, depth + 1) for index, inner in enumerate(item))


def _fault_of(item: Any) -> str | None:
    if isinstance(item, str):
        return _fault_of_text(item)
    if item is None or isinstance(item, bool | list):
        return None
    if isinstance(item, int):
        return "This number has more than 4,000 digits." if item.bit_length() > MAX_BITS else None
    if isinstance(item, float):
        return None if math.isfinite(item) else "This number is too large to be kept: write it as text."
    if isinstance(item, dict):
        return _fault_of_keys(item)
    return f"A {type(item).__name__} is no JSON value."


def _fault_of_keys(item: dict[Any, Any]) -> str | None:
    for key in item:
        if not isinstance(key, str):
            return "A key is not a text."
        fault = _fault_of_text(key)
        if fault is not None:
            return f"A key cannot be kept: {fault}"
    return None


def _fault_of_text(text: str) -> str | None:
    if "\0" in text:
        return "The text has a NUL character (U+0000): remove it."
    if text.isascii():
        return None
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "The text has half of a surrogate pair (U+D800 to U+DFFF): write whole characters."
    return None
