"""The types of payload fields. A type is added by one function and one line here."""

from __future__ import annotations

from templates_app.payload_schema import dated, nested, numeric, options, textual
from templates_app.payload_schema.fragment import FieldType, Fragment

NUMBER_WIDGETS = ("slider",)
TYPES: dict[str, FieldType] = {
    "uint": FieldType(numeric.KEYS, numeric.build_uint, NUMBER_WIDGETS),
    "int": FieldType(numeric.KEYS, numeric.build_int, NUMBER_WIDGETS),
    "float": FieldType(numeric.KEYS, numeric.build_float, NUMBER_WIDGETS),
    "string": FieldType((*textual.LENGTHS, "pattern", "patternMessage"), textual.build_string),
    "text": FieldType(textual.LENGTHS, textual.build_text),
    "secret": FieldType(textual.LENGTHS, textual.build_secret),
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
    "object": FieldType(("fields",), nested.build_object),
    "array": FieldType(("items", "minItems", "maxItems"), nested.build_array),
}
