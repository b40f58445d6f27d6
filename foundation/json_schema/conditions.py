"""Evaluates the conditions `showIf` and `requiredIf` of a field, and compiles them to JSON Schema rules.

A condition is a JSON object about the fields of the same object, in one of these forms:

{"field": name, "equals": value} | {"field": name, "in": [values]} | {"field": name, "isSet": true or false}
| {"all": [conditions]} | {"any": [conditions]} | {"not": condition}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

Condition = Mapping[str, Any]
Fields = Mapping[str, Mapping[str, Any]]


def is_met(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Returns whether an object's values meet the condition; if a field holds a list, one matching value is enough."""
    if "all" in condition:
        return all(is_met(one, values) for one in condition["all"])
    if "any" in condition:
        return any(is_met(one, values) for one in condition["any"])
    if "not" in condition:
        return not is_met(condition["not"], values)
    value = values.get(condition["field"])
    if "isSet" in condition:
        return (value is not None) is condition["isSet"]
    if condition["field"] not in values:
        return False
    wanted = condition["in"] if "in" in condition else [condition["equals"]]
    given = value if isinstance(value, list) else [value]
    return any(_is_equal(one, other) for one in given for other in wanted)


def _is_equal(one: Any, other: Any) -> bool:
    """Returns whether two values are equal as in JSON Schema: 1 equals 1.0, but true does not equal 1."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def is_required(schema: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> bool:
    """Returns whether an object with these values must have the field, always or because of a condition."""
    if name in schema.get("required", ()):
        return True
    field = schema["properties"][name]
    for rule in schema.get("allOf", ()):
        if name in rule.get("then", {}).get("required", ()):
            condition = field.get("x-showIf" if "else" in rule else "x-requiredIf")
            if condition is not None and is_met(condition, values):
                return True
    return False


def fields_of(condition: Condition) -> Iterator[str]:
    """Yields the names of the fields that the condition refers to, in its order; a name may come more than once."""
    if "field" in condition:
        yield condition["field"]
    for one in (*condition.get("all", ()), *condition.get("any", ())):
        yield from fields_of(one)
    if "not" in condition:
        yield from fields_of(condition["not"])


def sort_fields(fields: Fields) -> tuple[str, ...]:
    """Returns the fields' names, each after the fields that its `showIf` refers to. Raises CycleError for a cycle."""
    needs = {
        name: dict.fromkeys(fields_of(field.get("x-showIf", {}))).keys() for name, field in fields.items()
    }
    return tuple(TopologicalSorter(needs).static_order())


def find_cycle(fields: Fields) -> list[str]:
    """Returns a cycle of fields whose `showIf` refer to each other, ending with the first name again; empty if none."""
    try:
        sort_fields(fields)
    except CycleError as exc:
        return list(reversed(exc.args[1]))
    return []


def build_rules(
    name: str, field: Mapping[str, Any], fields: Fields, *, required: bool
) -> list[dict[str, Any]]:
    """Returns the JSON Schema rules for a field's `showIf` and `requiredIf`, to be added to its object's `allOf`."""
    rules = []
    shown = to_schema(field["x-showIf"], fields) if "x-showIf" in field else None
    if shown is not None:
        needed = {"then": {"required": [name]}} if required else {}
        rules.append({"if": shown, **needed, "else": {"properties": {name: False}}})
    if "x-requiredIf" in field and not required:
        needed_if = to_schema(field["x-requiredIf"], fields)
        both = needed_if if shown is None else {"allOf": [shown, needed_if]}
        rules.append({"if": both, "then": {"required": [name]}})
    return rules


def to_schema(condition: Condition, fields: Fields) -> dict[str, Any]:
    """Returns the condition as a JSON Schema, which accepts an object with these fields if it meets the condition."""
    if "all" in condition:
        return {"allOf": [to_schema(one, fields) for one in condition["all"]]}
    if "any" in condition:
        return {"anyOf": [to_schema(one, fields) for one in condition["any"]]}
    if "not" in condition:
        return {"not": to_schema(condition["not"], fields)}
    name = condition["field"]
    if "isSet" in condition:
        is_set = _has(name, {"not": {"const": None}})
        return is_set if condition["isSet"] else {"not": is_set}
    wanted = {"enum": condition["in"]} if "in" in condition else {"const": condition["equals"]}
    if is_list(fields[name]):
        return _has(name, {"type": "array", "contains": wanted})
    return _has(name, wanted)


def _has(name: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {name: rule}, "required": [name]}


def is_list(field: Mapping[str, Any]) -> bool:
    """Returns whether the field's JSON Schema accepts a list of values."""
    return "array" in field.get("type", ()) and isinstance(field["type"], str | list)
