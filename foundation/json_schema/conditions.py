"""`showIf` and `requiredIf`: conditions on the fields beside a field, as data, and the rules they make.

{"field": name, "equals": value} | {"field": name, "in": [values]} | {"field": name, "isSet": true or false}
| {"all": [conditions]} | {"any": [conditions]} | {"not": condition}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

Condition = Mapping[str, Any]
Fields = Mapping[str, Mapping[str, Any]]


def holds(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether it is met by the values beside the field. On a field with several values: by one of them."""
    if "all" in condition:
        return all(holds(one, values) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, values) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], values)
    value = values.get(condition["field"])
    if "isSet" in condition:
        return (value is not None) is condition["isSet"]
    if condition["field"] not in values:
        return False
    wanted = condition["in"] if "in" in condition else [condition["equals"]]
    given = value if isinstance(value, list) else [value]
    return any(_same(one, other) for one in given for other in wanted)


def _same(one: Any, other: Any) -> bool:
    """As JSON Schema has it: 1 is 1.0, but true is not 1."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)


def is_required(schema: Mapping[str, Any], name: str, values: Mapping[str, Any]) -> bool:
    """Whether the object needs the field, given the values beside it."""
    if name in schema.get("required", ()):
        return True
    field = schema["properties"][name]
    for rule in schema.get("allOf", ()):
        if name in rule.get("then", {}).get("required", ()):
            condition = field.get("x-showIf" if "else" in rule else "x-requiredIf")
            if condition is not None and holds(condition, values):
                return True
    return False


def fields_of(condition: Condition) -> Iterator[str]:
    """The fields it speaks of, as they come."""
    if "field" in condition:
        yield condition["field"]
    for one in (*condition.get("all", ()), *condition.get("any", ())):
        yield from fields_of(one)
    if "not" in condition:
        yield from fields_of(condition["not"])


def in_order(fields: Fields) -> tuple[str, ...]:
    """The fields' names, each after those that decide whether it is shown. Raises CycleError."""
    needs = {
        name: dict.fromkeys(fields_of(field.get("x-showIf", {}))).keys() for name, field in fields.items()
    }
    return tuple(TopologicalSorter(needs).static_order())


def cycle_of(fields: Fields) -> list[str]:
    """Fields that wait for each other, the first one twice; empty if there are none."""
    try:
        in_order(fields)
    except CycleError as exc:
        return list(reversed(exc.args[1]))
    return []


def rules_of(name: str, field: Mapping[str, Any], fields: Fields, *, required: bool) -> list[dict[str, Any]]:
    """What one field's conditions add to the `allOf` of the object that holds it."""
    rules = []
    shown = as_schema(field["x-showIf"], fields) if "x-showIf" in field else None
    if shown is not None:
        needed = {"then": {"required": [name]}} if required else {}
        rules.append({"if": shown, **needed, "else": {"properties": {name: False}}})
    if "x-requiredIf" in field and not required:
        needed_if = as_schema(field["x-requiredIf"], fields)
        both = needed_if if shown is None else {"allOf": [shown, needed_if]}
        rules.append({"if": both, "then": {"required": [name]}})
    return rules


def as_schema(condition: Condition, fields: Fields) -> dict[str, Any]:
    """The same condition in JSON Schema, for the object that holds the fields."""
    if "all" in condition:
        return {"allOf": [as_schema(one, fields) for one in condition["all"]]}
    if "any" in condition:
        return {"anyOf": [as_schema(one, fields) for one in condition["any"]]}
    if "not" in condition:
        return {"not": as_schema(condition["not"], fields)}
    name = condition["field"]
    if "isSet" in condition:
        is_set = _has(name, {"not": {"const": None}})
        return is_set if condition["isSet"] else {"not": is_set}
    wanted = {"enum": condition["in"]} if "in" in condition else {"const": condition["equals"]}
    if holds_several(fields[name]):
        return _has(name, {"type": "array", "contains": wanted})
    return _has(name, wanted)


def _has(name: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {name: rule}, "required": [name]}


def holds_several(field: Mapping[str, Any]) -> bool:
    return "array" in field.get("type", ()) and isinstance(field["type"], str | list)
