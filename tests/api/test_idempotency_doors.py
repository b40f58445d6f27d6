"""The Idempotency-Key at every door that creates: the same key, caller and body is the same answer."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from accounts.roles import Role
from jobs.models import Job, LiveJob, Operation, Series
from jobs.services import many
from tests.api.caller import Caller, refused
from tests.factories import OTP, document, scheduled, store, template
from tests.jobs_fixtures import together

pytestmark = pytest.mark.django_db
# Each with the body of a request, and another.
DOORS: dict[str, tuple[Any, Any]] = {
    "jobs/": ({"job_type": OTP}, {"job_type": OTP, "priority": 1}),
    "jobs/bulk/": ({"jobs": [{"job_type": OTP}] * 3}, {"jobs": [{"job_type": OTP}] * 2}),
    "jobs/rerun/": ({"all": True}, {"filter": {"job_type": OTP}}),
    "series/": ({"job_type": OTP, "every_seconds": 60}, {"job_type": OTP, "every_seconds": 61}),
}
doors = pytest.mark.parametrize("door", list(DOORS))


def made() -> tuple[int, int]:
    return Job.objects.count(), Series.objects.count()


@pytest.fixture(autouse=True)
def _job(db: None) -> None:
    scheduled()


@doors
def test_a_second_request_is_answered_alike_with_200_and_makes_nothing(editor: Caller, door: str) -> None:
    body, _ = DOORS[door]
    first = editor.post(door, body, Idempotency_Key="k1")
    after = made()
    again = editor.post(door, body, Idempotency_Key="k1")
    assert first.status_code in (200, 201)
    assert (again.status_code, again.json()) == (200, first.json())
    assert made() == after


@doors
def test_another_body_is_409(editor: Caller, door: str) -> None:
    body, another = DOORS[door]
    editor.post(door, body, Idempotency_Key="k1")
    after = made()
    assert refused(editor.post(door, another, Idempotency_Key="k1")) == (
        409,
        [(None, "idempotency_key_reused")],
    )
    assert made() == after


@doors
def test_another_key_or_caller_is_another_request(editor: Caller, door: str) -> None:
    body, _ = DOORS[door]
    first = editor.post(door, body, Idempotency_Key="k1").json()
    assert editor.post(door, body, Idempotency_Key="k2").json() != first
    assert Caller(Role.ADMIN).post(door, body, Idempotency_Key="k1").json() != first


@doors
def test_a_bad_key_is_400_and_a_refused_request_uses_none_up(editor: Caller, door: str) -> None:
    body, _ = DOORS[door]
    assert refused(editor.post(door, body, Idempotency_Key="")) == (400, [(None, "idempotency_key")])
    assert editor.post(door, {**body, "nonsense": 1}, Idempotency_Key="k1").status_code == 400
    assert editor.post(door, body, Idempotency_Key="k1").status_code in (200, 201)


def test_the_same_key_at_another_door_is_409(editor: Caller) -> None:
    editor.post("jobs/bulk/", DOORS["jobs/bulk/"][0], Idempotency_Key="k1")
    assert editor.post("series/", DOORS["series/"][0], Idempotency_Key="k1").status_code == 409
    assert editor.post("jobs/", DOORS["jobs/"][0], Idempotency_Key="k1").status_code == 409


def test_a_re_run_in_the_background_is_one_operation(editor: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MAX_AT_ONCE", 0)
    first = editor.post("jobs/rerun/", {"all": True}, Idempotency_Key="k1")
    again = editor.post("jobs/rerun/", {"all": True}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert Operation.objects.count() == 1


def test_a_bulk_that_was_refused_by_a_changed_template_may_be_sent_again(editor: Caller) -> None:
    body, _ = DOORS["jobs/bulk/"]
    template(enabled=False)
    assert editor.post("jobs/bulk/", body, Idempotency_Key="k1").status_code == 400
    store()
    assert editor.post("jobs/bulk/", body, Idempotency_Key="k1").status_code == 201


def test_a_series_that_was_deleted_meanwhile_is_told_as_it_is(editor: Caller) -> None:
    body, _ = DOORS["series/"]
    series_id = editor.post("series/", body, Idempotency_Key="k1").json()["id"]
    editor.send("DELETE", f"series/{series_id}/")
    again = editor.post("series/", body, Idempotency_Key="k1")
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (200, series_id, "ended")
    assert Series.objects.count() == 1


def test_a_series_that_went_with_its_template_is_told_to_be_gone(editor: Caller) -> None:
    body, _ = DOORS["series/"]
    editor.post("series/", body, Idempotency_Key="k1")
    LiveJob.objects.all().delete()
    assert editor.send("DELETE", f"templates/{OTP}/").status_code == 204
    store(document())
    again = editor.post("series/", body, Idempotency_Key="k1")
    assert refused(again) == (409, [(None, "idempotency_key")])
    assert not Series.objects.exists()


@pytest.mark.django_db(transaction=True)
@doors
def test_of_many_at_the_same_moment_one_makes_it_and_all_get_the_same(editor: Caller, door: str) -> None:
    body, _ = DOORS[door]
    before = made()
    all_here = threading.Barrier(4)
    answers: list[Any] = []

    def ask() -> None:
        all_here.wait()
        answers.append(editor.post(door, body, Idempotency_Key="k1"))

    together(*[ask] * 4)
    assert {answer.status_code for answer in answers} <= {200, 201}
    bodies = [answer.json() for answer in answers]
    assert all(one == bodies[0] for one in bodies)
    jobs, series = made()
    expected = {"jobs/": (1, 0), "jobs/bulk/": (3, 0), "jobs/rerun/": (1, 0), "series/": (1, 1)}[door]
    assert (jobs - before[0], series - before[1]) == expected
