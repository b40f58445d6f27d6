"""A job is handed over only where some worker has its handler; without one it waits, and fails after ten minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from jobs import transitions
from jobs.dispatcher import unserved
from jobs.dispatcher.queueing import Queueing
from jobs.dispatcher.unserved import UnservedJobs
from jobs.messaging.broker import DispatchMessage
from jobs.models import Job, LiveJob, WorkerNode
from jobs.read import liveness, queries
from jobs.read.waiting import MAX_HANDLER_WAIT_SECONDS
from jobs.states import Reason
from tests.factories import (
    OTP,
    PASSWORD,
    claim_due,
    document,
    endings,
    enqueue,
    job,
    recurring,
    running,
    scheduled,
    store,
    template,
)

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(seconds=MAX_HANDLER_WAIT_SECONDS + 60)


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(unserved, "time", clock)
    return clock


def worker(job_types: Sequence[str] | None, name: str = "w", **columns: Any) -> None:
    facts = {"host": "h", "pid": 1, "queues": ["default"], "slots": 1, "seen_at": queries.now()}
    WorkerNode.objects.update_or_create(name=name, defaults=facts | {"job_types": job_types} | columns)


def due_for_long(job_type: str = OTP) -> uuid.UUID:
    job_id = scheduled(job_type)
    past = queries.now() - LONG_AGO
    LiveJob.objects.filter(pk=job_id).update(start_time=past, claim_at=past)
    return job_id


def ten_minutes(loop: UnservedJobs, clock: Clock) -> None:
    for _ in range(MAX_HANDLER_WAIT_SECONDS // 10 + 1):
        loop.run_once()
        clock.now += 10


def claimed(**asked: Any) -> set[uuid.UUID]:
    return {queued_job.job_id for queued_job in claim_due(queue="default", limit=10, **asked)}


def test_only_jobs_of_announced_types_are_claimed() -> None:
    store(document(OTP), document(PASSWORD, maxConcurrent=5))
    otp, password = scheduled(OTP), scheduled(PASSWORD)
    assert claimed(handled_types=[]) == set()
    assert claimed(handled_types=[PASSWORD]) == {password}
    assert claimed(handled_types=None) == {otp}


def test_a_queue_has_what_any_of_its_live_workers_has() -> None:
    worker([OTP], "one")
    worker([PASSWORD], "two", queues=["default", "mail"])
    worker(["gone"], "silent", seen_at=queries.now() - timedelta(minutes=1))
    assert liveness.types_by_queue() == {
        "default": frozenset({OTP, PASSWORD}),
        "mail": frozenset({PASSWORD}),
    }


def test_a_worker_that_does_not_tell_may_have_any() -> None:
    worker([OTP], "new")
    worker(None, "of the version before")
    assert liveness.types_by_queue() == {"default": None}


class Broker:
    def __init__(self) -> None:
        self.published: list[uuid.UUID] = []

    def publish(self, messages: Sequence[DispatchMessage]) -> set[uuid.UUID]:
        told = {job_id for message in messages for job_id in message.job_ids}
        self.published += told
        return told

    def tend(self) -> None: ...


def test_the_dispatcher_hands_a_job_over_when_a_worker_announces_its_type() -> None:
    broker: Any = Broker()
    dispatcher = Queueing(broker)
    worker([PASSWORD])
    job_id = scheduled()
    dispatcher.run_once()
    assert (broker.published, job(job_id).state) == ([], "scheduled")
    worker([OTP], "another")
    dispatcher._workers._valid_until = 0.0
    dispatcher.run_once()
    assert (broker.published, job(job_id).state) == ([job_id], "queued")


def test_without_any_worker_it_hands_over_as_it_always_did() -> None:
    broker: Any = Broker()
    job_id = scheduled()
    Queueing(broker).run_once()
    assert broker.published == [job_id]


@pytest.mark.usefixtures("dispatching")
def test_a_job_whose_type_nobody_announces_says_so() -> None:
    worker([PASSWORD])
    job_id = scheduled()
    queries.clear_cached_facts()
    told = queries.job_as_json(job_id)["waiting_reason"]
    assert (
        told == f"no worker of queue default has a handler for {OTP}: it fails after 10 minutes if none comes"
    )
    worker([OTP], "another")
    queries.clear_cached_facts()
    assert queries.job_as_json(job_id)["waiting_reason"] == "due, about to be handed to a worker"


@pytest.mark.parametrize("state", ["scheduled", "queued"])
def test_it_fails_after_ten_minutes_of_that(state: str, clock: Clock) -> None:
    worker([PASSWORD])
    job_id = due_for_long()
    if state == "queued":
        enqueue(job_id)
    loop = UnservedJobs()
    loop.run_once()
    assert job(job_id).state == state
    ten_minutes(loop, clock)
    row = job(job_id)
    assert (row.state, row.reason, row.attempt) == ("failed", Reason.HANDLER_NOT_FOUND, 0)
    assert row.error["message"] == f"No worker of queue default had a handler for {OTP} for 10 minutes."
    assert endings(job_id) == 1


def test_all_that_wait_so_fail_and_the_series_goes_on(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unserved, "MAX_JOBS_PER_RUN", 2)
    worker([PASSWORD])
    store(recurring(OTP))
    (of_series,) = Job.objects.values_list("pk", flat=True)
    LiveJob.objects.update(claim_at=queries.now() - LONG_AGO)
    ids = [due_for_long() for _ in range(4)]
    loop = UnservedJobs()
    ten_minutes(loop, clock)
    while loop.run_once() == 0.0:
        pass
    assert {job(job_id).state for job_id in [of_series, *ids]} == {"failed"}
    assert Job.objects.exclude(pk__in=[of_series, *ids]).get().series_number == 2


@pytest.mark.parametrize(
    "announced",
    [[PASSWORD, OTP], None],
    ids=["a worker has it", "a worker does not tell"],
)
def test_it_does_not_fail_where_it_may_run(announced: list[str] | None, clock: Clock) -> None:
    worker([PASSWORD], "without")
    worker(announced, "perhaps")
    job_id = due_for_long()
    ten_minutes(UnservedJobs(), clock)
    assert job(job_id).state == "scheduled"


def test_it_waits_for_ever_for_a_queue_without_workers(clock: Clock) -> None:
    job_id = due_for_long()
    ten_minutes(UnservedJobs(), clock)
    assert job(job_id).state == "scheduled"


def test_a_job_that_became_due_lately_has_ten_minutes_of_its_own(clock: Clock) -> None:
    worker([PASSWORD])
    job_id = scheduled()
    ten_minutes(UnservedJobs(), clock)
    assert job(job_id).state == "scheduled"


def test_the_ten_minutes_begin_when_the_last_worker_with_the_handler_has_gone(clock: Clock) -> None:
    worker([OTP])
    job_id, loop = due_for_long(), UnservedJobs()
    ten_minutes(loop, clock)
    worker([PASSWORD])
    loop.run_once()
    assert job(job_id).state == "scheduled"
    ten_minutes(loop, clock)
    assert job(job_id).state == "failed"


def test_the_statement_itself_sees_a_worker_that_just_came(clock: Clock) -> None:
    job_id = due_for_long()
    worker([OTP])
    options: Any = {"job_id": job_id, "message": "x", "actor": "dispatcher"}
    assert not transitions.fail_waiting(**options, due_for=0)
    worker([PASSWORD])
    assert not transitions.fail_waiting(**options, due_for=3600)
    assert transitions.fail_waiting(**options, due_for=600)


def test_a_job_that_runs_is_left_alone() -> None:
    template()
    attempt = running()
    assert not transitions.fail_waiting(job_id=attempt.job_id, message="x", actor="dispatcher", due_for=0)
