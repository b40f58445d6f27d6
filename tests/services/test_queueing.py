"""scheduled -> queued: what is due, most urgent first, as long as there is room; and the message to the broker."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import dispatch_messages
from jobs.dispatcher import known_workers, messages, polls, queueing, refill
from jobs.dispatcher.queueing import Queueing
from jobs.messaging.broker import DispatchMessage
from jobs.models import Job, LiveJob
from jobs.read.waiting import MAX_QUEUED_PER_QUEUE
from jobs.services.preparing import Submission
from jobs.services.submit import submit_jobs
from jobs.transitions import QueuedJob
from tests.factories import (
    ANN,
    OTP,
    PASSWORD,
    begin,
    claim_due,
    document,
    finish,
    frozen,
    job,
    last_event,
    queued,
    ran_for,
    running,
    scheduled,
    store,
    template,
    worker_node,
)
from tests.services.fake_publisher import FakePublisher

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def dispatcher(broker: FakePublisher) -> Queueing:
    return Queueing(broker)  # type: ignore[arg-type]  # it quacks


@pytest.fixture
def _quick_runs() -> None:
    ran_for(0.004)


def claim(queue: str = "default", limit: int = 100) -> list[uuid.UUID]:
    return [queued_job.job_id for queued_job in claim_due(queue=queue, limit=limit)]


def test_a_due_job_is_queued_with_one_event() -> None:
    job_id = scheduled()
    assert claim_due(queue="default", limit=10) == [QueuedJob(job_id, "default", 0, OTP)]
    row = job(job_id)
    assert (row.state, row.version, row.attempt) == ("queued", 2, 0)
    assert last_event(job_id).kind == "job_queued"


def test_a_job_is_claimed_once() -> None:
    job_id = scheduled()
    assert claim() == [job_id]
    before = frozen(job_id)
    assert claim() == []
    assert frozen(job_id) == before


def test_nothing_is_claimed_before_it_is_due() -> None:
    scheduled(start_in_seconds=60)
    assert claim() == []


def test_what_waits_no_more_is_not_claimed() -> None:
    running()
    finish(running())
    assert claim() == []


def test_each_queue_is_claimed_by_itself() -> None:
    template(queue="mail")
    job_id = scheduled()
    assert claim("default") == []
    assert claim("mail") == [job_id]


def test_the_most_urgent_come_first_and_among_equals_the_longest_due() -> None:
    template()
    now = timezone.now()
    ids = [scheduled(priority=priority) for priority in (0, 9, 5, 5)]
    for minutes, job_id in zip((9, 1, 2, 3), ids, strict=True):
        LiveJob.objects.filter(pk=job_id).update(claim_at=now - timedelta(minutes=minutes))
    assert claim(limit=1) == [ids[1]]
    assert claim(limit=1) == [ids[3]]
    assert claim(limit=1) == [ids[2]]
    assert claim(limit=5) == [ids[0]]


def test_no_more_than_asked_for_are_claimed() -> None:
    template()
    for priority in (0, 3, 9):
        scheduled(priority=priority)
    assert len(claim(limit=2)) == 2
    assert Job.objects.filter(state="scheduled").count() == 1


def test_a_template_with_slots_has_no_more_jobs_under_way_than_these() -> None:
    template(maxConcurrent=2)
    first, second, third = scheduled(), scheduled(), scheduled()
    assert claim() == [first, second]
    assert claim() == []
    finish(begin(first))
    assert claim() == [third]


def test_a_limit_counts_for_jobs_that_were_there_before_it() -> None:
    template()
    attempt = running()
    waiting = {scheduled(), scheduled()}
    template(maxConcurrent=1)
    assert claim() == []
    finish(attempt)
    (first,) = claim()
    assert first in waiting
    assert claim() == []


def test_slots_of_one_template_are_no_matter_to_another() -> None:
    store(document(OTP, maxConcurrent=1), document(PASSWORD, maxConcurrent=1))
    ids = {scheduled(OTP), scheduled(PASSWORD)}
    scheduled(OTP)
    assert set(claim()) == ids


def test_a_limit_that_is_taken_away_lets_all_through() -> None:
    template(maxConcurrent=1)
    ids = [scheduled(), scheduled()]
    template()
    claimed = claim()
    assert claimed[:1] == ids[:1]
    assert set(claimed) == set(ids)


def test_a_run_hands_all_due_jobs_of_all_queues_to_the_broker(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    template()
    ids = [scheduled()]
    template(queue="mail")
    ids.append(scheduled(priority=4))
    dispatcher.run_once()
    assert broker.messages == [DispatchMessage("default", [ids[0]]), DispatchMessage("mail", [ids[1]])]
    dispatcher.run_once()
    assert len(broker.messages) == 2


def test_a_run_keeps_only_so_many_messages_ahead(
    dispatcher: Queueing, broker: FakePublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_workers, "MAX_QUEUED_PER_QUEUE", 2)
    template()
    ids = [scheduled() for _ in range(3)]
    assert dispatcher.run_once() == refill.RefillTimer.FIRST_WAIT_SECONDS
    assert broker.published == ids[:2]
    dispatcher.run_once()
    assert len(broker.published) == 2
    begin(ids[0])
    dispatcher.run_once()
    assert broker.published == ids


@pytest.mark.usefixtures("_quick_runs")
def test_few_due_jobs_go_one_a_message(dispatcher: Queueing, broker: FakePublisher) -> None:
    worker_node(slots=2)
    for _ in range(7):
        scheduled()
    dispatcher.run_once()
    assert [len(message.job_ids) for message in broker.messages] == [1] * 7


@pytest.mark.usefixtures("_quick_runs")
@pytest.mark.parametrize(("slots", "size"), [(1, 16), (2, 16), (4, 8), (16, 2), (32, 1), (100, 1)])
def test_a_backlog_goes_in_groups_that_leave_each_slot_several_messages(
    dispatcher: Queueing, broker: FakePublisher, slots: int, size: int
) -> None:
    worker_node(slots=slots, queues=["default", "mail"])
    ids = submit_jobs(submissions=[Submission(OTP)] * (MAX_QUEUED_PER_QUEUE + 5), actor=ANN)
    dispatcher.run_once()
    assert {len(message.job_ids) for message in broker.messages} == {size}
    assert sorted(broker.published) == sorted(ids[:MAX_QUEUED_PER_QUEUE])


@pytest.mark.usefixtures("_quick_runs")
def test_where_no_worker_is_known_messages_go_one_a_message(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    submit_jobs(submissions=[Submission(OTP)] * MAX_QUEUED_PER_QUEUE, actor=ANN)
    dispatcher.run_once()
    assert len(broker.messages) == MAX_QUEUED_PER_QUEUE


@pytest.mark.usefixtures("_quick_runs")
def test_urgent_jobs_are_dealt_out_to_all_messages(dispatcher: Queueing, broker: FakePublisher) -> None:
    worker_node(slots=2)
    submit_jobs(submissions=[Submission(OTP)] * 60, actor=ANN)
    urgent = submit_jobs(submissions=[Submission(OTP, priority=9)] * 4, actor=ANN)
    dispatcher.run_once()
    assert len(broker.messages) == 4
    assert {message.job_ids[0] for message in broker.messages} == set(urgent)


@pytest.mark.usefixtures("_quick_runs")
def test_a_message_that_was_given_back_goes_alone(dispatcher: Queueing, broker: FakePublisher) -> None:
    worker_node(slots=1)
    ids = submit_jobs(submissions=[Submission(OTP)] * 40, actor=ANN)
    dispatcher.run_once()
    broker.messages.clear()
    dispatch_messages.hand_back(ids)
    dispatcher.run_once()
    assert sorted(broker.published) == sorted(ids)
    assert {len(message.job_ids) for message in broker.messages} == {1}


def test_while_the_broker_is_away_messages_wait_and_no_job_is_lost(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    job_id = scheduled()
    broker.away = True
    assert dispatcher.run_once() == queueing.BROKER_AWAY_WAIT_SECONDS
    assert job(job_id).state == "queued"
    broker.away = False
    dispatcher.run_once()
    assert broker.published == [job_id]


def test_a_message_that_was_lost_on_its_way_is_published_again(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    job_id = queued()
    dispatcher.run_once()
    assert broker.published == []
    LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(minutes=1))
    dispatcher.run_once()
    assert broker.published == [job_id]


def test_a_lost_message_comes_again_within_seconds_however_long_the_job_has_waited(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    job_id = queued()
    for _ in range(5):
        LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(seconds=1))
        dispatcher.run_once()
        assert job(job_id).publish_due - timezone.now() <= timedelta(seconds=15)
    assert broker.published == [job_id] * 5


def test_messages_do_not_pile_up_in_a_queue_that_nobody_empties(
    dispatcher: Queueing, broker: FakePublisher
) -> None:
    job_id = queued()
    broker.ready = messages.MAX_DEPTH_TO_REPUBLISH
    LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(seconds=1))
    dispatcher.run_once()
    assert broker.published == []
    assert job(job_id).publish_due > timezone.now()


def test_a_run_sleeps_until_the_next_job_is_due_but_never_long(dispatcher: Queueing) -> None:
    assert dispatcher.run_once() == pytest.approx(polls.POLL_SECONDS, abs=0.1)
    template()
    scheduled(start_in_seconds=60)
    assert dispatcher.run_once() == pytest.approx(polls.POLL_SECONDS, abs=0.1)
    scheduled(start_in_seconds=0.2)
    assert 0 <= dispatcher.run_once() <= 0.2


@pytest.mark.parametrize("rules", [{}, {"maxConcurrent": 1}], ids=["without limits", "with limits"])
def test_of_jobs_due_at_one_moment_the_first_made_goes_first_wherever_it_is_stored(
    rules: dict[str, int],
) -> None:
    store(document(OTP, **rules))
    ids = submit_jobs(submissions=[Submission(OTP)] * 3, actor=ANN)
    jobs = LiveJob.objects.filter(pk=ids[0])
    for is_other in (True, False):  # an indexed column: the row's place in the index is another then
        jobs.update(limited=bool(rules) != is_other)
    assert claim(limit=1) == ids[:1]
