"""The way back: from JSON Schema and form hints to the author's language, in its canonical form.

Canonical: bounds are minValue and maxValue, every label is written out, groups stand in payload_ui and at the fields
that name them. What is compiled from it again is what it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates_app.payload_schema.field_types import TYPES
from templates_app.payload_schema.keywords import ABOUT, CONDITIONS, HINTS, RULES

Schema = Mapping[str, Any]
Hints = Mapping[str, Any]


def decompile(schema: Schema, hints: Hints) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """(payload_schema, payload, payload_ui) that compile to these."""
    fields = {name: _field(name, schema, hints) for name in schema["properties"]}
    payload = {name: field["default"] for name, field in schema["properties"].items() if "default" in field}
    layout: dict[str, Any] = {"order": list(hints["ui:order"])}
    if "ui:groups" in hints:
        layout["groups"] = list(hints["ui:groups"])
    if "ui:columns" in hints:
        layout["columns"] = hints["ui:columns"]
    return fields, payload, layout


def _field(name: str, owner: Schema, hints: Hints) -> dict[str, Any] | None:
    schema = owner["properties"][name]
    if "x-type" not in schema:
        return None
    spec = _spec(schema, hints.get(name, {}))
    if _is_required(name, owner):
        spec["required"] = True
    for key, keyword in CONDITIONS.items():
        if keyword in schema:
            spec[key] = schema[keyword]
    return spec


def _is_required(name: str, owner: Schema) -> bool:
    """Always, or whenever it is shown."""
    rules = owner.get("allOf", ())
    return name in owner["required"] or any(
        "else" in rule and name in rule.get("then", {}).get("required", ()) for rule in rules
    )


def _spec(schema: Schema, hints: Hints) -> dict[str, Any]:
    """What stands at a field or at an array's items."""
    kind = schema["x-type"]
    spec: dict[str, Any] = {"type": kind}
    spec |= {key: schema[keyword] for key, keyword in {**ABOUT, **RULES}.items() if keyword in schema}
    spec |= {key: hints[hint] for key, hint in HINTS.items() if hint in hints}
    if _takes_null(schema):
        spec["nullable"] = True
    widget = hints.get("ui:widget")
    if widget == "hidden":
        spec["hidden"] = True
    elif widget in TYPES[kind].widgets:
        spec["widget"] = widget
    return {**spec, **_inside(kind, schema, hints)}


def _inside(kind: str, schema: Schema, hints: Hints) -> dict[str, Any]:
    if kind == "string":
        pattern = schema.get("pattern", schema.get("x-pattern"))
        return {} if pattern is None else {"pattern": pattern}
    if kind == "options":
        return _options(schema)
    if kind == "object":
        return {"fields": {name: _inner_field(name, schema, hints) for name in schema["properties"]}}
    if kind == "array":
        return {"items": _spec(schema["items"], hints.get("items", {}))}
    return {}


def _inner_field(name: str, owner: Schema, hints: Hints) -> dict[str, Any] | None:
    spec = _field(name, owner, hints)
    default = owner["properties"][name]
    if spec is not None and "default" in default:
        spec["default"] = default["default"]
    return spec


def _options(schema: Schema) -> dict[str, Any]:
    several = "items" in schema
    one = schema["items"] if several else schema
    if "examples" in one:
        labels = one.get("x-labels", [None] * len(one["examples"]))
        pairs = list(zip(one["examples"], labels, strict=True))
    elif "oneOf" in one:
        pairs = [(branch["const"], branch["title"]) for branch in one["oneOf"] if branch["const"] is not None]
    else:
        pairs = [(value, None) for value in one["enum"] if value is not None]
    offered = [{"value": value, "label": label} if label else value for value, label in pairs]
    return {"options": offered, "multiple": several, **({"allowOther": True} if "examples" in one else {})}


def _takes_null(schema: Schema) -> bool:
    if isinstance(schema.get("type"), list):
        return "null" in schema["type"]
    choices = [*schema.get("enum", ()), *(branch["const"] for branch in schema.get("oneOf", ()))]
    return None in choices
