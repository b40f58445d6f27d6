"""POST /api/v1/jobs/bulk/"""

from __future__ import annotations

from typing import Any

import pytest

from jobs.models import Job, JobEvent
from tests.api.caller import Caller, refused
from tests.factories import OTP, template

pytestmark = pytest.mark.django_db
# A template is remembered once it is committed, and ten thousand jobs look at it.
committed = pytest.mark.django_db(transaction=True)
BULK = "jobs/bulk/"


@pytest.fixture(autouse=True)
def _template(db: None) -> None:
    template()


def new_job(**more: Any) -> dict[str, Any]:
    return {"job_type": OTP} | more


def test_it_answers_the_ids_in_the_order_of_the_wishes(operator: Caller) -> None:
    answer = operator.post(BULK, {"jobs": [new_job(payload={"user_id": n}) for n in range(5)]})
    assert answer.status_code == 201
    assert set(answer.json()) == {"job_ids"}
    payloads = [Job.objects.get(pk=job_id).payload["user_id"] for job_id in answer.json()["job_ids"]]
    assert payloads == [0, 1, 2, 3, 4]
    assert set(Job.objects.values_list("created_by", flat=True)) == {"operator-person"}


@committed
def test_ten_thousand_are_created_at_once(operator: Caller) -> None:
    answer = operator.post(BULK, {"jobs": [new_job()] * 10_000})
    assert answer.status_code == 201
    assert len(set(answer.json()["job_ids"])) == 10_000
    assert JobEvent.objects.filter(kind="job_created").count() == 10_000


def test_one_more_is_refused(operator: Caller) -> None:
    assert refused(operator.post(BULK, {"jobs": [new_job()] * 10_001})) == (400, [("jobs", "maxItems")])


def test_one_bad_wish_refuses_all_and_is_named_by_its_place(operator: Caller) -> None:
    jobs = [new_job(), new_job(), new_job(), new_job(payload={"user_id": "x"})]
    assert refused(operator.post(BULK, {"jobs": jobs})) == (400, [("jobs.3.payload.user_id", "type")])
    assert not Job.objects.exists()


def test_every_bad_wish_is_named(operator: Caller) -> None:
    jobs = [
        new_job(payload={"nonsense": 1}),
        new_job(job_type="no_such_job"),
        new_job(start_at="2030-01-31T12:00:00Z", start_in_seconds=1),
    ]
    assert refused(operator.post(BULK, {"jobs": jobs})) == (
        400,
        [
            ("jobs.0.payload.nonsense", "unknown_field"),
            ("jobs.1.job_type", "not_found"),
            ("jobs.2.start_at", "conflict"),
        ],
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("jobs", "required")),
        ({"jobs": []}, ("jobs", "minItems")),
        ({"jobs": {}}, ("jobs", "type")),
        ({"jobs": [7]}, ("jobs.0", "type")),
        ({"jobs": [{}]}, ("jobs.0.job_type", "required")),
        ({"jobs": [new_job(priority=10)]}, ("jobs.0.priority", "maximum")),
        ({"jobs": [new_job(nonsense=1)]}, ("jobs.0.nonsense", "unknown_field")),
        ({"jobs": [new_job(), new_job(start_at="soon")]}, ("jobs.1.start_at", "format")),
        ({"jobs": [new_job(), new_job(start_at="2030-01-31T12:00:00")]}, ("jobs.1.start_at", "format")),
        ({"jobs": [new_job()], "nonsense": 1}, ("nonsense", "unknown_field")),
    ],
)
def test_a_bad_body_is_400_there(operator: Caller, body: Any, problem: tuple[str, str]) -> None:
    assert refused(operator.post(BULK, body)) == (400, [problem])
    assert not Job.objects.exists()


@committed
def test_thousands_of_bad_wishes_are_told_in_an_answer_of_bearable_size(operator: Caller) -> None:
    answer = operator.post(BULK, {"jobs": [new_job(payload={"user_id": "x"})] * 10_000})
    assert answer.status_code == 400
    assert 1 <= len(answer.json()["errors"]) <= 1000


def test_a_body_may_be_16_mb_and_no_larger(operator: Caller) -> None:
    template(payload_schema={"text": {"type": "string"}}, payload={})
    fits = {"jobs": [new_job(payload={"text": "x" * 1_000_000})] * 15}
    assert operator.post(BULK, fits).status_code == 201
    assert refused(operator.send_raw("POST", BULK, b" " * (16 * 2**20 + 1))) == (413, [(None, "too_large")])


def test_a_viewer_gets_403(viewer: Caller) -> None:
    assert viewer.post(BULK, {"jobs": [new_job()]}).status_code == 403
