"""Compiles payload_ui, and `group` of payload fields, to a form's ui_schema: order, groups and columns of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import ObjectReader
from foundation.suggestions import suggestion

AT = "payload_ui"
KEYS = ("order", "groups", "columns")
MAX_COLUMNS = 4
GROUP_KEYS = ("title", "help", "fields")


def compile_layout(
    payload_ui: Mapping[str, Any], fields: dict[str, dict[str, Any]], problems: list[Problem]
) -> dict[str, Any]:
    """Returns a form's ui_schema: order, columns and groups, and hints of each field; adds faults to `problems`."""
    reader = ObjectReader(payload_ui, problems, AT)
    reader.refuse_unknown(KEYS, AT)
    first = _read_names(reader, "order", fields)
    hints: dict[str, Any] = {"ui:order": [*first, *(name for name in fields if name not in first)]}
    columns = reader.read_integer("columns", at_least=1, at_most=MAX_COLUMNS)
    if columns is not None:
        hints["ui:columns"] = columns
    return {**hints, **add_groups(fields, _read_groups(reader, fields))}


def add_groups(fields: Mapping[str, dict[str, Any]], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the fields' form hints with `ui:groups`: the given groups, and those that fields name by `group`."""
    for name, ui in fields.items():
        title = ui.get("ui:group")
        if title is None or any(name in group["fields"] for group in groups):
            continue
        group = next((one for one in groups if one["title"] == title), None)
        if group is None:
            group = {"title": title, "fields": []}
            groups.append(group)
        group["fields"].append(name)
    hints = {name: ui for name, ui in fields.items() if ui}
    return {"ui:groups": groups, **hints} if groups else hints


def _read_names(reader: ObjectReader, key: str, fields: Mapping[str, Any]) -> list[str]:
    value = reader.source.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        reader.refuse(key, "type", f"{key} must be a list of fields' names.", 'Write it like ["user_id"].')
        return []
    for name in value:
        if name not in fields:
            reader.refuse(key, "enum", f"There is no field {name}.", suggestion(name, list(fields)))
    if len(set(value)) < len(value):
        reader.refuse(key, "uniqueItems", f"{key} names a field twice.", "Name each field once.")
    return [name for name in value if name in fields]


def _read_groups(reader: ObjectReader, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    value = reader.source.get("groups")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(group, Mapping) for group in value):
        remedy = 'Write it like [{"title": "Scope", "fields": ["user_id"]}].'
        reader.refuse("groups", "type", "groups must be a list of objects.", remedy)
        return []
    return [
        _read_group(reader.nested_reader(f"groups.{place}", group), fields)
        for place, group in enumerate(value)
    ]


def _read_group(reader: ObjectReader, fields: Mapping[str, Any]) -> dict[str, Any]:
    reader.refuse_unknown(GROUP_KEYS, "a group")
    reader.require(("title", "fields"))
    group = {"title": reader.read_text("title"), "fields": _read_names(reader, "fields", fields)}
    help_text = reader.read_display_text("help", max_length=4000)
    return {**group, "help": help_text} if help_text else group
