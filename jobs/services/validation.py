"""Validates payloads in full: by the template's schema, then by the `validate` function of the job handler's module.

Handlers are written by others, so their `validate` runs in a thread with a time limit.
"""

from __future__ import annotations

import ctypes
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from copy import deepcopy
from traceback import format_exc
from typing import Any, NamedTuple

from foundation.connections import release_connection
from foundation.errors import AppError, Invalid, Problem
from foundation.masking.current import masked_by
from handlers import registry
from handlers.context import InvalidPayload
from jobs.running.redaction import Redaction
from templates_app.documents import TemplateSpec
from templates_app.payload_schema.check import AT
from templates_app.payloads import CheckedPayload, complete_and_validate
from templates_app.terms import Terms

log = logging.getLogger(__name__)

# For all payloads of a request together.
TIME_LIMIT_SECONDS = 2.0
# How many calls of a job type may hang in code that cannot be interrupted, before the type is refused at once.
MAX_HANGING = 4
MAX_PROBLEMS = 100
MAX_TEXT_LENGTH = 1000

_hanging: dict[str, list[threading.Thread]] = defaultdict(list)


class Interrupted(BaseException):
    """Raised by TimeLimitedThread inside code that exceeds its time limit; cannot interrupt code that waits in C."""


class TimeLimitedThread(threading.Thread):
    """Runs the function `work` once, with a time limit. `work` stores results itself; an interruption keeps them."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(name="deadline", daemon=True)
        self._work = work
        # Taken once: by the work at its end, or by the caller that interrupts it; only then Interrupted is raised.
        self._end = threading.Lock()

    def finishes_within(self, seconds: float) -> bool:
        """Starts the thread and waits up to `seconds`. Returns False if it was interrupted; it may hang even then."""
        self.start()
        self.join(seconds)
        if not self._end.acquire(blocking=False):
            self.join()
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(self.ident or 0), ctypes.py_object(Interrupted)
        )
        return False

    def run(self) -> None:
        try:
            self._work()
            # If the caller was faster, Interrupted is about to be raised here, unless the work has swallowed it.
            self._end.acquire(timeout=1)
        except Interrupted:
            return


class _Call(NamedTuple):
    key: int
    job_type: str
    validate: Callable[[dict[str, Any]], object]
    checked: CheckedPayload

    @property
    def redaction(self) -> Redaction:
        """Returns the Redaction that removes the payload's secret values from the messages of `validate`."""
        return Redaction(self.checked.secrets.values())


def validate_payload(spec: TemplateSpec, payload: object, *, may_edit: bool) -> CheckedPayload:
    """Returns the payload completed with the template's defaults. Raises Invalid or HandlerBroken if it is refused.

    `may_edit`: whether the author of the payload may edit the template.
    """
    checked = complete_and_validate(spec, payload, Terms(may_edit=may_edit))
    validate_by_handler(spec.type, checked)
    return checked


def validate_by_handler(job_type: str, checked: CheckedPayload) -> None:
    """Calls the job handler's `validate` with a complete payload. Raises Invalid or HandlerBroken if it is refused."""
    for error in validate_by_handlers({0: (job_type, checked)}).values():
        raise error


def validate_by_handlers(payloads: Mapping[int, tuple[str, CheckedPayload]]) -> dict[int, AppError]:
    """Calls the job handlers' `validate` with complete payloads, given with job types; returns errors by the same keys.

    What `validate` raises becomes an error, and is never raised here. All calls together take TIME_LIMIT_SECONDS at
    most: the call that is running then gets an error, later payloads are not validated and get no error.
    """
    calls, refused = _plan_calls(payloads)
    return refused | _validate_in_time(calls)[0] if calls else refused


def validate_each_by_handlers(
    payloads: Mapping[int, tuple[str, CheckedPayload]], *, seconds: float
) -> tuple[dict[int, AppError], list[int]]:
    """Calls the job handlers' `validate` for each payload, also after calls that took too long, for about `seconds`.

    Returns (the errors by the same keys, the keys that were not reached in time).
    """
    calls, refused = _plan_calls(payloads)
    end = time.monotonic() + seconds
    while calls and time.monotonic() < end:
        found, reached = _validate_in_time(calls[:MAX_PROBLEMS])
        refused |= found
        calls = calls[reached:]
    return refused, [call.key for call in calls]


def not_reached_error() -> Invalid:
    """Returns the error of a payload that was not validated because the validation of others took too long."""
    detail = "The rules of this job's handler were not reached: those of others took too long. Run it again by itself."
    return Invalid(Problem("validate_timeout", detail, AT))


