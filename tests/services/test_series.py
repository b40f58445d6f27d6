"""A series: one live job at a time, the next one in the transaction that ends the last, numbers without gaps."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from foundation.errors import Conflict
from jobs import redbeat_entries, transitions
from jobs.models import Job, JobEvent, Series
from jobs.read import overviews
from jobs.services import series as services
from jobs.services.control import terminate_job, terminate_jobs
from jobs.states import LIVE, Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    WORKER,
    endings,
    enqueue,
    finish,
    job,
    kinds,
    recurring,
    store,
)
from tests.services.chains import numbers, run_one, start, waiting

pytestmark = pytest.mark.django_db


def by_success(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    finish(attempt)
    return attempt.job_id


def by_failure(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    return attempt.job_id


def by_stop(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    terminate_job(job_id=attempt.job_id, actor=ANN)
    finish(attempt, AttemptOutcome(State.TERMINATED))
    return attempt.job_id


def before_it_began(series: Series) -> uuid.UUID:
    job_id: uuid.UUID = waiting(series).pk
    terminate_job(job_id=job_id, actor=ANN)
    return job_id


def by_crash(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    transitions.lose_own_attempt(
        attempt=attempt, how="was killed by SIGSEGV", by_request=False, worker=WORKER
    )
    return attempt.job_id


def by_a_missing_handler(series: Series) -> uuid.UUID:
    job_id = enqueue(waiting(series).pk)
    assert transitions.fail_waiting(job_id=job_id, message="x", actor=WORKER, due_for=0)
    return job_id


RAN = [by_success, by_failure, by_stop, by_crash, by_a_missing_handler]


def test_the_first_job_waits_for_its_first_pause() -> None:
    series = start()
    first = waiting(series)
    assert (first.state, first.series_number, first.created_by) == ("scheduled", 1, "system")
    assert timedelta(seconds=10) <= first.start_time - first.created_at < timedelta(seconds=11)
    assert (series.state, series.run_count, series.every_seconds) == ("active", 0, 10)


@pytest.mark.parametrize("end", [*RAN, before_it_began])
def test_however_one_ends_the_next_is_due_its_pause_after_the_end(end: Callable[[Series], uuid.UUID]) -> None:
    series = start(maxLost=0)
    ended = job(end(series))
    successor = waiting(series)
    assert ended.state not in LIVE
    assert endings(ended.pk) == 1
    assert (successor.series_number, successor.state) == (2, "scheduled")
    assert successor.start_time == ended.terminated_at + timedelta(seconds=10)
    assert kinds(successor.pk) == ["job_created"]
    assert numbers(series) == [1, 2]


def test_a_retry_is_the_same_number_and_brings_no_successor() -> None:
    series = start(maxAttempts=2)
    attempt = run_one(series)
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
    assert waiting(series).pk == attempt.job_id
    assert numbers(series) == [1]
    finish(run_one(series))
    assert numbers(series) == [1, 2]


def test_end_and_successor_come_together_or_not_at_all() -> None:
    series = start()
    attempt = run_one(series)
    with transaction.atomic():
        finish(attempt)
        assert numbers(series) == [1, 2]
        transaction.set_rollback(True)
    assert numbers(series) == [1]
    assert job(attempt.job_id).state == "running"
    finish(attempt)
    assert numbers(series) == [1, 2]


def test_an_end_that_was_fenced_off_brings_no_successor() -> None:
    series = start()
    attempt = run_one(series)
    finish(attempt)
    finish(attempt)
    assert numbers(series) == [1, 2]


def test_a_second_live_job_is_impossible() -> None:
    series = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        transitions.insert_next(series, waiting(series).created_at)
    assert waiting(series).series_number == 1


def test_numbers_have_no_gap_over_many_ends_of_all_kinds() -> None:
    series = start(maxLost=0)
    for end in [*RAN, before_it_began] * 2:
        end(series)
    assert numbers(series) == list(range(1, 14))
    assert Job.objects.filter(series=series, state__in=LIVE).count() == 1
    assert JobEvent.objects.filter(kind="job_terminated").count() == 12


@pytest.mark.parametrize("end", RAN)
def test_max_runs_ends_the_series(end: Callable[[Series], uuid.UUID]) -> None:
    series = start(maxRuns=2, maxLost=0)
    end(series)
    end(series)
    series.refresh_from_db()
    assert (series.state, series.run_count) == ("ended", 2)
    assert numbers(series) == [1, 2]
    with pytest.raises(Conflict) as caught:
        services.resume_series(series_id=series.pk, actor=EDITOR)
    assert caught.value.problems[0].code == "ended"


def test_a_job_that_was_stopped_before_it_began_is_no_run() -> None:
    series = start(maxRuns=1)
    before_it_began(series)
    series.refresh_from_db()
    assert (series.state, series.run_count) == ("active", 0)
    by_success(series)
    series.refresh_from_db()
    assert (series.state, series.run_count) == ("ended", 1)


def test_a_crontab_series_is_due_at_its_next_time() -> None:
    series = start(crontab="0 0 1 1 *", timeZone="Europe/Berlin")
    first = waiting(series)
    assert (series.every_seconds, series.crontab, series.time_zone) == (None, "0 0 1 1 *", "Europe/Berlin")
    assert (first.start_time + timedelta(hours=1)).strftime("%m-%d %H:%M:%S") == "01-01 00:00:00"


def test_a_stop_of_many_ends_each_number_and_starts_the_next() -> None:
    store(recurring(OTP), recurring("forgot_password_job"))
    ids = list(Job.objects.values_list("pk", flat=True))
    terminate_jobs(job_ids=ids, actor=ANN, dry_run=False)
    assert Job.objects.filter(state="scheduled").count() == 2
    assert sorted(job.series_number or 0 for job in Job.objects.all()) == [1, 1, 2, 2]


def test_it_shows_its_next_start_its_runs_and_its_last_job() -> None:
    series = start()
    ended = by_success(series)
    shape = overviews.series_as_json(series.pk)
    assert shape["next_start_time"] == waiting(series).start_time
    assert (shape["run_count"], shape["last_job"]) == (1, str(ended))


def test_the_dispatchers_own_loop_leaves_redbeat_a_head_start() -> None:
    series = start()
    row = waiting(series)
    assert row.claim_at - row.start_time == timedelta(seconds=1)
    assert redbeat_entries.release_series(series.pk)
    assert waiting(series).claim_at - row.start_time == timedelta(microseconds=1)
    assert not redbeat_entries.release_series(series.pk)
