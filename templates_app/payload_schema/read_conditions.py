"""Reads the conditions `showIf` and `requiredIf` of payload fields; refuses unknown fields and impossible values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

from foundation.json_schema.conditions import Condition, Fields, is_list
from foundation.json_schema.reading import ObjectReader
from foundation.suggestions import suggestion

TESTS = ("equals", "in", "isSet")
LISTS = ("all", "any")
SHAPES = 'Write it like {"field": "mode", "equals": "s3"}.'


def read_condition(reader: ObjectReader, key: str, name: str, fields: Fields) -> Condition | None:
    """Returns the condition at `key` (showIf or requiredIf) of the field `name`; None if it is absent or refused."""
    value = reader.source.get(key)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reader.refuse(key, "type", f"{key} must be an object.", SHAPES)
        return None
    return value if _is_usable(reader.nested_reader(key, value), name, fields) else None


def _is_usable(reader: ObjectReader, name: str, fields: Fields) -> bool:
    keys = [key for key in (*LISTS, "not", "field") if key in reader.source]
    if len(keys) != 1:
        reader.refuse(keys[1] if keys else "field", "required", "A condition says one thing.", SHAPES)
        return False
    if keys[0] == "field":
        return _is_usable_test(reader, name, fields)
    reader.refuse_unknown(keys, "a condition")
    inner = reader.source[keys[0]]
    parts = {keys[0]: inner} if keys[0] == "not" else _parts(inner, keys[0])
    if not parts or not all(isinstance(part, Mapping) for part in parts.values()):
        remedy = f'Write conditions there, each like {{"{TESTS[0]}": ...}} with its "field".'
        reader.refuse(keys[0], "type", f'"{keys[0]}" needs conditions.', remedy)
        return False
    usable = [_is_usable(reader.nested_reader(key, part), name, fields) for key, part in parts.items()]
    return all(usable) and len(reader.source) == 1


def _parts(inner: Any, key: str) -> dict[str, Any]:
    return {f"{key}.{place}": part for place, part in enumerate(inner)} if isinstance(inner, list) else {}


def _is_usable_test(reader: ObjectReader, name: str, fields: Fields) -> bool:
    other = reader.source["field"]
    if not isinstance(other, str) or other not in fields:
        known = [field for field in fields if field != name]
        remedy = suggestion(other, known) if isinstance(other, str) else "Write a field's name in quotes."
        reader.refuse("field", "enum", f"There is no field {other} beside it.", remedy)
        return False
    if other == name:
        reader.refuse(
            "field", "cycle", "A field's condition cannot ask for the field itself.", "Ask another."
        )
        return False
    reader.refuse_unknown(("field", *TESTS), "a condition")
    tests = [key for key in TESTS if key in reader.source]
    if len(tests) != 1 or len(reader.source) != 2:
        reader.refuse("field", "required", "A condition asks for one of equals, in and isSet.", SHAPES)
        return False
    return _is_possible(reader, tests[0], fields[other])


def _is_possible(reader: ObjectReader, test: str, field: Mapping[str, Any]) -> bool:
    wanted = reader.source[test]
    if test == "isSet":
        if not isinstance(wanted, bool):
            reader.refuse(
                test, "type", "isSet must be true or false.", "Write true or false, without quotes."
            )
        return isinstance(wanted, bool)
    if test == "in" and (not isinstance(wanted, list) or not wanted):
        reader.refuse(test, "type", '"in" must be a list of values.', 'Write it like ["s3", "ftp"].')
        return False
    if field.get("writeOnly"):
        reader.refuse(test, "enum", "A condition cannot depend on a secret's value.", 'Ask "isSet" instead.')
        return False
    validator = Draft202012Validator(_schema_of_one_value(field))
    if None in (wanted if test == "in" else [wanted]):
        reader.refuse(test, "enum", "Null is no value to ask for.", 'Ask "isSet": false instead.')
        return False
    impossible = [value for value in (wanted if test == "in" else [wanted]) if not validator.is_valid(value)]
    if impossible:
        reader.refuse(
            test, "enum", "The other field can never have this value.", "Write one that it accepts."
        )
    return not impossible


def _schema_of_one_value(field: Mapping[str, Any]) -> dict[str, Any]:
    items = field.get("items", {})
    one = items if is_list(field) and isinstance(items, Mapping) else field
    # Only the kind of value and the options are checked; bounds are left out on purpose.
    return {key: rule for key, rule in one.items() if key in ("type", "enum", "oneOf")}
