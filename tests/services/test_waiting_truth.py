"""What a job says of why it waits is what the dispatcher then does."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.models import Job, LiveJob, Process, WorkerNode
from jobs.read import queries
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.states import State
from jobs.transitions import Capacity
from tests.factories import (
    OTP,
    PASSWORD,
    WORKER,
    begin,
    claim_due,
    document,
    finish,
    scheduled,
    store,
    worker_node,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dispatching")]
ABOUT_TO = "due, about to be handed to a worker"


@pytest.fixture(autouse=True)
def _not_soon_offered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what is told and what is done no pause must end."""
    monkeypatch.setattr("jobs.transitions.returning.MIN_PAUSE_SECONDS", 15)


def reasons() -> dict[Any, str]:
    """Why each scheduled job waits, as a user is told it."""
    queries.clear_cached_facts()
    ids = Job.objects.filter(state=State.SCHEDULED).values_list("pk", flat=True)
    return {job_id: queries.job_as_json(job_id)["waiting_reason"] for job_id in ids}


@pytest.mark.parametrize("seed", range(6))
def test_who_is_about_to_be_handed_over_is_and_who_is_left_is_told_why(seed: int) -> None:
    luck = random.Random(seed)
    slots = luck.choice([1, 3, 8, 100])
    worker_node(slots=slots)
    store(document(OTP), document(PASSWORD, maxConcurrent=luck.randint(1, 3)))
    for _ in range(luck.randint(5, 30)):
        scheduled(
            luck.choice([OTP, PASSWORD]),
            priority=luck.randint(0, 9),
            start_in_seconds=luck.choice([0, 0, 0, 3600]),
        )
    _some_begin_or_are_given_back(luck)
    told = reasons()
    capacity = Capacity(slots=slots, workers=[WORKER], max_queued=MAX_QUEUED_PER_QUEUE)
    claimed = {queued_job.job_id for queued_job in claim_due(queue="default", limit=100, capacity=capacity)}
    assert {told[job_id] for job_id in claimed} <= {ABOUT_TO}
    assert ABOUT_TO not in reasons().values()


def _some_begin_or_are_given_back(luck: random.Random) -> None:
    for queued_job in claim_due(queue="default", limit=luck.randint(0, 6)):
        if luck.random() < 0.5:
            transitions.withdraw(job_ids=[queued_job.job_id], why="no handler")
        elif luck.random() < 0.5:
            begin(queued_job.job_id)


def test_behind_enough_others_a_job_is_told_so_until_one_of_them_begins() -> None:
    """How many they are is not told: the reader may not see them all."""
    worker_node(slots=100)
    ids = [scheduled() for _ in range(MAX_QUEUED_PER_QUEUE + 1)]
    claimed = claim_due(queue="default", limit=MAX_QUEUED_PER_QUEUE)
    assert reasons() == {ids[-1]: "other jobs of queue default are ahead, waiting for free workers"}
    begin(claimed[0].job_id)
    assert reasons() == {ids[-1]: ABOUT_TO}


def test_while_all_slots_have_work_a_job_is_told_so_until_one_is_free() -> None:
    worker_node(slots=2)
    first, second, third = [scheduled() for _ in range(3)]
    claim_due(queue="default", limit=2)
    attempt = begin(first)
    assert reasons() == {third: "2 of 2 slots of queue default are busy"}
    begin(second)
    assert reasons() == {third: "2 of 2 slots of queue default are busy"}
    finish(attempt)
    assert reasons() == {third: ABOUT_TO}


def test_a_job_given_back_says_so_until_it_is_offered_again() -> None:
    worker_node(slots=1)
    job_id = scheduled()
    claim_due(queue="default", limit=1)
    transitions.withdraw(job_ids=[job_id], why="no handler")
    assert reasons()[job_id].startswith("a worker had no handler for it; offered again at ")
    LiveJob.objects.update(claim_at=timezone.now() - timedelta(seconds=1))
    assert reasons()[job_id] == ABOUT_TO


def test_a_worker_that_fell_silent_serves_no_queue() -> None:
    job_id = scheduled()
    worker_node(slots=1)
    assert reasons()[job_id] == ABOUT_TO
    WorkerNode.objects.update(seen_at=datetime.now(UTC) - timedelta(seconds=31))
    assert reasons()[job_id] == "no worker serves queue default"


def test_without_a_dispatcher_or_with_its_broker_away_no_job_is_about_to_be_handed_over() -> None:
    job_id = scheduled()
    worker_node(slots=8)
    Process.objects.update(problems=[{"code": "broker_unavailable", "detail": "away"}])
    assert reasons()[job_id].startswith("the broker cannot be reached")
    Process.objects.update(seen_at=datetime.now(UTC) - timedelta(seconds=31))
    assert reasons()[job_id].startswith("no dispatcher is running")
