"""Checks a job's payload against its template: the same check at every door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema import texts
from foundation.json_schema.limits import refuse_unstorable
from templates_app.payload_schema.language import Compiled
from templates_app.payload_schema.secrets import not_kept

AT = "payload"


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
