"""From one job to the next in one statement: each with its own guard, told by its own event."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from jobs import transitions
from jobs.transitions import Attempt
from tests.factories import (
    PASSWORD,
    PID,
    WORKER,
    claimant,
    endings,
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
    given: dict[str, Any] = {"result": {"sent": True}, "claimant": claimant()}
    return transitions.finish_and_claim_next(attempt=attempt, next_id=next_id, **given | changed)


def test_one_ends_and_the_next_begins() -> None:
    attempt = running()
    next_id = queued(payload={"user_id": 2**70})
    mine, following = go_on(attempt, next_id)
    ended, begun = job(attempt.job_id), job(next_id)
    assert mine
    assert (ended.state, ended.result, ended.completion_percentage) == ("succeeded", {"sent": True}, 100)
    assert (ended.lease, ended.lease_until) == (None, None)
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
