"""`payload_ui`, and `group` at a field: the order, grouping and columns of a form's fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import Problem
from foundation.json_schema.reading import Reading, suggestion

AT = "payload_ui"
KEYS = ("order", "groups", "columns")
MAX_COLUMNS = 4
GROUP_KEYS = ("title", "help", "fields")


def compile_layout(
    payload_ui: Mapping[str, Any], fields: dict[str, dict[str, Any]], problems: list[Problem]
) -> dict[str, Any]:
    """The ui_schema: `ui:order` (all fields, those of `order` first), `ui:columns`, `ui:groups`, each field's hints."""
    reading = Reading(payload_ui, problems, AT)
    reading.refuse_unknown(KEYS, AT)
    first = _names(reading, "order", fields)
    hints: dict[str, Any] = {"ui:order": [*first, *(name for name in fields if name not in first)]}
    columns = reading.whole("columns", at_least=1, at_most=MAX_COLUMNS)
    if columns is not None:
        hints["ui:columns"] = columns
    return {**hints, **grouped(fields, _groups(reading, fields))}


def grouped(fields: Mapping[str, dict[str, Any]], groups: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields' hints, and `ui:groups`: those given, and those that fields name as their group."""
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


def _names(reading: Reading, key: str, fields: Mapping[str, Any]) -> list[str]:
    value = reading.source.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        reading.refuse(key, "type", f"{key} must be a list of fields' names.", 'Write it like ["user_id"].')
        return []
    for name in value:
        if name not in fields:
            reading.refuse(key, "enum", f"There is no field {name}.", suggestion(name, list(fields)))
    if len(set(value)) < len(value):
        reading.refuse(key, "uniqueItems", f"{key} names a field twice.", "Name each field once.")
    return [name for name in value if name in fields]


def _groups(reading: Reading, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    value = reading.source.get("groups")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(group, Mapping) for group in value):
        remedy = 'Write it like [{"title": "Scope", "fields": ["user_id"]}].'
        reading.refuse("groups", "type", "groups must be a list of objects.", remedy)
        return []
    return [_group(reading.below(f"groups.{place}", group), fields) for place, group in enumerate(value)]


def _group(reading: Reading, fields: Mapping[str, Any]) -> dict[str, Any]:
    reading.refuse_unknown(GROUP_KEYS, "a group")
    reading.require(("title", "fields"))
    group = {"title": reading.text("title"), "fields": _names(reading, "fields", fields)}
    help_text = reading.words("help", longest=4000)
    return {**group, "help": help_text} if help_text else group
