"""The type `options`: one of a list, or several, or others besides; each a plain value or {"value", "label"}."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.json_schema.reading import Reading
from foundation.json_schema.texts import shown
from templates_app.payload_schema.fragment import Fragment, Scope

KEYS = ("options", "multiple", "allowOther", "minItems", "maxItems")
RADIO_UP_TO = 5
CHECKBOXES_UP_TO = 15


@dataclass(frozen=True, slots=True)
class Option:
    value: str | int | float | bool
    label: str | None


def build(reading: Reading, default: Any, _scope: Scope) -> Fragment:
    """A list as the default makes the field multi-select."""
    options = _read_all(reading)
    one = _suggested(reading, options) if reading.flag("allowOther") else _one_of(options)
    multiple = reading.flag("multiple", default=isinstance(default, list))
    sizes = _sizes(reading, multiple=multiple, offered=len(options))
    schema = {"type": "array", "items": one, "uniqueItems": True, **sizes} if multiple else one
    return Fragment(schema, _widget(one, multiple=multiple, offered=len(options)))


def _widget(one: dict[str, Any], *, multiple: bool, offered: int) -> dict[str, str]:
    """Few options are shown openly; for the rest the form chooses."""
    if "examples" in one:
        return {"ui:widget": "combobox"}
    if multiple:
        return {"ui:widget": "checkboxes"} if offered <= CHECKBOXES_UP_TO else {}
    return {"ui:widget": "radio"} if offered <= RADIO_UP_TO else {}


def _read_all(reading: Reading) -> list[Option]:
    given = reading.source.get("options")
    if not isinstance(given, list) or not given:
        code = "required" if given is None else "type" if not isinstance(given, list) else "minItems"
        remedy = 'List them like ["likes", "location_history"].'
        reading.refuse("options", code, "options must list what can be chosen.", remedy)
        return []
    options: list[Option] = []
    seen: set[str] = set()
    for number, item in enumerate(given):
        option = _read(item)
        if option is None:
            remedy = 'Write a text, a number, true or false, or {"value": ..., "label": "..."}.'
            reading.refuse("options", "type", f"Option {number + 1} is no value that can be chosen.", remedy)
        elif _key(option.value) in seen:
            detail = f"{shown(option.value)} stands there twice."
            reading.refuse("options", "uniqueItems", detail, "Remove one of the two.")
        else:
            seen.add(_key(option.value))
            options.append(option)
    return options


def _read(item: Any) -> Option | None:
    label = ""
    if isinstance(item, dict):
        if set(item) - {"value", "label"} or not isinstance(item.get("label", ""), str | None):
            return None
        item, label = item.get("value"), item.get("label") or ""
    return (
        Option(item, label if label.strip() else None) if isinstance(item, str | int | float | bool) else None
    )


def _key(value: Any) -> str:
    """Tells true from 1, and takes 1.0 for 1, as JSON Schema does."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value)


def _one_of(options: Sequence[Option]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    kind = _common_type(options)
    if kind:
        schema["type"] = kind
    if any(option.label for option in options):
        schema["oneOf"] = [{"const": one.value, "title": one.label or shown(one.value)} for one in options]
    else:
        schema["enum"] = [option.value for option in options]
    return schema


def _suggested(reading: Reading, options: Sequence[Option]) -> dict[str, Any]:
    """Any text will do; the options are suggestions."""
    if any(not isinstance(option.value, str) for option in options):
        detail = "Options that others may be added to must be texts."
        reading.refuse("options", "type", detail, "Write them in quotes, or remove allowOther.")
    schema: dict[str, Any] = {"type": "string", "examples": [option.value for option in options]}
    if any(option.label for option in options):
        schema["x-labels"] = [option.label or shown(option.value) for option in options]
    return schema


def _common_type(options: Sequence[Option]) -> str | None:
    kinds = {type(option.value) for option in options}
    for name, members in (
        ("string", {str}),
        ("boolean", {bool}),
        ("integer", {int}),
        ("number", {int, float}),
    ):
        if kinds and kinds <= members:
            return name
    return None


def _sizes(reading: Reading, *, multiple: bool, offered: int) -> dict[str, int]:
    bounded = None if reading.source.get("allowOther") is True else offered or None
    least = reading.whole("minItems", at_least=0, at_most=bounded)
    most = reading.whole("maxItems", at_least=1)
    for key in ("minItems", "maxItems"):
        if reading.has(key) and not multiple:
            reading.refuse(key, "unknown_field", f"{key} is for multi-select.", 'Add "multiple": true.')
    if least is not None and most is not None and least > most:
        detail = f"Nobody can choose {least} or more and {most} or less."
        reading.refuse("minItems", "maximum", detail, "Write the smaller count as minItems.")
    if least is None and reading.source.get("required") is True:
        least = 1  # required means that something is chosen, not that an empty list is sent
    sizes = {"minItems": least, "maxItems": most}
    return {key: size for key, size in sizes.items() if size is not None}


def takes_several(schema: Mapping[str, Any]) -> bool:
    """Whether this is the JSON Schema of a multi-select."""
    return schema.get("uniqueItems") is True


def offered_by(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The part of an options field's JSON Schema that says what can be chosen; None for other fields."""
    items = schema.get("items")
    part = items if isinstance(items, dict) else dict(schema)
    return part if "enum" in part or "oneOf" in part else None
