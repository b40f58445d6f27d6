"""A wake-up mostly stands for a job in the queue used last: it is claimed and published before queues are polled."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest

from jobs import dispatch_messages
from jobs.dispatcher import queueing
from jobs.dispatcher.queueing import BROKER_AWAY_WAIT_SECONDS, MAX_SPECULATIVE_CLAIMS, Queueing
from jobs.messaging.broker import DispatchMessage
from tests.factories import job, scheduled, template

pytestmark = pytest.mark.django_db


class Broker:
    def __init__(self) -> None:
        self.published: list[uuid.UUID] = []
        self.away = False

    def publish(self, messages: Sequence[DispatchMessage]) -> set[uuid.UUID]:
        ids = [job_id for message in messages for job_id in message.job_ids]
        self.published += [] if self.away else ids
        return set() if self.away else set(ids)

    def tend(self) -> None:
        """An idle connection needs no care here."""


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def seen(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> list[list[uuid.UUID]]:
    """For each look: what was published by then."""
    looks: list[list[uuid.UUID]] = []
    look = dispatch_messages.poll_queues

    def noted() -> tuple[list[dispatch_messages.QueueStatus], bool]:
        looks.append(list(broker.published))
        return look()

    monkeypatch.setattr(dispatch_messages, "poll_queues", noted)
    return looks


@pytest.fixture
def dispatcher(broker: Broker, seen: list[list[uuid.UUID]]) -> Queueing:
    """It has just handed over a job of the queue `default`."""
    template()
    queueing_ = Queueing(broker)  # type: ignore[arg-type]  # it quacks
    scheduled()
    queueing_.run_once()
    broker.published.clear()
    seen.clear()
    return queueing_


def test_a_lone_job_is_published_before_the_look(dispatcher: Queueing, seen: list[list[uuid.UUID]]) -> None:
    for _ in range(2):
        seen.clear()
        job_id = scheduled()
        dispatcher.run_once(speculate=True)
        assert [published[-1:] for published in seen] == [[job_id]]


def test_without_a_wake_up_the_run_begins_with_a_poll(
    dispatcher: Queueing, broker: Broker, seen: list[list[uuid.UUID]]
) -> None:
    job_id = scheduled()
    dispatcher.run_once()
    assert (seen, broker.published) == ([[]], [job_id])


def test_a_job_somewhere_else_is_found_by_the_look_and_the_next_one_is_expected_there(
    dispatcher: Queueing, broker: Broker, seen: list[list[uuid.UUID]]
) -> None:
    template(queue="mail")
    first = scheduled()
    dispatcher.run_once(speculate=True)
    second = scheduled()
    dispatcher.run_once(speculate=True)
    assert seen == [[], [first, second]]


def test_where_nothing_was_found_nothing_is_claimed_speculatively_again(
    dispatcher: Queueing, seen: list[list[uuid.UUID]]
) -> None:
    dispatcher.run_once(speculate=True)
    scheduled()
    dispatcher.run_once(speculate=True)
    assert seen == [[], []]


def test_of_many_jobs_only_a_few_are_claimed_speculatively(
    dispatcher: Queueing, broker: Broker, seen: list[list[uuid.UUID]]
) -> None:
    ids = {scheduled() for _ in range(MAX_SPECULATIVE_CLAIMS + 3)}
    dispatcher.run_once(speculate=True)
    assert (len(seen[0]), set(broker.published)) == (MAX_SPECULATIVE_CLAIMS, ids)


def test_a_job_that_may_wait_for_a_slot_is_not_claimed_speculatively(
    dispatcher: Queueing, broker: Broker, seen: list[list[uuid.UUID]]
) -> None:
    template(maxConcurrent=2)  # the job that was handed over has one of the slots
    first, second = scheduled(), scheduled()
    dispatcher.run_once(speculate=True)
    assert (seen, broker.published) == ([[]], [first])
    assert job(second).state == "scheduled"


def test_where_another_dispatcher_took_the_room_nothing_is_claimed_speculatively(
    dispatcher: Queueing, broker: Broker, seen: list[list[uuid.UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "MAX_QUEUED_PER_QUEUE", 3)
    for _ in range(2):
        scheduled()
    Queueing(broker).run_once()  # type: ignore[arg-type]  # it quacks
    dispatcher.run_once()
    broker.published.clear()
    seen.clear()
    waits = scheduled()
    dispatcher.run_once(speculate=True)
    assert (seen, broker.published) == ([[]], [])
    assert job(waits).state == "scheduled"


def test_no_more_are_claimed_speculatively_than_there_was_room_for(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "MAX_QUEUED_PER_QUEUE", 3)
    template()
    dispatcher = Queueing(broker)  # type: ignore[arg-type]  # it quacks
    for _ in range(5):
        scheduled()
        dispatcher.run_once(speculate=True)
    assert len(broker.published) == 3


def test_what_was_claimed_speculatively_while_the_broker_is_away_is_not_lost(
    dispatcher: Queueing, broker: Broker
) -> None:
    job_id = scheduled()
    broker.away = True
    assert dispatcher.run_once(speculate=True) == BROKER_AWAY_WAIT_SECONDS
    assert [queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)] == [job_id]
