"""Stopping jobs: a waiting one ends at once, a running one is asked, an ended one is left."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from foundation.errors import Conflict, Forbidden, NotFound
from jobs import transitions
from jobs.models import Job, LiveJob
from jobs.services import control
from jobs.services.control import StopReport, StopResult, terminate_job, terminate_jobs
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.factories import (
    ANN,
    VIEWER,
    endings,
    events,
    finish,
    frozen,
    job,
    kinds,
    last_event,
    queued,
    running,
    scheduled,
    succeeded,
    template,
)
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db
FAILURE = {"type": "ValueError", "message": "no", "traceback": "line 1"}


@pytest.mark.parametrize("waiting", [scheduled, queued])
def test_a_waiting_job_ends_at_once_with_one_event(waiting: Callable[[], uuid.UUID]) -> None:
    job_id = waiting()
    version = job(job_id).version
    assert terminate_job(job_id=job_id, actor=ANN) == StopResult.TERMINATED
    row = job(job_id)
    assert (row.state, row.reason, row.version) == ("terminated", None, version + 1)
    assert row.terminated_at is not None
    assert row.started_at is None
    event = last_event(job_id)
    assert (event.kind, event.actor) == ("job_terminated", "ann")
    assert endings(job_id) == 1


def test_a_running_job_is_asked_to_stop_and_goes_on_running() -> None:
    attempt = running()
    version = job(attempt.job_id).version
    assert terminate_job(job_id=attempt.job_id, actor=ANN) == StopResult.REQUESTED
    row = job(attempt.job_id)
    assert (row.state, row.version, row.terminate_requested_by) == ("running", version + 1, "ann")
    assert row.terminate_requested_at is not None
    assert (last_event(row.pk).kind, last_event(row.pk).actor) == ("terminate_requested", "ann")
    assert transitions.should_stop(job_id=attempt.job_id, lease=attempt.lease)


def test_a_second_request_is_answered_alike_and_changes_nothing() -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    before = frozen(attempt.job_id)
    assert terminate_job(job_id=attempt.job_id, actor=ANN) == StopResult.REQUESTED
    assert frozen(attempt.job_id) == before


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED, State.TERMINATED])
def test_an_ended_job_is_a_conflict_and_stays_as_it_is(state: State) -> None:
    attempt = running()
    if state == State.TERMINATED:
        terminate_job(job_id=attempt.job_id, actor=ANN)
    finish(attempt, AttemptOutcome(state, reason=Reason.ERROR if state == State.FAILED else None))
    before = frozen(attempt.job_id)
    assert before["state"] == state
    with pytest.raises(Conflict) as caught:
        terminate_job(job_id=attempt.job_id, actor=ANN)
    assert (caught.value.problems[0].code, caught.value.problems[0].attr) == ("already_ended", "state")
    assert frozen(attempt.job_id) == before


def test_an_unknown_job_is_not_found() -> None:
    with pytest.raises(NotFound):
        terminate_job(job_id=uuid.uuid4(), actor=ANN)


def test_a_viewer_stops_nothing() -> None:
    job_id = scheduled()
    with pytest.raises(Forbidden):
        terminate_job(job_id=job_id, actor=VIEWER)
    with pytest.raises(Forbidden):
        terminate_jobs(job_ids=[job_id], actor=VIEWER, dry_run=True)
    assert job(job_id).state == "scheduled"


def test_a_success_wins_over_a_request() -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    assert finish(attempt) == State.SUCCEEDED
    assert job(attempt.job_id).state == "succeeded"
    assert endings(attempt.job_id) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=FAILURE),
        AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=FAILURE, retry_in=5),
        AttemptOutcome(State.FAILED, reason=Reason.TIMEOUT, error=FAILURE),
        AttemptOutcome(State.TERMINATED),
    ],
    ids=["failure", "failure with retry", "timeout", "stop"],
)
def test_whatever_else_happens_after_a_request_is_terminated_and_not_tried_again(
    outcome: AttemptOutcome,
) -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    assert finish(attempt, outcome) == State.TERMINATED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.lease) == ("terminated", None, None)
    assert endings(attempt.job_id) == 1
    assert last_event(attempt.job_id).kind == "job_terminated"


def test_a_job_that_waits_for_its_retry_ends_at_once_and_has_no_reason_of_a_failure() -> None:
    template(maxAttempts=2)
    attempt = running()
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=FAILURE, retry_in=60))
    assert job(attempt.job_id).state == "scheduled"
    assert terminate_job(job_id=attempt.job_id, actor=ANN) == StopResult.TERMINATED
    row = job(attempt.job_id)
    assert (row.state, row.reason) == ("terminated", None)
    assert row.error == FAILURE


def test_a_stop_is_recorded_step_by_step() -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    mine: dict[str, Any] = {"job_id": attempt.job_id, "lease": attempt.lease}
    assert transitions.record_step(**mine, step="exception_raised", actor="worker")
    assert (last_event(attempt.job_id).kind, last_event(attempt.job_id).detail) == (
        "terminate_step",
        {"step": "exception_raised"},
    )
    finish(attempt, AttemptOutcome(State.TERMINATED))
    before = frozen(attempt.job_id)
    assert not transitions.record_step(**mine, step="process_killed", actor="worker")
    assert frozen(attempt.job_id) == before


def test_many_are_counted_by_what_became_of_them() -> None:
    waiting, in_queue, ended = scheduled(), queued(), succeeded()
    busy = running()
    everything = [waiting, in_queue, ended, busy.job_id, uuid.uuid4()]
    expected = StopReport(matched=4, terminated=2, requested=1, already_ended=1)
    assert terminate_jobs(job_ids=everything, actor=ANN, dry_run=True) == expected
    assert [job(one).state for one in everything[:3]] == ["scheduled", "queued", "succeeded"]
    assert terminate_jobs(job_ids=everything, actor=ANN, dry_run=False) == expected
    assert [job(one).state for one in everything[:4]] == ["terminated", "terminated", "succeeded", "running"]
    assert [endings(one) for one in everything[:4]] == [1, 1, 1, 0]


def test_many_a_second_time_have_ended_or_are_still_asked() -> None:
    waiting, busy = scheduled(), running()
    terminate_jobs(job_ids=[waiting, busy.job_id], actor=ANN, dry_run=False)
    again = terminate_jobs(job_ids=[waiting, busy.job_id], actor=ANN, dry_run=False)
    assert again == StopReport(matched=2, requested=1, already_ended=1)
    assert kinds(busy.job_id).count("terminate_requested") == 1


def test_a_job_that_slips_from_running_to_waiting_meanwhile_is_stopped_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    template(maxAttempts=2)
    attempt = running()
    request_stop = transitions.request_stop

    def too_late(**asked: Any) -> list[uuid.UUID]:
        finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
        return request_stop(**asked)

    monkeypatch.setattr(transitions, "request_stop", too_late)
    report = terminate_jobs(job_ids=[attempt.job_id], actor=ANN, dry_run=False)
    assert report == StopReport(matched=1, terminated=1)
    assert job(attempt.job_id).state == "terminated"


@pytest.mark.django_db(transaction=True)
def test_a_stop_of_running_jobs_waits_for_nobody_who_holds_another() -> None:
    busy, waiting = running(), queued()
    with transaction.atomic():
        LiveJob.objects.select_for_update().get(pk=waiting)
        together(lambda: transitions.request_stop(job_ids=[busy.job_id, waiting], actor="ann"))
    assert kinds(busy.job_id)[-1] == "terminate_requested"


def test_more_than_one_batch_is_stopped_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "BATCH_SIZE", 2)
    ids = [scheduled() for _ in range(5)]
    report = terminate_jobs(job_ids=ids, actor=ANN, dry_run=False)
    assert report == StopReport(matched=5, terminated=5)
    assert set(Job.objects.values_list("state", flat=True)) == {"terminated"}


def test_the_actor_of_each_step_is_in_the_history() -> None:
    attempt = running()
    terminate_job(job_id=attempt.job_id, actor=ANN)
    finish(attempt, AttemptOutcome(State.TERMINATED))
    assert [(event.kind, event.actor) for event in events(attempt.job_id)][-2:] == [
        ("terminate_requested", "ann"),
        ("job_terminated", "worker-1@test"),
    ]
