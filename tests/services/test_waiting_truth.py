"""What a job says of why it waits is what the dispatcher then does."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import queries, transitions
from jobs.models import Job, WorkerNode
from jobs.states import State
from jobs.waiting import HINTS_AHEAD
from tests.factories import OTP, PASSWORD, begin, document, scheduled, store

pytestmark = pytest.mark.django_db
ABOUT_TO = "due, about to be handed to a worker"


def reasons() -> dict[Any, str]:
    """Why each scheduled job waits, as a user is told it."""
    queries.forget_facts()
    ids = Job.objects.filter(state=State.SCHEDULED).values_list("pk", flat=True)
    return {job_id: queries.whole(job_id)["waiting_reason"] for job_id in ids}


@pytest.mark.parametrize("seed", range(6))
def test_who_is_about_to_be_handed_over_is_and_who_is_left_is_told_why(seed: int) -> None:
    luck = random.Random(seed)
    WorkerNode.objects.create(name="w", host="h", pid=1, queues=["default"], slots=1)
    store(document(OTP), document(PASSWORD, maxConcurrent=luck.randint(1, 3)))
    for _ in range(luck.randint(5, 30)):
        scheduled(
            luck.choice([OTP, PASSWORD]),
            priority=luck.randint(0, 9),
            start_in_seconds=luck.choice([0, 0, 0, 3600]),
        )
    _some_begin_or_are_given_back(luck)
    told = reasons()
    room = HINTS_AHEAD - Job.objects.filter(state=State.QUEUED).count()
    claimed = {hint.job_id for hint in transitions.due_hints(queue="default", limit=room)}
    assert {told[job_id] for job_id in claimed} <= {ABOUT_TO}
    assert ABOUT_TO not in reasons().values()


def _some_begin_or_are_given_back(luck: random.Random) -> None:
    for hint in transitions.due_hints(queue="default", limit=luck.randint(0, 6)):
        if luck.random() < 0.5:
            transitions.withdraw(job_ids=[hint.job_id], why="no handler")
        elif luck.random() < 0.5:
            begin(hint.job_id)


def test_behind_enough_others_a_job_is_told_so_until_one_of_them_begins() -> None:
    WorkerNode.objects.create(name="w", host="h", pid=1, queues=["default"], slots=1)
    ids = [scheduled() for _ in range(HINTS_AHEAD + 1)]
    claimed = transitions.due_hints(queue="default", limit=HINTS_AHEAD)
    assert reasons() == {ids[-1]: "64 jobs of queue default are ahead, waiting for free workers"}
    begin(claimed[0].job_id)
    assert reasons() == {ids[-1]: ABOUT_TO}


def test_a_job_given_back_says_so_until_it_is_offered_again() -> None:
    WorkerNode.objects.create(name="w", host="h", pid=1, queues=["default"], slots=1)
    job_id = scheduled()
    transitions.due_hints(queue="default", limit=1)
    transitions.withdraw(job_ids=[job_id], why="no handler")
    assert reasons()[job_id].startswith("a worker had no handler for it; offered again at ")
    Job.objects.update(claim_at=timezone.now() - timedelta(seconds=1))
    assert reasons()[job_id] == ABOUT_TO


def test_a_worker_that_fell_silent_serves_no_queue() -> None:
    job_id = scheduled()
    WorkerNode.objects.create(name="w", host="h", pid=1, queues=["default"], slots=1)
    assert reasons()[job_id] == ABOUT_TO
    WorkerNode.objects.update(seen_at=datetime.now(UTC) - timedelta(seconds=31))
    assert reasons()[job_id] == "no worker serves queue default"
