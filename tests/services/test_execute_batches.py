"""Short jobs of one message are claimed and ended together, and each is still a run of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from django.db import DataError

from jobs import transitions
from jobs.running import backlog, guardian
from jobs.services.execute import run_jobs
from jobs.transitions import finish_successes
from tests.factories import WORKER, begin, document, endings, enqueue, job, kinds, queued, store

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "trial_job"
Queue = Callable[..., list[uuid.UUID]]


@pytest.fixture(autouse=True)
def _short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs before took a millisecond; on a slow machine jobs stay in this slot all the same."""
    monkeypatch.setattr(backlog._usual_run, "seconds", 0.001)
    monkeypatch.setattr(backlog, "MAX_BATCH_SECONDS", 10.0)
    monkeypatch.setattr(backlog, "MAX_CLAIM_AGE_SECONDS", 60.0)
    for module in (backlog, guardian):
        monkeypatch.setattr(module, "MAX_MESSAGE_SECONDS", 60.0)


@pytest.fixture
def queue(write_handler: Callable[[str, str], None]) -> Queue:
    """Queues `number` jobs of a handler with these lines. Their user_id numbers them."""

    def queue(number: int, body: str, **keys: Any) -> list[uuid.UUID]:
        write_handler(NAME, body)
        store(document(NAME, **keys))
        return [queued(NAME, payload={"user_id": place}) for place in range(number)]

    return queue


def run(job_ids: list[uuid.UUID]) -> None:
    run_jobs(job_ids=job_ids, worker=WORKER, queues=["default"])


def test_all_run_in_order_each_once_and_none_overlaps_the_next(queue: Queue) -> None:
    job_ids = queue(4, "return data['user_id']")
    run(job_ids)
    rows = [job(job_id) for job_id in job_ids]
    assert [row.result for row in rows] == [0, 1, 2, 3]
    assert [kinds(job_id)[2:] for job_id in job_ids] == [["job_started", "job_terminated"]] * 4
    assert all(row.started_at < row.terminated_at for row in rows)
    assert all(before.terminated_at <= after.started_at for before, after in pairwise(rows))


def test_they_are_claimed_together_and_their_ends_are_stored_together(queue: Queue) -> None:
    body = "from jobs.models import Job\nreturn sorted(Job.objects.values_list('state', flat=True))"
    job_ids = queue(3, body)
    run(job_ids)
    assert [job(job_id).result for job_id in job_ids] == [["running"] * 3] * 3


def test_a_failure_among_them_is_its_own(queue: Queue) -> None:
    job_ids = queue(3, "if data['user_id'] == 1:\n    raise ValueError('no such user')")
    run(job_ids)
    assert [job(job_id).state for job_id in job_ids] == ["succeeded", "failed", "succeeded"]


def test_what_one_logs_stays_its_own(queue: Queue) -> None:
    job_ids = queue(2, "print(f'user {data[\"user_id\"]}')")
    run(job_ids)
    for place, job_id in enumerate(job_ids):
        (chunk,) = job(job_id).log_chunks.all()
        assert [line["text"] for line in chunk.lines] == [f"user {place}"]


def test_repeated_stale_and_forged_ids_among_them_do_no_harm(queue: Queue) -> None:
    first, second = queue(2, "return 1")
    run([first, first, uuid.uuid4(), second, first])
    assert [endings(job_id) for job_id in (first, second)] == [1, 1]


def test_those_whose_end_lets_another_job_start_are_ended_at_once(queue: Queue) -> None:
    body = "from jobs.models import Job\nreturn Job.objects.filter(state='succeeded').count()"
    job_ids = queue(2, body, maxConcurrent=2)
    run(job_ids)
    assert [job(job_id).result for job_id in job_ids] == [0, 1]


def test_behind_a_run_that_takes_long_ends_are_stored_and_the_rest_goes_back_into_the_line(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (backlog, guardian):
        monkeypatch.setattr(module, "MAX_MESSAGE_SECONDS", 0.5)
    monkeypatch.setattr(backlog, "MAX_BATCH_SECONDS", 0.4)
    body = """
        import time
        from jobs.models import Job
        until = time.monotonic() + 30
        while data["user_id"] == 1 and time.monotonic() < until:
            states = sorted(Job.objects.values_list("state", flat=True))
            if states == ["running", "scheduled", "scheduled", "succeeded"]:
                return "given back"
            time.sleep(0.01)
        """
    job_ids = queue(4, body)
    run(job_ids)
    assert job(job_ids[1]).result == "given back"
    assert [job(job_id).state for job_id in job_ids] == ["succeeded", "succeeded", "scheduled", "scheduled"]
    for job_id in job_ids[2:]:
        row = job(job_id)
        assert (row.attempt, row.interruptions, row.losses) == (0, 0, 0)
        assert kinds(job_id)[-1] == "job_withdrawn"
        assert begin(enqueue(job_id)).number == 1


def test_a_refused_end_does_not_keep_the_rest_and_is_stored_by_itself_later(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise DataError("no") from psycopg.errors.UntranslatableCharacter("no")

    monkeypatch.setattr(transitions, "finish_successes", refuse)
    for module in (backlog, guardian):
        monkeypatch.setattr(module, "MAX_MESSAGE_SECONDS", 0.5)
    monkeypatch.setattr(backlog, "MAX_BATCH_SECONDS", 0.4)
    body = """
        import time
        from jobs.models import Job
        until = time.monotonic() + 30
        while data["user_id"] == 1 and time.monotonic() < until:
            if Job.objects.filter(state="scheduled").exists():
                return "given back"
            time.sleep(0.01)
        """
    job_ids = queue(3, body)
    run(job_ids)
    assert [job(job_id).state for job_id in job_ids] == ["succeeded", "succeeded", "scheduled"]
    assert job(job_ids[1]).result == "given back"


def test_a_claim_that_waited_for_too_long_does_not_begin(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_CLAIM_AGE_SECONDS", -1.0)
    job_ids = queue(2, "return 1")
    run(job_ids)
    assert [job(job_id).state for job_id in job_ids] == ["scheduled", "scheduled"]


def test_an_empty_batch_changes_nothing() -> None:
    finish_successes([])
