"""POST /api/v1/jobs/{job_id}/rerun/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.models import Job
from tests.api.caller import Caller, refused
from tests.factories import JOB_KEYS, scheduled, succeeded, template

pytestmark = pytest.mark.django_db


def test_it_answers_201_with_a_new_job_of_the_same_payload(operator: Caller) -> None:
    old = succeeded(payload={"user_id": 8})
    answer = operator.post(f"jobs/{old}/rerun/")
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == JOB_KEYS
    assert (body["rerun_of"], body["payload"], body["state"]) == (str(old), {"user_id": 8}, "scheduled")
    assert (body["created_by"], body["attempt"], body["version"]) == ("operator-person", 0, 1)
    assert body["job_id"] != str(old)


def test_it_takes_another_payload(operator: Caller) -> None:
    old = succeeded(payload={"user_id": 8})
    answer = operator.post(f"jobs/{old}/rerun/", {"payload": {"user_id": 2**64 + 1}})
    assert answer.json()["payload"] == {"user_id": 2**64 + 1}


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"payload": {"user_id": "x"}}, ("payload.user_id", "type")),
        ({"payload": {"nonsense": 1}}, ("payload.nonsense", "unknown_field")),
        ({"payload": []}, ("payload", "type")),
        ({"payload": None}, ("payload", "type")),
        ({"priority": 1}, ("priority", "unknown_field")),
    ],
)
def test_a_bad_body_is_400_there(operator: Caller, body: dict[str, Any], problem: tuple[str, str]) -> None:
    old = scheduled()
    assert refused(operator.post(f"jobs/{old}/rerun/", body)) == (400, [problem])
    assert Job.objects.count() == 1


def test_a_system_job_is_run_again_by_editors(operator: Caller, editor: Caller) -> None:
    old = scheduled()
    template(userTriggered=False)
    assert operator.post(f"jobs/{old}/rerun/").status_code == 403
    assert editor.post(f"jobs/{old}/rerun/").status_code == 201


def test_an_unknown_job_is_404_and_a_viewer_403(operator: Caller, viewer: Caller) -> None:
    assert refused(operator.post(f"jobs/{uuid.uuid4()}/rerun/")) == (404, [("job_id", "not_found")])
    assert viewer.post(f"jobs/{scheduled()}/rerun/").status_code == 403


def test_the_same_key_and_payload_is_one_job_for_each_old_one(operator: Caller) -> None:
    old, other = succeeded(payload={"user_id": 8}), succeeded(payload={"user_id": 8})
    body = {"payload": {"user_id": 9}}
    first = operator.post(f"jobs/{old}/rerun/", body, Idempotency_Key="k1")
    again = operator.post(f"jobs/{old}/rerun/", body, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["job_id"] == first.json()["job_id"]
    assert refused(operator.post(f"jobs/{other}/rerun/", body, Idempotency_Key="k1"))[0] == 409
