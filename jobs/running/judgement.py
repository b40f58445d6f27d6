"""How an attempt ended: from the report of its handler process to an `Outcome`; no database."""

from __future__ import annotations

import json
import random
from typing import Any, Literal

from handlers._results import MAX_RESULT_BYTES
from jobs.read.shapes import cut_result
from jobs.retry import RetryPolicy
from jobs.running.redaction import Redaction
from jobs.running.report import Report
from jobs.states import Reason, State
from jobs.transitions import Attempt, Outcome

Cause = Literal["terminate", "timeout"]

NOTHING_SECRET = Redaction()
ERROR_LIMIT_BYTES = 16 * 1024
PREVIEW_CHARACTERS = 4096
CUT = "\n[... cut here: {} bytes in all ...]\n"


def judge(
    attempt: Attempt, report: Report, cause: Cause | None = None, redaction: Redaction = NOTHING_SECRET
) -> Outcome:
    """`cause`: why the attempt was asked to end, if it was. One that returned before it saw that has succeeded."""
    if report.ending == "returned":
        return Outcome(State.SUCCEEDED, result=_result_of(report, redaction))
    if cause is not None and (report.ending == "stopped" or cause == "timeout"):
        return of_stop(attempt, cause)
    error = {name: _cut(redaction.text(text)) for name, text in (report.error or {}).items()}
    return of_error(attempt, error, final=report.final)


def of_error(attempt: Attempt, error: dict[str, str], *, final: bool = False) -> Outcome:
    """A failure, and when the attempt after it is due; `final`: there is to be none."""
    retry_in = None if final else _next_attempt(attempt)
    return Outcome(State.FAILED, reason=Reason.ERROR, error=error, retry_in=retry_in)


def of_stop(attempt: Attempt, cause: Cause) -> Outcome:
    """The attempt was ended from outside: because somebody asked, or because its time was over."""
    if cause == "terminate":
        return Outcome(State.TERMINATED)
    message = f"The attempt took longer than {attempt.timeout_seconds} s."
    return Outcome(
        State.FAILED,
        reason=Reason.TIMEOUT,
        error={"type": "JobTimedOut", "message": message, "traceback": ""},
        retry_in=_next_attempt(attempt),
    )


def of_refusal(attempt: Attempt, why: str) -> Outcome:
    """The handler succeeded, but the database refuses to keep what it returned."""
    message = f"The database refused the result: {why}"
    return of_error(attempt, {"type": "ResultRefused", "message": _cut(message), "traceback": ""}, final=True)


def _next_attempt(attempt: Attempt) -> float | None:
    policy = RetryPolicy(attempt.max_attempts, attempt.retry_backoff_seconds)
    return policy.delay_after(attempt.failures + 1, random.random())  # noqa: S311 - spreads retries, hides nothing


def _result_of(report: Report, redaction: Redaction) -> Any:
    """The result, or what is shown in place of one that is too large."""
    if report.size <= MAX_RESULT_BYTES:
        result = redaction.json(json.loads(report.result))
        # A marker may be longer than the secret in whose place it stands.
        if (
            not redaction.knows_any
            or len(json.dumps(result, ensure_ascii=False).encode()) <= MAX_RESULT_BYTES
        ):
            return result
    return cut_result(size=report.size, preview=redaction.text(report.result)[:PREVIEW_CHARACTERS])


def _cut(text: str) -> str:
    """Long text keeps its head and its tail: the cause stands at one of them."""
    if len(text) <= ERROR_LIMIT_BYTES // 2:
        return text
    quarter = ERROR_LIMIT_BYTES // 4
    return text[:quarter] + CUT.format(len(text)) + text[-quarter:]
