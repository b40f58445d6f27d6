"""Absent keys take their defaults, also inside objects and arrays; a field that is not shown takes none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from foundation.json_schema.conditions import holds, in_order
from templates_app.payload_schema.options import takes_several

_Fill = Callable[[Any], Any]


class Filling:
    """Made ready once for the JSON Schema of an object."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        fields: Mapping[str, Any] = schema["properties"]
        self._names = tuple(fields)
        self._inner = {name: fill for name, field in fields.items() if (fill := _fill_of(field)) is not None}
        always = {
            name: field["default"]
            for name, field in fields.items()
            if "default" in field and "x-showIf" not in field
        }
        self._plain = {name: value for name, value in always.items() if not isinstance(value, dict | list)}
        self._copied = {name: value for name, value in always.items() if isinstance(value, dict | list)}
        self._shown_defaults = tuple(
            (name, fields[name]["x-showIf"], fields[name]["default"])
            for name in in_order(fields)
            if "default" in fields[name] and "x-showIf" in fields[name]
        )

    def __call__(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A new object, in the order of the fields, unknown keys last."""
        filled = {**self._plain, **given}
        for name, default in self._copied.items():
            if name not in filled:
                filled[name] = deepcopy(default)
        for name, condition, default in self._shown_defaults:
            if name not in filled and holds(condition, filled):
                filled[name] = deepcopy(default)
        for name, fill in self._inner.items():
            if name in filled:
                filled[name] = fill(filled[name])
        in_their_order = {name: filled.pop(name) for name in self._names if name in filled}
        return {**in_their_order, **filled}


def completed(field: Mapping[str, Any], value: Any) -> Any:
    """One field's value, completed."""
    fill = _fill_of(field)
    return value if fill is None else fill(value)


def _fill_of(field: Mapping[str, Any]) -> _Fill | None:
    """What is to be done with a value of this field; None if nothing is."""
    if takes_several(field):
        return _as_list
    if "properties" in field:
        inner = Filling(field)
        return lambda value: inner(value) if isinstance(value, dict) else value
    fill = _fill_of(field["items"]) if "items" in field else None
    if fill is None:
        return None
    return lambda value: [fill(item) for item in value] if isinstance(value, list) else value


def _as_list(value: Any) -> Any:
    """A multi-select takes one value for a list of one."""
    return value if value is None or isinstance(value, list | dict) else [value]
