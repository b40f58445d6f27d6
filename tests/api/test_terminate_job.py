"""POST /api/v1/jobs/{job_id}/terminate/"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from jobs.states import State
from jobs.transitions import AttemptOutcome
from tests.api.caller import Caller, refused
from tests.factories import JOB_KEYS, endings, finish, job, queued, running, scheduled, succeeded

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("waiting", [scheduled, queued])
def test_a_job_that_had_not_started_is_200_and_terminated(
    operator: Caller, waiting: Callable[[], uuid.UUID]
) -> None:
    job_id = waiting()
    answer = operator.post(f"jobs/{job_id}/terminate/")
    assert answer.status_code == 200
    assert set(answer.json()) == JOB_KEYS
    assert (answer.json()["state"], answer.json()["reason"]) == ("terminated", None)
    assert endings(job_id) == 1


def test_a_running_job_is_202_and_a_second_request_too(operator: Caller) -> None:
    attempt = running()
    first = operator.post(f"jobs/{attempt.job_id}/terminate/")
    second = operator.post(f"jobs/{attempt.job_id}/terminate/")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["state"] == second.json()["state"] == "running"
    assert first.json()["terminate_requested_at"] == second.json()["terminate_requested_at"]
    assert second.json()["version"] == first.json()["version"]
    finish(attempt, AttemptOutcome(State.TERMINATED))
    assert job(attempt.job_id).state == "terminated"


def test_a_job_that_has_ended_is_409_also_the_second_time(operator: Caller) -> None:
    job_id = succeeded()
    for _ in range(2):
        answer = operator.post(f"jobs/{job_id}/terminate/")
        assert refused(answer) == (409, [("state", "already_ended")])
    waiting = scheduled()
    operator.post(f"jobs/{waiting}/terminate/")
    assert operator.post(f"jobs/{waiting}/terminate/").status_code == 409


def test_a_body_is_not_needed_and_not_minded(operator: Caller) -> None:
    assert operator.post(f"jobs/{scheduled()}/terminate/", {}).status_code == 200


def test_an_unknown_job_is_404_and_a_viewer_403(operator: Caller, viewer: Caller) -> None:
    assert refused(operator.post(f"jobs/{uuid.uuid4()}/terminate/")) == (404, [("job_id", "not_found")])
    job_id = scheduled()
    assert viewer.post(f"jobs/{job_id}/terminate/").status_code == 403
    assert job(job_id).state == "scheduled"
