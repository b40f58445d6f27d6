"""Checks a template's default values (its `payload`, and `default` of fields) and writes them into its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from jsonschema_rs import Draft202012Validator

from foundation.errors import ABSENT, Invalid, Problem
from foundation.json_schema.numbers import integer_converter
from foundation.json_schema.reading import ObjectReader
from foundation.json_schema.texts import format_value, options_of
from templates_app.payload_schema.filling import fill_value
from templates_app.payload_schema.options import options_part
from templates_app.payload_schema.secrets import mask_secrets, secret_paths, secrets_in, without_marked
from templates_app.payload_schema.server_rules import defaults_checker

AT = "payload"
_REMEDY = "Write a default that the field accepts, or remove it."


def apply_defaults(
    schema: Mapping[str, Any], payload: Mapping[str, Any], warnings: list[Problem], *, hidden: Iterable[str]
) -> None:
    """Writes the default values into the JSON Schema of a payload, with `$encrypted$` in place of secrets.

    Leaves out, with a warning, a value that is not among a field's options; and null if the field does not accept it.
    `hidden` names fields that get no default. Raises Invalid for a default that has no field or breaks another rule.
    """
    fields: Mapping[str, dict[str, Any]] = schema["properties"]
    given = {name: value for name, value in payload.items() if name not in hidden}
    usable = _usable_defaults(schema, given, warnings)
    for name in given:
        if name in fields:
            _set_default(fields[name], given[name], usable.get(name, ABSENT))
    all_defaults = {name: field["default"] for name, field in fields.items() if "default" in field} | usable
    for name, value in all_defaults.items():
        fields[name]["default"] = mask_secrets(fill_value(fields[name], value), secrets_in(fields[name]))
    problems = _fix_read_only(schema, "payload_schema")
    if problems:
        raise Invalid(problems)


def apply_field_default(reader: ObjectReader, field: dict[str, Any], warnings: list[Problem]) -> None:
    """Writes a field's `default` into the field's JSON Schema; adds a problem to the reader for each broken rule."""
    given = reader.source["default"]
    value = _filter_offered(field, deepcopy(given), f"{reader.at}.default", warnings)
    _set_default(field, given, value)
    if value is ABSENT:
        return
    try:
        value = integer_converter(field)(value, "default")
        problems = defaults_checker(field).problems(fill_value(field, value), "default")
    except Invalid as exc:
        problems = list(exc.problems)
    secrets = secrets_in(field)
    for problem in without_marked(problems, value, secrets, "default"):
        reader.refuse(problem.attr or "default", problem.code, problem.detail, _REMEDY, is_shown=not secrets)
    field["default"] = mask_secrets(value, secrets)


def _usable_defaults(
    schema: Mapping[str, Any], given: Mapping[str, Any], warnings: list[Problem]
) -> dict[str, Any]:
    fields = schema["properties"]
    usable: dict[str, Any] = {}
    for name, value in given.items():
        field = fields.get(name, {})
        rest = _filter_offered(field, deepcopy(value), f"{AT}.{name}", warnings)
        if rest is not ABSENT and not (rest is None and "type" in field and not _takes_null(field)):
            usable[name] = rest
    problems = defaults_checker(schema).problems(usable, AT)
    problems = without_marked(problems, usable, secret_paths(schema), AT)
    if problems:
        shown_values = mask_secrets(given, secret_paths(schema))
        raise Invalid([_add_remedy(problem, shown_values) for problem in problems])
    filled: dict[str, Any] = integer_converter(schema)(usable, AT)
    return filled


def _filter_offered(schema: dict[str, Any], value: Any, at: str, warnings: list[Problem]) -> Any:
    """Returns the part of a default that is among the options, also in nested fields; ABSENT if there is none."""
    offered = options_part(schema)
    if offered is not None and value is not None:
        return _filter_options(schema, offered, value, at, warnings)
    if "properties" in schema and isinstance(value, dict):
        inner = schema["properties"]
        rest = {
            name: _filter_offered(inner.get(name, {}), one, f"{at}.{name}", warnings)
            for name, one in value.items()
        }
        return {name: one for name, one in rest.items() if one is not ABSENT}
    if "items" in schema and isinstance(value, list):
        parts = [
            _filter_offered(schema["items"], one, f"{at}.{place}", warnings)
            for place, one in enumerate(value)
        ]
        left = [one for one in parts if one is not ABSENT]
        return ABSENT if len(left) < len(parts) and len(left) < max(1, schema.get("minItems", 0)) else left
    return value


def _filter_options(
    schema: dict[str, Any], offered: dict[str, Any], value: Any, at: str, warnings: list[Problem]
) -> Any:
    several = "items" in schema
    validator = Draft202012Validator(offered)
    values = value if isinstance(value, list) and several else [value]
    left = [one for one in values if validator.is_valid(one)]
    missing = [one for one in values if not validator.is_valid(one)]
    if missing:
        warnings.append(_warning_not_offered(at, missing, options_of(offered)))
    too_few = len(left) < schema.get("minItems", 0)
    # Too few values that are all options are the author's mistake, which `minItems` reports later; an empty list is no
    # default.
    if (too_few and (missing or not left)) or (missing and not left):
        return ABSENT
    return left if several else left[0]


def _warning_not_offered(at: str, missing: list[Any], options: list[Any]) -> Problem:
    listed = ", ".join(map(format_value, missing))
    *above, name = at.split(".")
    if name == "default" and above[0] != AT:
        name = above[-1]
    return Problem(
        "DEFAULT_NOT_IN_OPTIONS",
        f"The default {listed} of {name} is not among its options and is not filled in.",
        at,
        missing,
        f"Add {listed} to the options, or choose the default among {', '.join(map(format_value, options))}.",
    )


def _set_default(field: dict[str, Any], given: Any, usable: Any) -> None:
    """Sets the usable part of a default at the field and its nested fields; removes their default if none is usable."""
    if usable is ABSENT:
        field.pop("default", None)
    else:
        field["default"] = mask_secrets(usable, secrets_in(field))
    inner = field.get("properties", {})
    if isinstance(given, Mapping):
        for name in set(given) & set(inner):
            rest = usable.get(name, ABSENT) if isinstance(usable, Mapping) else ABSENT
            _set_default(inner[name], given[name], rest)


def _takes_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return isinstance(kinds, list) and "null" in kinds


def _add_remedy(problem: Problem, payload: Mapping[str, Any]) -> Problem:
    name = (problem.attr or "").split(".")[1]
    remedy = "Remove it, or describe the field in payload_schema."
    if problem.code != "unknown_field":
        remedy = "Write a default that the field accepts, or remove it from payload."
    return Problem(problem.code, problem.detail, problem.attr, payload.get(name), remedy)


def _fix_read_only(schema: Mapping[str, Any], at: str) -> list[Problem]:
    """Makes each read-only field accept only its default; returns a problem for each that has no default."""
    problems: list[Problem] = []
    for name, field in schema.get("properties", {}).items():
        if field.get("readOnly") and "default" in field:
            field["const"] = field["default"]
        elif field.get("readOnly") and "x-type" in field:
            detail = f"{name} is read-only and has no default that its field accepts."
            remedy = "Give it a default, or remove readOnly."
            problems.append(Problem("required", detail, f"{at}.{name}.readOnly", True, remedy))
        problems += _fix_read_only(field, f"{at}.{name}.fields")
        problems += _fix_read_only(field.get("items", {}), f"{at}.{name}.items.fields")
    return problems
