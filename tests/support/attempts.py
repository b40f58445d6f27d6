"""Starts attempts in the database, writes their logs and ends them."""

from __future__ import annotations

import uuid
from typing import Any

from jobs import transitions
from jobs.states import Reason, State
from jobs.transitions import Attempt, AttemptOutcome
from tests import factories


def start_attempt(job_id: uuid.UUID) -> Attempt:
    """Queues a scheduled job and starts its first attempt."""
    return factories.begin(factories.enqueue(job_id))


def append_log(attempt: Attempt, *texts: str, skipped: int = 0) -> None:
    """Stores log lines of an attempt; `skipped` is the number of lines that were dropped before them."""
    lines: list[dict[str, Any]] = [
        {"time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": attempt.number, "text": text}
        for text in texts
    ]
    assert transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines, skipped=skipped)


def fail_attempt(attempt: Attempt, message: str = "no such user") -> None:
    """Ends an attempt as failed, with a ValueError."""
    error = {"type": "ValueError", "message": message, "traceback": f"Traceback: {message}"}
    factories.finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error))


def stop_attempt(attempt: Attempt) -> None:
    """Requests a stop of the attempt's job and ends the attempt, so that the job is terminated."""
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    factories.finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR))
