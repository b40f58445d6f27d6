"""GET /api/v1/jobs/{job_id}/"""

from __future__ import annotations

import json
import uuid

import pytest
from django.utils import timezone

from jobs.models import WorkerNode
from jobs.services.control import terminate_job
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller, refused
from tests.factories import (
    ANN,
    JOB_KEYS,
    WORKER,
    begin,
    enqueue,
    finish,
    queued,
    running,
    scheduled,
    succeeded,
    template,
)

pytestmark = pytest.mark.django_db
ERROR = {"type": "ValueError", "message": "no", "traceback": "line 1"}


def test_a_succeeded_job_shows_its_result_and_times(viewer: Caller) -> None:
    job = viewer.get(f"jobs/{succeeded()}/").json()
    assert set(job) == JOB_KEYS
    assert (job["state"], job["result"], job["error"], job["reason"]) == (
        "succeeded",
        {"sent": True},
        None,
        None,
    )
    assert (job["completion_percentage"], job["attempt"], job["worker"]) == (100, 1, WORKER)
    times = [job[key] for key in ("created_at", "start_time", "started_at", "terminated_at")]
    assert all(time.endswith("Z") for time in times)
    assert times == sorted(times)
    assert job["waiting_reason"] is None


def test_a_failed_job_shows_reason_and_error_with_its_traceback(viewer: Caller) -> None:
    attempt = running()
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.TIMEOUT, error=ERROR))
    job = viewer.get(f"jobs/{attempt.job_id}/").json()
    assert (job["state"], job["reason"], job["error"], job["result"]) == ("failed", "timeout", ERROR, None)


def test_a_result_comes_back_unrounded(viewer: Caller) -> None:
    attempt = running()
    result = {"big": 2**70, "one": 1.0, "none": None, "text": "ü\\u0000"}
    finish(attempt, AttemptOutcome(State.SUCCEEDED, result=result))
    raw = viewer.get(f"jobs/{attempt.job_id}/").content
    assert json.loads(raw)["result"] == result
    assert b"1180591620717411303424" in raw


def test_a_stop_under_way_shows_when_it_was_asked_for(viewer: Caller) -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    job = viewer.get(f"jobs/{attempt.job_id}/").json()
    assert job["state"] == "running"
    assert job["terminate_requested_at"].endswith("Z")


def test_each_change_makes_the_version_one_higher(viewer: Caller) -> None:
    job_id = scheduled()
    versions = [viewer.get(f"jobs/{job_id}/").json()["version"]]
    attempt = begin(enqueue(job_id))
    versions.append(viewer.get(f"jobs/{job_id}/").json()["version"])
    finish(attempt)
    versions.append(viewer.get(f"jobs/{job_id}/").json()["version"])
    assert versions == [1, 3, 4]


def test_a_second_attempt_is_counted_and_shows_no_old_error(viewer: Caller) -> None:
    template(maxAttempts=3)
    attempt = running()
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=ERROR, retry_in=60))
    waiting = viewer.get(f"jobs/{attempt.job_id}/").json()
    assert (waiting["state"], waiting["attempt"], waiting["max_attempts"]) == ("scheduled", 1, 3)
    assert waiting["waiting_reason"].startswith("attempt 2 starts at ")
    begin(enqueue(attempt.job_id))
    job = viewer.get(f"jobs/{attempt.job_id}/").json()
    assert (job["state"], job["attempt"], job["error"], job["reason"]) == ("running", 2, None, None)


def test_it_says_why_a_job_waits(viewer: Caller) -> None:
    assert viewer.get(f"jobs/{queued()}/").json()["waiting_reason"] == "no worker serves queue default"


@pytest.mark.usefixtures("dispatching")
def test_it_says_that_a_worker_must_get_free(viewer: Caller) -> None:
    WorkerNode.objects.create(
        name=WORKER,
        host="h",
        pid=1,
        queues=["default"],
        slots=2,
        seen_at=timezone.now(),
        started_at=timezone.now(),
    )
    job = viewer.get(f"jobs/{queued()}/").json()
    assert job["waiting_reason"] == "waiting for a free worker of queue default"


@pytest.mark.usefixtures("dispatching")
def test_it_says_that_all_slots_are_busy(viewer: Caller) -> None:
    WorkerNode.objects.create(
        name=WORKER,
        host="h",
        pid=1,
        queues=["default"],
        slots=2,
        seen_at=timezone.now(),
        started_at=timezone.now(),
    )
    template(maxConcurrent=2)
    running(), running()
    assert (
        viewer.get(f"jobs/{scheduled()}/").json()["waiting_reason"]
        == "2 of 2 slots of this template are busy"
    )


def test_an_unknown_job_is_404(viewer: Caller) -> None:
    assert refused(viewer.get(f"jobs/{uuid.uuid4()}/")) == (404, [("job_id", "not_found")])


@pytest.mark.parametrize("job_id", ["7", "x", "%00", "0199d6a0", "../jobs"])
def test_what_is_no_id_is_404(viewer: Caller, job_id: str) -> None:
    answer = viewer.get(f"jobs/{job_id}/")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"
