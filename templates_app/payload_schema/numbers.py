"""JSON Schema takes 1.0 for a whole number; handlers get the int, and none that was rounded on its way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler_project.errors import Invalid, Problem

# Beyond this a number written with a point or an exponent may stand for another whole number.
EXACT_UP_TO = 2**53


def with_whole_numbers(value: Any, schema: Mapping[str, Any], at: str) -> Any:
    """The value with 1.0 written as 1 wherever its schema says integer. Raises Invalid for 1e30."""
    if isinstance(value, float):
        return _whole(value, at) if _says_integer(schema) and value.is_integer() else value
    if isinstance(value, dict):
        fields = schema.get("properties", {})
        return {
            name: with_whole_numbers(item, fields.get(name, {}), f"{at}.{name}")
            for name, item in value.items()
        }
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, Mapping):
        return [with_whole_numbers(item, items, f"{at}.{place}") for place, item in enumerate(value)]
    return value


def _whole(value: float, at: str) -> int:
    if abs(value) > EXACT_UP_TO:
        raise Invalid(Problem("type", "Enter so large a whole number in full, without point or exponent", at))
    return int(value)


def _says_integer(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type", ())
    return kinds == "integer" or "integer" in kinds