def _plan_calls(
    payloads: Mapping[int, tuple[str, CheckedPayload]],
) -> tuple[list[_Call], dict[int, AppError]]:
    """Returns (the calls of `validate` to make, the errors of payloads whose `validate` cannot be called)."""
    validators = _find_validators({job_type for job_type, _ in payloads.values()})
    refused: dict[int, AppError] = {}
    calls: list[_Call] = []
    for key, (job_type, checked) in payloads.items():
        found = validators[job_type]
        if isinstance(found, AppError):
            refused[key] = found
        elif found is not None:
            calls.append(_Call(key, job_type, found, checked))
    return calls, refused


def _validate_in_time(calls: Sequence[_Call]) -> tuple[dict[int, AppError], int]:
    """Makes the calls of `validate`; returns (the errors by key, how many calls were made).

    A call that is interrupted at the time limit gets an error; the calls after it are not made.
    """
    refused: dict[int, AppError] = {}
    reached = 0

    def work() -> None:
        nonlocal reached
        for call in calls:
            problems = _find_problems(call)
            if problems:
                refused[call.key] = Invalid(problems)
            reached += 1
            if len(refused) >= MAX_PROBLEMS:
                return

    release_connection()
    thread = TimeLimitedThread(work)
    if thread.finishes_within(TIME_LIMIT_SECONDS):
        return refused, reached
    # The thread may run on for a moment: copies, so that what it still adds is not seen.
    done = reached
    slow = calls[min(done, len(calls) - 1)]
    _hanging[slow.job_type].append(thread)
    log.error("validate of %s was broken off after %s s", slow.job_type, TIME_LIMIT_SECONDS)
    finished = {call.key for call in calls[:done]}
    errors = {key: error for key, error in dict(refused).items() if key in finished}
    return errors | {slow.key: _timeout_error(slow.job_type)}, done + 1


def _find_validators(job_types: set[str]) -> dict[str, Any]:
    """Returns by job type its handler's `validate`, None if it has none, or the error why it cannot be called."""
    found: dict[str, Any] = {}
    for job_type in job_types:
        try:
            found[job_type] = registry.validator(job_type)
        except registry.HandlerBroken as exc:
            found[job_type] = exc
        if found[job_type] is not None and _has_too_many_hanging(job_type):
            found[job_type] = _timeout_error(job_type)
    return found


def _has_too_many_hanging(job_type: str) -> bool:
    alive = [thread for thread in _hanging.pop(job_type, []) if thread.is_alive()]
    if alive:
        _hanging[job_type] = alive
    return len(alive) >= MAX_HANGING


def _find_problems(call: _Call) -> list[Problem]:
    try:
        # Also what `validate` logs on the console. This thread has a context of its own, which ends with it.
        with masked_by(call.redaction) if call.checked.secrets else nullcontext():
            return _call_validate(call)
    except Interrupted:
        raise
    except BaseException as exc:  # noqa: BLE001 - an author's code may raise anything
        traceback = call.redaction.redact_text(format_exc())
        log.error("validate of %s failed: %s", call.job_type, traceback)
        why = f"its validate raised {call.redaction.redact_text(type(exc).__name__)}"
        detail = (
            f"The rules of {call.job_type} could not be checked: {why}. The server's log has the traceback."
        )
        return [Problem("validate_failed", detail, AT)]


def _call_validate(call: _Call) -> list[Problem]:
    """Returns the problems of the InvalidPayload that `validate` raises, if any; other exceptions pass through."""
    try:
        call.validate(deepcopy(call.checked.with_secrets))
    except InvalidPayload as exc:
        found = list(exc.problems.items())[:MAX_PROBLEMS]
        redact = call.redaction.redact_text
        return [
            Problem(
                _clean(redact(exc.code)),
                _clean(redact(text)),
                _clean(f"{AT}.{redact(field)}" if field else AT),
            )
            for field, text in found
        ]
    return []


def _clean(value: str) -> str:
    """Makes a job handler's text fit for JSON and Postgres: replaces lone surrogates, and truncates it."""
    return value[:MAX_TEXT_LENGTH].encode("utf-8", "replace").decode()


def _timeout_error(job_type: str) -> Invalid:
    detail = f"The rules of {job_type} could not be checked: its validate took longer than {TIME_LIMIT_SECONDS:g} s."
    return Invalid(Problem("validate_timeout", f"{detail} Correct it in the handler's module.", AT))
