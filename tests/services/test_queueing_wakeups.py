"""A wake-up names the lanes of new jobs: these are claimed and published without a poll of the database before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from jobs import dispatch_messages, wakeup
from jobs.dispatcher import known_workers, process, queueing
from jobs.dispatcher import polls as polls_module
from jobs.dispatcher.queueing import BROKER_AWAY_WAIT_SECONDS, Due, Queueing
from jobs.models import LiveJob
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from tests.factories import ANN, OTP, PASSWORD, document, job, scheduled, store, template, worker_node
from tests.services.fake_publisher import FakePublisher
from tests.services.handing_over import broker, dispatcher, seconds_pass

__all__ = ["broker", "dispatcher"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> list[dispatch_messages.Poll]:
    """What the polls found."""
    found: list[dispatch_messages.Poll] = []
    poll = dispatch_messages.poll

    def noted() -> dispatch_messages.Poll:
        found.append(poll())
        return found[-1]

    monkeypatch.setattr(dispatch_messages, "poll", noted)
    for module in (polls_module, queueing):
        monkeypatch.setattr(module, "POLL_SECONDS", 600)
    return found


@pytest.fixture(autouse=True)
def _listening() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {wakeup.WAKEUP_CHANNEL}")
        yield
        cursor.execute("UNLISTEN *")


def wakeups() -> Due | None:
    """What the wake-ups so far say, as a dispatcher takes them."""
    return process.merge_wakeups(one.payload for one in connection.connection.notifies(timeout=0))


@pytest.fixture
def waiting_for_wakeups(dispatcher: Queueing, polls: list[dispatch_messages.Poll]) -> Queueing:
    """A dispatcher that has polled a moment ago, when there were no jobs."""
    template()
    dispatcher.run_once()
    polls.clear()
    wakeups()
    return dispatcher


def test_a_new_job_is_published_without_a_poll(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    for _ in range(2):
        broker.messages.clear()
        job_id = scheduled()
        waiting_for_wakeups.run_once(wakeups())
        assert (broker.published, polls) == ([job_id], [])


def test_new_jobs_of_several_lanes_are_published_in_their_order(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    store(document(PASSWORD, maxConcurrent=1))
    wakeups()
    chosen = [(OTP, 0), (PASSWORD, 3), (OTP, 9)]
    low, limited, urgent = submit_jobs(
        submissions=[Submission(job_type, priority=priority) for job_type, priority in chosen], actor=ANN
    )
    waiting_for_wakeups.run_once(wakeups())
    assert (broker.published, polls) == ([urgent, limited, low], [])


def test_a_new_job_that_is_due_later_is_published_when_it_is_due(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    job_id = scheduled(start_in_seconds=60)
    assert 59 < waiting_for_wakeups.run_once(wakeups()) <= 60
    LiveJob.objects.update(claim_at=job(job_id).created_at)
    waiting_for_wakeups.run_once({lane: job(job_id).created_at for lane in dispatch_messages.poll().lanes})
    assert broker.published == [job_id]


def test_after_a_claim_the_next_due_time_of_the_lane_is_known(waiting_for_wakeups: Queueing) -> None:
    scheduled(start_in_seconds=60)
    wakeups()
    scheduled()
    assert 59 < waiting_for_wakeups.run_once(wakeups()) <= 60


def test_a_wake_up_that_names_no_lanes_leads_to_a_poll(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    job_id = scheduled()
    wakeup.wake_dispatchers()
    assert wakeups() is None
    waiting_for_wakeups.run_once(None)
    assert (broker.published, len(polls)) == ([job_id], 1)


def test_a_job_whose_wake_up_was_lost_is_found_by_the_next_regular_poll(
    waiting_for_wakeups: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = scheduled()
    waiting_for_wakeups.run_once({})
    assert broker.published == []
    monkeypatch.setattr(waiting_for_wakeups._polls, "_next", 0.0)
    waiting_for_wakeups.run_once({})
    assert broker.published == [job_id]


def test_a_job_that_was_due_long_before_its_wake_up_is_found(
    waiting_for_wakeups: Queueing, broker: FakePublisher
) -> None:
    scheduled()
    waiting_for_wakeups.run_once(wakeups())
    late = scheduled()  # as if its transaction had begun an hour ago
    ((lane, at),) = (wakeups() or {}).items()
    LiveJob.objects.filter(pk=late).update(claim_at="2000-01-01T00:00:00Z")
    waiting_for_wakeups.run_once({lane: job(late).claim_at})
    assert broker.published[-1] == late
    assert at > job(late).claim_at


def test_room_in_workers_leads_to_a_claim_of_what_is_known_to_be_due(
    waiting_for_wakeups: Queueing,
    broker: FakePublisher,
    polls: list[dispatch_messages.Poll],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known_workers, "MAX_QUEUED_PER_QUEUE", 1)
    ids: list[uuid.UUID] = [scheduled(), scheduled()]
    waiting_for_wakeups.run_once(wakeups())
    assert broker.published == ids[:1]
    LiveJob.objects.filter(pk=ids[0]).delete()
    wakeup.wake_dispatchers(wakeup.ROOM)
    waiting_for_wakeups.run_once(wakeups())
    assert (broker.published, polls) == (ids, [])


def test_a_claim_counts_jobs_that_were_queued_before_the_last_poll(
    waiting_for_wakeups: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_workers, "MAX_QUEUED_PER_QUEUE", 1)
    first = scheduled()
    waiting_for_wakeups.run_once(wakeups())
    seconds_pass(4)
    scheduled()
    waiting_for_wakeups.run_once(None)
    assert broker.published == [first]


def test_what_was_claimed_while_the_broker_is_away_is_not_lost(
    waiting_for_wakeups: Queueing, broker: FakePublisher
) -> None:
    job_id = scheduled()
    broker.away = True
    assert waiting_for_wakeups.run_once(wakeups()) == BROKER_AWAY_WAIT_SECONDS
    assert [one.job_id for one in dispatch_messages.take_overdue(limit=10)] == [job_id]


def test_of_uneven_lanes_the_longer_one_stays_due_without_a_poll(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    store(document(PASSWORD))
    worker_node(slots=30)
    scheduled()
    waiting_for_wakeups.run_once()
    waiting_for_wakeups.run_once()  # polls once more, as there is another worker
    LiveJob.objects.all().delete()
    broker.messages.clear()
    polls.clear()
    wakeups()
    ids = submit_jobs(submissions=[Submission(OTP)] * 100 + [Submission(PASSWORD)], actor=ANN)
    waiting_for_wakeups.run_once(wakeups())
    while len(broker.published) < len(ids):
        before = len(broker.published)
        LiveJob.objects.filter(state="queued").update(state="scheduled", claim_at="2999-01-01T00:00:00Z")
        waiting_for_wakeups.run_once({})
        assert len(broker.published) > before
    assert sorted(broker.published) == sorted(ids)
    assert polls == []


def test_a_lane_without_a_free_slot_of_its_template_stays_due(
    waiting_for_wakeups: Queueing, broker: FakePublisher, polls: list[dispatch_messages.Poll]
) -> None:
    store(document(PASSWORD, maxConcurrent=1))
    wakeups()
    first, second = submit_jobs(submissions=[Submission(PASSWORD)] * 2, actor=ANN)
    waiting_for_wakeups.run_once(wakeups())
    assert broker.published == [first]
    LiveJob.objects.filter(pk=first).delete()
    waiting_for_wakeups.run_once({})
    assert (broker.published, polls) == ([first, second], [])
