"""queued -> scheduled: a hint is taken back, and after ten times without a handler the job fails."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from handlers import registry
from jobs import transitions
from jobs.services import execute
from jobs.services.execute import MOST_WITHDRAWALS, run_jobs
from jobs.states import Reason
from tests.factories import (
    WORKER,
    endings,
    enqueue,
    frozen,
    job,
    kinds,
    last_event,
    queued,
    running,
    scheduled,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def _no_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "_known_types", [])
    monkeypatch.setattr(registry, "find", lambda job_type: None)


def hint(job_id: uuid.UUID) -> None:
    run_jobs(job_ids=[job_id], worker=WORKER)


def test_it_waits_again_for_a_while_and_stays_due() -> None:
    job_id = queued()
    start_time, version = job(job_id).start_time, job(job_id).version
    assert transitions.withdraw(job_ids=[job_id], why="maintenance") == 1
    row = job(job_id)
    assert (row.state, row.version, row.withdrawals, row.attempt) == ("scheduled", version + 1, 1, 0)
    assert row.start_time == start_time
    event = last_event(job_id)
    assert (event.kind, event.detail) == ("job_withdrawn", {"why": "maintenance"})
    assert timedelta(seconds=14) < row.claim_at - event.at < timedelta(seconds=16)


def test_a_job_that_is_not_queued_cannot_be_withdrawn() -> None:
    for job_id in (scheduled(), running().job_id):
        before = frozen(job_id)
        assert transitions.withdraw(job_ids=[job_id], why="x") == 0
        assert frozen(job_id) == before


@pytest.mark.usefixtures("_no_handlers")
def test_a_worker_without_the_handler_gives_the_hint_back() -> None:
    job_id = queued_without_handler_check()
    hint(job_id)
    row = job(job_id)
    assert (row.state, row.withdrawals) == ("scheduled", 1)
    assert WORKER in last_event(job_id).detail["why"]


@pytest.mark.usefixtures("_no_handlers")
def test_after_ten_times_it_fails_with_the_reason_and_one_ending() -> None:
    job_id = queued_without_handler_check()
    for _ in range(MOST_WITHDRAWALS):
        hint(job_id)
        assert job(job_id).state == "scheduled"
        enqueue(job_id)
    hint(job_id)
    row = job(job_id)
    assert (row.state, row.reason, row.attempt) == ("failed", Reason.HANDLER_NOT_FOUND, 0)
    assert row.error["type"] == "HandlerNotFound"
    assert endings(job_id) == 1
    assert kinds(job_id).count("job_withdrawn") == MOST_WITHDRAWALS == 10
    before = frozen(job_id)
    hint(job_id)
    assert frozen(job_id) == before


def test_only_a_queued_job_fails_for_want_of_a_handler() -> None:
    for job_id in (scheduled(), running().job_id):
        before = frozen(job_id)
        assert not transitions.fail_waiting(
            job_id=job_id, reason=Reason.HANDLER_NOT_FOUND, message="x", actor=WORKER
        )
        assert frozen(job_id) == before


def queued_without_handler_check() -> uuid.UUID:
    """Its handler was there when it was made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jobs.services.submit.registry.find", lambda job_type: object())
        return queued()
