"""A series: one live job at a time, the next one in the transaction that ends the last, numbers without gaps."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jobs import hints, overviews, transitions
from jobs.models import Job, JobEvent, Series
from jobs.services import series as services
from jobs.services.control import terminate_job, terminate_jobs
from jobs.states import LIVE, Reason, State
from jobs.transitions import Attempt, Outcome
from scheduler_project.errors import Conflict, Forbidden, NotFound
from tests.factories import (
    ANN,
    EDITOR,
    OTP,
    PID,
    VIEWER,
    WORKER,
    begin,
    endings,
    enqueue,
    finish,
    job,
    kinds,
    last_event,
    recurring,
    store,
)

pytestmark = pytest.mark.django_db


def start(**keys: Any) -> Series:
    """The series of a recurring template that was stored just now."""
    store(recurring(**keys))
    return Series.objects.get()


def waiting(series: Series) -> Any:
    return Job.objects.get(series=series, state__in=LIVE)


def run_one(series: Series) -> Attempt:
    return begin(enqueue(waiting(series).pk))


def numbers(series: Series) -> list[int]:
    found = Job.objects.filter(series=series).order_by("id").values_list("series_number", flat=True)
    return [number for number in found if number is not None]


def by_success(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    finish(attempt)
    return attempt.job_id


def by_failure(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    finish(attempt, Outcome(State.FAILED, reason=Reason.ERROR))
    return attempt.job_id


def by_stop(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    terminate_job(job_id=attempt.job_id, actor=ANN)
    finish(attempt, Outcome(State.TERMINATED))
    return attempt.job_id


def before_it_began(series: Series) -> uuid.UUID:
    job_id: uuid.UUID = waiting(series).pk
    terminate_job(job_id=job_id, actor=ANN)
    return job_id


def by_loss(series: Series) -> uuid.UUID:
    attempt = run_one(series)
    transitions.lose_dead_attempt(job_id=attempt.job_id, worker=WORKER, pid=PID)
    return attempt.job_id


def by_a_missing_handler(series: Series) -> uuid.UUID:
    job_id = enqueue(waiting(series).pk)
    transitions.fail_waiting(job_id=job_id, reason=Reason.HANDLER_NOT_FOUND, message="x", actor=WORKER)
    return job_id


RAN = [by_success, by_failure, by_stop, by_loss, by_a_missing_handler]


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
    finish(attempt, Outcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
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


def test_a_second_live_job_or_number_is_impossible() -> None:
    series = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        transitions.insert_next(series, waiting(series).created_at)
    waiting_job = waiting(series)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=by_success(series)).update(series_number=2)
    assert waiting_job.series_number == 1


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


def test_pause_ends_the_waiting_job_and_brings_none_after_it() -> None:
    series = start()
    first = waiting(series)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    series.refresh_from_db()
    assert series.state == "paused"
    assert (job(first.pk).state, last_event(first.pk).actor) == ("terminated", "eve")
    assert numbers(series) == [1]


def test_pause_lets_a_running_job_end_and_brings_none_after_it() -> None:
    series = start()
    attempt = run_one(series)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    assert job(attempt.job_id).state == "running"
    assert job(attempt.job_id).terminate_requested_at is None
    finish(attempt)
    assert job(attempt.job_id).state == "succeeded"
    assert numbers(series) == [1]


def test_pausing_twice_is_harmless() -> None:
    series = start()
    services.pause_series(series_id=series.pk, actor=EDITOR)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    assert numbers(series) == [1]


def test_resume_starts_the_next_number() -> None:
    series = start()
    services.pause_series(series_id=series.pk, actor=EDITOR)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert waiting(series).series_number == 2
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert numbers(series) == [1, 2]


def test_resuming_while_the_last_job_still_runs_brings_the_next_after_it() -> None:
    series = start()
    attempt = run_one(series)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert numbers(series) == [1]
    finish(attempt)
    assert numbers(series) == [1, 2]


def test_pausing_a_bounded_series_uses_up_no_run() -> None:
    series = start(maxRuns=1)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert waiting(series).series_number == 2


def test_run_now_makes_the_waiting_job_due() -> None:
    series = start()
    job_id = services.run_series_now(series_id=series.pk, actor=ANN)
    row = job(job_id)
    assert (row.pk, row.version) == (waiting(series).pk, 2)
    event = last_event(job_id)
    assert (event.kind, event.actor, event.detail) == ("job_changed", "ann", {"change": "run_now"})
    assert row.start_time <= event.at
    (hint,) = transitions.due_hints(queue="default", limit=5)
    assert hint.job_id == job_id


@pytest.mark.parametrize("step", [lambda s: enqueue(waiting(s).pk), run_one])
def test_run_now_is_a_conflict_while_one_runs_or_is_about_to(step: Callable[[Series], object]) -> None:
    series = start()
    step(series)
    with pytest.raises(Conflict) as caught:
        services.run_series_now(series_id=series.pk, actor=ANN)
    assert caught.value.problems[0].code == "running"


def test_run_now_of_a_paused_series_is_a_conflict() -> None:
    series = start()
    services.pause_series(series_id=series.pk, actor=EDITOR)
    with pytest.raises(Conflict) as caught:
        services.run_series_now(series_id=series.pk, actor=ANN)
    assert caught.value.problems[0].code == "not_active"


def test_operators_run_a_series_now_and_editors_pause_and_resume_it() -> None:
    series = start()
    with pytest.raises(Forbidden):
        services.run_series_now(series_id=series.pk, actor=VIEWER)
    with pytest.raises(Forbidden):
        services.pause_series(series_id=series.pk, actor=ANN)
    with pytest.raises(Forbidden):
        services.resume_series(series_id=series.pk, actor=ANN)
    assert waiting(series).version == 1


def test_an_unknown_series_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.resume_series(series_id=uuid.uuid4(), actor=EDITOR)
    with pytest.raises(NotFound):
        services.run_series_now(series_id=uuid.uuid4(), actor=EDITOR)


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
    shape = overviews.series_shape(series.pk)
    assert shape["next_start_time"] == waiting(series).start_time
    assert (shape["run_count"], shape["last_job"]) == (1, str(ended))


def test_the_dispatchers_own_loop_leaves_redbeat_a_head_start() -> None:
    series = start()
    row = waiting(series)
    assert row.claim_at - row.start_time == timedelta(seconds=1)
    assert hints.release_series(series.pk)
    assert waiting(series).claim_at == row.start_time
    assert not hints.release_series(series.pk)
