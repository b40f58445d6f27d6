"""POST /api/v1/jobs/rerun/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.models import Job
from jobs.services import many, operation_work
from tests.api.caller import Caller, refused
from tests.factories import OTP, PASSWORD, document, job, scheduled, store, succeeded, template

pytestmark = pytest.mark.django_db
RERUN = "jobs/rerun/"


def test_it_answers_with_a_new_job_for_each(operator: Caller) -> None:
    ids = [scheduled(), succeeded()]
    answer = operator.post(RERUN, {"ids": [str(one) for one in [*ids, uuid.uuid4()]]})
    assert answer.status_code == 200
    body = answer.json()
    assert (set(body), body["matched"], body["refused"]) == (
        {"matched", "capped", "created", "refused"},
        2,
        [],
    )
    assert [job(one).rerun_of for one in body["created"]] == ids
    assert {job(one).created_by for one in body["created"]} == {"operator-person"}


def test_by_filter_those_that_pass_run_again(operator: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    scheduled(OTP)
    mine = scheduled(PASSWORD)
    body = operator.post(RERUN, {"filter": {"job_type": PASSWORD}}).json()
    assert [job(one).rerun_of for one in body["created"]] == [mine]


def test_one_that_is_refused_is_told_of_and_keeps_no_other_from_it(operator: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    good, bad = scheduled(OTP), scheduled(PASSWORD)
    template(PASSWORD, userTriggered=False)
    body = operator.post(RERUN, {"all": True}).json()
    assert (body["matched"], len(body["created"])) == (2, 1)
    assert job(body["created"][0]).rerun_of == good
    ((one),) = body["refused"]
    assert (one["job_id"], one["errors"][0]["code"]) == (str(bad), "permission_denied")


def test_a_dry_run_tells_of_refusals_and_creates_nothing(operator: Caller) -> None:
    scheduled()
    template(enabled=False)
    body = operator.post(RERUN, {"all": True, "dry_run": True}).json()
    assert (body["matched"], body["created"], len(body["refused"])) == (1, [], 1)
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("ids", "required")),
        ({"filter": {}}, ("filter", "blank")),
        ({"filter": {"created_by": ""}}, ("filter.created_by", "blank")),
        ({"filter": {"job_type": []}}, ("filter.job_type", "blank")),
        ({"filter": {"state": None}}, ("filter.state", "type")),
        ({"filter": {"nonsense": 1}}, ("filter.nonsense", "unknown_field")),
        ({"all": True, "ids": []}, ("all", "conflict")),
        ({"all": True, "filter": {"state": "failed"}}, ("all", "conflict")),
        ({"all": False}, ("all", "const")),
        ({"all": True, "payload": {}}, ("payload", "unknown_field")),
    ],
)
def test_a_bad_body_is_400_there_and_creates_nothing(
    operator: Caller, body: dict[str, Any], problem: tuple[str, str]
) -> None:
    scheduled()
    assert refused(operator.post(RERUN, body)) == (400, [problem])
    assert Job.objects.count() == 1


def test_a_viewer_gets_403(viewer: Caller) -> None:
    assert viewer.post(RERUN, {"all": True, "dry_run": True}).status_code == 403


class TestManyJobs:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(many, "MAX_AT_ONCE", 2)

    def test_it_is_202_with_the_address_of_an_operation(self, operator: Caller, viewer: Caller) -> None:
        ids = {scheduled() for _ in range(3)}
        answer = operator.post(RERUN, {"all": True})
        assert (answer.status_code, set(answer.json())) == (202, {"operation"})
        address = answer.json()["operation"]
        assert address.startswith("http://testserver/api/v1/operations/")
        path = address.removeprefix("http://testserver/api/v1/")
        told = viewer.get(path).json()
        assert (told["state"], told["matched"], told["done"], told["refused"]) == ("running", 3, 0, 0)
        while operation_work.work_on_next_part():
            pass
        told = viewer.get(path).json()
        assert (told["state"], told["matched"], told["done"], told["refused"]) == ("done", 3, 3, 0)
        assert set(Job.objects.filter(rerun_of__isnull=False).values_list("rerun_of", flat=True)) == ids

    def test_operations_are_listed_newest_first_a_page_at_a_time(self, operator: Caller) -> None:
        [scheduled() for _ in range(3)]
        made = [operator.post(RERUN, {"all": True}).json()["operation"].split("/")[-2] for _ in range(3)]
        first = operator.get("operations/", {"page_size": 2}).json()
        assert set(first) == {"next", "previous", "results"}
        second = operator.get("operations/" + first["next"].partition("/operations/")[2]).json()
        assert sorted(one["id"] for one in first["results"] + second["results"]) == sorted(made)
        assert (len(first["results"]), second["next"]) == (2, None)

    def test_it_is_cancelled_by_an_operator_and_not_twice_done(
        self, operator: Caller, viewer: Caller
    ) -> None:
        [scheduled() for _ in range(3)]
        path = operator.post(RERUN, {"all": True}).json()["operation"].partition("/api/v1/")[2]
        assert viewer.post(f"{path}cancel/").status_code == 403
        answer = operator.post(f"{path}cancel/")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
        assert operator.post(f"{path}cancel/").status_code == 200
        other = operator.post("jobs/terminate/", {"all": True}).json()["operation"].partition("/api/v1/")[2]
        while operation_work.work_on_next_part():
            pass
        assert refused(operator.post(f"{other}cancel/")) == (409, [("state", "already_ended")])

    def test_one_that_is_not_there_is_404(self, operator: Caller) -> None:
        nowhere = f"operations/{uuid.uuid4()}/"
        assert refused(operator.get(nowhere)) == (404, [("operation_id", "not_found")])
        assert operator.post(f"{nowhere}cancel/").status_code == 404
