"""Progress: by the attempt that runs, or from outside while it runs."""

from __future__ import annotations

import uuid

import pytest

from foundation.errors import Conflict, Forbidden, NotFound
from jobs import transitions
from jobs.services import control
from jobs.states import Reason, State
from jobs.transitions import Attempt, AttemptOutcome
from tests.factories import (
    ANN,
    VIEWER,
    begin,
    enqueue,
    finish,
    frozen,
    job,
    last_event,
    running,
    scheduled,
    template,
)

pytestmark = pytest.mark.django_db


def report(attempt: Attempt, percent: int, message: str = "", lease: uuid.UUID | None = None) -> bool:
    return transitions.report_progress(
        job_id=attempt.job_id, lease=lease or attempt.lease, percent=percent, message=message
    )


def test_it_starts_at_zero_and_is_100_on_success() -> None:
    attempt = running()
    assert job(attempt.job_id).completion_percentage == 0
    finish(attempt)
    assert job(attempt.job_id).completion_percentage == 100


def test_each_report_is_one_change_with_its_event() -> None:
    attempt = running()
    version = job(attempt.job_id).version
    assert report(attempt, 40, "code generated")
    row = job(attempt.job_id)
    assert (row.completion_percentage, row.progress_message, row.version) == (
        40,
        "code generated",
        version + 1,
    )
    event = last_event(attempt.job_id)
    assert event.kind == "job_progress"
    assert event.snapshot["completion_percentage"] == 40
    assert event.snapshot["progress_message"] == "code generated"


def test_it_never_falls_within_an_attempt_but_the_message_is_the_newest() -> None:
    attempt = running()
    report(attempt, 40, "far")
    report(attempt, 10, "further")
    row = job(attempt.job_id)
    assert (row.completion_percentage, row.progress_message) == (40, "further")


def test_it_begins_anew_in_each_attempt() -> None:
    template(maxAttempts=2)
    attempt = running()
    report(attempt, 80, "nearly")
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, retry_in=0))
    second = begin(enqueue(attempt.job_id))
    row = job(second.job_id)
    assert (row.attempt, row.completion_percentage, row.progress_message) == (2, 0, "")


def test_a_failure_keeps_how_far_it_got() -> None:
    attempt = running()
    report(attempt, 80)
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR))
    assert job(attempt.job_id).completion_percentage == 80


def test_an_attempt_without_the_lease_reports_nothing() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert not report(attempt, 40, lease=uuid.uuid4())
    assert frozen(attempt.job_id) == before


def test_an_attempt_that_has_ended_reports_nothing() -> None:
    attempt = running()
    finish(attempt)
    before = frozen(attempt.job_id)
    assert not report(attempt, 40)
    assert frozen(attempt.job_id) == before


def test_from_outside_it_is_recorded_with_its_actor() -> None:
    attempt = running()
    control.report_progress(job_id=attempt.job_id, percent=55, message="half", actor=ANN)
    event = last_event(attempt.job_id)
    assert (event.kind, event.actor) == ("job_progress", "ann")
    assert job(attempt.job_id).completion_percentage == 55


def test_from_outside_it_needs_a_running_job() -> None:
    job_id = scheduled()
    before = frozen(job_id)
    with pytest.raises(Conflict) as caught:
        control.report_progress(job_id=job_id, percent=55, message="", actor=ANN)
    assert caught.value.problems[0].code == "not_running"
    assert frozen(job_id) == before
    with pytest.raises(NotFound):
        control.report_progress(job_id=uuid.uuid4(), percent=55, message="", actor=ANN)


def test_a_viewer_reports_nothing() -> None:
    attempt = running()
    with pytest.raises(Forbidden):
        control.report_progress(job_id=attempt.job_id, percent=55, message="", actor=VIEWER)
