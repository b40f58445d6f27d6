"""Fills in default values for absent keys of a payload, also in nested objects; fields hidden by `showIf` get none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from foundation.json_schema.conditions import is_met, sort_fields
from templates_app.payload_schema.options import is_multi_select

_Fill = Callable[[Any], Any]


class DefaultsFiller:
    """Fills default values into payloads of one JSON Schema, which the constructor analyzes once, for speed."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        fields: Mapping[str, Any] = schema["properties"]
        self._names = tuple(fields)
        self._inner = {
            name: fill for name, field in fields.items() if (fill := _filler_of(field)) is not None
        }
        always = {
            name: field["default"]
            for name, field in fields.items()
            if "default" in field and "x-showIf" not in field
        }
        self._plain = {name: value for name, value in always.items() if not isinstance(value, dict | list)}
        self._copied = {name: value for name, value in always.items() if isinstance(value, dict | list)}
        self._conditional = tuple(
            (name, fields[name]["x-showIf"], fields[name]["default"])
            for name in sort_fields(fields)
            if "default" in fields[name] and "x-showIf" in fields[name]
        )

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Returns a copy of the payload with defaults filled in, keys in the schema's order, unknown keys last."""
        filled = {**self._plain, **given}
        for name, default in self._copied.items():
            if name not in filled:
                filled[name] = deepcopy(default)
        for name, condition, default in self._conditional:
            if name not in filled and is_met(condition, filled):
                filled[name] = deepcopy(default)
        for name, fill in self._inner.items():
            if name in filled:
                filled[name] = fill(filled[name])
        in_order = {name: filled.pop(name) for name in self._names if name in filled}
        return {**in_order, **filled}


def fill_value(field: Mapping[str, Any], value: Any) -> Any:
    """Returns the value of one payload field with the defaults of nested fields filled in."""
    fill = _filler_of(field)
    return value if fill is None else fill(value)


def _filler_of(field: Mapping[str, Any]) -> _Fill | None:
    """Returns the function that fills defaults into values of the field; None if its values need no filling."""
    if is_multi_select(field):
        return _as_list
    if "properties" in field:
        inner = DefaultsFiller(field)
        return lambda value: inner(value) if isinstance(value, dict) else value
    fill = _filler_of(field["items"]) if "items" in field else None
    if fill is None:
        return None
    return lambda value: [fill(item) for item in value] if isinstance(value, list) else value


def _as_list(value: Any) -> Any:
    """Returns a single value as a list of one, as a multi-select accepts both; null, lists and objects unchanged."""
    return value if value is None or isinstance(value, list | dict) else [value]


def without_read_only(field: Mapping[str, Any], value: Any) -> Any:
    """Returns the value of a field, or a payload, without the values of read-only fields in it."""
    if isinstance(value, list) and "items" in field:
        return [without_read_only(field["items"], item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: field.get("properties", {}).get(name, {}) for name in value}
    kept = {name: one for name, one in inner.items() if not one.get("readOnly")}
    return {name: without_read_only(one, value[name]) for name, one in kept.items()}
