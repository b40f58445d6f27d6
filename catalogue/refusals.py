"""What an import tells of each problem: what stood there, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from foundation.errors import ABSENT, Invalid, Problem
from foundation.json_schema.limits import refuse_unstorable

REMEDIES = {
    "parse_error": "Mend it there, or compare it with what an export writes.",
    "duplicate_key": "Remove one of the two.",
    "too_deep": "Nest it less deeply.",
    "too_large": "Make it smaller, or divide it into several.",
    "format": "Write another value, or remove the key.",
    "required": "Write a value for it.",
    "unknown_parameter": "Remove it from the address.",
    "blank": "Write a value, or leave it out.",
}
OTHERWISE = "Write a value that is accepted, or remove it."


def told_whole(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems with `value` and `remedy` filled in; `value` is null where there is none to show."""
    return tuple(
        replace(one, value=_shown(one.value), remedy=one.remedy or REMEDIES.get(one.code, OTHERWISE))
        for one in problems
    )


def value_at(document: Any, attr: str | None) -> Any:
    """What stands in a document at the place that a problem names; ABSENT if nothing does."""
    for name in (attr or "").split("."):
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document


def _shown(value: Any) -> Any:
    """What is too big, or cannot be written as JSON, is not shown."""
    if value is ABSENT:
        return None
    try:
        refuse_unstorable(value, "")
    except Invalid:
        return None
    return value
