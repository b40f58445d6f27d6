"""The default values of a template's `payload`, and of `default` at a field: which of them fill a job's payload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from jsonschema_rs import Draft202012Validator

from foundation.errors import ABSENT, Invalid, Problem
from foundation.json_schema.numbers import whole_numbers
from foundation.json_schema.reading import Reading
from foundation.json_schema.texts import options_of, shown
from templates_app.payload_schema.filling import completed
from templates_app.payload_schema.options import offered_by
from templates_app.payload_schema.secrets import masked, not_kept, secret_paths, secrets_of
from templates_app.payload_schema.server_rules import for_defaults

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
        if name in fields:
            _keep(fields[name], given[name], kept.get(name, ABSENT))
    settled = {name: field["default"] for name, field in fields.items() if "default" in field} | kept
    for name, value in settled.items():
        fields[name]["default"] = masked(completed(fields[name], value), secrets_of(fields[name]))
    problems = _fixed(schema, "payload_schema")
    if problems:
        raise Invalid(problems)


def settle_own(reading: Reading, field: dict[str, Any], warnings: list[Problem]) -> None:
    """Writes the `default` that stands at a field into its schema, without what is not offered."""
    given = reading.source["default"]
    value = _offered_part(field, deepcopy(given), f"{reading.at}.default", warnings)
    _keep(field, given, value)
    if value is ABSENT:
        return
    try:
        value = whole_numbers(field)(value, "default")
        problems = for_defaults(field).problems(completed(field, value), "default")
    except Invalid as exc:
        problems = list(exc.problems)
    secrets = secrets_of(field)
    for problem in not_kept(problems, value, secrets, "default"):
        reading.refuse(problem.attr or "default", problem.code, problem.detail, _REMEDY, is_shown=not secrets)
    field["default"] = masked(value, secrets)


def _usable(schema: Mapping[str, Any], given: Mapping[str, Any], warnings: list[Problem]) -> dict[str, Any]:
    fields = schema["properties"]
    kept: dict[str, Any] = {}
    for name, value in given.items():
        field = fields.get(name, {})
        rest = _offered_part(field, deepcopy(value), f"{AT}.{name}", warnings)
        if rest is not ABSENT and not (rest is None and "type" in field and not _takes_null(field)):
            kept[name] = rest
    problems = for_defaults(schema).problems(kept, AT)
    problems = not_kept(problems, kept, secret_paths(schema), AT)
    if problems:
        shown_values = masked(given, secret_paths(schema))
        raise Invalid([_with_remedy(problem, shown_values) for problem in problems])
    filled: dict[str, Any] = whole_numbers(schema)(kept, AT)
    return filled


def _offered_part(schema: dict[str, Any], value: Any, at: str, warnings: list[Problem]) -> Any:
    """What of a default can be chosen, also inside objects and arrays; ABSENT if nothing of it can."""
    offered = offered_by(schema)
    if offered is not None and value is not None:
        return _chosen_part(schema, offered, value, at, warnings)
    if "properties" in schema and isinstance(value, dict):
        inner = schema["properties"]
        rest = {
            name: _offered_part(inner.get(name, {}), one, f"{at}.{name}", warnings)
            for name, one in value.items()
        }
        return {name: one for name, one in rest.items() if one is not ABSENT}
    if "items" in schema and isinstance(value, list):
        parts = [
            _offered_part(schema["items"], one, f"{at}.{place}", warnings) for place, one in enumerate(value)
        ]
        left = [one for one in parts if one is not ABSENT]
        return ABSENT if len(left) < len(parts) and len(left) < max(1, schema.get("minItems", 0)) else left
    return value


def _chosen_part(
    schema: dict[str, Any], offered: dict[str, Any], value: Any, at: str, warnings: list[Problem]
) -> Any:
    several = "items" in schema
    judge = Draft202012Validator(offered)
    values = value if isinstance(value, list) and several else [value]
    left = [one for one in values if judge.is_valid(one)]
    missing = [one for one in values if not judge.is_valid(one)]
    if missing:
        warnings.append(_not_offered(at, missing, options_of(offered)))
    too_few = len(left) < schema.get("minItems", 0)
    # Too few that are all offered are the author's mistake, and told of; none at all says that nothing is chosen.
    if (too_few and (missing or not left)) or (missing and not left):
        return ABSENT
    return left if several else left[0]


def _not_offered(at: str, missing: list[Any], options: list[Any]) -> Problem:
    listed = ", ".join(map(shown, missing))
    *above, name = at.split(".")
    if name == "default" and above[0] != AT:
        name = above[-1]
    return Problem(
        "DEFAULT_NOT_IN_OPTIONS",
        f"The default {listed} of {name} is not among its options and is not filled in.",
        at,
        missing,
        f"Add {listed} to the options, or choose the default among {', '.join(map(shown, options))}.",
    )


def _keep(field: dict[str, Any], given: Any, kept: Any) -> None:
    """Writes what is kept of a given default at its field and at the fields inside it; the rest goes."""
    if kept is ABSENT:
        field.pop("default", None)
    else:
        field["default"] = masked(kept, secrets_of(field))
    inner = field.get("properties", {})
    if isinstance(given, Mapping):
        for name in set(given) & set(inner):
            rest = kept.get(name, ABSENT) if isinstance(kept, Mapping) else ABSENT
            _keep(inner[name], given[name], rest)


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
