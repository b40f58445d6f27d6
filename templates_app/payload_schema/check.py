"""The one judge at every door: a job's payload against its template, any body against a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from scheduler_project.errors import Invalid, Problem
from templates_app.json_limits import refuse_unstorable
from templates_app.payload_schema import texts
from templates_app.payload_schema.checker import Checker
from templates_app.payload_schema.language import Compiled
from templates_app.payload_schema.numbers import with_whole_numbers
from templates_app.payload_schema.options import takes_several

AT = "payload"
_KEPT_CHECKERS = 256
_checkers: dict[int, tuple[Mapping[str, Any], Checker]] = {}


def complete_payload(compiled: Compiled, payload: object, *, job_type: str) -> dict[str, Any]:
    """The payload as its handler gets it: absent keys filled from the defaults, then checked.

    Raises Invalid with every problem; `attr` is `payload.user_id`, `code` the rule that failed.
    """
    if not isinstance(payload, dict):
        raise Invalid(Problem("type", texts.not_an_object("The payload"), AT))
    refuse_unstorable(payload, AT)
    filled, wrapped = _filled(compiled, payload)
    problems = compiled.checker.problems(filled, AT)
    if problems:
        raise Invalid([_as_sent(problem, wrapped) for problem in problems])
    complete: dict[str, Any] = with_whole_numbers(filled, compiled.json_schema, AT)
    return {**complete, "job_type": job_type} if compiled.fills_job_type else complete


def _filled(compiled: Compiled, payload: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """In the order of the fields, unknown keys last; and which fields had one value instead of a list."""
    given = dict(payload)
    if compiled.fills_job_type:
        given.pop("job_type", None)
    filled: dict[str, Any] = {}
    wrapped: set[str] = set()
    for name, schema in compiled.json_schema["properties"].items():
        if name in given:
            value = given.pop(name)
            if takes_several(schema) and value is not None and not isinstance(value, list | dict):
                value = [value]
                wrapped.add(name)
            filled[name] = value
        elif name in compiled.initial:
            filled[name] = deepcopy(compiled.initial[name])
    return {**filled, **given}, wrapped


def _as_sent(problem: Problem, wrapped: set[str]) -> Problem:
    """Who sent one value and no list is told of the field, not of a first item."""
    field, _, place = (problem.attr or "").rpartition(".")
    if place == "0" and field.removeprefix(f"{AT}.") in wrapped:
        return Problem(problem.code, problem.detail, field)
    return problem


def check_against(schema: Mapping[str, Any], value: Any, at: str = "") -> None:
    """Checks a value against a JSON Schema, compiled once for each schema object.

    Raises Invalid with every problem; `attr` is the dotted path from `at`, which names the value itself.
    """
    known = _checkers.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_checkers) >= _KEPT_CHECKERS:
            _checkers.clear()
        # The schema is kept with its checker, so that its id is not given to another meanwhile.
        known = _checkers[id(schema)] = (schema, Checker(schema))
    problems = known[1].problems(value, at)
    if problems:
        raise Invalid(problems)
