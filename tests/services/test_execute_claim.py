"""The move queued -> running: one worker gets the job, with a lease that fences off all others."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from jobs import transitions
from jobs.states import Reason, State
from jobs.transitions import Attempt, AttemptOutcome
from tests.factories import (
    PASSWORD,
    WORKER,
    begin,
    claimant,
    enqueue,
    finish,
    frozen,
    job,
    kinds,
    last_event,
    queued,
    running,
    scheduled,
    succeeded,
    template,
)

pytestmark = pytest.mark.django_db


def claim(job_id: uuid.UUID, worker: str = WORKER, **serves: list[str]) -> Attempt | None:
    return transitions.start(job_id=job_id, claimant=claimant(worker, **serves))


def test_it_runs_with_a_fresh_lease_as_the_first_attempt() -> None:
    job_id = queued(payload={"user_id": 2**70})
    version = job(job_id).version
    attempt = claim(job_id)
    row = job(job_id)
    assert attempt is not None
    assert (row.state, row.attempt, row.worker, row.version) == ("running", 1, WORKER, version + 1)
    assert (attempt.number, attempt.lease, attempt.payload) == (1, row.lease, {"user_id": 2**70})
    assert row.started_at is not None
    assert timedelta(seconds=29) < row.lease_until - row.started_at <= timedelta(seconds=30)
    event = last_event(job_id)
    assert (event.kind, event.actor, event.snapshot["worker"]) == ("job_started", WORKER, WORKER)
    assert (event.snapshot["attempt"], event.snapshot["completion_percentage"]) == (1, 0)


@pytest.mark.parametrize("fresh", [True, False])
def test_the_attempt_knows_whether_it_wants_a_process_of_its_own(fresh: bool) -> None:
    template(freshProcess=fresh)
    attempt = claim(queued())
    assert attempt is not None
    assert (attempt.fresh_process, attempt.sealed) == (fresh, None)


def test_a_repeated_message_finds_nothing_to_claim() -> None:
    job_id = queued()
    assert claim(job_id) is not None
    before = frozen(job_id)
    assert claim(job_id, worker="worker-2@test") is None
    assert frozen(job_id) == before


@pytest.mark.parametrize("made", [scheduled, succeeded])
def test_a_message_for_a_job_that_is_not_queued_changes_nothing(made: Callable[[], uuid.UUID]) -> None:
    job_id = made()
    before = frozen(job_id)
    assert claim(job_id) is None
    assert frozen(job_id) == before


def test_a_forged_message_claims_nothing() -> None:
    assert claim(uuid.uuid4()) is None


def test_a_worker_that_has_no_such_handler_leaves_the_job_as_it_is() -> None:
    job_id = queued()
    before = frozen(job_id)
    assert claim(job_id, job_types=[PASSWORD]) is None
    assert claim(job_id, job_types=[]) is None
    assert frozen(job_id) == before


def test_a_worker_of_other_queues_leaves_the_job_as_it_is() -> None:
    job_id = queued()
    before = frozen(job_id)
    assert claim(job_id, queues=["mail", "reports"]) is None
    assert claim(job_id, queues=[]) is None
    assert frozen(job_id) == before
    assert claim(job_id, queues=["mail", "default"]) is not None


def test_each_attempt_has_a_lease_of_its_own_and_is_counted() -> None:
    template(maxAttempts=3)
    first = running()
    finish(first, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
    second = begin(enqueue(first.job_id))
    assert second.lease != first.lease
    assert (second.number, second.failures) == (2, 1)
    assert job(first.job_id).attempt == 2


def test_a_new_attempt_begins_without_the_traces_of_the_last() -> None:
    template(maxAttempts=2)
    first = running()
    error = {"type": "E", "message": "m", "traceback": "t"}
    finish(first, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error, retry_in=0))
    assert job(first.job_id).error == error
    begin(enqueue(first.job_id))
    row = job(first.job_id)
    assert (row.error, row.reason) == (None, None)
    finish(dataclasses.replace(first, lease=row.lease))
    assert last_event(first.job_id).snapshot["error"] is None


def test_a_heartbeat_renews_the_lease_and_is_no_change_of_the_job() -> None:
    attempt = running()
    before = job(attempt.job_id)
    assert transitions.renew_lease(job_id=attempt.job_id, lease=attempt.lease) == (True, None)
    row = job(attempt.job_id)
    assert (row.beat, row.version) == (before.beat + 1, before.version)
    assert kinds(attempt.job_id)[-1] == "job_started"


def test_a_heartbeat_brings_back_a_request_to_stop() -> None:
    attempt = running()
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    assert transitions.renew_lease(job_id=attempt.job_id, lease=attempt.lease) == (
        True,
        job(attempt.job_id).terminate_requested_at,
    )


def test_a_heartbeat_of_another_lease_renews_nothing() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert transitions.renew_lease(job_id=attempt.job_id, lease=uuid.uuid4()) == (False, None)
    assert frozen(attempt.job_id) == before


def test_an_attempt_that_lost_its_lease_is_told_to_stop() -> None:
    attempt = running()
    assert not transitions.should_stop(job_id=attempt.job_id, lease=attempt.lease)
    assert transitions.should_stop(job_id=attempt.job_id, lease=uuid.uuid4())
    finish(attempt)
    assert transitions.should_stop(job_id=attempt.job_id, lease=attempt.lease)
