"""queued -> scheduled: a message that came to a worker without the handler goes back, however often."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from handlers import registry
from jobs import transitions
from jobs.services import execute
from jobs.services.execute import run_jobs
from jobs.transitions.returning import MAX_WITHDRAWALS
from tests.factories import (
    WORKER,
    enqueue,
    frozen,
    job,
    kinds,
    last_event,
    queued,
    running,
    scheduled,
    template,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _no_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_known_types", [])
    monkeypatch.setattr(registry, "find", lambda job_type: None)


def deliver(job_id: uuid.UUID) -> None:
    run_jobs(job_ids=[job_id], worker=WORKER, queues=["default"])


def test_it_waits_again_for_a_while_and_stays_due() -> None:
    job_id = queued()
    start_time, version = job(job_id).start_time, job(job_id).version
    assert transitions.withdraw(job_ids=[job_id], why="maintenance") == 1
    row = job(job_id)
    assert (row.state, row.version, row.withdrawals, row.attempt) == ("scheduled", version + 1, 1, 0)
    assert row.start_time == start_time
    event = last_event(job_id)
    assert (event.kind, event.detail) == ("job_withdrawn", {"why": "maintenance"})
    assert pause_of(job_id) == timedelta(seconds=1)


@pytest.mark.parametrize(("due_for", "pause"), [(4, 1), (40, 5), (3600, 15)])
def test_the_longer_a_job_has_been_due_the_less_often_it_is_offered(due_for: int, pause: int) -> None:
    job_id = queued()
    change = "UPDATE jobs_live SET start_time = now() - %s * interval '1 s' WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(change, [due_for, job_id])
    transitions.withdraw(job_ids=[job_id], why="x")
    assert pause_of(job_id) == timedelta(seconds=pause)


def pause_of(job_id: uuid.UUID) -> timedelta:
    """In the transaction of a test Postgres's now() stands still."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT claim_at - now() FROM jobs_job WHERE id = %s", [job_id])
        pause: timedelta = cursor.fetchone()[0]
    return pause


def test_a_job_that_is_not_queued_cannot_be_withdrawn() -> None:
    for job_id in (scheduled(), running().job_id):
        before = frozen(job_id)
        assert transitions.withdraw(job_ids=[job_id], why="x") == 0
        assert frozen(job_id) == before


def test_a_message_that_came_to_another_queue_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    template(queue="mail")
    job_id = queued()
    before = frozen(job_id)
    monkeypatch.setattr(registry, "find", lambda job_type: None)
    deliver(job_id)
    assert frozen(job_id) == before


@pytest.mark.usefixtures("_no_handlers")
def test_a_worker_without_the_handler_gives_the_message_back() -> None:
    job_id = queued_without_handler_check()
    deliver(job_id)
    row = job(job_id)
    assert (row.state, row.withdrawals) == ("scheduled", 1)
    assert WORKER in last_event(job_id).detail["why"]


@pytest.mark.usefixtures("_no_handlers")
def test_however_often_its_message_goes_back_the_job_does_not_fail() -> None:
    job_id = queued_without_handler_check()
    for _ in range(25):
        deliver(job_id)
        assert job(job_id).state == "scheduled"
        enqueue(job_id)
    assert kinds(job_id).count("job_withdrawn") == 25
    # Workers of the version before fail a job at ten.
    assert job(job_id).withdrawals == MAX_WITHDRAWALS < 10


def queued_without_handler_check() -> uuid.UUID:
    """Its handler was there when it was made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.services.preparing.registry.problem", lambda job_type: None)
        return queued()
