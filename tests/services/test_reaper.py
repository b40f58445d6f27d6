"""The reaper: an attempt is dead when its lease ran out and its heartbeat stands still on our own clock, too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.dispatcher import reaper as reaper_module
from jobs.dispatcher.reaper import MIN_EXPIRED_SECONDS, Reaper
from jobs.models import LiveJob
from jobs.transitions import Attempt
from jobs.transitions.ending import MAX_INTERRUPTIONS
from tests.factories import endings, finish, job, running, template

pytestmark = pytest.mark.django_db


class Clock:
    """Our own monotonic clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(reaper_module, "time", clock)
    return clock


def expire(attempt: Attempt) -> None:
    LiveJob.objects.filter(pk=attempt.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_it_judges_an_attempt_that_was_silent_for_long_enough(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    expire(attempt)
    reaper.run_once()
    assert job(attempt.job_id).state == "running"
    clock.now += MIN_EXPIRED_SECONDS
    reaper.run_once()
    assert (job(attempt.job_id).state, job(attempt.job_id).interruptions) == ("scheduled", 1)


def test_a_lease_that_holds_is_left_however_long_the_reaper_looks(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    for _ in range(3):
        reaper.run_once()
        clock.now += MIN_EXPIRED_SECONDS
    assert job(attempt.job_id).state == "running"


def test_a_jump_of_the_databases_clock_alone_kills_nothing(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    for _ in range(3):
        expire(attempt)
        reaper.run_once()
        transitions.renew_lease(job_id=attempt.job_id, lease=attempt.lease)
        expire(attempt)
        clock.now += MIN_EXPIRED_SECONDS - 1
    assert job(attempt.job_id).state == "running"


def test_a_jump_of_our_own_clock_alone_kills_nothing(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    reaper.run_once()
    clock.now += 10**6
    reaper.run_once()
    expire(attempt)
    reaper.run_once()
    assert job(attempt.job_id).state == "running"


def test_a_renewed_lease_is_forgotten_and_counted_anew(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    expire(attempt)
    reaper.run_once()
    transitions.renew_lease(job_id=attempt.job_id, lease=attempt.lease)
    reaper.run_once()
    clock.now += MIN_EXPIRED_SECONDS
    expire(attempt)
    reaper.run_once()
    assert job(attempt.job_id).state == "running"


def test_the_last_interruption_is_a_failure_that_says_so(clock: Clock) -> None:
    template(maxLost=0)
    attempt, reaper = running(), Reaper()
    LiveJob.objects.filter(pk=attempt.job_id).update(interruptions=MAX_INTERRUPTIONS)
    expire(attempt)
    reaper.run_once()
    clock.now += MIN_EXPIRED_SECONDS
    reaper.run_once()
    assert (job(attempt.job_id).state, job(attempt.job_id).reason) == ("failed", "worker_lost")
    assert endings(attempt.job_id) == 1


def test_an_attempt_that_ends_meanwhile_keeps_its_end(clock: Clock) -> None:
    attempt, reaper = running(), Reaper()
    expire(attempt)
    reaper.run_once()
    finish(attempt)
    clock.now += MIN_EXPIRED_SECONDS
    reaper.run_once()
    assert job(attempt.job_id).state == "succeeded"
    assert endings(attempt.job_id) == 1


def test_a_lost_attempt_is_told_with_job_type_and_attempt(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    attempt = running()
    expire(attempt)
    reaper = Reaper()
    reaper.run_once()
    clock.now += MIN_EXPIRED_SECONDS
    reaper.run_once()
    lost = f"lost job {attempt.job_id} ({attempt.job_type}, attempt 1): now scheduled"
    assert [line for line in caplog.messages if line.endswith(lost)]
