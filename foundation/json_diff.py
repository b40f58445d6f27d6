"""Compares two JSON documents, and lists each place where they differ, with the value before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from foundation.errors import ABSENT


def list_changes(before: Any, after: Any, at: str = "") -> list[dict[str, Any]]:
    """Returns one `{"path", "before", "after"}` for each dotted path whose value differs between the two documents.

    `before` is absent if the path is new, `after` if the path was removed. Objects are compared key by key, in the
    order of `before`, then of the new keys. A list that differs is one change. `at` is the path of the documents.
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys([*before, *after])
        return [
            change
            for name in names
            for change in list_changes(
                before.get(name, ABSENT), after.get(name, ABSENT), f"{at}.{name}" if at else name
            )
        ]
    if before is not ABSENT and after is not ABSENT and is_same_json(before, after):
        return []
    sides = {"before": before, "after": after}
    return [{"path": at} | {side: value for side, value in sides.items() if value is not ABSENT}]


def keep_differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns both documents without what they have in common. Objects are compared key by key, lists as a whole."""
    kept: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for name in dict.fromkeys([*before, *after]):
        sides = before.get(name, ABSENT), after.get(name, ABSENT)
        if isinstance(sides[0], Mapping) and isinstance(sides[1], Mapping):
            inner = keep_differences(sides[0], sides[1])
            sides = inner if any(inner) else (ABSENT, ABSENT)
        elif ABSENT not in sides and is_same_json(*sides):
            continue
        for side, value in zip(kept, sides, strict=True):
            if value is not ABSENT:
                side[name] = value
    return kept


def is_same_json(one: Any, other: Any) -> bool:
    """Returns whether two values are the same JSON, in any order of keys; 1 differs from 1.0 and from true."""
    return _canonical_text(one) == _canonical_text(other)


def _canonical_text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
