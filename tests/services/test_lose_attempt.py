"""An attempt that did not end by itself: the job starts again, up to a limit.

Runs cut short with their worker or by a signal count as interruptions, crashes of the run's own process as losses.
"""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.utils import timezone

from jobs import transitions
from jobs.models import LiveJob
from jobs.states import Reason, State
from jobs.transitions import Attempt
from jobs.transitions.ending import MAX_INTERRUPTIONS
from tests.factories import (
    PID,
    WORKER,
    begin,
    endings,
    enqueue,
    finish,
    frozen,
    job,
    last_event,
    running,
    template,
)
from tests.services.chains import numbers, start, waiting

pytestmark = pytest.mark.django_db
MAX_LOST = 2
WORKER_DIED = f"Worker {WORKER} died during the run."
SLOT_ENDED = f"A slot of worker {WORKER} was told to end during the run."


class Verdict(NamedTuple):
    """`column`: which count it adds to. `limit`: up to how many the job starts again. `says`: in its error."""

    lose: Callable[[Attempt], State | None]
    column: str
    limit: int
    says: str


def found_by_the_reaper(attempt: Attempt) -> State | None:
    row = job(attempt.job_id)
    return transitions.lose_silent_attempt(
        job_id=attempt.job_id, lease=attempt.lease, beat=row.beat, worker=WORKER
    )


def told_by_its_worker(attempt: Attempt) -> State | None:
    return transitions.lose_dead_attempt(job_id=attempt.job_id, worker=WORKER, pid=PID)


def given_back_by_its_slot(attempt: Attempt) -> State | None:
    return transitions.interrupt_attempt(attempt=attempt, worker=WORKER)


def crashed(attempt: Attempt) -> State | None:
    return transitions.lose_own_attempt(
        attempt=attempt, how="was killed by SIGSEGV", by_request=False, worker=WORKER
    )


def ended_by_a_signal(attempt: Attempt) -> State | None:
    return transitions.lose_own_attempt(
        attempt=attempt, how="was killed by SIGTERM", by_request=True, worker=WORKER
    )


VERDICTS = [
    Verdict(found_by_the_reaper, "interruptions", MAX_INTERRUPTIONS, WORKER_DIED),
    Verdict(told_by_its_worker, "interruptions", MAX_INTERRUPTIONS, WORKER_DIED),
    Verdict(given_back_by_its_slot, "interruptions", MAX_INTERRUPTIONS, SLOT_ENDED),
    Verdict(
        ended_by_a_signal, "interruptions", MAX_INTERRUPTIONS, "The process of the run was killed by SIGTERM."
    ),
    Verdict(crashed, "losses", MAX_LOST, "The process of the run was killed by SIGSEGV."),
]
every_verdict = pytest.mark.parametrize("verdict", VERDICTS, ids=[one.lose.__name__ for one in VERDICTS])
interrupting = pytest.mark.parametrize(
    "verdict", VERDICTS[:-1], ids=[one.lose.__name__ for one in VERDICTS[:-1]]
)
COUNTS = ("losses", "interruptions")


def counts(job_id: uuid.UUID) -> dict[str, int]:
    row = job(job_id)
    return {column: getattr(row, column) for column in COUNTS}


def only(verdict: Verdict, times: int) -> dict[str, int]:
    """All counts are 0 but the verdict's own."""
    return dict.fromkeys(COUNTS, 0) | {verdict.column: times}


def silent(attempt: Attempt) -> Attempt:
    """Its lease has run out."""
    LiveJob.objects.filter(pk=attempt.job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    return attempt


@every_verdict
def test_the_job_starts_again_at_once(verdict: Verdict) -> None:
    attempt = silent(running())
    version = job(attempt.job_id).version
    assert verdict.lose(attempt) == State.SCHEDULED
    row = job(attempt.job_id)
    assert (row.state, row.failures, row.attempt) == ("scheduled", 0, 1)
    assert counts(attempt.job_id) == only(verdict, 1)
    assert (row.lease, row.version) == (None, version + 1)
    assert row.claim_at <= last_event(attempt.job_id).at
    assert endings(attempt.job_id) == 0


@every_verdict
def test_the_history_tells_why_and_which_count_it_added_to(verdict: Verdict) -> None:
    attempt = silent(running())
    verdict.lose(attempt)
    event = last_event(attempt.job_id)
    assert event.kind == "job_retry_scheduled"
    assert event.detail == {"reason": "worker_lost", "worker": WORKER, "counted": verdict.column}
    assert job(attempt.job_id).error == {"type": "WorkerLost", "message": verdict.says, "traceback": ""}


@every_verdict
def test_it_is_no_failure_of_the_handler(verdict: Verdict) -> None:
    template(maxAttempts=1, maxLost=3)
    first = silent(running())
    verdict.lose(first)
    second = begin(enqueue(first.job_id))
    assert (second.number, second.failures) == (2, 0)
    assert finish(second) == State.SUCCEEDED


@every_verdict
def test_after_as_many_as_are_allowed_it_fails_as_lost(verdict: Verdict) -> None:
    template(maxLost=MAX_LOST)
    attempt = silent(running())
    for times in range(1, verdict.limit + 1):
        assert verdict.lose(attempt) == State.SCHEDULED
        assert counts(attempt.job_id) == only(verdict, times)
        attempt = silent(begin(enqueue(attempt.job_id)))
    assert verdict.lose(attempt) == State.FAILED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.failures) == ("failed", Reason.WORKER_LOST, 0)
    assert counts(attempt.job_id) == only(verdict, verdict.limit + 1)
    assert row.error == {"type": "WorkerLost", "message": verdict.says, "traceback": ""}
    assert endings(attempt.job_id) == 1


