"""Validates a job payload by the compiled payload_schema alone; templates_app.payloads handles the secret values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from foundation.errors import Invalid, Problem
from foundation.json_schema import texts
from foundation.json_schema.limits import refuse_unstorable
from templates_app.payload_schema.language import Compiled
from templates_app.payload_schema.secrets import without_marked

AT = "payload"


def complete_payload(
    compiled: Compiled, payload: object, *, job_type: str, may_edit: bool = False
) -> dict[str, Any]:
    """Validates the payload and returns it with default values filled in, as the job handler gets it.

    `may_edit`: it is the payload of somebody who may edit the template, and so change the values of read-only fields.

    In a secret field, the marker `$encrypted$` satisfies every rule; the caller checks whether a value is stored.
    Raises Invalid with every problem; `attr` is the path, such as `payload.user_id`, and `code` the rule that failed.
    """
    if not isinstance(payload, dict):
        raise Invalid(Problem("type", texts.not_an_object("The payload"), AT))
    refuse_unstorable(payload, AT)
    filled = compiled.fill_defaults(_without_job_type(payload) if compiled.fills_job_type else payload)
    checker = compiled.editors_checker if may_edit else compiled.checker
    problems = checker.problems(filled, AT)
    if problems and (problems := without_marked(problems, filled, compiled.secret_paths, AT)):
        raise Invalid([_at_field(problem, payload) for problem in problems])
    complete: dict[str, Any] = compiled.convert_integers(filled, AT)
    return {**complete, "job_type": job_type} if compiled.fills_job_type else complete


def _without_job_type(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if name != "job_type"}


def _at_field(problem: Problem, payload: Any) -> Problem:
    """Changes a problem's path from item 0 to the field itself if a multi-select got a single value, not a list."""
    field, _, place = (problem.attr or "").rpartition(".")
    if place != "0":
        return problem
    sent = payload
    for step in field.split(".")[1:]:
        sent = sent[int(step)] if isinstance(sent, list) else sent.get(step)
        if sent is None:
            return problem
    return problem if isinstance(sent, list) else Problem(problem.code, problem.detail, field)
