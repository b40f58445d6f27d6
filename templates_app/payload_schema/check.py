"""The one judge at every door: a job's payload against its template, any body against a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler_project.errors import Invalid, Problem
from templates_app.json_limits import refuse_unstorable
from templates_app.payload_schema import texts
from templates_app.payload_schema.checker import Checker
from templates_app.payload_schema.language import Compiled
from templates_app.payload_schema.numbers import Whole, whole_numbers
from templates_app.payload_schema.secrets import not_kept

AT = "payload"
_KEPT_CHECKERS = 256
_checkers: dict[int, tuple[Mapping[str, Any], Checker, Whole]] = {}


def complete_payload(compiled: Compiled, payload: object, *, job_type: str) -> dict[str, Any]:
    """The payload as its handler gets it: absent keys filled from the defaults, then checked.

    The marker of a secret is taken whatever the field's rules; whether there is a value behind it is for the
    caller to know. Raises Invalid with every problem; `attr` is `payload.user_id`, `code` the rule that failed.
    """
    if not isinstance(payload, dict):
        raise Invalid(Problem("type", texts.not_an_object("The payload"), AT))
    refuse_unstorable(payload, AT)
    filled = compiled.filling(_without_job_type(payload) if compiled.fills_job_type else payload)
    problems = compiled.checker.problems(filled, AT)
    if problems and (problems := not_kept(problems, filled, compiled.secret_paths, AT)):
        raise Invalid([_as_sent(problem, payload) for problem in problems])
    complete: dict[str, Any] = compiled.whole_numbers(filled, AT)
    return {**complete, "job_type": job_type} if compiled.fills_job_type else complete


def _without_job_type(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != "job_type"}


def _as_sent(problem: Problem, payload: Any) -> Problem:
    """Who sent one value and no list is told of the field, not of a first item."""
    field, _, place = (problem.attr or "").rpartition(".")
    if place != "0":
        return problem
    sent = payload
    for step in field.split(".")[1:]:
        sent = sent[int(step)] if isinstance(sent, list) else sent.get(step)
        if sent is None:
            return problem
    return problem if isinstance(sent, list) else Problem(problem.code, problem.detail, field)


def check_against(schema: Mapping[str, Any], value: Any, at: str = "") -> Any:
    """The value, checked against a JSON Schema that is compiled once for each schema object; 3.0 is 3 where it
    says integer.

    Raises Invalid with every problem; `attr` is the dotted path from `at`, which names the value itself.
    """
    known = _checkers.get(id(schema))
    if known is None or known[0] is not schema:
        if len(_checkers) >= _KEPT_CHECKERS:
            _checkers.clear()
        # The schema is kept with its checker, so that its id is not given to another meanwhile.
        known = _checkers[id(schema)] = (schema, Checker(schema), whole_numbers(schema))
    problems = known[1].problems(value, at)
    if problems:
        raise Invalid(problems)
    return known[2](value, at)
