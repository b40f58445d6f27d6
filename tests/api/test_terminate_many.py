"""POST /api/v1/jobs/terminate/"""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from jobs.models import Job
from jobs.services import many, operation_work
from tests.api.caller import Caller, refused
from tests.factories import (
    OTP,
    PASSWORD,
    document,
    job,
    kinds,
    queued,
    running,
    scheduled,
    store,
    succeeded,
)

pytestmark = pytest.mark.django_db
TERMINATE = "jobs/terminate/"


def test_by_ids_it_tells_what_became_of_them(operator: Caller) -> None:
    waiting, ended, busy = scheduled(), succeeded(), running()
    ids = [str(waiting), str(ended), str(busy.job_id), str(uuid.uuid4())]
    answer = operator.post(TERMINATE, {"ids": ids})
    assert answer.status_code == 200
    assert answer.json() == {
        "matched": 3,
        "terminated": 1,
        "requested": 1,
        "already_ended": 1,
        "capped": False,
    }
    assert [job(waiting).state, job(ended).state, job(busy.job_id).state] == [
        "terminated",
        "succeeded",
        "running",
    ]
    assert kinds(busy.job_id)[-1] == "terminate_requested"


def test_an_id_given_twice_counts_once(operator: Caller) -> None:
    job_id = str(scheduled())
    assert operator.post(TERMINATE, {"ids": [job_id, job_id.upper()]}).json()["matched"] == 1


def test_a_dry_run_tells_the_same_and_changes_nothing(operator: Caller) -> None:
    ids = [str(scheduled()), str(succeeded()), str(running().job_id)]
    before = list(Job.objects.order_by("pk").values())
    dry = operator.post(TERMINATE, {"ids": ids, "dry_run": True}).json()
    assert list(Job.objects.order_by("pk").values()) == before
    assert operator.post(TERMINATE, {"ids": ids, "dry_run": False}).json() == dry


@pytest.mark.parametrize(
    ("wanted", "matched"),
    [
        ({"state": "queued"}, 1),
        ({"state": ["queued", "scheduled"]}, 3),
        ({"job_type": OTP}, 2),
        ({"job_type": [OTP, PASSWORD], "state": "scheduled"}, 2),
        ({"search": "forgot"}, 1),
        ({"created_by": "nobody"}, 0),
        ({"created_after": "2001-01-01T00:00:00Z"}, 3),
        ({"created_before": "2001-01-01T00:00:00Z"}, 0),
        ({"series": str(uuid.uuid4())}, 0),
    ],
)
def test_by_filter_it_stops_what_passes(operator: Caller, wanted: dict[str, Any], matched: int) -> None:
    store(document(OTP), document(PASSWORD))
    scheduled(OTP), queued(OTP), scheduled(PASSWORD)
    answer = operator.post(TERMINATE, {"filter": wanted})
    assert answer.json() == {
        "matched": matched,
        "terminated": matched,
        "requested": 0,
        "already_ended": 0,
        "capped": False,
    }
    assert Job.objects.filter(state="terminated").count() == matched


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, ("ids", "required")),
        ({"ids": [], "filter": {"state": "queued"}}, ("filter", "conflict")),
        ({"all": True, "ids": []}, ("all", "conflict")),
        ({"all": True, "filter": {"state": "queued"}}, ("all", "conflict")),
        ({"all": False}, ("all", "const")),
        ({"all": None}, ("all", "const")),
        ({"dry_run": True}, ("ids", "required")),
        ({"ids": "x"}, ("ids", "type")),
        ({"ids": ["x"]}, ("ids.0", "format")),
        ({"ids": [7]}, ("ids.0", "type")),
        ({"ids": [str(uuid.UUID(int=n)) for n in range(10_001)]}, ("ids", "maxItems")),
        ({"filter": {"state": "done"}}, ("filter.state", "enum")),
        ({"filter": {"nonsense": 1}}, ("filter.nonsense", "unknown_field")),
        ({"filter": {"created_after": "soon"}}, ("filter.created_after", "format")),
        ({"filter": {"series": "x"}}, ("filter.series", "format")),
        ({"filter": []}, ("filter", "type")),
        ({"all": True, "dry_run": "yes"}, ("dry_run", "type")),
        ({"all": True, "nonsense": 1}, ("nonsense", "unknown_field")),
    ],
)
def test_a_bad_body_is_400_there_and_stops_nothing(
    operator: Caller, body: dict[str, Any], problem: tuple[str, str]
) -> None:
    job_id = scheduled()
    assert refused(operator.post(TERMINATE, body)) == (400, [problem])
    assert job(job_id).state == "scheduled"


