"""Ends and claims of many short jobs in one statement: each with its own guard, told by its own event."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import timedelta
from typing import Any

import pytest

from jobs import transitions
from jobs.transitions import Attempt, Success
from tests.factories import (
    PASSWORD,
    PID,
    WORKER,
    begin,
    claimant,
    endings,
    enqueue,
    frozen,
    job,
    kinds,
    last_event,
    queued,
    running,
    scheduled,
    template,
)

pytestmark = pytest.mark.django_db


def go_on(attempt: Attempt, next_id: uuid.UUID | None, **changed: Any) -> tuple[bool, Attempt | None]:
    """Stores the success of one attempt, and claims one job."""
    success = Success(attempt, changed.get("result", {"sent": True}), began_ago=0.002, ended_ago=0.001)
    ended, attempts = transitions.finish_and_claim(
        successes=[success], next_ids=[next_id] if next_id else [], claimant=claimant()
    )
    return ended == {attempt.job_id}, attempts[0] if attempts else None


def test_one_ends_and_the_next_begins() -> None:
    attempt = running()
    next_id = queued(payload={"user_id": 2**70})
    mine, following = go_on(attempt, next_id)
    ended, begun = job(attempt.job_id), job(next_id)
    assert mine
    assert (ended.state, ended.result, ended.completion_percentage) == ("succeeded", {"sent": True}, 100)
    assert timedelta() < ended.terminated_at - ended.started_at < timedelta(milliseconds=2)
    assert following is not None
    assert (following.job_id, following.lease, following.number) == (next_id, begun.lease, 1)
    assert following.payload == {"user_id": 2**70}
    assert (begun.state, begun.worker, begun.worker_pid) == ("running", WORKER, PID)
    for job_id, kind in ((attempt.job_id, "job_terminated"), (next_id, "job_started")):
        event = last_event(job_id)
        assert (event.kind, event.actor) == (kind, WORKER)


@pytest.mark.parametrize("fresh", [True, False])
def test_the_next_one_knows_whether_it_wants_a_process_of_its_own(fresh: bool) -> None:
    template(freshProcess=fresh)
    _, following = go_on(running(), queued())
    assert following is not None
    assert following.fresh_process is fresh


@pytest.mark.parametrize("result", [{"sent": True}, [1], "done", 0, False, None, 2**70, 1.0])
def test_the_result_is_kept_unrounded(result: Any) -> None:
    attempt = running()
    go_on(attempt, None, result=result)
    kept = job(attempt.job_id).result
    assert kept == result
    assert type(kept) is type(result)


def test_the_last_of_a_message_just_ends() -> None:
    attempt = running()
    assert go_on(attempt, None) == (True, None)
    assert kinds(attempt.job_id)[-1] == "job_terminated"


def test_a_stop_that_came_before_the_end_leaves_it_a_success() -> None:
    attempt = running()
    transitions.request_stop(job_ids=[attempt.job_id], actor="ann")
    assert go_on(attempt, None) == (True, None)
    assert job(attempt.job_id).state == "succeeded"


def test_an_attempt_that_was_fenced_off_ends_nothing_and_the_next_begins_all_the_same() -> None:
    attempt = running()
    before = frozen(attempt.job_id)
    mine, following = go_on(dataclasses.replace(attempt, lease=uuid.uuid4()), queued())
    assert not mine
    assert following is not None
    assert frozen(attempt.job_id) == before


def test_a_message_that_is_stale_doubled_forged_or_of_another_type_or_queue_begins_nothing() -> None:
    template(queue="mail")
    elsewhere = queued()
    template()
    for wrong in (scheduled(), running().job_id, uuid.uuid4(), queued(PASSWORD), elsewhere):
        attempt = running()
        assert go_on(attempt, wrong) == (True, None)
        assert endings(attempt.job_id) == 1


def test_a_message_to_the_very_job_that_ends_begins_nothing() -> None:
    attempt = running()
    assert go_on(attempt, attempt.job_id) == (True, None)
    assert kinds(attempt.job_id)[-1] == "job_terminated"


def test_an_end_that_lets_another_job_start_does_not_go_this_way() -> None:
    template(maxConcurrent=1)
    attempt = running()
    with pytest.raises(ValueError, match="end_attempt"):
        go_on(attempt, None)


def test_many_end_and_many_begin_and_none_depends_on_another() -> None:
    successes = [Success(running(), number, began_ago=0, ended_ago=0) for number in range(5)]
    fenced = dataclasses.replace(successes[2].attempt, lease=uuid.uuid4())
    successes[2] = successes[2]._replace(attempt=fenced)
    next_ids = [queued() for _ in range(3)]
    taken = begin(next_ids[1]).job_id
    ended, attempts = transitions.finish_and_claim(
        successes=successes, next_ids=next_ids, claimant=claimant()
    )
    assert ended == {success.attempt.job_id for success in successes} - {fenced.job_id}
    assert {attempt.job_id for attempt in attempts} == set(next_ids) - {taken}
    assert [job(success.attempt.job_id).result for success in successes] == [0, 1, None, 3, 4]
    assert job(fenced.job_id).state == "running"


def test_attempts_that_have_not_begun_go_back_into_the_line_as_if_nobody_had_claimed_them() -> None:
    first, second = running(), running()
    before = job(first.job_id).claim_at
    transitions.return_unbegun([first, second])
    for attempt in (first, second):
        row = job(attempt.job_id)
        assert (row.state, row.attempt, row.lease, row.worker, row.started_at) == (
            "scheduled",
            0,
            None,
            None,
            None,
        )
        assert (row.interruptions, row.losses) == (0, 0)
        assert last_event(attempt.job_id).kind == "job_withdrawn"
    assert job(first.job_id).claim_at == before
    assert begin(enqueue(first.job_id)).number == 1


def test_one_that_was_to_be_stopped_meanwhile_is_terminated_and_one_that_was_taken_stays() -> None:
    stopped, taken = running(), running()
    transitions.request_stop(job_ids=[stopped.job_id], actor="ann")
    transitions.return_unbegun([stopped, dataclasses.replace(taken, lease=uuid.uuid4())])
    assert job(stopped.job_id).state == "terminated"
    assert job(taken.job_id).state == "running"
