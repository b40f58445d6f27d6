"""Clocks that jump by an hour: Postgres's alone counts, and nothing that lives is taken for dead by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection

from jobs import dispatch_messages, transitions
from jobs.dispatcher import reaper as reaper_module
from jobs.dispatcher.heartbeat import DispatcherHeartbeat
from jobs.dispatcher.reaper import MIN_EXPIRED_SECONDS, Reaper
from jobs.dispatcher.retention import prune_progress, purge_jobs
from jobs.models import Job
from jobs.read import queries
from jobs.read.waiting import waiting_reason
from jobs.services import series as services
from jobs.services.preparing import Submission
from jobs.services.submit import submit_once
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    claim_due,
    claimant,
    finish,
    job,
    number_events,
    queued,
    running,
    scheduled,
    succeeded,
    template,
)
from tests.services.chains import numbers, start, waiting
from tests.support.postgres_clock import PostgresClock

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NEVER_WRONG_BY = timedelta(seconds=30)  # what a slow machine takes between two looks at the clock


class OwnClock:
    """The reaper's monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def postgres(db: None) -> PostgresClock:
    return PostgresClock()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> OwnClock:
    clock = OwnClock()
    monkeypatch.setattr(reaper_module, "time", clock)
    return clock


def postgres_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def claimed() -> list[object]:
    return [queued_job.job_id for queued_job in claim_due(queue="default", limit=10)]


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_an_attempt_that_renews_its_lease_outlives_a_jump(
    postgres: PostgresClock, own: OwnClock, jump: timedelta
) -> None:
    attempt, reaper = running(), Reaper()
    postgres.jump(jump)
    for _ in range(20):
        reaper.run_once()
        own.now += MIN_EXPIRED_SECONDS - 1
        assert transitions.renew_lease(job_id=attempt.job_id, lease=attempt.lease)[0]
    reaper.run_once()
    assert (job(attempt.job_id).state, job(attempt.job_id).interruptions) == ("running", 0)


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_an_attempt_that_died_before_a_jump_is_found_all_the_same(
    postgres: PostgresClock, own: OwnClock, jump: timedelta
) -> None:
    attempt, reaper = running(), Reaper()
    reaper.run_once()
    postgres.jump(jump)
    reaper.run_once()
    own.now += settings.LEASE_SECONDS + MIN_EXPIRED_SECONDS
    reaper.run_once()
    assert (job(attempt.job_id).state, job(attempt.job_id).interruptions) == ("scheduled", 1)


def test_after_a_jump_back_the_lease_is_waited_for_by_our_own_clock(
    postgres: PostgresClock, own: OwnClock
) -> None:
    attempt, reaper = running(), Reaper()
    reaper.run_once()
    postgres.jump(-HOUR)
    own.now += settings.LEASE_SECONDS
    reaper.run_once()
    assert job(attempt.job_id).state == "running"


def test_a_message_that_was_lost_before_a_jump_back_goes_out_again(postgres: PostgresClock) -> None:
    job_id = queued()
    assert dispatch_messages.take_overdue(limit=10) == []
    assert [jobs.overdue for jobs in dispatch_messages.poll().queued] == [False]
    postgres.jump(-HOUR)
    assert [jobs.overdue for jobs in dispatch_messages.poll().queued] == [True]
    assert [queued_job.job_id for queued_job in dispatch_messages.take_overdue(limit=10)] == [job_id]
    assert dispatch_messages.take_overdue(limit=10) == []


def test_a_delayed_job_waits_for_its_time_by_postgres_and_is_handed_over_once(
    postgres: PostgresClock,
) -> None:
    job_id = scheduled(start_in_seconds=60)
    postgres.jump(-HOUR)
    assert claimed() == []
    postgres.jump(HOUR)
    assert claimed() == []
    postgres.jump(HOUR)
    assert claimed() == [job_id]
    assert claimed() == []


def test_a_series_has_one_run_however_far_the_clock_jumps(postgres: PostgresClock) -> None:
    series = start(startInSeconds=10)
    postgres.jump(HOUR)
    assert claimed() == [waiting(series).pk]
    attempt = transitions.start(job_id=waiting(series).pk, claimant=claimant())
    assert attempt is not None
    finish(attempt)
    assert claimed() == []
    assert numbers(series) == [1, 2]
    assert abs(waiting(series).start_time - postgres_now() - 10 * SECOND) < NEVER_WRONG_BY


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_a_series_that_is_resumed_counts_from_now_by_postgres(
    postgres: PostgresClock, jump: timedelta
) -> None:
    series = start(startInSeconds=100)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    postgres.jump(jump)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert abs(waiting(series).start_time - postgres_now() - 100 * SECOND) < NEVER_WRONG_BY


def test_a_crontab_time_that_was_jumped_over_waits_for_the_next_by_postgres(postgres: PostgresClock) -> None:
    series = start(crontab="30 3 * * *")
    DispatcherHeartbeat().send()
    postgres.jump(timedelta(days=1))
    DispatcherHeartbeat().send()
    now = postgres_now()
    assert now < waiting(series).start_time <= now + timedelta(days=1)
    assert claimed() == []


@pytest.mark.parametrize(("jump", "purged"), [(HOUR, 1), (-HOUR, 0)], ids=["ahead", "back"])
def test_what_is_old_is_old_by_postgres(postgres: PostgresClock, jump: timedelta, purged: int) -> None:
    if purged:
        job_id = succeeded()
        postgres.jump(jump)
    else:
        postgres.jump(jump)
        job_id = succeeded()
    assert purge_jobs(older_than=HOUR / 2) == purged
    assert Job.objects.filter(pk=job_id).exists() == (not purged)


def test_announcements_of_a_moment_ago_stay_however_wrong_our_clock_is(postgres: PostgresClock) -> None:
    postgres.jump(-2 * HOUR)
    attempt = running()
    transitions.report_progress(job_id=attempt.job_id, lease=attempt.lease, percent=10, message="")
    number_events()
    assert prune_progress() == 0
    postgres.jump(2 * HOUR)
    assert prune_progress() == 1


def test_an_idempotency_key_lives_a_day_by_postgres(postgres: PostgresClock) -> None:
    template()

    def submitted() -> object:
        return submit_once(submission=Submission(OTP), actor=ANN, key="once", body=b"{}")[0]

    first = submitted()
    postgres.jump(timedelta(hours=23))
    assert submitted() == first
    postgres.jump(2 * HOUR)
    assert submitted() != first


@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["ahead", "back"])
def test_the_reason_to_wait_is_told_by_postgres(postgres: PostgresClock, jump: timedelta) -> None:
    postgres.jump(jump)
    due, later = scheduled(), scheduled(start_in_seconds=60)
    facts = queries.waiting_facts()
    rows = {row["id"]: row for row in Job.objects.values()}
    assert "no worker serves" in str(waiting_reason(rows[due], facts))
    assert "no worker serves" not in str(waiting_reason(rows[later], facts))
