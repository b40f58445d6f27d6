"""The types that hold fields of their own: `object` and `array`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.json_schema.reading import Reading
from templates_app.payload_schema.fragment import Fragment, Scope
from templates_app.payload_schema.layout import grouped

EMPTY_OBJECT = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}


def build_object(reading: Reading, default: Any, scope: Scope) -> Fragment:
    fields = reading.source.get("fields")
    if not isinstance(fields, Mapping):
        code = "required" if fields is None else "type"
        remedy = 'Write them like {"host": {"type": "string"}}.'
        reading.refuse("fields", code, "An object needs its fields.", remedy)
        return Fragment(dict(EMPTY_OBJECT))
    defaults = default if isinstance(default, Mapping) else {}
    found = scope.fields(reading.below("fields", fields), defaults, scope)
    return Fragment(found.schema, grouped(found.ui, []))


def build_array(reading: Reading, _default: Any, scope: Scope) -> Fragment:
    sizes = _sizes(reading)
    items = reading.source.get("items")
    if not isinstance(items, Mapping):
        code = "required" if items is None else "type"
        remedy = 'Write it like {"type": "string"}.'
        reading.refuse("items", code, "An array needs to say what its items are.", remedy)
        return Fragment({"type": "array", **sizes})
    item = scope.item(reading.below("items", items), scope) or Fragment({})
    hints = {"items": item.ui} if item.ui else {}
    return Fragment({"type": "array", "items": item.schema, **sizes}, hints)


def _sizes(reading: Reading) -> dict[str, int]:
    least = reading.whole("minItems", at_least=0)
    most = reading.whole("maxItems", at_least=1)
    if least is not None and most is not None and least > most:
        detail = f"No list has {least} items or more and {most} or less."
        reading.refuse("minItems", "maximum", detail, "Write the smaller count as minItems.")
    sizes = {"minItems": least, "maxItems": most}
    return {key: size for key, size in sizes.items() if size is not None}
