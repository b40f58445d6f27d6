"""What is handed over follows the slots that are free and the pace of the runs; the rest waits in line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import dispatch_messages
from jobs.dispatcher import known_workers
from jobs.dispatcher.queueing import Queueing
from jobs.models import WorkerNode
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from tests.factories import (
    OTP,
    PASSWORD,
    begin,
    document,
    finish,
    job,
    ran_for,
    scheduled,
    store,
    template,
    worker_node,
)
from tests.services.fake_publisher import FakePublisher
from tests.services.handing_over import broker as broker
from tests.services.handing_over import dispatcher as dispatcher
from tests.services.handing_over import published, seconds_pass, waiting

pytestmark = pytest.mark.django_db


def test_of_a_type_that_is_not_known_yet_one_is_handed_over_for_each_free_slot(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    template()
    worker_node(slots=3)
    ids = waiting(10)
    assert published(dispatcher, broker) == ids[:3]
    assert published(dispatcher, broker) == []
    attempt = begin(ids[0])
    assert published(dispatcher, broker) == []
    finish(attempt)
    assert published(dispatcher, broker) == [ids[3]]


def test_of_long_runs_none_waits_ahead_and_each_has_a_message_of_its_own(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    ran_for(600)
    worker_node(slots=3)
    waiting(10)
    dispatcher.run_once()
    assert [len(message.job_ids) for message in broker.messages] == [1, 1, 1]


@pytest.mark.parametrize(
    ("seconds", "slots", "ahead"),
    [(0.9, 3, 3), (0.5, 3, 6), (0.3, 2, 6), (0.05, 2, 40), (0.002, 2, MAX_QUEUED_PER_QUEUE)],
)
def test_of_quick_runs_as_many_are_handed_over_as_run_within_a_second(
    dispatcher: Queueing, broker: FakePublisher, seconds: float, slots: int, ahead: int
) -> None:
    ran_for(seconds)
    worker_node(slots=slots)
    waiting(100)
    assert len(published(dispatcher, broker)) == ahead
    assert published(dispatcher, broker) == []


@pytest.mark.parametrize(("seconds", "size"), [(0.3, 1), (0.1, 1), (0.09, 4), (0.05, 10), (0.002, 16)])
def test_only_runs_shorter_than_a_tenth_of_a_second_travel_together(
    dispatcher: Queueing, broker: FakePublisher, seconds: float, size: int
) -> None:
    ran_for(seconds)
    worker_node(slots=1)
    waiting(100)
    dispatcher.run_once()
    assert max(len(message.job_ids) for message in broker.messages) == size


def test_a_slot_in_which_a_quick_one_runs_gets_the_next_before_it_is_free(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    ran_for(0.5)
    worker_node(slots=1)
    ids = waiting(10)
    assert published(dispatcher, broker) == ids[:2]
    begin(ids[0])
    assert published(dispatcher, broker) == [ids[2]]
    seconds_pass(1.5)
    begin(ids[1])
    assert published(dispatcher, broker) == []


def test_an_urgent_job_takes_the_next_free_slot(dispatcher: Queueing, broker: FakePublisher) -> None:
    ran_for(600)
    worker_node(slots=1)
    first = waiting(20)[0]
    assert published(dispatcher, broker) == [first]
    attempt = begin(first)
    (urgent,) = waiting(1, priority=9)
    assert published(dispatcher, broker) == []
    finish(attempt)
    assert published(dispatcher, broker) == [urgent]


def test_behind_a_long_one_in_turn_no_quick_one_slips_through(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    ran_for(0.1, OTP)
    ran_for(600, PASSWORD)
    worker_node(slots=1)
    (long,) = waiting(1, PASSWORD, priority=1)
    quick = waiting(20)
    assert published(dispatcher, broker) == [long]
    finish(begin(long))
    assert published(dispatcher, broker) == quick[:10]


def test_runs_of_other_queues_take_slots_of_workers_that_serve_both(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    store(document(OTP), document(PASSWORD, queue="mail"))
    worker_node(slots=2, queues=["default", "mail"])
    mail = waiting(1, PASSWORD)
    published(dispatcher, broker)
    begin(mail[0])
    assert len(waiting(5)) == 5
    assert len(published(dispatcher, broker)) == 1


def test_a_queue_whose_workers_are_kept_busy_by_another_queues_quick_runs_gets_its_share(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    store(document(OTP), document(PASSWORD, queue="mail"))
    ran_for(0.01)
    worker_node(slots=2, queues=["default", "mail"])
    ids = waiting(100)
    published(dispatcher, broker)
    begin(ids[0]), begin(ids[1])
    mail = waiting(5, PASSWORD)
    assert [job_id for job_id in published(dispatcher, broker) if job_id in mail] == mail[:2]


def test_a_worker_that_has_fallen_silent_has_no_slots(dispatcher: Queueing, broker: FakePublisher) -> None:
    template()
    worker_node("alive", slots=1)
    worker_node("silent", slots=50)
    WorkerNode.objects.filter(name="silent").update(seen_at=timezone.now() - timedelta(minutes=1))
    waiting(10)
    assert len(published(dispatcher, broker)) == 1


def test_where_no_worker_is_known_a_few_are_handed_over_all_the_same(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    template()
    waiting(20)
    assert len(published(dispatcher, broker)) == known_workers.UNKNOWN_SLOTS


def test_several_dispatchers_together_hand_over_no_more_than_one_would(broker: FakePublisher) -> None:
    template()
    worker_node(slots=2)
    ids = waiting(10)
    for _ in range(3):
        Queueing(broker).run_once()  # type: ignore[arg-type]  # it quacks
    assert broker.published == ids[:2]


def test_a_lost_message_keeps_an_idle_slot_from_others_for_seconds_only(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    template()
    worker_node(slots=1)
    lost, following = waiting(2)
    assert published(dispatcher, broker) == [lost]
    seconds_pass(4)
    assert published(dispatcher, broker) == []
    seconds_pass(2)
    assert published(dispatcher, broker) == [following]


def test_a_job_that_may_wait_for_a_slot_of_its_template_is_not_passed_over_by_one_that_a_wake_up_names(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    store(document(OTP), document(PASSWORD, maxConcurrent=5))
    worker_node(slots=1)
    attempt_id = scheduled()
    dispatcher.run_once()
    attempt = begin(attempt_id)
    other, urgent = scheduled(), scheduled(PASSWORD, priority=9)
    finish(attempt)
    broker.messages.clear()
    lanes = dispatch_messages.poll().lanes
    dispatcher.run_once(lanes)
    assert job(other).state == "scheduled"
    assert broker.published == [urgent]
