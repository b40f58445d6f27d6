"""The default values of a template's `payload`, and of `default` at a field: which of them fill a job's payload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from jsonschema_rs import Draft202012Validator

from scheduler_project.errors import ABSENT, Invalid, Problem
from templates_app.payload_schema.filling import completed
from templates_app.payload_schema.numbers import whole_numbers
from templates_app.payload_schema.options import offered_by
from templates_app.payload_schema.secrets import masked, not_kept, secret_paths, secrets_of
from templates_app.payload_schema.server_rules import for_defaults
from templates_app.payload_schema.texts import options_of, shown
from templates_app.reading import Reading

AT = "payload"
_REMEDY = "Write a default that the field accepts, or remove it."


def settle(
    schema: Mapping[str, Any], payload: Mapping[str, Any], warnings: list[Problem], *, hidden: Iterable[str]
) -> None:
    """Writes the default values into the schema, as a job gets them.

    What is not offered is left out (then warned of), and null where null is no value. Raises Invalid for a
    default that breaks any other rule, or belongs to no field.
    """
    fields: Mapping[str, dict[str, Any]] = schema["properties"]
    given = {name: value for name, value in payload.items() if name not in hidden}
    kept = _usable(schema, given, warnings)
    for name in given:
        if name in fields and name not in kept:
            fields[name].pop("default", None)
    settled = {name: field["default"] for name, field in fields.items() if "default" in field} | kept
    for name, value in settled.items():
        fields[name]["default"] = masked(completed(fields[name], value), secrets_of(fields[name]))
    problems = _fixed(schema, "payload_schema")
    if problems:
        raise Invalid(problems)


def of_field(reading: Reading, field: Mapping[str, Any]) -> Any:
    """The `default` that stands at a field, which is judged without tolerance."""
    value = reading.source["default"]
    try:
        value = whole_numbers(field)(value, "default")
        problems = for_defaults(field).problems(completed(field, value), "default")
    except Invalid as exc:
        problems = list(exc.problems)
    secrets = secrets_of(field)
    for problem in not_kept(problems, value, secrets, "default"):
        reading.refuse(problem.attr or "default", problem.code, problem.detail, _REMEDY, is_shown=not secrets)
    return masked(value, secrets)


def _usable(schema: Mapping[str, Any], given: Mapping[str, Any], warnings: list[Problem]) -> dict[str, Any]:
    fields = schema["properties"]
    kept: dict[str, Any] = {}
    for name, value in given.items():
        field = fields.get(name, {})
        rest = _offered_part(field, deepcopy(value), name, warnings)
        if rest is not ABSENT and not (rest is None and "type" in field and not _takes_null(field)):
            kept[name] = rest
    problems = for_defaults(schema).problems(kept, AT)
    problems = not_kept(problems, kept, secret_paths(schema), AT)
    if problems:
        shown_values = masked(given, secret_paths(schema))
        raise Invalid([_with_remedy(problem, shown_values) for problem in problems])
    filled: dict[str, Any] = whole_numbers(schema)(kept, AT)
    return filled


def _offered_part(schema: dict[str, Any], value: Any, name: str, warnings: list[Problem]) -> Any:
    """What of an options field's default can be chosen; ABSENT if nothing can."""
    offered = offered_by(schema)
    if offered is None or value is None:
        return value
    several = "items" in schema
    judge = Draft202012Validator(offered)
    values = value if isinstance(value, list) and several else [value]
    left = [one for one in values if judge.is_valid(one)]
    missing = [one for one in values if not judge.is_valid(one)]
    if missing:
        warnings.append(_not_offered(name, missing, options_of(offered)))
    if not left and (missing or not several or "minItems" in schema):
        return ABSENT
    return left if several else left[0]


def _not_offered(name: str, missing: list[Any], options: list[Any]) -> Problem:
    listed = ", ".join(map(shown, missing))
    return Problem(
        "DEFAULT_NOT_IN_OPTIONS",
        f"The default {listed} of {name} is not among its options and is not filled in.",
        f"{AT}.{name}",
        missing,
        f"Add {listed} to the options, or choose the default among {', '.join(map(shown, options))}.",
    )


def _takes_null(schema: Mapping[str, Any]) -> bool:
    kinds = schema.get("type")
    return isinstance(kinds, list) and "null" in kinds


def _with_remedy(problem: Problem, payload: Mapping[str, Any]) -> Problem:
    name = (problem.attr or "").split(".")[1]
    remedy = "Remove it, or describe the field in payload_schema."
    if problem.code != "unknown_field":
        remedy = "Write a default that the field accepts, or remove it from payload."
    return Problem(problem.code, problem.detail, problem.attr, payload.get(name), remedy)


def _fixed(schema: Mapping[str, Any], at: str) -> list[Problem]:
    """Read-only fields are given their default as the only value; one without is told of."""
    problems: list[Problem] = []
    for name, field in schema.get("properties", {}).items():
        if field.get("readOnly") and "default" in field:
            field["const"] = field["default"]
        elif field.get("readOnly") and "x-type" in field:
            detail = f"{name} is read-only and has no default that its field accepts."
            remedy = "Give it a default, or remove readOnly."
            problems.append(Problem("required", detail, f"{at}.{name}.readOnly", True, remedy))
        problems += _fixed(field, f"{at}.{name}.fields")
        problems += _fixed(field.get("items", {}), f"{at}.{name}.items.fields")
    return problems
