"""Converts floats such as 1.0, which JSON Schema accepts as integers, to int, and refuses those that may be rounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from foundation.errors import Invalid, Problem

# Beyond this a float may stand for another whole number than the one that was written.
MAX_EXACT = 2**53

# Takes a value and its dotted path, and returns the value with integers as int. Raises Invalid for 1e30.
Converter = Callable[[Any, str], Any]


def integer_converter(schema: Mapping[str, Any]) -> Converter:
    """Returns a function that converts floats such as 1.0 to int where the schema says integer, in a copy of the value.

    The function takes the value and its dotted path, and raises Invalid for a float beyond 2^53, which may be rounded.
    """
    return _converter_of(schema) or _return_value


def _return_value(value: Any, _at: str) -> Any:
    return value


def _converter_of(schema: Mapping[str, Any]) -> Converter | None:
    """Returns the converter for a part of the schema; None if it has no integers, so that nothing has to change."""
    if "integer" in schema.get("type", ()):
        return _to_int
    inner = {
        name: convert
        for name, field in schema.get("properties", {}).items()
        if (convert := _converter_of(field))
    }
    if inner:
        return partial(_convert_object, inner)
    item = _converter_of(schema["items"]) if "items" in schema else None
    return partial(_convert_list, item) if item else None


def _to_int(value: Any, at: str) -> Any:
    if type(value) is not float or not value.is_integer():
        return value
    if abs(value) > MAX_EXACT:
        raise Invalid(Problem("type", "Enter so large a whole number in full, without point or exponent", at))
    return int(value)


def _convert_object(inner: Mapping[str, Converter], value: Any, at: str) -> Any:
    if not isinstance(value, dict):
        return value
    changed = {
        name: convert(value[name], _below(at, name)) for name, convert in inner.items() if name in value
    }
    return {**value, **changed}


def _convert_list(convert: Converter, value: Any, at: str) -> Any:
    if not isinstance(value, list):
        return value
    return [convert(one, _below(at, place)) for place, one in enumerate(value)]


def _below(at: str, step: str | int) -> str:
    return f"{at}.{step}" if at else str(step)
