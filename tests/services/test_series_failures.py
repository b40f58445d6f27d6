"""A series whose runs keep failing pauses itself, and says why."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from jobs import transitions
from jobs.models import Series
from jobs.read import overviews
from jobs.services import series as services
from jobs.services.control import terminate_job
from jobs.services.series_editing import create_series
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import ANN, EDITOR, OTP, WORKER, document, enqueue, finish, recurring, store
from tests.services.chains import numbers, run_one, start, waiting

pytestmark = pytest.mark.django_db
FAILURE = AttemptOutcome(State.FAILED, reason=Reason.ERROR)


def fail(series: Series, times: int = 1) -> None:
    for _ in range(times):
        finish(run_one(series), FAILURE)


def told(series: Series) -> tuple[Any, ...]:
    shape = overviews.series_as_json(series.pk)
    return shape["state"], shape["failures_in_row"], shape["paused_reason"]


def test_after_so_many_failed_runs_it_pauses_and_says_so() -> None:
    series = start(pauseAfterFailures=3)
    fail(series, 2)
    assert told(series) == ("active", 2, None)
    fail(series)
    why = "The last 3 runs failed, and pauseAfterFailures of its template is 3."
    assert told(series) == ("paused", 3, why)
    assert numbers(series) == [1, 2, 3]
    entry = AuditEntry.objects.get(action="series_paused")
    assert (entry.actor, entry.object, entry.after) == ("system", f"series:{series.pk}", {"because": why})


def test_one_failure_is_enough_where_one_is_asked_for() -> None:
    series = start(pauseAfterFailures=1)
    fail(series)
    assert told(series) == ("paused", 1, "The last run failed, and pauseAfterFailures of its template is 1.")


def test_without_the_key_it_goes_on_for_ever_and_counts() -> None:
    series = start()
    fail(series, 12)
    assert told(series) == ("active", 12, None)


def test_a_success_ends_the_row() -> None:
    series = start(pauseAfterFailures=2)
    fail(series)
    finish(run_one(series))
    assert told(series) == ("active", 0, None)
    fail(series)
    assert told(series)[0] == "active"


def test_a_run_that_was_stopped_neither_counts_nor_ends_the_row() -> None:
    series = start(pauseAfterFailures=2)
    fail(series)
    attempt = run_one(series)
    terminate_job(job_id=attempt.job_id, actor=ANN)
    finish(attempt, AttemptOutcome(State.TERMINATED))
    terminate_job(job_id=waiting(series).pk, actor=ANN)
    assert told(series) == ("active", 1, None)
    fail(series)
    assert told(series)[0] == "paused"


def test_retries_of_one_run_count_once() -> None:
    series = start(pauseAfterFailures=2, maxAttempts=3)
    for _ in range(2):
        finish(run_one(series), AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
    fail(series)
    assert told(series) == ("active", 1, None)


def test_a_lost_run_and_a_missing_handler_count_too() -> None:
    series = start(pauseAfterFailures=2, maxLost=0)
    transitions.lose_own_attempt(
        attempt=run_one(series), how="was killed by SIGSEGV", by_request=False, worker=WORKER
    )
    job_id = enqueue(waiting(series).pk)
    transitions.fail_waiting(job_id=job_id, message="x", actor=WORKER, due_for=0)
    assert told(series)[:2] == ("paused", 2)


def test_resuming_begins_a_new_row() -> None:
    series = start(pauseAfterFailures=2)
    fail(series, 2)
    services.resume_series(series_id=series.pk, actor=EDITOR)
    assert told(series) == ("active", 0, None)
    fail(series)
    assert told(series)[0] == "active"
    fail(series)
    assert told(series)[0] == "paused"


def test_a_new_version_of_the_template_sets_a_new_bound_and_resumes_none() -> None:
    series = start(pauseAfterFailures=2)
    fail(series, 2)
    store(recurring(pauseAfterFailures=3))
    assert told(series)[0] == "paused"
    services.resume_series(series_id=series.pk, actor=EDITOR)
    fail(series, 2)
    assert told(series)[0] == "active"


def test_the_last_run_ends_a_series_rather_than_pausing_it() -> None:
    series = start(pauseAfterFailures=2, maxRuns=2)
    fail(series, 2)
    assert told(series) == ("ended", 2, None)


def test_series_that_editors_make_pause_as_well() -> None:
    store(document(pauseAfterFailures=1))
    series_id = create_series(job_type=OTP, fields={"every_seconds": 60}, actor=EDITOR)
    series = Series.objects.get(pk=series_id)
    fail(series)
    assert told(series)[0] == "paused"


def test_one_that_was_paused_by_hand_keeps_that_reason_when_its_last_run_fails() -> None:
    series = start(pauseAfterFailures=1)
    attempt = run_one(series)
    services.pause_series(series_id=series.pk, actor=EDITOR)
    finish(attempt, FAILURE)
    assert told(series) == ("paused", 1, "Paused by eve.")
