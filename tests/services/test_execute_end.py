"""The moves running -> succeeded, failed or scheduled: once, and only by the holder of the lease."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from typing import Any

import pytest

from jobs.read import queries, records
from jobs.read.shapes import job_at_event
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import (
    begin,
    endings,
    enqueue,
    finish,
    frozen,
    job,
    last_event,
    number_events,
    running,
    template,
)

pytestmark = pytest.mark.django_db
ERROR = {"type": "ValueError", "message": "no such user", "traceback": "line 1\nline 2"}
FAILURE = AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=ERROR)
OUTCOMES = [
    AttemptOutcome(State.SUCCEEDED, result={"n": 1}),
    FAILURE,
    dataclasses.replace(FAILURE, retry_in=5),
]


@pytest.mark.parametrize("result", [{"sent": True}, [1], "done", 0, False, None, 2**70, 1.0])
def test_a_success_keeps_its_result_unrounded(result: Any) -> None:
    attempt = running()
    version = job(attempt.job_id).version
    assert finish(attempt, AttemptOutcome(State.SUCCEEDED, result=result)) == State.SUCCEEDED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.error, row.version) == ("succeeded", None, None, version + 1)
    assert row.result == result
    assert type(row.result) is type(result)
    assert (row.lease, row.lease_until, row.completion_percentage) == (None, None, 100)
    assert row.terminated_at >= row.started_at
    assert last_event(attempt.job_id).kind == "job_terminated"


@pytest.mark.parametrize("reason", [Reason.ERROR, Reason.TIMEOUT])
def test_a_failure_keeps_its_reason_and_error(reason: Reason) -> None:
    attempt = running()
    assert finish(attempt, AttemptOutcome(State.FAILED, reason=reason, error=ERROR)) == State.FAILED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.error, row.result) == ("failed", reason, ERROR, None)
    assert endings(attempt.job_id) == 1


def test_an_event_shows_no_traceback() -> None:
    attempt = running()
    finish(attempt, FAILURE)
    number_events()
    (event,) = [one for one in records.events_after(0, limit=10) if one["kind"] == "job_terminated"]
    told = job_at_event(event, facts=queries.waiting_facts())
    assert told["error"] == {"type": "ValueError", "message": "no such user"}
    assert told["reason"] == "error"


@pytest.mark.parametrize("outcome", OUTCOMES, ids=["success", "failure", "retry"])
@pytest.mark.parametrize("second", OUTCOMES, ids=["then success", "then failure", "then retry"])
def test_an_attempt_ends_once(outcome: AttemptOutcome, second: AttemptOutcome) -> None:
    template(maxAttempts=5)
    attempt = running()
    assert finish(attempt, outcome) is not None
    before = frozen(attempt.job_id)
    assert finish(attempt, second) is None
    assert frozen(attempt.job_id) == before


@pytest.mark.parametrize("outcome", [*OUTCOMES, AttemptOutcome(State.TERMINATED)])
def test_an_attempt_without_the_lease_ends_nothing(outcome: AttemptOutcome) -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert finish(dataclasses.replace(attempt, lease=uuid.uuid4()), outcome) is None
    assert frozen(attempt.job_id) == before


def test_a_retry_waits_its_pause_and_says_so_in_the_history() -> None:
    template(maxAttempts=2)
    attempt = running()
    version = job(attempt.job_id).version
    assert finish(attempt, dataclasses.replace(FAILURE, retry_in=90.0)) == State.SCHEDULED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.error, row.version) == ("scheduled", "error", ERROR, version + 1)
    assert (row.attempt, row.failures, row.losses) == (1, 1, 0)
    assert (row.lease, row.terminated_at) == (None, None)
    event = last_event(attempt.job_id)
    assert (event.kind, event.detail) == (
        "job_retry_scheduled",
        {"reason": "error", "retry_in_seconds": 90.0},
    )
    assert abs(row.start_time - event.at - timedelta(seconds=90)) < timedelta(seconds=1)
    assert row.claim_at == row.start_time
    assert endings(attempt.job_id) == 0


def test_a_retry_that_succeeds_leaves_no_error_behind() -> None:
    template(maxAttempts=2)
    first = running()
    finish(first, dataclasses.replace(FAILURE, retry_in=0))
    finish(begin(enqueue(first.job_id)))
    row = job(first.job_id)
    assert (row.state, row.reason, row.error, row.attempt) == ("succeeded", None, None, 2)
    assert endings(first.job_id) == 1


def test_an_old_attempt_cannot_end_the_one_that_runs_now() -> None:
    template(maxAttempts=2)
    first = running()
    finish(first, dataclasses.replace(FAILURE, retry_in=0))
    second = begin(enqueue(first.job_id))
    before = frozen(first.job_id)
    assert finish(first) is None
    assert frozen(first.job_id) == before
    assert finish(second) == State.SUCCEEDED


def test_a_stop_that_nobody_asked_for_ends_nothing() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert finish(attempt, AttemptOutcome(State.TERMINATED)) is None
    assert frozen(attempt.job_id) == before
