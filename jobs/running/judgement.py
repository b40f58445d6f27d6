"""How an attempt ended: from what the handler returned or raised to an `Outcome`; no database."""

from __future__ import annotations

import json
import random
import traceback
from typing import Any, Literal

from handlers.context import JobFailed
from jobs.retry import RetryPolicy
from jobs.running.redaction import Redaction
from jobs.states import Reason, State
from jobs.transitions import Attempt, Outcome
from scheduler_project.strict_json import has_nul

Cause = Literal["terminate", "timeout"]

NOTHING_SECRET = Redaction()
RESULT_LIMIT_BYTES = 256 * 1024
ERROR_LIMIT_BYTES = 16 * 1024
PREVIEW_CHARACTERS = 4096
CUT = "\n[... cut here: {} bytes in all ...]\n"


def of_result(result: Any, redaction: Redaction = NOTHING_SECRET) -> Outcome:
    """A result that is JSON is a success; raises TypeError or ValueError for one that is not."""
    text = json.dumps(result, allow_nan=False, ensure_ascii=False)
    if redaction.knows_any:
        result = redaction.json(json.loads(text))
        text = json.dumps(result, ensure_ascii=False)
    size = len(text.encode())  # half a surrogate pair is a ValueError here; Postgres would refuse it too
    if has_nul(text):
        raise ValueError("the result has a NUL character, which cannot be stored")
    if size > RESULT_LIMIT_BYTES:
        result = {"truncated": True, "bytes": size, "preview": text[:PREVIEW_CHARACTERS]}
    return Outcome(State.SUCCEEDED, result=result)


def of_error(attempt: Attempt, exc: BaseException, redaction: Redaction = NOTHING_SECRET) -> Outcome:
    """A failure, and when the attempt after it is due; `JobFailed(retry=False)` asks for none."""
    final = isinstance(exc, JobFailed) and not exc.retry
    retry_in = None if final else _next_attempt(attempt)
    return Outcome(State.FAILED, reason=Reason.ERROR, error=describe(exc, redaction), retry_in=retry_in)


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


def _next_attempt(attempt: Attempt) -> float | None:
    policy = RetryPolicy(attempt.max_attempts, attempt.retry_backoff_seconds)
    return policy.delay_after(attempt.failures + 1, random.random())  # noqa: S311 - spreads retries, hides nothing


def describe(exc: BaseException, redaction: Redaction = NOTHING_SECRET) -> dict[str, str]:
    """`{"type", "message", "traceback"}`; the traceback begins in the handler, not in our frames above it."""
    shown = "" if isinstance(exc, JobFailed) else "".join(traceback.format_exception(exc))
    return {
        "type": type(exc).__name__,
        "message": _cut(redaction.text(_text_of(exc))),
        "traceback": _cut(redaction.text(shown)),
    }


def _text_of(exc: BaseException) -> str:
    try:
        return str(exc)
    except Exception as broken:  # noqa: BLE001 - an exception's own __str__ is a stranger's code
        return f"(no message: its __str__ raised {type(broken).__name__})"


def _cut(text: str) -> str:
    """Long text keeps its head and its tail: the cause stands at one of them."""
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\\0")
    if len(clean) <= ERROR_LIMIT_BYTES // 2:
        return clean
    quarter = ERROR_LIMIT_BYTES // 4
    return clean[:quarter] + CUT.format(len(clean)) + clean[-quarter:]