@pytest.mark.parametrize("state", ["done", 5, [None], ["running", "done"]], ids=str)
def test_the_states_that_there_are_are_told(operator: Caller, state: Any) -> None:
    answer = operator.post(TERMINATE, {"filter": {"state": state}})
    details = [error["detail"] for error in answer.json()["errors"]]
    assert details == ["Choose one of: scheduled, queued, running, succeeded, failed and 1 more"]


def test_what_is_no_text_where_names_are_wanted_is_told_so(operator: Caller) -> None:
    answer = operator.post(TERMINATE, {"filter": {"job_type": 5}})
    assert [error["detail"] for error in answer.json()["errors"]] == ["Write one value, or a list of values"]


def test_all_is_true_or_left_out(operator: Caller) -> None:
    answer = operator.post(TERMINATE, {"all": False})
    assert [error["detail"] for error in answer.json()["errors"]] == ["Must be true, or left out"]


BLANK: list[tuple[dict[str, Any], str]] = [
    ({}, "filter"),
    ({"created_by": ""}, "filter.created_by"),
    ({"created_by": " "}, "filter.created_by"),
    ({"created_by": None}, "filter.created_by"),
    ({"search": ""}, "filter.search"),
    ({"search": "\t "}, "filter.search"),
    ({"search": None}, "filter.search"),
    ({"state": ""}, "filter.state"),
    ({"state": []}, "filter.state"),
    ({"state": None}, "filter.state"),
    ({"job_type": ""}, "filter.job_type"),
    ({"job_type": []}, "filter.job_type"),
    ({"job_type": [""]}, "filter.job_type"),
    ({"job_type": None}, "filter.job_type"),
    ({"created_after": ""}, "filter.created_after"),
    ({"created_before": None}, "filter.created_before"),
    ({"series": ""}, "filter.series"),
    ({"series": None}, "filter.series"),
    ({"job_type": OTP, "state": []}, "filter.state"),
]


@pytest.mark.parametrize(("blank", "attr"), BLANK, ids=[str(blank) for blank, _ in BLANK])
@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "in earnest"])
def test_a_blank_filter_is_400_there_and_means_nothing(
    operator: Caller, blank: dict[str, Any], attr: str, dry_run: bool
) -> None:
    job_id = scheduled()
    status, found = refused(operator.post(TERMINATE, {"filter": blank, "dry_run": dry_run}))
    assert (status, [where for where, _ in found]) == (400, [attr])
    assert job(job_id).state == "scheduled"


def test_all_means_all(operator: Caller) -> None:
    ids = [scheduled(), queued()]
    assert operator.post(TERMINATE, {"all": True, "dry_run": True}).json()["matched"] == 2
    assert operator.post(TERMINATE, {"all": True}).json()["terminated"] == 2
    assert {job(one).state for one in ids} == {"terminated"}


def test_more_than_are_stopped_at_once_go_on_in_the_background(
    operator: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "MAX_AT_ONCE", 2)
    ids = [scheduled() for _ in range(3)]
    assert operator.post(TERMINATE, {"all": True, "dry_run": True}).json()["matched"] == 3
    answer = operator.post(TERMINATE, {"ids": [str(one) for one in ids]})
    assert (answer.status_code, set(answer.json())) == (202, {"operation"})
    while operation_work.work_on_next_part():
        pass
    assert {job(one).state for one in ids} == {"terminated"}


def test_no_ids_stop_nothing(operator: Caller) -> None:
    assert operator.post(TERMINATE, {"ids": []}).json()["matched"] == 0


def test_a_viewer_gets_403(viewer: Caller) -> None:
    assert viewer.post(TERMINATE, {"all": True, "dry_run": True}).status_code == 403
