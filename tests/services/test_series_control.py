"""Pausing, resuming and hurrying a series."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from foundation.errors import Conflict, Forbidden, NotFound
from jobs.models import Series
from jobs.services import series as services
from tests.factories import ANN, EDITOR, VIEWER, claim_due, enqueue, finish, job, last_event
from tests.services.chains import numbers, run_one, start, waiting

pytestmark = pytest.mark.django_db


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
    (queued_job,) = claim_due(queue="default", limit=5)
    assert queued_job.job_id == job_id


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
