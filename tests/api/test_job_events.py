"""GET /api/v1/jobs/{job_id}/events/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs import transitions
from jobs.services.control import terminate_job
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller, refused
from tests.factories import ANN, WORKER, begin, enqueue, finish, running, scheduled, template

pytestmark = pytest.mark.django_db
KEYS = {"kind", "at", "actor", "attempt", "state", "worker", "error", "detail"}


def history(caller: Caller, job_id: uuid.UUID) -> list[dict[str, Any]]:
    answer = caller.get(f"jobs/{job_id}/events/")
    assert answer.status_code == 200
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_a_new_job_has_its_creation(viewer: Caller) -> None:
    (event,) = history(viewer, scheduled())
    assert set(event) >= KEYS
    assert (event["kind"], event["actor"], event["attempt"], event["state"]) == (
        "job_created",
        "system",
        0,
        "scheduled",
    )
    assert event["at"].endswith("Z")


def test_each_attempt_is_there_with_worker_times_and_error(viewer: Caller) -> None:
    template(maxAttempts=2)
    first = running()
    error = {"type": "ValueError", "message": "busy", "traceback": "line 1"}
    finish(first, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error, retry_in=0))
    finish(begin(enqueue(first.job_id), worker="worker-2@test"))
    events = history(viewer, first.job_id)
    assert [(event["kind"], event["attempt"]) for event in events] == [
        ("job_created", 0),
        ("job_queued", 0),
        ("job_started", 1),
        ("job_retry_scheduled", 1),
        ("job_queued", 1),
        ("job_started", 2),
        ("job_terminated", 2),
    ]
    assert [events[2]["worker"], events[5]["worker"]] == [WORKER, "worker-2@test"]
    assert events[3]["error"] == {"type": "ValueError", "message": "busy"}
    assert events[6]["error"] is None
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)


def test_each_step_of_a_stop_is_there_with_its_actor(viewer: Caller) -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    transitions.record_step(
        job_id=attempt.job_id, lease=attempt.lease, step="exception_raised", actor="worker"
    )
    finish(attempt, AttemptOutcome(State.TERMINATED))
    steps = [(event["kind"], event["actor"], event["detail"]) for event in history(viewer, attempt.job_id)]
    assert steps[3:] == [
        ("terminate_requested", "ann", None),
        ("terminate_step", "worker", {"step": "exception_raised"}),
        ("job_terminated", WORKER, None),
    ]


def test_progress_and_log_do_not_bury_it(viewer: Caller) -> None:
    attempt = running()
    mine: dict[str, Any] = {"job_id": attempt.job_id, "lease": attempt.lease}
    transitions.report_progress(**mine, percent=10, message="")
    transitions.append_log(**mine, lines=[{"text": "x"}])
    assert [event["kind"] for event in history(viewer, attempt.job_id)] == [
        "job_created",
        "job_queued",
        "job_started",
    ]


def test_an_unknown_job_is_404(viewer: Caller) -> None:
    assert refused(viewer.get(f"jobs/{uuid.uuid4()}/events/")) == (404, [("job_id", "not_found")])