def test_no_crash_allowed_fails_at_the_first() -> None:
    template(maxLost=0)
    assert crashed(running()) == State.FAILED


@interrupting
def test_an_interruption_is_allowed_where_no_crash_is(verdict: Verdict) -> None:
    template(maxLost=0)
    assert verdict.lose(silent(running())) == State.SCHEDULED


def test_each_count_has_its_limit_whatever_the_other_says() -> None:
    template(maxLost=1)
    attempt = running()
    LiveJob.objects.filter(pk=attempt.job_id).update(interruptions=MAX_INTERRUPTIONS)
    assert crashed(attempt) == State.SCHEDULED
    attempt = begin(enqueue(attempt.job_id))
    LiveJob.objects.filter(pk=attempt.job_id).update(interruptions=0)
    assert told_by_its_worker(attempt) == State.SCHEDULED
    assert counts(attempt.job_id) == {"losses": 1, "interruptions": 1}
    assert crashed(begin(enqueue(attempt.job_id))) == State.FAILED


@every_verdict
def test_a_series_goes_on_after_the_last_one(verdict: Verdict) -> None:
    series = start(maxLost=0)
    LiveJob.objects.filter(series=series).update(interruptions=MAX_INTERRUPTIONS)
    attempt = silent(begin(enqueue(waiting(series).pk)))
    assert verdict.lose(attempt) == State.FAILED
    assert numbers(series) == [1, 2]


@every_verdict
@pytest.mark.parametrize("used_up", [False, True])
def test_one_that_should_stop_is_terminated_instead(verdict: Verdict, used_up: bool) -> None:
    template(maxLost=MAX_LOST)
    attempt = silent(running())
    if used_up:
        LiveJob.objects.filter(pk=attempt.job_id).update(losses=MAX_LOST, interruptions=MAX_INTERRUPTIONS)
    before = counts(attempt.job_id)
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    assert verdict.lose(attempt) == State.TERMINATED
    row = job(attempt.job_id)
    assert (row.state, row.reason, row.error) == ("terminated", None, None)
    assert counts(attempt.job_id) == before
    assert endings(attempt.job_id) == 1


@every_verdict
@pytest.mark.parametrize("second", VERDICTS, ids=[f"then {one.lose.__name__}" for one in VERDICTS])
def test_a_second_verdict_changes_nothing(verdict: Verdict, second: Verdict) -> None:
    attempt = silent(running())
    verdict.lose(attempt)
    before = frozen(attempt.job_id)
    assert second.lose(attempt) is None
    assert frozen(attempt.job_id) == before


@every_verdict
def test_an_attempt_that_has_ended_is_not_lost(verdict: Verdict) -> None:
    attempt = running()
    finish(attempt)
    before = frozen(attempt.job_id)
    assert verdict.lose(attempt) is None
    assert frozen(attempt.job_id) == before


def test_a_lease_that_holds_is_not_lost_to_the_reaper() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    assert found_by_the_reaper(attempt) is None
    assert frozen(attempt.job_id) == before


def test_a_heartbeat_since_the_reaper_looked_keeps_the_attempt() -> None:
    attempt = silent(running())
    old_beat = job(attempt.job_id).beat
    LiveJob.objects.filter(pk=attempt.job_id).update(beat=old_beat + 1)
    verdict = transitions.lose_silent_attempt(
        job_id=attempt.job_id, lease=attempt.lease, beat=old_beat, worker=WORKER
    )
    assert verdict is None
    assert job(attempt.job_id).state == "running"


@pytest.mark.parametrize("lose", [found_by_the_reaper, given_back_by_its_slot, crashed, ended_by_a_signal])
def test_another_lease_is_not_theirs_to_judge(lose: Callable[[Attempt], State | None]) -> None:
    attempt = silent(running())
    before = frozen(attempt.job_id)
    assert lose(dataclasses.replace(attempt, lease=uuid.uuid4())) is None
    assert frozen(attempt.job_id) == before


def test_a_slot_that_lost_its_job_judges_nothing_of_the_attempt_that_runs_now() -> None:
    first = silent(running())
    told_by_its_worker(first)
    begin(enqueue(first.job_id))
    before = frozen(first.job_id)
    assert [lose(first) for lose in (given_back_by_its_slot, crashed, ended_by_a_signal)] == [None] * 3
    assert frozen(first.job_id) == before


@pytest.mark.parametrize(("worker", "pid"), [("worker-2@test", PID), (WORKER, PID + 1)])
def test_a_worker_speaks_of_its_own_processes_only(worker: str, pid: int) -> None:
    attempt = running()
    assert transitions.lose_dead_attempt(job_id=attempt.job_id, worker=worker, pid=pid) is None
    assert job(attempt.job_id).state == "running"


@every_verdict
def test_the_dead_attempt_can_write_nothing_afterwards(verdict: Verdict) -> None:
    attempt = silent(running())
    verdict.lose(attempt)
    before = frozen(attempt.job_id)
    mine: dict[str, Any] = {"job_id": attempt.job_id, "lease": attempt.lease}
    assert finish(attempt) is None
    assert not transitions.report_progress(**mine, percent=50, message="")
    assert not transitions.append_log(**mine, lines=[{"text": "late"}])
    assert transitions.renew_lease(**mine) == (False, None)
    assert not transitions.record_step(**mine, step="x", actor="worker")
    assert frozen(attempt.job_id) == before
