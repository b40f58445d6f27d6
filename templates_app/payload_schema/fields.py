"""Compiles the fields of a payload_schema: the keys that all types share, and the types `object` and `array`.

To add a type, add it to TYPES, with a function in the module of its kind (such as `numeric`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from foundation.json_schema import conditions
from foundation.json_schema.reading import ObjectReader
from foundation.json_schema.texts import label_from
from foundation.suggestions import suggestion
from templates_app.payload_schema import dated, defaults, numeric, options, secret_type, textual
from templates_app.payload_schema.fragment import FieldType, Fragment, Scope
from templates_app.payload_schema.layout import add_groups
from templates_app.payload_schema.read_conditions import read_condition
from templates_app.payload_schema.secrets import mask_secrets, secrets_in

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
CONDITIONS = {"showIf": "x-showIf", "requiredIf": "x-requiredIf"}
HINTS = {"placeholder": "ui:placeholder", "unit": "ui:unit", "group": "ui:group"}
_EMPTY_OBJECT = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
TOP = "payload_schema"
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def compile_fields(reader: ObjectReader, given: Mapping[str, Any], scope: Scope) -> Fragment:
    """Compiles an object's payload fields to JSON Schema; `given` holds default values by name of field."""
    found: dict[str, Fragment] = {}
    for name, spec in reader.source.items():
        if _is_usable_name(reader, name):
            field = _compile_field(reader, name, spec, given, scope)
            if field is not None:
                found[name] = field
    properties = {name: field.schema for name, field in found.items()}
    always, rules = _read_conditions(reader, properties)
    schema = {"type": "object", "properties": properties, "required": always, "additionalProperties": False}
    if rules:
        schema["allOf"] = rules
    return Fragment(schema, {name: field.ui for name, field in found.items()})


def _is_usable_name(reader: ObjectReader, name: str) -> bool:
    if name == "job_id" and reader.at == TOP:
        remedy = "Name it otherwise: handlers find the job's id there."
        reader.refuse(name, "reserved", "A field may not be called job_id.", remedy)
    elif not _FIELD_NAME.fullmatch(name) or name.startswith("__"):
        detail = "A field's name is letters, digits and underscores, begins with no digit, 63 at most."
        reader.refuse(name, "pattern", detail, "Name it like user_id.")
    else:
        return True
    return False


def _compile_field(
    reader: ObjectReader, name: str, spec: Any, given: Mapping[str, Any], scope: Scope
) -> Fragment | None:
    if spec is None and name == "job_type" and reader.at == TOP:
        return _server_field(name)
    if spec is None:
        default = {"default": given[name]} if name in given else {}
        return Fragment({"title": label_from(name), **default}, {"ui:field": "json"})
    if not isinstance(spec, Mapping):
        remedy = 'Write it like {"type": "string"}, or null to accept anything.'
        reader.refuse(name, "type", f"{name} must be an object or null.", remedy)
        return None
    own = reader.nested_reader(name, spec)
    field = _read_field(own, name, given.get(name, spec.get("default")), SHARED_KEYS, scope)
    if field is not None and name in given:
        field.schema["default"] = mask_secrets(given[name], secrets_in(field.schema))
    elif field is not None and "default" in spec:
        defaults.apply_field_default(own, field.schema, scope.warnings)
    return field


def _server_field(name: str) -> Fragment:
    schema = {"type": "string", "title": label_from(name), "readOnly": True}
    return Fragment(schema, {"ui:widget": "hidden"})


def _read_field(
    reader: ObjectReader, name: str | None, default: Any, shared: tuple[str, ...], scope: Scope
) -> Fragment | None:
    kind = reader.read_text("type")
    if kind not in TYPES:
        code = "enum" if kind else "required"
        detail = f'There is no type "{kind}".' if kind else "A field needs a type."
        if not reader.has("type") or isinstance(reader.source["type"], str):
            reader.refuse("type", code, detail, suggestion(kind, list(TYPES)))
        return None
    reader.refuse_unknown((*shared, *TYPES[kind].keys), f"the type {kind}")
    field = TYPES[kind].build(reader, default, scope)
    rules = _make_nullable(field.schema) if reader.read_flag("nullable") else field.schema
    return Fragment({**_annotations(reader, name, kind), **rules}, {**field.ui, **_hints(reader, kind)})


def _annotations(reader: ObjectReader, name: str | None, kind: str) -> dict[str, Any]:
    label = reader.read_display_text("label") or (label_from(name) if name else "")
    texts = {"title": label, "description": reader.read_display_text("help", max_length=4000), "x-type": kind}
    flags = {key: reader.read_flag(key) for key in ("readOnly", "deprecated")}
    return {key: value for key, value in {**texts, **flags}.items() if value}


def _hints(reader: ObjectReader, kind: str) -> dict[str, Any]:
    hints: dict[str, Any] = {hint: reader.read_display_text(key) for key, hint in HINTS.items()}
    if reader.has("widget"):
        hints["ui:widget"] = _widget(reader, TYPES[kind].widgets, kind)
    if reader.read_flag("hidden"):
        hints["ui:widget"] = "hidden"
    if reader.read_flag("readOnly"):
        hints["ui:readonly"] = True
    return {hint: value for hint, value in hints.items() if value}


