"""Templates and jobs in the database, brought to a state through the services and transitions."""

from __future__ import annotations

import uuid
from typing import Any

from accounts.roles import SYSTEM
from jobs import transitions
from jobs.services.catalogue import save_template
from jobs.services.submit import Submission, submit_job
from jobs.states import Reason, State
from jobs.transitions import Attempt, Outcome
from templates_app.documents import parse_document

WORKER = "worker-1@test"
FIELDS = {
    "user_id": {"type": "uint", "required": True, "label": "User Id"},
    "name": {"type": "string"},
    "ratio": {"type": "float", "nullable": True},
    "urgent": {"type": "bool"},
    "filter": {"type": "options", "options": ["likes", "posts", "7"], "multiple": True},
    "anything": None,
}


def document(job_type: str = "otp_send_job", **changes: Any) -> dict[str, Any]:
    return {
        "type": job_type,
        "startInSeconds": 0,
        "userTriggered": True,
        "rescheduleAfterTermination": False,
        "payload_schema": FIELDS,
        "payload": {"user_id": 1},
        **changes,
    }


def store(job_type: str = "otp_send_job", **changes: Any) -> None:
    save_template(spec=parse_document(document(job_type, **changes)), actor=SYSTEM)


def recurring(job_type: str = "birthday_notification_job", **changes: Any) -> None:
    store(job_type, userTriggered=False, rescheduleAfterTermination=True, startInSeconds=60, **changes)


def scheduled(job_type: str = "otp_send_job", **payload: Any) -> uuid.UUID:
    return submit_job(submission=Submission(job_type=job_type, payload=payload), actor=SYSTEM)


def start(job_id: uuid.UUID) -> Attempt:
    """scheduled -> queued -> running."""
    transitions.due_hints(queue="default", limit=100)
    attempt = transitions.start(job_id=job_id, worker=WORKER, pid=1, job_types=["otp_send_job"])
    assert attempt is not None
    return attempt


def log(attempt: Attempt, *texts: str) -> None:
    lines = [
        {"time": "2026-01-31T12:00:00.5Z", "level": "info", "attempt": attempt.number, "text": text}
        for text in texts
    ]
    transitions.append_log(job_id=attempt.job_id, lease=attempt.lease, lines=lines)


def succeed(attempt: Attempt, result: Any = None) -> None:
    _end(attempt, Outcome(State.SUCCEEDED, result=result))


def fail(attempt: Attempt, message: str = "no such user") -> None:
    error = {"type": "ValueError", "message": message, "traceback": f"Traceback: {message}"}
    _end(attempt, Outcome(State.FAILED, reason=Reason.ERROR, error=error))


def stop(attempt: Attempt) -> None:
    """Asked to stop, and stopped."""
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    _end(attempt, Outcome(State.FAILED, reason=Reason.ERROR))


def _end(attempt: Attempt, outcome: Outcome) -> None:
    transitions.end_attempt(job_id=attempt.job_id, lease=attempt.lease, outcome=outcome, actor=WORKER)
