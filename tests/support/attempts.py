"""What an attempt leaves behind, and how it can end."""

from __future__ import annotations

import uuid
from typing import Any

from jobs import transitions
from jobs.states import Reason, State
from jobs.transitions import Attempt, Outcome
from tests import factories


def started(job_id: uuid.UUID) -> Attempt:
    """The first attempt of a scheduled job."""
    return factories.begin(factories.enqueue(job_id))


def log(attempt: Attempt, *texts: str, skipped: int = 0) -> None:
    lines: list[dict[str, Any]] = [
        {"time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": attempt.number, "text": text}
        for text in texts
    ]
    assert transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines, skipped=skipped)


def fail(attempt: Attempt, message: str = "no such user") -> None:
    error = {"type": "ValueError", "message": message, "traceback": f"Traceback: {message}"}
    factories.finish(attempt, Outcome(State.FAILED, reason=Reason.ERROR, error=error))


def stop(attempt: Attempt) -> None:
    """Asked to stop, and stopped."""
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    factories.finish(attempt, Outcome(State.FAILED, reason=Reason.ERROR))
