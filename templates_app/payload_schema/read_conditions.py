"""Reads an author's `showIf` and `requiredIf`: refused are shapes we do not know, strangers and what cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

from foundation.json_schema.conditions import Condition, Fields, holds_several
from foundation.json_schema.reading import Reading, suggestion

TESTS = ("equals", "in", "isSet")
LISTS = ("all", "any")
SHAPES = 'Write it like {"field": "mode", "equals": "s3"}.'


def read_condition(reading: Reading, key: str, name: str, fields: Fields) -> Condition | None:
    """The condition at `key` of the field `name`; None if there is none, or no usable one (then that is noted)."""
    value = reading.source.get(key)
    if value is None:
        return None
    if not isinstance(value, Mapping):
        reading.refuse(key, "type", f"{key} must be an object.", SHAPES)
        return None
    return value if _is_usable(reading.below(key, value), name, fields) else None


def _is_usable(reading: Reading, name: str, fields: Fields) -> bool:
    keys = [key for key in (*LISTS, "not", "field") if key in reading.source]
    if len(keys) != 1:
        reading.refuse(keys[1] if keys else "field", "required", "A condition says one thing.", SHAPES)
        return False
    if keys[0] == "field":
        return _is_test(reading, name, fields)
    reading.refuse_unknown(keys, "a condition")
    inner = reading.source[keys[0]]
    parts = {keys[0]: inner} if keys[0] == "not" else _parts(inner, keys[0])
    if not parts or not all(isinstance(part, Mapping) for part in parts.values()):
        remedy = f'Write conditions there, each like {{"{TESTS[0]}": ...}} with its "field".'
        reading.refuse(keys[0], "type", f'"{keys[0]}" needs conditions.', remedy)
        return False
    usable = [_is_usable(reading.below(key, part), name, fields) for key, part in parts.items()]
    return all(usable) and len(reading.source) == 1


def _parts(inner: Any, key: str) -> dict[str, Any]:
    return {f"{key}.{place}": part for place, part in enumerate(inner)} if isinstance(inner, list) else {}


def _is_test(reading: Reading, name: str, fields: Fields) -> bool:
    other = reading.source["field"]
    if not isinstance(other, str) or other not in fields:
        known = [field for field in fields if field != name]
        remedy = suggestion(other, known) if isinstance(other, str) else "Write a field's name in quotes."
        reading.refuse("field", "enum", f"There is no field {other} beside it.", remedy)
        return False
    if other == name:
        reading.refuse(
            "field", "cycle", "A field's condition cannot ask for the field itself.", "Ask another."
        )
        return False
    reading.refuse_unknown(("field", *TESTS), "a condition")
    tests = [key for key in TESTS if key in reading.source]
    if len(tests) != 1 or len(reading.source) != 2:
        reading.refuse("field", "required", "A condition asks for one of equals, in and isSet.", SHAPES)
        return False
    return _can_be(reading, tests[0], fields[other])


def _can_be(reading: Reading, test: str, field: Mapping[str, Any]) -> bool:
    wanted = reading.source[test]
    if test == "isSet":
        if not isinstance(wanted, bool):
            reading.refuse(
                test, "type", "isSet must be true or false.", "Write true or false, without quotes."
            )
        return isinstance(wanted, bool)
    if test == "in" and (not isinstance(wanted, list) or not wanted):
        reading.refuse(test, "type", '"in" must be a list of values.', 'Write it like ["s3", "ftp"].')
        return False
    if field.get("writeOnly"):
        reading.refuse(test, "enum", "A condition may not know a secret.", 'Ask "isSet" instead.')
        return False
    judge = Draft202012Validator(_one_value(field))
    if None in (wanted if test == "in" else [wanted]):
        reading.refuse(test, "enum", "Null is no value to ask for.", 'Ask "isSet": false instead.')
        return False
    strangers = [value for value in (wanted if test == "in" else [wanted]) if not judge.is_valid(value)]
    if strangers:
        reading.refuse(
            test, "enum", "The other field can never have this value.", "Write one that it accepts."
        )
    return not strangers


def _one_value(field: Mapping[str, Any]) -> dict[str, Any]:
    items = field.get("items", {})
    one = items if holds_several(field) and isinstance(items, Mapping) else field
    # What is checked here is the kind of value and the choice; bounds may yet be met by another.
    return {key: rule for key, rule in one.items() if key in ("type", "enum", "oneOf")}
