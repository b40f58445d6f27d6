"""Computes how a job attempt ended (its outcome) from the report of its handler process, and logs the end.

An outcome includes the pause before a retry (exponential backoff with jitter). Nothing here uses the database.
"""

from __future__ import annotations

import json
import logging
import random
from dataclasses import dataclass
from typing import Any, Literal

from foundation.masking.current import get_platform_masking
from foundation.masking.masking import Masking
from handlers._results import MAX_RESULT_BYTES
from jobs.read.shapes import truncated_result
from jobs.running.report import Report
from jobs.states import Reason, State
from jobs.transitions import Attempt, AttemptOutcome

log = logging.getLogger(__name__)

Cause = Literal["terminate", "timeout"]

MAX_BACKOFF_SECONDS = 6 * 3600
MAX_ERROR_BYTES = 16 * 1024
MAX_LOGGED_CHARACTERS = 300
PREVIEW_CHARACTERS = 4096
CUT = "\n[... cut here: {} bytes in all ...]\n"


def outcome_of(
    attempt: Attempt, report: Report, cause: Cause | None = None, redaction: Masking | None = None
) -> AttemptOutcome:
    """Returns the outcome of an attempt whose handler process sent this report.

    `cause` says why the attempt was asked to stop; None if it was not. A job handler that returned nevertheless has
    succeeded. `redaction` replaces secret values in the result and in the error, by default the platform's own.
    """
    redaction = redaction or get_platform_masking()
    if report.ending == "returned":
        return AttemptOutcome(State.SUCCEEDED, result=_prepare_result(report, redaction))
    if cause is not None and (report.ending == "stopped" or cause == "timeout"):
        return stop_outcome(attempt, cause)
    error = {name: _cut(redaction.redact_text(text)) for name, text in (report.error or {}).items()}
    return failure_outcome(attempt, error, final=report.final)


def failure_outcome(attempt: Attempt, error: dict[str, str], *, final: bool = False) -> AttemptOutcome:
    """Returns a failed outcome with `error` and the seconds until the retry; None if `final` or no attempt remains."""
    retry_in = None if final else _choose_retry_delay(attempt)
    return AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error, retry_in=retry_in)


def stop_outcome(attempt: Attempt, cause: Cause) -> AttemptOutcome:
    """Returns the outcome of a stopped attempt: terminated at a user's request, or failed because it took too long."""
    if cause == "terminate":
        return AttemptOutcome(State.TERMINATED)
    message = f"The attempt took longer than {attempt.timeout_seconds} s."
    return AttemptOutcome(
        State.FAILED,
        reason=Reason.TIMEOUT,
        error={"type": "JobTimedOut", "message": message, "traceback": ""},
        retry_in=_choose_retry_delay(attempt),
    )


def refused_result_outcome(attempt: Attempt, why: str) -> AttemptOutcome:
    """Returns a failed outcome without retry: the job handler succeeded, but the database refuses its result."""
    message = f"The database refused the result: {why}"
    error = {"type": "ResultRefused", "message": _cut(message), "traceback": ""}
    return failure_outcome(attempt, error, final=True)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Computes when a failed job attempt is tried again.

    `max_attempts` limits the attempts that the job handler itself ended; runs lost because a process died do not count.
    """

    max_attempts: int
    backoff_seconds: int

    def delay_after(self, failures: int, luck: float) -> float | None:
        """Returns the seconds to wait after that many failed attempts; None if no further attempt is allowed.

        The delay starts at `backoff_seconds` and doubles with each failure, up to six hours (or `backoff_seconds`, if
        longer). `luck`, a random number from 0 to 1, picks a point in the delay's upper half (equal jitter), so that
        jobs that failed together do not restart together.
        """
        if failures >= self.max_attempts:
            return None
        longest = max(MAX_BACKOFF_SECONDS, self.backoff_seconds)
        pause = min(self.backoff_seconds * 2.0 ** min(failures - 1, 30), longest)
        return pause * (0.5 + luck / 2)


def _choose_retry_delay(attempt: Attempt) -> float | None:
    policy = RetryPolicy(attempt.max_attempts, attempt.retry_backoff_seconds)
    return policy.delay_after(attempt.failures + 1, random.random())  # noqa: S311 - spreads retries, hides nothing


def _prepare_result(report: Report, redaction: Masking) -> Any:
    """Returns the redacted result to store; if it exceeds MAX_RESULT_BYTES, an object with its size and a preview."""
    if report.size <= MAX_RESULT_BYTES:
        returned = json.loads(report.result)
        result = redaction.redact_json(returned)
        # The marker may be longer than the secret that it replaces.
        if result == returned or len(json.dumps(result, ensure_ascii=False).encode()) <= MAX_RESULT_BYTES:
            return result
    return truncated_result(
        size=report.size, preview=redaction.redact_text(report.result)[:PREVIEW_CHARACTERS]
    )


def _cut(text: str) -> str:
    """Returns an error text without its middle if it is long: the cause of an error stands at its start or its end."""
    if len(text) <= MAX_ERROR_BYTES // 2:
        return text
    quarter = MAX_ERROR_BYTES // 4
    return text[:quarter] + CUT.format(len(text)) + text[-quarter:]


def log_end(attempt: Attempt, outcome: AttemptOutcome, state: State | None) -> None:
    """Logs how an attempt ended, unless it succeeded.

    `state` is the job's new state; None if the attempt no longer held its lease, so that its outcome was not stored.
    """
    if state is State.SUCCEEDED:
        return
    if state is None:
        log_lost_lease(attempt)
    elif state is State.TERMINATED:
        log.info("%s was terminated%s", _describe(attempt), _describe_error(outcome))
    else:
        again = "; it is tried again" if state is State.SCHEDULED else ""
        error = _describe_error(outcome)
        log.warning("%s failed, reason %s%s%s", _describe(attempt), outcome.reason, error, again)


def log_lost_lease(attempt: Attempt) -> None:
    """Logs that an attempt no longer holds its lease, so that its outcome is not stored."""
    log.warning("%s was taken away: its end is not stored", _describe(attempt))


def log_loss(attempt: Attempt, how: str, state: State | None) -> None:
    """Logs that the attempt's handler process ended without a report: `how` it ended, and the job's new state."""
    log.warning("%s was lost: its process %s; now %s", _describe(attempt), how, state)


def log_give_back(attempt: Attempt, state: State | None) -> None:
    """Logs that a running job was given back, to be started again elsewhere, because its worker slot must end."""
    log.warning("%s is given back, because this slot must end: now %s", _describe(attempt), state)


def _describe(attempt: Attempt) -> str:
    return f"job {attempt.job_id} ({attempt.job_type}, attempt {attempt.number})"


def _describe_error(outcome: AttemptOutcome) -> str:
    """Returns the type and first line of the (already redacted) error for a log line; empty if there is no error."""
    if not outcome.error:
        return ""
    first_line = (outcome.error["message"].strip().splitlines() or [""])[0][:MAX_LOGGED_CHARACTERS]
    return f": {outcome.error['type']}: {first_line}" if first_line else f": {outcome.error['type']}"
