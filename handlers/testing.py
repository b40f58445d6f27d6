"""Runs a job handler in a plain unit test, without database, broker or worker.

This is the only module of `handlers` that imports templates_app, to validate payloads as the platform does. Only tests
import it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import Invalid
from handlers import registry
from handlers._results import as_json_text
from handlers.context import InvalidPayload, Job, JobTerminated
from templates_app.documents import parse_document
from templates_app.payload_schema.check import complete_payload


@dataclass(slots=True)
class TrialOutcome:
    """Holds what a job handler returned and reported. If a stop ended it, `terminated` is true and `result` is None."""

    result: Any = None
    progress: list[tuple[int, str]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    terminated: bool = False


class MemoryReporter:
    """Collects a job handler's progress and log in lists, and requests a stop after `stop_after` checkpoints."""

    def __init__(self, outcome: TrialOutcome, stop_after: int | None = None) -> None:
        self._outcome = outcome
        self._checks_left = stop_after

    def progress(self, percent: int, message: str) -> None:
        self._outcome.progress.append((percent, message))

    def log(self, level: str, text: str) -> None:
        self._outcome.log.append((level, text))

    def stop_requested(self) -> bool:
        if self._checks_left is None:
            return False
        self._checks_left -= 1
        return self._checks_left < 0


def run(
    name: str,
    payload: Mapping[str, Any],
    *,
    template: Mapping[str, Any] | None = None,
    stop_after: int | None = None,
    attempt: int = 1,
) -> TrialOutcome:
    """Calls the job handler of type `name` with `payload` plus a `job_id`, as a worker does, and returns the outcome.

    The payload is first completed with defaults and validated as the platform does it: against the template, which is
    the given document or the file `<name>.json` beside the handler, then by the module's `validate`. Without a template
    there are no defaults, and only `validate` is called. Raises InvalidPayload.

    `stop_after=n` lets n checkpoints pass and requests a stop at the next. Raises what the handler raises, and
    TypeError or ValueError for a result that is not JSON, which would fail the attempt in a worker.
    """
    handler = registry.load(name)
    data, hosts = _complete_payload(name, payload, template)
    if handler.validate is not None:
        handler.validate(deepcopy(data))
    outcome = TrialOutcome()
    job = Job(
        id=str(uuid.uuid4()), attempt=attempt, reporter=MemoryReporter(outcome, stop_after), hosts=hosts
    )
    try:
        result = handler({**data, "job_id": job.id}, job)
    except JobTerminated:
        outcome.terminated = True
        return outcome
    outcome.result = json.loads(as_json_text(result))
    return outcome


def _complete_payload(
    name: str, payload: Mapping[str, Any], template: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, tuple[str, ...]]]:
    """Returns the complete payload, and to which hosts its secrets may go, by the dotted paths of their fields."""
    if template is None:
        source = registry.find(name)
        if source is None or not source.template.exists():
            return dict(payload), {}
        template = json.loads(source.template.read_bytes())[name]
    spec = parse_document(template, job_type=name)
    hosts = {".".join(path): rules.hosts for path, rules in spec.compiled.secret_fields.items()}
    try:
        return complete_payload(spec.compiled, dict(payload), job_type=name), hosts
    except Invalid as exc:
        problems = {
            (one.attr or "").removeprefix("payload").removeprefix("."): one.detail for one in exc.problems
        }
        raise InvalidPayload(problems, code=exc.problems[0].code) from None
