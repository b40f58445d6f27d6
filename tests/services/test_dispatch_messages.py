"""Account of dispatch messages and RedBeat entries: when a job is claimed, published again, and has an entry."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import dispatch_messages, redbeat_entries, wakeup
from jobs.lanes import Lane
from jobs.models import Job, LiveJob, Series
from jobs.transitions import capacity
from tests.factories import OTP, PASSWORD, begin, job, kinds, queued, recurring, scheduled, store, template

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


def test_a_poll_finds_each_lane_with_its_first_job() -> None:
    template()
    times = {
        priority: job(scheduled(priority=priority, start_in_seconds=seconds)).claim_at
        for priority, seconds in ((9, 300), (5, 60), (0, 0))
    }
    scheduled(priority=0, start_in_seconds=90)
    template(PASSWORD, queue="mail", maxConcurrent=1)
    mail = job(scheduled(PASSWORD)).claim_at
    assert dispatch_messages.poll().lanes == {
        Lane("mail", True, 0, PASSWORD): mail,
        **{Lane("default", False, priority, OTP): at for priority, at in times.items()},
    }


def test_a_poll_counts_what_is_queued_and_says_whether_a_message_is_late_or_overdue() -> None:
    assert dispatch_messages.poll().queued == []
    first, second = queued(), queued()
    (default,) = dispatch_messages.poll().queued
    assert (default[:2], default.late, default.overdue) == (("default", 2), False, False)
    assert default.earliest == job(first).publish_due
    LiveJob.objects.filter(pk=first).update(publish_due=timezone.now() + timedelta(seconds=10))
    assert dispatch_messages.poll().queued[0].late
    overdue(second)
    (default,) = dispatch_messages.poll().queued
    assert (default.overdue, default.earliest) == (True, job(second).publish_due)


def test_a_poll_names_the_jobs_that_run_for_long_or_says_that_they_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long, short = begin(queued()).job_id, begin(queued()).job_id
    LiveJob.objects.filter(pk=long).update(started_at=timezone.now() - timedelta(seconds=3))
    found = dispatch_messages.poll()
    assert found.long_runs == [long]
    assert found.bounds("default").running_since == found.now - timedelta(seconds=2)
    assert job(short).state == "running"
    monkeypatch.setattr(capacity, "MAX_LONG_RUNS", 0)
    found = dispatch_messages.poll()
    assert found.bounds("default").running_since is None


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
