"""POST /api/v1/jobs/"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from jobs.models import Job
from tests.api.caller import Caller, refused
from tests.factories import JOB_KEYS, OTP, document, job, kinds, recurring, store, template
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db
JOBS = "jobs/"


@pytest.fixture(autouse=True)
def _template(db: None) -> None:
    template()


def create(caller: Caller, **body: Any) -> Any:
    return caller.post(JOBS, {"job_type": OTP} | body)


def test_it_answers_201_with_the_whole_job(operator: Caller) -> None:
    answer = create(operator, payload={"user_id": 8}, priority=3)
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == JOB_KEYS
    times = {key: body.pop(key) for key in ("start_time", "created_at")}
    assert all(value.endswith("Z") for value in times.values())
    assert body == {
        "job_id": body["job_id"],
        "job_type": OTP,
        "template_version": 1,
        "state": "scheduled",
        "reason": None,
        "payload": {"user_id": 8},
        "started_at": None,
        "terminated_at": None,
        "completion_percentage": 0,
        "progress_message": "",
        "result": None,
        "result_truncated": None,
        "error": None,
        "attempt": 0,
        "max_attempts": 1,
        "priority": 3,
        "queue": "default",
        "worker": None,
        "created_by": "operator-person",
        "series": None,
        "rerun_of": None,
        "terminate_requested_at": None,
        "waiting_reason": "no worker serves queue default",
        "version": 1,
        "hidden": False,
    }
    assert kinds(body["job_id"]) == ["job_created"]


def test_what_is_absent_takes_its_default(operator: Caller) -> None:
    assert create(operator).json()["payload"] == {"user_id": 7}
    assert create(operator, payload={}).json()["payload"] == {"user_id": 7}


def test_big_whole_numbers_are_never_rounded(operator: Caller) -> None:
    big = 2**64 + 1
    created = create(operator, payload={"user_id": big})
    job_id = created.json()["job_id"]
    assert created.json()["payload"] == {"user_id": big}
    assert operator.get(f"jobs/{job_id}/").json()["payload"] == {"user_id": big}
    assert operator.get(JOBS).json()["results"][0]["payload"] == {"user_id": big}
    assert b"18446744073709551617" in operator.get(JOBS).content


def test_times_end_in_z_beside_a_big_number_as_well(operator: Caller) -> None:
    assert create(operator, payload={"user_id": 2**70}).json()["created_at"].endswith("Z")


@pytest.mark.parametrize("priority", [0, 9, 5.0])
def test_a_whole_priority_is_taken_however_it_is_written(operator: Caller, priority: float) -> None:
    answer = create(operator, priority=priority)
    assert answer.status_code == 201
    assert answer.content.count(b'"priority":%d,' % priority) == 1


@pytest.mark.parametrize("seconds", [0, 1, 1.5, 3600])
def test_it_starts_in_so_many_seconds(operator: Caller, seconds: float) -> None:
    row = job(create(operator, start_in_seconds=seconds).json()["job_id"])
    assert row.start_time - row.created_at == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "start_at", ["2090-01-31T12:00:00Z", "2090-01-31T14:00:00+02:00", "2090-01-31T12:00:00.000Z"]
)
def test_a_start_beyond_ten_years_is_refused_in_any_zone(operator: Caller, start_at: str) -> None:
    assert refused(create(operator, start_at=start_at)) == (400, [("start_at", "maximum")])


@pytest.mark.parametrize("zone", ["+00:00", "+02:00", "-10:00", "Z"])
def test_it_starts_at_the_given_time(operator: Caller, zone: str) -> None:
    start_at = f"2030-01-31T12:00:00.123456{zone}"
    answer = create(operator, start_at=start_at).json()
    assert datetime.fromisoformat(answer["start_time"]) == datetime.fromisoformat(start_at)
    assert answer["start_time"].endswith("Z")
    assert answer["waiting_reason"].startswith("starts at 2030-01-31T")


@pytest.mark.parametrize("start_at", ["2001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_start_in_the_past_runs_now(operator: Caller, start_at: str) -> None:
    answer = create(operator, start_at=start_at)
    assert answer.status_code == 201
    assert answer.json()["start_time"] == answer.json()["created_at"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"payload": {"user_id": -1}}, ("payload.user_id", "minimum")),
        ({"payload": {"user_id": "7"}}, ("payload.user_id", "type")),
        ({"payload": {"user_id": 7.5}}, ("payload.user_id", "type")),
        ({"payload": {"user_id": True}}, ("payload.user_id", "type")),
        ({"payload": {"user_id": None}}, ("payload.user_id", "required")),
        ({"payload": {"user_id": 1, "nonsense": 1}}, ("payload.nonsense", "unknown_field")),
        ({"payload": None}, ("payload", "type")),
        ({"payload": [1]}, ("payload", "type")),
        ({"payload": "x"}, ("payload", "type")),
        ({"start_in_seconds": -1}, ("start_in_seconds", "minimum")),
        ({"start_in_seconds": "1"}, ("start_in_seconds", "type")),
        ({"start_in_seconds": 10**12}, ("start_in_seconds", "maximum")),
        ({"start_in_seconds": 10**400}, ("start_in_seconds", "maximum")),
        ({"start_at": "2030-01-31T12:00:00"}, ("start_at", "format")),
        ({"start_at": "tomorrow"}, ("start_at", "format")),
        ({"start_at": "2030-02-30T12:00:00Z"}, ("start_at", "format")),
        ({"start_at": ""}, ("start_at", "format")),
        ({"start_at": 7}, ("start_at", "type")),
        ({"start_at": "2030-01-31T12:00:00Z", "start_in_seconds": 1}, ("start_at", "conflict")),
        ({"priority": 10}, ("priority", "maximum")),
        ({"priority": -1}, ("priority", "minimum")),
        ({"priority": 1.5}, ("priority", "type")),
        ({"priority": True}, ("priority", "type")),
        ({"nonsense": 1}, ("nonsense", "unknown_field")),
        ({"job_type": 7}, ("job_type", "type")),
        ({"job_type": None}, ("job_type", "required")),
    ],
)
def test_a_bad_field_is_400_there_and_creates_nothing(
    operator: Caller, body: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert refused(create(operator, **body)) == (400, [problem])
    assert not Job.objects.exists()


def test_every_problem_is_told_at_once(operator: Caller) -> None:
    status, found = refused(operator.post(JOBS, {"priority": 10, "nonsense": 1}))
    assert status == 400
    assert set(found) == {("job_type", "required"), ("priority", "maximum"), ("nonsense", "unknown_field")}


@pytest.mark.parametrize("number", ["1e400", "-1e400"])
@pytest.mark.parametrize("field", ['"start_in_seconds":%s', '"priority":%s', '"payload":{"user_id":%s}'])
def test_a_number_beyond_all_bounds_is_400(operator: Caller, field: str, number: str) -> None:
    raw = f'{{"job_type":"{OTP}",{field % number}}}'.encode()
    assert operator.send_raw("POST", JOBS, raw).status_code == 400


@pytest.mark.parametrize("job_type", ["no_such_job", "", "../etc", "x" * 5000, "Otp_Send_Job", "\U0001f600"])
def test_an_unknown_type_is_404_there(operator: Caller, job_type: str) -> None:
    assert refused(create(operator, job_type=job_type)) == (404, [("job_type", "not_found")])


def test_a_system_job_by_an_operator_is_403_and_by_an_editor_created(
    operator: Caller, editor: Caller
) -> None:
    store(recurring())
    status, found = refused(create(operator))
    assert (status, found) == (403, [("job_type", "permission_denied")])
    answer = create(editor)
    assert (answer.status_code, answer.json()["series"]) == (201, None)


def test_a_viewer_gets_403_and_nobody_401(viewer: Caller, nobody: Caller) -> None:
    assert create(viewer).status_code == 403
    assert create(nobody).status_code == 401
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"enabled": False}, "template_disabled"),
        ({"rescheduleAfterTermination": True, "startInSeconds": 1}, "ENDLESS_USER_JOB"),
    ],
)
def test_a_template_that_cannot_run_is_409(operator: Caller, keys: dict[str, Any], code: str) -> None:
    template(**keys)
    assert refused(create(operator)) == (409, [("job_type", code)])


def test_a_type_without_a_handler_is_409(operator: Caller) -> None:
    store(document("nobodys_job"))
    assert refused(create(operator, job_type="nobodys_job")) == (409, [("job_type", "HANDLER_NOT_FOUND")])


@pytest.mark.parametrize("door", [JOBS, f"{JOBS}bulk/", "series/"])
def test_a_handler_that_cannot_run_is_409_at_every_door(
    editor: Caller, door: str, write_handler: Callable[..., None]
) -> None:
    write_handler("broken_job", "yield 1")
    store(document("broken_job"))
    body: dict[str, Any] = {"job_type": "broken_job"}
    if "bulk" in door:
        told = [("jobs.0.job_type", "HANDLER_BROKEN")]
        assert refused(editor.post(door, {"jobs": [body]})) == (400, told)
    else:
        body |= {"every_seconds": 60} if door == "series/" else {}
        assert refused(editor.post(door, body)) == (409, [("job_type", "HANDLER_BROKEN")])


class TestIdempotencyKey:
    def test_the_same_key_and_body_is_the_same_job_with_200(self, operator: Caller) -> None:
        first = operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1")
        second = operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1")
        assert (first.status_code, second.status_code) == (201, 200)
        assert second.json() == first.json()
        assert Job.objects.count() == 1

    def test_spaces_in_the_body_do_not_count(self, operator: Caller) -> None:
        operator.send_raw("POST", JOBS, b'{"job_type":"otp_send_job"}', Idempotency_Key="k1")
        again = operator.send_raw("POST", JOBS, b'{ "job_type" : "otp_send_job" }\n', Idempotency_Key="k1")
        assert again.status_code == 200

    def test_another_body_is_409(self, operator: Caller) -> None:
        operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1")
        other = operator.post(JOBS, {"job_type": OTP, "priority": 1}, Idempotency_Key="k1")
        assert refused(other) == (409, [(None, "idempotency_key_reused")])
        assert Job.objects.count() == 1

    def test_the_key_is_the_callers_own(self, operator: Caller, editor: Caller) -> None:
        mine = operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1").json()
        theirs = editor.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1").json()
        assert mine["job_id"] != theirs["job_id"]

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
    def test_a_key_that_is_none_is_400(self, operator: Caller, key: str) -> None:
        answer = operator.post(JOBS, {"job_type": OTP}, Idempotency_Key=key)
        assert refused(answer) == (400, [(None, "idempotency_key")])

    def test_a_refused_request_uses_up_no_key(self, operator: Caller) -> None:
        operator.post(JOBS, {"job_type": OTP, "priority": 10}, Idempotency_Key="k1")
        assert operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_requests_with_one_key_at_the_same_moment_make_one_job(operator: Caller) -> None:
    answers: list[Any] = []

    def request() -> None:
        answers.append(operator.post(JOBS, {"job_type": OTP}, Idempotency_Key="k1"))

    together(*[request] * 5)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert Job.objects.count() == 1


@pytest.mark.parametrize("write", [json.dumps, lambda body: json.dumps(body, indent=2)])
def test_a_payload_comes_back_as_it_was_sent(operator: Caller, write: Callable[[Any], str]) -> None:
    template(payload_schema={"anything": None}, payload={})
    payload = {"anything": {"ü": ["\U0001f600", 1.0, 0.1, -0.0, 1e-7, None, True, {"\\u0000": "'\"%s"}]}}
    raw = write({"job_type": OTP, "payload": payload}).encode()
    answer = operator.send_raw("POST", JOBS, raw)
    assert answer.status_code == 201
    assert operator.get(f"jobs/{answer.json()['job_id']}/").json()["payload"] == payload
