"""A payload judged in full: by its template's schema, then by the `validate` of the handler's own module."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from traceback import format_exc
from typing import Any, NamedTuple

from foundation.connections import release_connection
from foundation.errors import AppError, Invalid, Problem
from handlers import registry
from handlers.context import InvalidPayload
from jobs.running.redaction import Redaction
from jobs.services.deadline import BrokenOff, Deadline
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.check import AT
from templates_app.payloads import CheckedPayload, complete_and_validate

log = logging.getLogger(__name__)

# For all payloads of a request together.
SECONDS = 2.0
# So many calls of a job type may hang in code that cannot be broken off; then the type is refused at once.
MOST_HANGING = 4
MOST_PROBLEMS = 100
LONGEST_TEXT = 1000

_hanging: dict[str, list[threading.Thread]] = defaultdict(list)


class _Call(NamedTuple):
    place: int
    job_type: str
    validate: Callable[[dict[str, Any]], object]
    checked: CheckedPayload

    @property
    def redaction(self) -> Redaction:
        """A handler's words may hold the secret values that it was given."""
        return Redaction(self.checked.secrets.values())


def checked_payload(spec: TemplateSpec, payload: object) -> CheckedPayload:
    """The payload with its defaults, accepted by its handler's `validate`, too. Raises Invalid or HandlerBroken."""
    checked = complete_and_validate(spec, payload)
    refuse_by_handler(spec.type, checked)
    return checked


def refuse_by_handler(job_type: str, checked: CheckedPayload) -> None:
    """Raises what `refused_by_handlers` finds against one payload."""
    for error in refused_by_handlers({0: (job_type, checked)}).values():
        raise error


def refused_by_handlers(payloads: Mapping[int, tuple[str, CheckedPayload]]) -> dict[int, AppError]:
    """What the handlers' own rules have against complete payloads, each with its job type, by their keys.

    Whatever an author's `validate` does, it ends as an answer: it may raise anything, and take SECONDS.
    """
    calls, refused = _calls(payloads)
    return refused | _refused_in_time(calls)[0] if calls else refused


def refused_each(
    payloads: Mapping[int, tuple[str, CheckedPayload]], *, seconds: float
) -> tuple[dict[int, AppError], list[int]]:
    """Likewise, but each payload is judged, whatever became of others; also those not reached within `seconds`."""
    calls, refused = _calls(payloads)
    end = time.monotonic() + seconds
    while calls and time.monotonic() < end:
        found, reached = _refused_in_time(calls[:MOST_PROBLEMS])
        refused |= found
        calls = calls[reached:]
    return refused, [call.place for call in calls]


def not_reached() -> Invalid:
    detail = "The rules of this job's handler were not reached: those of others took too long. Run it again by itself."
    return Invalid(Problem("validate_timeout", detail, AT))


def _calls(payloads: Mapping[int, tuple[str, CheckedPayload]]) -> tuple[list[_Call], dict[int, AppError]]:
    """Those that are to be made, and what is refused without one."""
    validators = _validators({job_type for job_type, _ in payloads.values()})
    refused: dict[int, AppError] = {}
    calls: list[_Call] = []
    for place, (job_type, checked) in payloads.items():
        found = validators[job_type]
        if isinstance(found, AppError):
            refused[place] = found
        elif found is not None:
            calls.append(_Call(place, job_type, found, checked))
    return calls, refused


def _refused_in_time(calls: Sequence[_Call]) -> tuple[dict[int, AppError], int]:
    """(what is refused, how many calls were judged). One that is broken off is refused, those behind it are not."""
    refused: dict[int, AppError] = {}
    reached = 0

    def work() -> None:
        nonlocal reached
        for call in calls:
            problems = _problems(call)
            if problems:
                refused[call.place] = Invalid(problems)
            reached += 1
            if len(refused) >= MOST_PROBLEMS:
                return

    release_connection()
    thread = Deadline(work)
    if thread.ends_within(SECONDS):
        return refused, reached
    # It may go on for a moment: what it says from now on is not heard.
    judged = reached
    slow = calls[min(judged, len(calls) - 1)]
    _hanging[slow.job_type].append(thread)
    log.error("validate of %s was broken off after %s s", slow.job_type, SECONDS)
    before = {call.place for call in calls[:judged]}
    told = {place: error for place, error in dict(refused).items() if place in before}
    return told | {slow.place: _timeout(slow.job_type)}, judged + 1


def _validators(job_types: set[str]) -> dict[str, Any]:
    """Each type's `validate`, None, or why it cannot be called."""
    found: dict[str, Any] = {}
    for job_type in job_types:
        try:
            found[job_type] = registry.validator(job_type)
        except registry.HandlerBroken as exc:
            found[job_type] = exc
        if found[job_type] is not None and _hang_already(job_type):
            found[job_type] = _timeout(job_type)
    return found


def _hang_already(job_type: str) -> bool:
    alive = [thread for thread in _hanging.pop(job_type, []) if thread.is_alive()]
    if alive:
        _hanging[job_type] = alive
    return len(alive) >= MOST_HANGING


def _problems(call: _Call) -> list[Problem]:
    try:
        return _told(call)
    except BrokenOff:
        raise
    except BaseException as exc:  # noqa: BLE001 - an author's code may raise anything
        traceback = call.redaction.redact_text(format_exc())
        log.error("validate of %s failed: %s", call.job_type, traceback)
        why = f"its validate raised {type(exc).__name__}"
        detail = (
            f"The rules of {call.job_type} could not be checked: {why}. The server's log has the traceback."
        )
        return [Problem("validate_failed", detail, AT)]


def _told(call: _Call) -> list[Problem]:
    """What `validate` has against the payload; raises whatever else it raises."""
    try:
        call.validate(deepcopy(call.checked.whole))
    except InvalidPayload as exc:
        told = list(exc.problems.items())[:MOST_PROBLEMS]
        return [
            Problem(
                _text(exc.code),
                _text(call.redaction.redact_text(text)),
                _text(f"{AT}.{field}" if field else AT),
            )
            for field, text in told
        ]
    return []


def _text(value: str) -> str:
    """As it can be sent and stored: no half character, not without end."""
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode()


def _timeout(job_type: str) -> Invalid:
    detail = f"The rules of {job_type} could not be checked: its validate took longer than {SECONDS:g} s."
    return Invalid(Problem("validate_timeout", f"{detail} Correct it in the handler's module.", AT))
