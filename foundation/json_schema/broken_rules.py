"""What the validator reports, by the names our users know, and once each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema_rs import ValidationError

from foundation.json_schema.formats import FORMATS

_OURS = {"oneOf": "enum", "x-min": "minimum", "x-max": "maximum"}


def rule_of(error: ValidationError, schema: Mapping[str, Any]) -> str:
    """`schema` is the one that has the broken rule."""
    path = list(error.schema_path)
    if path[-1:] == ["additionalProperties"]:
        return "unknown_field"  # an object without any field fails as falseSchema, but at the same place
    if error.kind.name == "falseSchema" and path[-2:-1] == ["properties"] and "allOf" in path:
        return "not_used"
    name = str(path[-1]) if error.kind.name == "custom" else error.kind.name
    if name == "pattern" and schema.get("format") in FORMATS:
        return "format"
    if name == "const" and schema.get("readOnly"):
        return "read_only"
    return _OURS.get(name, name)


def without_repetitions(
    errors: Sequence[ValidationError], schema_at: Callable[[Sequence[str | int]], Mapping[str, Any]]
) -> list[ValidationError]:
    """One reason a value is enough: that it is not used, read-only or no option hides what else is wrong."""
    strongest: dict[tuple[str | int, ...], str] = {}
    rules = [rule_of(error, schema_at(list(error.schema_path)[:-1])) for error in errors]
    for error, rule in zip(errors, rules, strict=True):
        if rule in ("not_used", "read_only", "enum"):
            path = tuple(error.instance_path)
            strongest[path] = min(strongest.get(path, rule), rule, key=_STRENGTH.index)
    return [
        error
        for error, rule in zip(errors, rules, strict=True)
        if _is_told(tuple(error.instance_path), rule, strongest)
    ]


_STRENGTH = ("not_used", "read_only", "enum")


def _is_told(path: tuple[str | int, ...], rule: str, strongest: Mapping[tuple[str | int, ...], str]) -> bool:
    for length in range(len(path) + 1):
        reason = strongest.get(path[:length])
        here = length == len(path)
        if reason in ("not_used", "read_only") and not (here and rule == reason):
            return False
        if reason == "enum" and here and rule == "type":
            return False
    return True
