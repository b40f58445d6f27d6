"""An attempt whose worker died: the job starts again, up to a limit; told by the reaper or by the worker itself."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.models import Job
from jobs.states import Reason, State
from jobs.transitions import Attempt
from tests.factories import (
    PID,
    WORKER,
    begin,
    endings,
    enqueue,
    finish,
    frozen,
    job,
    last_event,
    running,
    template,
)

pytestmark = pytest.mark.django_db
Verdict = Callable[[Attempt], State | None]


def found_by_the_reaper(attempt: Attempt) -> State | None:
    row = job(attempt.job_id)
    return transitions.lose_silent_attempt(
        job_id=attempt.job_id, lease=attempt.lease, beat=row.beat, worker=WORKER
    )


def told_by_its_worker(attempt: Attempt) -> State | None:
    return transitions.lose_dead_attempt(job_id=attempt.job_id, worker=WORKER, pid=PID)


def silent(attempt: Attempt) -> Attempt:
    """Its lease has run out."""
    Job.objects.filter(pk=attempt.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    return attempt


both = pytest.mark.parametrize("lose", [found_by_the_reaper, told_by_its_worker])


@both
def test_the_job_starts_again_at_once(lose: Verdict) -> None:
    attempt = silent(running())
    version = job(attempt.job_id).version
    assert lose(attempt) == State.SCHEDULED
    row = job(attempt.job_id)
    assert (row.state, row.losses, row.failures, row.attempt) == ("scheduled", 1, 0, 1)
    assert (row.lease, row.version) == (None, version + 1)
    assert row.claim_at <= last_event(attempt.job_id).at
    assert last_event(attempt.job_id).kind == "job_retry_scheduled"
    assert last_event(attempt.job_id).detail["reason"] == "worker_lost"
    assert endings(attempt.job_id) == 0


@both
def test_a_loss_is_no_failure_of_the_handler(lose: Verdict) -> None:
    template(maxAttempts=1, maxLost=3)
    first = silent(running())
    lose(first)
    second = begin(enqueue(first.job_id))
    assert (second.number, second.failures) == (2, 0)
    assert finish(second) == State.SUCCEEDED


@both
def test_after_as_many_losses_as_are_allowed_it_fails_as_lost(lose: Verdict) -> None:
    template(maxLost=2)
    attempt = silent(running())
    for losses in (1, 2):
        assert lose(attempt) == State.SCHEDULED
        assert job(attempt.job_id).losses == losses
        attempt = silent(begin(enqueue(attempt.job_id)))
    assert lose(attempt) == State.FAILED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.losses, row.failures) == ("failed", Reason.WORKER_LOST, 3, 0)
    assert row.error["type"] == "WorkerLost"
    assert WORKER in row.error["message"]
    assert endings(attempt.job_id) == 1


@both
def test_no_loss_allowed_fails_at_the_first(lose: Verdict) -> None:
    template(maxLost=0)
    assert lose(silent(running())) == State.FAILED


@both
@pytest.mark.parametrize("max_lost", [0, 3])
def test_one_that_should_stop_is_terminated_instead(lose: Verdict, max_lost: int) -> None:
    template(maxLost=max_lost)
    attempt = silent(running())
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    assert lose(attempt) == State.TERMINATED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.error) == ("terminated", None, None)
    assert endings(attempt.job_id) == 1


@both
def test_a_second_verdict_changes_nothing(lose: Verdict) -> None:
    attempt = silent(running())
    lose(attempt)
    before = frozen(attempt.job_id)
    assert lose(attempt) is None
    assert frozen(attempt.job_id) == before


@both
def test_an_attempt_that_has_ended_is_not_lost(lose: Verdict) -> None:
    attempt = running()
    finish(attempt)
    before = frozen(attempt.job_id)
    assert lose(attempt) is None
    assert frozen(attempt.job_id) == before


def test_a_lease_that_holds_is_not_lost_to_the_reaper() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert found_by_the_reaper(attempt) is None
    assert frozen(attempt.job_id) == before


def test_a_heartbeat_since_the_reaper_looked_keeps_the_attempt() -> None:
    attempt = silent(running())
    old_beat = job(attempt.job_id).beat
    Job.objects.filter(pk=attempt.job_id).update(beat=old_beat + 1)
    verdict = transitions.lose_silent_attempt(
        job_id=attempt.job_id, lease=attempt.lease, beat=old_beat, worker=WORKER
    )
    assert verdict is None
    assert job(attempt.job_id).state == "running"


def test_another_lease_is_not_the_reapers_to_judge() -> None:
    attempt = silent(running())
    assert found_by_the_reaper(dataclasses.replace(attempt, lease=uuid.uuid4())) is None
    assert job(attempt.job_id).state == "running"


@pytest.mark.parametrize(("worker", "pid"), [("worker-2@test", PID), (WORKER, PID + 1)])
def test_a_worker_speaks_of_its_own_processes_only(worker: str, pid: int) -> None:
    attempt = running()
    assert transitions.lose_dead_attempt(job_id=attempt.job_id, worker=worker, pid=pid) is None
    assert job(attempt.job_id).state == "running"


@both
def test_the_dead_attempt_can_write_nothing_afterwards(lose: Verdict) -> None:
    attempt = silent(running())
    lose(attempt)
    before = frozen(attempt.job_id)
    mine: dict[str, Any] = {"job_id": attempt.job_id, "lease": attempt.lease}
    assert finish(attempt) is None
    assert not transitions.report_progress(**mine, percent=50, message="")
    assert not transitions.append_log(**mine, lines=[{"text": "late"}])
    assert transitions.beat(**mine) == (False, None)
    assert not transitions.record_step(**mine, step="x", actor="worker")
    assert frozen(attempt.job_id) == before
