"""JSON Schema takes 1.0 for a whole number; handlers get the int, and none that was rounded on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from foundation.errors import Invalid, Problem

# Beyond this a number written with a point or an exponent may stand for another whole number.
EXACT_UP_TO = 2**53

# Takes a value and what names it; raises Invalid for 1e30.
Whole = Callable[[Any, str], Any]


def whole_numbers(schema: Mapping[str, Any]) -> Whole:
    """Made ready once for a schema: writes 1.0 as 1 wherever it says integer, and copies only what it changes."""
    return _of(schema) or _unchanged


def _unchanged(value: Any, _at: str) -> Any:
    return value


def _of(schema: Mapping[str, Any]) -> Whole | None:
    """None if there is no whole number in it: then nobody looks."""
    if "integer" in schema.get("type", ()):
        return _whole
    inner = {name: whole for name, field in schema.get("properties", {}).items() if (whole := _of(field))}
    if inner:
        return partial(_in_object, inner)
    item = _of(schema["items"]) if "items" in schema else None
    return partial(_in_list, item) if item else None


def _whole(value: Any, at: str) -> Any:
    if type(value) is not float or not value.is_integer():
        return value
    if abs(value) > EXACT_UP_TO:
        raise Invalid(Problem("type", "Enter so large a whole number in full, without point or exponent", at))
    return int(value)


def _in_object(inner: Mapping[str, Whole], value: Any, at: str) -> Any:
    if not isinstance(value, dict):
        return value
    changed = {name: whole(value[name], _below(at, name)) for name, whole in inner.items() if name in value}
    return {**value, **changed}


def _in_list(item: Whole, value: Any, at: str) -> Any:
    if not isinstance(value, list):
        return value
    return [item(one, _below(at, place)) for place, one in enumerate(value)]


def _below(at: str, step: str | int) -> str:
    return f"{at}.{step}" if at else str(step)
