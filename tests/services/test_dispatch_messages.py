"""Account of dispatch messages and RedBeat entries: when a job is claimed, published again, and has an entry."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import dispatch_messages, redbeat_entries, wakeup
from jobs.models import Job, LiveJob, Series
from tests.factories import OTP, begin, job, kinds, queued, recurring, scheduled, store, template

pytestmark = pytest.mark.django_db


def overdue(job_id: uuid.UUID) -> uuid.UUID:
    LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(seconds=1))
    return job_id


def test_a_message_that_nobody_took_is_published_again_and_is_no_change_of_the_job() -> None:
    job_id = overdue(queued())
    version = job(job_id).version
    (queued_job,) = dispatch_messages.take_overdue(limit=10)
    assert queued_job == (job_id, "default", 0, OTP)
    assert (job(job_id).version, kinds(job_id)[-1]) == (version, "job_queued")
    assert dispatch_messages.take_overdue(limit=10) == []


def test_a_job_that_runs_is_not_published_again() -> None:
    job_id = queued()
    begin(job_id)
    LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(seconds=1))
    assert dispatch_messages.take_overdue(limit=10) == []


def test_a_message_that_was_not_confirmed_is_due_at_once() -> None:
    job_id = queued()
    dispatch_messages.mark_unconfirmed([job_id])
    assert [queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)] == [job_id]


def test_only_so_many_are_taken_at_a_time_longest_overdue_first() -> None:
    ids = [queued() for _ in range(3)]
    for seconds, job_id in enumerate(ids):
        LiveJob.objects.filter(pk=job_id).update(publish_due=timezone.now() - timedelta(seconds=10 - seconds))
    assert {queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=2)} == set(ids[:2])


def test_queues_with_waiting_jobs_are_told_with_what_was_handed_over_and_the_next_due_time() -> None:
    template()
    queued(), queued()
    scheduled(start_in_seconds=60)
    scheduled(start_in_seconds=30)
    template(queue="mail")
    scheduled()
    (default, mail), _ = dispatch_messages.poll_queues()
    assert (default.queue, default.queued, default.due) == ("default", 2, False)
    assert default.next_due_in == pytest.approx(30, abs=2)
    assert (mail.queue, mail.queued, mail.due, mail.next_due_in) == ("mail", 0, True, None)


def test_a_queue_is_due_whatever_the_priority_of_its_due_job_and_the_next_is_the_next_of_all() -> None:
    template()
    for priority, seconds in ((9, 300), (5, 60), (4, 0), (0, 90)):
        scheduled(priority=priority, start_in_seconds=seconds)
    ((default,), _) = dispatch_messages.poll_queues()
    assert (default.due, default.with_limits) == (True, False)
    assert default.next_due_in == pytest.approx(60, abs=2)


def test_jobs_that_may_wait_for_a_slot_are_told_once_they_are_due() -> None:
    template(maxConcurrent=1)
    scheduled(start_in_seconds=60)
    ((later,), _) = dispatch_messages.poll_queues()
    assert (later.due, later.with_limits) == (False, False)
    scheduled()
    ((now,), _) = dispatch_messages.poll_queues()
    assert (now.due, now.with_limits) == (True, True)


def test_without_jobs_there_are_no_queues_and_with_queued_ones_alone_nothing_is_due() -> None:
    assert dispatch_messages.poll_queues() == ([], False)
    queued()
    assert dispatch_messages.poll_queues() == (
        [dispatch_messages.QueueStatus("default", 1, None, False, False)],
        False,
    )


def test_overdue_messages_are_reported_whether_jobs_wait_or_not() -> None:
    template()
    queued()
    overdue(queued())
    assert dispatch_messages.poll_queues()[1] is True
    scheduled()
    ((default,), some_are_overdue) = dispatch_messages.poll_queues()
    assert (default.queued, some_are_overdue) == (2, True)


def test_a_redbeat_message_hands_the_series_waiting_job_to_the_dispatchers_loop() -> None:
    store(recurring())
    series = Series.objects.get()
    row = Job.objects.get()
    assert row.claim_at > row.start_time
    assert redbeat_entries.release_series(series.pk)
    assert Job.objects.get().claim_at == row.start_time + timedelta(microseconds=1)
    assert (Job.objects.get().version, kinds(row.pk)) == (1, ["job_created"])


def test_a_redbeat_message_that_is_late_doubled_or_forged_changes_nothing() -> None:
    store(recurring())
    series = Series.objects.get()
    redbeat_entries.release_series(series.pk)
    before = Job.objects.values().get()
    assert not redbeat_entries.release_series(series.pk)
    assert not redbeat_entries.release_series(uuid.uuid4())
    assert Job.objects.values().get() == before


def test_an_entry_is_missing_until_it_is_stored() -> None:
    store(recurring())
    series, row = Series.objects.get(), Job.objects.get()
    (entry,) = redbeat_entries.find_missing_entries(limit=10)
    assert (entry.series_id, entry.every_seconds) == (series.pk, 10)
    assert entry.due == pytest.approx(row.start_time.timestamp(), abs=0.001)
    redbeat_entries.mark_stored([series.pk])
    assert redbeat_entries.find_missing_entries(limit=10) == []
    assert redbeat_entries.list_entries() == [entry]


def test_a_moved_job_needs_a_new_entry() -> None:
    store(recurring())
    redbeat_entries.mark_stored([Series.objects.get().pk])
    store(recurring(startInSeconds=60))
    (entry,) = redbeat_entries.find_missing_entries(limit=10)
    assert entry.every_seconds == 60


def test_a_job_outside_of_a_series_wants_no_alarm() -> None:
    scheduled(start_in_seconds=60)
    assert redbeat_entries.list_entries() == []


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_reaches_whoever_listens() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {wakeup.WAKEUP_CHANNEL}")
    wakeup.wake_dispatchers()
    (told,) = connection.connection.notifies(timeout=5, stop_after=1)
    assert told.channel == wakeup.WAKEUP_CHANNEL
    with connection.cursor() as cursor:
        cursor.execute("UNLISTEN *")
