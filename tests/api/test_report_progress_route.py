"""POST /api/v1/jobs/{job_id}/progress/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.api.caller import Caller, refused
from tests.factories import JOB_KEYS, frozen, job, kinds, running, scheduled, succeeded

pytestmark = pytest.mark.django_db


def report(caller: Caller, job_id: uuid.UUID, **body: Any) -> Any:
    return caller.post(f"jobs/{job_id}/progress/", body)


def test_it_is_shown_on_the_job_and_recorded(operator: Caller) -> None:
    attempt = running()
    version = job(attempt.job_id).version
    answer = report(operator, attempt.job_id, completion_percentage=40, message="half")
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == JOB_KEYS
    assert (body["completion_percentage"], body["progress_message"], body["version"]) == (
        40,
        "half",
        version + 1,
    )
    assert kinds(attempt.job_id)[-1] == "job_progress"


@pytest.mark.parametrize("percent", [0, 100, 50.0])
def test_it_goes_from_0_to_100(operator: Caller, percent: float) -> None:
    answer = report(operator, running().job_id, completion_percentage=percent)
    assert (answer.status_code, answer.json()["completion_percentage"]) == (200, int(percent))


def test_a_number_below_the_last_is_409_and_changes_nothing(operator: Caller) -> None:
    attempt = running()
    report(operator, attempt.job_id, completion_percentage=40)
    before = frozen(attempt.job_id)
    answer = report(operator, attempt.job_id, completion_percentage=39, message="no")
    assert refused(answer) == (409, [("completion_percentage", "progress_falls")])
    assert frozen(attempt.job_id) == before
    assert report(operator, attempt.job_id, completion_percentage=40, message="still").status_code == 200


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("completion_percentage", "required")),
        ({"completion_percentage": 101}, ("completion_percentage", "maximum")),
        ({"completion_percentage": -1}, ("completion_percentage", "minimum")),
        ({"completion_percentage": "40"}, ("completion_percentage", "type")),
        ({"completion_percentage": None}, ("completion_percentage", "required")),
        ({"completion_percentage": 40, "message": 7}, ("message", "type")),
        ({"completion_percentage": 40, "message": "x" * 8193}, ("message", "maxLength")),
        ({"completion_percentage": 40, "nonsense": 1}, ("nonsense", "unknown_field")),
    ],
)
def test_a_bad_body_is_400_there(operator: Caller, body: dict[str, Any], problem: tuple[str, str]) -> None:
    attempt = running()
    assert refused(report(operator, attempt.job_id, **body)) == (400, [problem])
    assert job(attempt.job_id).completion_percentage == 0


def test_a_job_that_does_not_run_is_409(operator: Caller) -> None:
    for job_id in (scheduled(), succeeded()):
        answer = report(operator, job_id, completion_percentage=40)
        assert refused(answer) == (409, [("state", "not_running")])


def test_an_unknown_job_is_404_and_a_viewer_403(operator: Caller, viewer: Caller) -> None:
    unknown = report(operator, uuid.uuid4(), completion_percentage=40)
    assert refused(unknown) == (404, [("job_id", "not_found")])
    assert report(viewer, running().job_id, completion_percentage=40).status_code == 403