def _widget(reader: ObjectReader, widgets: tuple[str, ...], kind: str) -> str:
    if widgets:
        return reader.read_choice("widget", widgets, default="")
    reader.refuse("widget", "unknown_field", f"The type {kind} has one widget only.", "Remove it.")
    return ""


def _make_nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns a copy of a field's JSON Schema that accepts null as well."""
    nullable = dict(schema)
    if "type" in nullable:
        nullable["type"] = [nullable["type"], "null"]
    if "enum" in nullable:
        nullable["enum"] = [*nullable["enum"], None]
    if "oneOf" in nullable:
        nullable["oneOf"] = [*nullable["oneOf"], {"const": None, "title": "No value"}]
    return nullable


def _read_conditions(
    reader: ObjectReader, properties: dict[str, dict[str, Any]]
) -> tuple[list[str], list[dict[str, Any]]]:
    """Reads all fields' showIf and requiredIf; returns `required` and `allOf` for the object's JSON Schema."""
    specs = {name: spec for name, spec in reader.source.items() if name in properties and spec is not None}
    for name, spec in specs.items():
        for key, keyword in CONDITIONS.items():
            condition = read_condition(reader.nested_reader(name, spec), key, name, properties)
            if condition is not None:
                properties[name][keyword] = condition
    cycle = conditions.find_cycle(properties)
    if cycle:
        detail = f"These fields wait for each other: {', '.join(cycle)}."
        first = reader.nested_reader(cycle[0], specs[cycle[0]])
        first.refuse("showIf", "cycle", detail, "Remove one of the conditions.")
        return [], []
    needed = [name for name, spec in specs.items() if reader.nested_reader(name, spec).read_flag("required")]
    rules = [
        rule
        for name in specs
        for rule in conditions.build_rules(name, properties[name], properties, required=name in needed)
    ]
    return [name for name in needed if "x-showIf" not in properties[name]], rules


def _build_object(reader: ObjectReader, default: Any, scope: Scope) -> Fragment:
    fields = reader.source.get("fields")
    if not isinstance(fields, Mapping):
        code = "required" if fields is None else "type"
        remedy = 'Write them like {"host": {"type": "string"}}.'
        reader.refuse("fields", code, "An object needs its fields.", remedy)
        return Fragment(dict(_EMPTY_OBJECT))
    given = default if isinstance(default, Mapping) else {}
    found = compile_fields(reader.nested_reader("fields", fields), given, scope)
    return Fragment(found.schema, add_groups(found.ui, []))


def _build_array(reader: ObjectReader, _default: Any, scope: Scope) -> Fragment:
    sizes = _array_sizes(reader)
    items = reader.source.get("items")
    if not isinstance(items, Mapping):
        code = "required" if items is None else "type"
        remedy = 'Write it like {"type": "string"}.'
        reader.refuse("items", code, "An array needs to say what its items are.", remedy)
        return Fragment({"type": "array", **sizes})
    item = _read_field(
        reader.nested_reader("items", items), None, None, ITEM_KEYS, replace(scope, in_array=True)
    )
    item = item or Fragment({})
    hints = {"items": item.ui} if item.ui else {}
    return Fragment({"type": "array", "items": item.schema, **sizes}, hints)


def _array_sizes(reader: ObjectReader) -> dict[str, int]:
    least = reader.read_integer("minItems", at_least=0)
    most = reader.read_integer("maxItems", at_least=1)
    if least is not None and most is not None and least > most:
        detail = f"No list has {least} items or more and {most} or less."
        reader.refuse("minItems", "maximum", detail, "Write the smaller count as minItems.")
    sizes = {"minItems": least, "maxItems": most}
    return {key: size for key, size in sizes.items() if size is not None}


_NUMBER_WIDGETS = ("slider",)
TYPES: dict[str, FieldType] = {
    "uint": FieldType(numeric.KEYS, numeric.build_uint, _NUMBER_WIDGETS),
    "int": FieldType(numeric.KEYS, numeric.build_int, _NUMBER_WIDGETS),
    "float": FieldType(numeric.KEYS, numeric.build_float, _NUMBER_WIDGETS),
    "string": FieldType((*textual.LENGTHS, "pattern", "patternMessage"), textual.build_string),
    "text": FieldType(textual.LENGTHS, textual.build_text),
    "secret": FieldType(secret_type.KEYS, secret_type.build_secret),
    "bool": FieldType(
        (), lambda *_: Fragment({"type": "boolean"}), ("switch", "checkbox", "radio", "select")
    ),
    "options": FieldType(options.KEYS, options.build, ("radio", "select", "checkboxes", "combobox")),
    "date": FieldType(dated.KEYS, dated.build_date),
    "time": FieldType(dated.KEYS, dated.build_time),
    "datetime": FieldType(dated.KEYS, dated.build_datetime),
    "duration": FieldType(dated.KEYS, dated.build_duration),
    "email": FieldType((), textual.build_email),
    "url": FieldType((), textual.build_url),
    "json": FieldType((), lambda *_: Fragment({}, {"ui:field": "json"})),
    "object": FieldType(("fields",), _build_object),
    "array": FieldType(("items", "minItems", "maxItems"), _build_array),
}
