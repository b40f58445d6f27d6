"""One object of fields, or one field: what all types share. What a type has of its own is in `field_types`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foundation.json_schema import conditions
from foundation.json_schema.reading import Reading, suggestion
from foundation.json_schema.texts import label_from
from templates_app.payload_schema import defaults
from templates_app.payload_schema.field_types import TYPES
from templates_app.payload_schema.fragment import Fragment, Scope
from templates_app.payload_schema.keywords import CONDITIONS, HINTS
from templates_app.payload_schema.read_conditions import read_condition
from templates_app.payload_schema.secrets import masked, secrets_of

ITEM_KEYS = ("type", "label", "help", "placeholder", "unit", "nullable", "widget")
SHARED_KEYS = (
    "type",
    "label",
    "help",
    "placeholder",
    "unit",
    "group",
    "widget",
    "required",
    "requiredIf",
    "showIf",
    "nullable",
    "default",
    "readOnly",
    "hidden",
    "deprecated",
)
TOP = "payload_schema"
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def compile_fields(reading: Reading, given: Mapping[str, Any], scope: Scope) -> Fragment:
    """The object that `reading` has the fields of; `given` are their default values from above."""
    found: dict[str, Fragment] = {}
    for name, spec in reading.source.items():
        if _name_is_usable(reading, name):
            field = _compile_field(reading, name, spec, given, scope)
            if field is not None:
                found[name] = field
    properties = {name: field.schema for name, field in found.items()}
    always, rules = _required_and_conditional(reading, properties)
    schema = {"type": "object", "properties": properties, "required": always, "additionalProperties": False}
    if rules:
        schema["allOf"] = rules
    return Fragment(schema, {name: field.ui for name, field in found.items()})


def compile_item(reading: Reading, scope: Scope) -> Fragment | None:
    """The one field that every item of an array is."""
    return _read_field(reading, None, None, ITEM_KEYS, replace(scope, in_array=True))


def _name_is_usable(reading: Reading, name: str) -> bool:
    if name == "job_id" and reading.at == TOP:
        remedy = "Name it otherwise: handlers find the job's id there."
        reading.refuse(name, "reserved", "A field may not be called job_id.", remedy)
    elif not _FIELD_NAME.fullmatch(name) or name.startswith("__"):
        detail = "A field's name is letters, digits and underscores, begins with no digit, 63 at most."
        reading.refuse(name, "pattern", detail, "Name it like user_id.")
    else:
        return True
    return False


def _compile_field(
    reading: Reading, name: str, spec: Any, given: Mapping[str, Any], scope: Scope
) -> Fragment | None:
    if spec is None and name == "job_type" and reading.at == TOP:
        return _filled_by_the_server(name)
    if spec is None:
        default = {"default": given[name]} if name in given else {}
        return Fragment({"title": label_from(name), **default}, {"ui:field": "json"})
    if not isinstance(spec, Mapping):
        remedy = 'Write it like {"type": "string"}, or null to accept anything.'
        reading.refuse(name, "type", f"{name} must be an object or null.", remedy)
        return None
    own = reading.below(name, spec)
    field = _read_field(own, name, given.get(name, spec.get("default")), SHARED_KEYS, scope)
    if field is not None and name in given:
        field.schema["default"] = masked(given[name], secrets_of(field.schema))
    elif field is not None and "default" in spec:
        defaults.settle_own(own, field.schema, scope.warnings)
    return field


def _filled_by_the_server(name: str) -> Fragment:
    schema = {"type": "string", "title": label_from(name), "readOnly": True}
    return Fragment(schema, {"ui:widget": "hidden"})


def _read_field(
    reading: Reading, name: str | None, default: Any, shared: tuple[str, ...], scope: Scope
) -> Fragment | None:
    kind = reading.text("type")
    if kind not in TYPES:
        code = "enum" if kind else "required"
        detail = f'There is no type "{kind}".' if kind else "A field needs a type."
        if not reading.has("type") or isinstance(reading.source["type"], str):
            reading.refuse("type", code, detail, suggestion(kind, list(TYPES)))
        return None
    reading.refuse_unknown((*shared, *TYPES[kind].keys), f"the type {kind}")
    field = TYPES[kind].build(reading, default, scope)
    rules = _nullable(field.schema) if reading.flag("nullable") else field.schema
    return Fragment({**_about(reading, name, kind), **rules}, {**field.ui, **_hints(reading, kind)})


def _about(reading: Reading, name: str | None, kind: str) -> dict[str, Any]:
    label = reading.words("label") or (label_from(name) if name else "")
    about = {"title": label, "description": reading.words("help", longest=4000), "x-type": kind}
    flags = {key: reading.flag(key) for key in ("readOnly", "deprecated")}
    return {key: value for key, value in {**about, **flags}.items() if value}


def _hints(reading: Reading, kind: str) -> dict[str, str]:
    hints = {hint: reading.words(key) for key, hint in HINTS.items()}
    if reading.has("widget"):
        hints["ui:widget"] = _widget(reading, TYPES[kind].widgets, kind)
    if reading.flag("hidden"):
        hints["ui:widget"] = "hidden"
    return {hint: value for hint, value in hints.items() if value}


def _widget(reading: Reading, widgets: tuple[str, ...], kind: str) -> str:
    if widgets:
        return reading.among("widget", widgets, default="")
    reading.refuse("widget", "unknown_field", f"The type {kind} has one widget only.", "Remove it.")
    return ""


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """The same rules, or null."""
    nullable = dict(schema)
    if "type" in nullable:
        nullable["type"] = [nullable["type"], "null"]
    if "enum" in nullable:
        nullable["enum"] = [*nullable["enum"], None]
    if "oneOf" in nullable:
        nullable["oneOf"] = [*nullable["oneOf"], {"const": None, "title": "No value"}]
    return nullable


def _required_and_conditional(
    reading: Reading, properties: dict[str, dict[str, Any]]
) -> tuple[list[str], list[dict[str, Any]]]:
    """The object's `required` and `allOf`. Conditions are read last: they speak of all the fields."""
    specs = {name: spec for name, spec in reading.source.items() if name in properties and spec is not None}
    for name, spec in specs.items():
        for key, keyword in CONDITIONS.items():
            condition = read_condition(reading.below(name, spec), key, name, properties)
            if condition is not None:
                properties[name][keyword] = condition
    cycle = conditions.cycle_of(properties)
    if cycle:
        detail = f"These fields wait for each other: {', '.join(cycle)}."
        first = reading.below(cycle[0], specs[cycle[0]])
        first.refuse("showIf", "cycle", detail, "Remove one of the conditions.")
        return [], []
    needed = [name for name, spec in specs.items() if reading.below(name, spec).flag("required")]
    rules = [
        rule
        for name in specs
        for rule in conditions.rules_of(name, properties[name], properties, required=name in needed)
    ]
    return [name for name in needed if "x-showIf" not in properties[name]], rules
