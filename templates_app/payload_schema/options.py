"""Compiles payload fields of the type `options`, whose value is one or several of a list, or another (`allowOther`).

An option is a plain value or {"value", "label"}.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.json_schema.reading import ObjectReader
from foundation.json_schema.texts import format_value
from templates_app.payload_schema.fragment import Fragment, Scope

KEYS = ("options", "multiple", "allowOther", "minItems", "maxItems")
MAX_RADIO_BUTTONS = 5
MAX_CHECKBOXES = 15


@dataclass(frozen=True, slots=True)
class Option:
    """Holds one option of a payload field: its value, and its label (None to show the value itself)."""

    value: str | int | float | bool
    label: str | None


def build(reader: ObjectReader, default: Any, _scope: Scope) -> Fragment:
    """Compiles a payload field of the type `options` to JSON Schema; a list as default makes it a multi-select."""
    options = _read_options(reader)
    one = _suggestions_schema(reader, options) if reader.read_flag("allowOther") else _choices_schema(options)
    multiple = reader.read_flag("multiple", default=isinstance(default, list))
    sizes = _read_sizes(reader, multiple=multiple, offered=len(options))
    schema = {"type": "array", "items": one, "uniqueItems": True, **sizes} if multiple else one
    return Fragment(schema, _widget(one, multiple=multiple, offered=len(options)))


def _widget(one: dict[str, Any], *, multiple: bool, offered: int) -> dict[str, str]:
    """Returns the form hint `ui:widget`: radio buttons or checkboxes for few options; none for many options."""
    if "examples" in one:
        return {"ui:widget": "combobox"}
    if multiple:
        return {"ui:widget": "checkboxes"} if offered <= MAX_CHECKBOXES else {}
    return {"ui:widget": "radio"} if offered <= MAX_RADIO_BUTTONS else {}


def _read_options(reader: ObjectReader) -> list[Option]:
    given = reader.source.get("options")
    if not isinstance(given, list) or not given:
        code = "required" if given is None else "type" if not isinstance(given, list) else "minItems"
        remedy = 'List them like ["likes", "location_history"].'
        reader.refuse("options", code, "options must list what can be chosen.", remedy)
        return []
    options: list[Option] = []
    seen: set[str] = set()
    for number, item in enumerate(given):
        option = _read_option(item)
        if option is None:
            remedy = 'Write a text, a number, true or false, or {"value": ..., "label": "..."}.'
            reader.refuse("options", "type", f"Option {number + 1} is no value that can be chosen.", remedy)
        elif _equality_key(option.value) in seen:
            detail = f"{format_value(option.value)} stands there twice."
            reader.refuse("options", "uniqueItems", detail, "Remove one of the two.")
        else:
            seen.add(_equality_key(option.value))
            options.append(option)
    return options


def _read_option(item: Any) -> Option | None:
    label = ""
    if isinstance(item, dict):
        if set(item) - {"value", "label"} or not isinstance(item.get("label", ""), str | None):
            return None
        item, label = item.get("value"), item.get("label") or ""
    return (
        Option(item, label if label.strip() else None) if isinstance(item, str | int | float | bool) else None
    )


def _equality_key(value: Any) -> str:
    """Returns a key that is the same for values equal in JSON Schema: 1.0 equals 1, but true does not."""
    whole = isinstance(value, float) and value.is_integer()
    return json.dumps(int(value) if whole else value)


def _choices_schema(options: Sequence[Option]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    kind = _common_type(options)
    if kind:
        schema["type"] = kind
    if any(option.label for option in options):
        schema["oneOf"] = [
            {"const": one.value, "title": one.label or format_value(one.value)} for one in options
        ]
    else:
        schema["enum"] = [option.value for option in options]
    return schema


def _suggestions_schema(reader: ObjectReader, options: Sequence[Option]) -> dict[str, Any]:
    """Returns the JSON Schema of a field with `allowOther`: any text is valid, the options are suggestions."""
    if any(not isinstance(option.value, str) for option in options):
        detail = "Options that others may be added to must be texts."
        reader.refuse("options", "type", detail, "Write them in quotes, or remove allowOther.")
    schema: dict[str, Any] = {"type": "string", "examples": [option.value for option in options]}
    if any(option.label for option in options):
        schema["x-labels"] = [option.label or format_value(option.value) for option in options]
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


def _read_sizes(reader: ObjectReader, *, multiple: bool, offered: int) -> dict[str, int]:
    bounded = None if reader.source.get("allowOther") is True else offered or None
    least = reader.read_integer("minItems", at_least=0, at_most=bounded)
    most = reader.read_integer("maxItems", at_least=1)
    for key in ("minItems", "maxItems"):
        if reader.has(key) and not multiple:
            reader.refuse(key, "unknown_field", f"{key} is for multi-select.", 'Add "multiple": true.')
    if least is not None and most is not None and least > most:
        detail = f"Nobody can choose {least} or more and {most} or less."
        reader.refuse("minItems", "maximum", detail, "Write the smaller count as minItems.")
    if least is None and reader.source.get("required") is True:
        least = 1  # required means that something is chosen, not that an empty list is sent
    sizes = {"minItems": least, "maxItems": most}
    return {key: size for key, size in sizes.items() if size is not None}


def is_multi_select(schema: Mapping[str, Any]) -> bool:
    """Returns whether this is the JSON Schema of an `options` field in which several values can be chosen."""
    return schema.get("uniqueItems") is True


def options_part(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Returns the part of a field's JSON Schema that lists its options (enum or oneOf); None if it has none."""
    items = schema.get("items")
    part = items if isinstance(items, dict) else dict(schema)
    return part if "enum" in part or "oneOf" in part else None
