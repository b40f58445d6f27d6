"""The default values of a template's `payload`: which of them fill a job's payload."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from jsonschema_rs import Draft202012Validator

from scheduler_project.errors import ABSENT, Invalid, Problem
from templates_app.payload_schema.checker import Checker
from templates_app.payload_schema.numbers import with_whole_numbers
from templates_app.payload_schema.options import offered_by
from templates_app.payload_schema.texts import options_of, shown

AT = "payload"


def usable(
    properties: Mapping[str, Any],
    checker: Checker,
    payload: Mapping[str, Any],
    warnings: list[Problem],
    *,
    hidden: bool,
) -> dict[str, Any]:
    """The defaults without what is not offered (then warned of) and without null where null is no value.

    Raises Invalid for a default that breaks any other rule, or belongs to no field.
    """
    kept: dict[str, Any] = {}
    for name, value in payload.items():
        if hidden and name == "job_type":
            continue
        schema = properties.get(name, {})
        rest = _offered_part(schema, deepcopy(value), name, warnings)
        if rest is not ABSENT and not (rest is None and "type" in schema and not _takes_null(schema)):
            kept[name] = rest
    problems = [problem for problem in checker.problems(kept, AT) if not _is_missing(problem, kept)]
    if problems:
        raise Invalid([_with_remedy(problem, payload) for problem in problems])
    in_order = {name: kept[name] for name in properties if name in kept}
    filled: dict[str, Any] = with_whole_numbers(in_order, {"properties": properties}, AT)
    return filled


def _offered_part(schema: dict[str, Any], value: Any, name: str, warnings: list[Problem]) -> Any:
    """What of an options field's default can be chosen; ABSENT if nothing can."""
    offered = offered_by(schema)
    if offered is None or value is None:
        return value
    judge = Draft202012Validator(offered)
    values = value if isinstance(value, list) and "items" in schema else [value]
    left = [one for one in values if judge.is_valid(one)]
    missing = [one for one in values if not judge.is_valid(one)]
    if missing:
        warnings.append(_not_offered(name, missing, options_of(offered)))
    if not left and (missing or "items" not in schema or "minItems" in schema):
        return ABSENT
    return left if "items" in schema else left[0]


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


def _is_missing(problem: Problem, kept: Mapping[str, Any]) -> bool:
    """A required field without a default is no fault: whoever creates a job gives the value."""
    name = (problem.attr or "").partition(".")[2]
    return problem.code == "required" and "." not in name and name not in kept


def _with_remedy(problem: Problem, payload: Mapping[str, Any]) -> Problem:
    name = (problem.attr or "").split(".")[1]
    remedy = "Remove it, or describe the field in payload_schema."
    if problem.code != "unknown_field":
        remedy = "Write a default that the field accepts, or remove it from payload."
    return Problem(problem.code, problem.detail, problem.attr, payload.get(name), remedy)
