"""What was handed over goes back into the line where a more urgent job waits or the slots do not suffice."""

from __future__ import annotations

import pytest

from jobs import transitions
from jobs.dispatcher import queueing
from jobs.dispatcher.queueing import Queueing
from jobs.models import Job, JobEvent
from jobs.states import State
from jobs.transitions import Capacity
from tests.factories import (
    PASSWORD,
    WORKER,
    begin,
    claim_due,
    document,
    finish,
    job,
    last_event,
    ran_for,
    store,
    template,
    worker_node,
)
from tests.services.fake_publisher import FakePublisher
from tests.services.handing_over import broker as broker
from tests.services.handing_over import dispatcher as dispatcher
from tests.services.handing_over import published, seconds_pass, waiting

pytestmark = pytest.mark.django_db


def test_in_a_queue_without_workers_they_make_way_for_a_more_urgent_job(
    dispatcher: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "RECLAIM_INTERVAL_SECONDS", 0)
    template()
    ids = waiting(8)
    assert published(dispatcher, broker) == ids
    (urgent,) = waiting(1, priority=9)
    seconds_pass(3)
    published(dispatcher, broker)
    assert {row.state for row in Job.objects.filter(pk__in=ids)} == {State.SCHEDULED}
    assert last_event(ids[0]).detail == {"why": "a more urgent job waits for a worker, too"}
    assert published(dispatcher, broker) == [urgent, *ids[:7]]
    seconds_pass(3)
    assert published(dispatcher, broker) == []


def test_a_job_that_waits_for_its_maxConcurrent_makes_nobody_give_way(
    dispatcher: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "RECLAIM_INTERVAL_SECONDS", 0)
    template(maxConcurrent=1)
    limited = waiting(2, priority=9)
    store(document(PASSWORD))
    ids = waiting(2, PASSWORD)
    published(dispatcher, broker)
    seconds_pass(3)
    published(dispatcher, broker)
    assert {job(job_id).state for job_id in [limited[0], *ids]} == {State.QUEUED}


def test_what_was_handed_over_goes_back_into_the_line_when_runs_turn_out_long(
    dispatcher: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "RECLAIM_INTERVAL_SECONDS", 0)
    ran_for(0.1)
    worker_node(slots=1)
    ids = waiting(15)
    assert published(dispatcher, broker) == ids[:10]
    attempt = begin(ids[0])
    seconds_pass(3)
    (urgent,) = waiting(1, priority=9)
    assert published(dispatcher, broker) == []
    assert {row.state for row in Job.objects.filter(pk__in=ids[1:])} == {State.SCHEDULED}
    assert last_event(ids[1]).kind == "job_withdrawn"
    assert (job(ids[1]).withdrawals, job(ids[1]).publish_due) == (0, None)
    JobEvent.objects.filter(kind="job_terminated").delete()
    finish(attempt)
    assert published(dispatcher, broker)[0] == urgent


def test_while_there_is_room_nothing_is_taken_back() -> None:
    template()
    ids = waiting(3)
    capacity = Capacity(slots=3, workers=[WORKER])
    claim_due(queue="default", limit=10, capacity=capacity)
    seconds_pass(10)
    assert transitions.reclaim_surplus(queue="default", capacity=capacity) == 0
    begin(ids[0])
    assert transitions.reclaim_surplus(queue="default", capacity=capacity) == 0


def test_the_least_urgent_are_taken_back_first() -> None:
    template()
    (low,) = waiting(1)
    (high,) = waiting(1, priority=5)
    claim_due(queue="default", limit=10)
    seconds_pass(3)
    assert transitions.reclaim_surplus(queue="default", capacity=Capacity(slots=1)) == 1
    assert (job(low).state, job(high).state) == ("scheduled", "queued")


def test_what_was_handed_over_just_now_is_not_taken_back() -> None:
    template()
    waiting(5)
    claim_due(queue="default", limit=10)
    assert transitions.reclaim_surplus(queue="default", capacity=Capacity(slots=1)) == 0
