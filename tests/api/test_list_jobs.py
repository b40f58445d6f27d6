"""GET /api/v1/jobs/"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from jobs.ids import lowest_from
from jobs.models import Job
from jobs.read import windows
from jobs.states import Reason, State
from jobs.transitions import AttemptOutcome
from tests.api.caller import V1, Caller, refused
from tests.factories import (
    LISTED_KEYS,
    OTP,
    PASSWORD,
    document,
    finish,
    queued,
    running,
    scheduled,
    store,
    succeeded,
    template,
)

pytestmark = pytest.mark.django_db
JOBS = "jobs/"


def ids(answer: Any) -> list[str]:
    return [one["job_id"] for one in answer.json()["results"]]


def follow(caller: Caller, link: str) -> Any:
    parts = urlsplit(link)
    return caller.client.get(f"{parts.path}?{parts.query}")


def test_it_lists_newest_first_without_results_and_tracebacks(viewer: Caller) -> None:
    first, second = succeeded(), scheduled()
    answer = viewer.get(JOBS)
    assert answer.status_code == 200
    assert set(answer.json()) == {"next", "previous", "results"}
    assert ids(answer) == [str(second), str(first)]
    assert all(set(one) == LISTED_KEYS for one in answer.json()["results"])
    assert (answer.json()["next"], answer.json()["previous"]) == (None, None)


def test_an_error_is_listed_without_its_traceback_and_none_is_null(viewer: Caller) -> None:
    attempt = running()
    error = {"type": "ValueError", "message": "no", "traceback": "line 1"}
    finish(attempt, AttemptOutcome(State.FAILED, reason=Reason.ERROR, error=error))
    (failed,) = viewer.get(JOBS).json()["results"]
    assert failed["error"] == {"type": "ValueError", "message": "no"}
    assert failed["reason"] == "error"
    scheduled()
    assert viewer.get(JOBS).json()["results"][0]["error"] is None


def test_a_long_payload_is_cut_in_the_list_and_whole_on_the_job(viewer: Caller) -> None:
    template(payload_schema={"a": {"type": "uint"}, "b": {"type": "string"}}, payload={})
    payload = {"a": 1, "b": "x" * 5000}
    job_id = scheduled(payload=payload)
    (listed,) = viewer.get(JOBS).json()["results"]
    assert (listed["payload"], listed["truncated"]) == ({"a": 1}, True)
    whole = viewer.get(f"jobs/{job_id}/").json()
    assert whole["payload"] == payload
    assert "truncated" not in whole


def test_pages_follow_each_other_and_lead_back(viewer: Caller) -> None:
    template()
    all_ids = [str(scheduled()) for _ in range(5)][::-1]
    first = viewer.get(JOBS, {"page_size": 2})
    assert (ids(first), first.json()["previous"]) == (all_ids[:2], None)
    second = follow(viewer, first.json()["next"])
    third = follow(viewer, second.json()["next"])
    assert (ids(second), ids(third), third.json()["next"]) == (all_ids[2:4], all_ids[4:], None)
    assert ids(follow(viewer, third.json()["previous"])) == all_ids[2:4]
    assert ids(follow(viewer, second.json()["previous"])) == all_ids[:2]


def test_a_page_stays_the_same_while_new_jobs_come(viewer: Caller) -> None:
    template()
    old = [str(scheduled()) for _ in range(4)][::-1]
    first = viewer.get(JOBS, {"page_size": 2})
    scheduled()
    assert ids(follow(viewer, first.json()["next"])) == old[2:]


def test_links_keep_the_filters_and_the_page_size(viewer: Caller) -> None:
    store(document(OTP), document(PASSWORD))
    wanted = [str(scheduled(OTP)), str(queued(OTP)), str(scheduled(OTP))][::-1]
    scheduled(PASSWORD)
    query = [
        ("job_type", OTP),
        ("state", "scheduled"),
        ("state", "queued"),
        ("page_size", "1"),
        ("search", "otp"),
    ]
    seen, answer = [], viewer.get(JOBS, query)
    while True:
        seen += ids(answer)
        if answer.json()["next"] is None:
            break
        answer = follow(viewer, answer.json()["next"])
    assert seen == wanted


def test_fifty_are_a_page_unless_asked_otherwise(viewer: Caller) -> None:
    template()
    for _ in range(51):
        scheduled()
    assert len(ids(viewer.get(JOBS))) == 50
    assert len(ids(viewer.get(JOBS, {"page_size": 200}))) == 51


@pytest.mark.parametrize("size", ["0", "201", "-1", "x", "1.5", "9" * 5000, "", "\u0663\u0663\u0663"])
def test_a_page_of_another_size_is_400(viewer: Caller, size: str) -> None:
    status, found = refused(viewer.get(JOBS, {"page_size": size}))
    assert (status, found[0][0]) == (400, "page_size")


@pytest.mark.parametrize("name", ["before", "after"])
@pytest.mark.parametrize("cursor", ["x", "7", "\0", "0199-", "{}"])
def test_a_bad_cursor_is_400(viewer: Caller, name: str, cursor: str) -> None:
    assert refused(viewer.get(JOBS, {name: cursor})) == (400, [(name, "format")])


def test_a_cursor_of_a_job_that_never_was_is_a_place_in_the_list(viewer: Caller) -> None:
    job_id = scheduled()
    assert ids(viewer.get(JOBS, {"before": uuid.UUID(int=2**128 - 1)})) == [str(job_id)]
    assert ids(viewer.get(JOBS, {"before": uuid.UUID(int=0)})) == []


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"state": "done"}, ("state", "enum")),
        ({"created_after": "yesterday"}, ("created_after", "format")),
        ({"created_before": "2026-01-31T12:00:00"}, ("created_before", "format")),
        ({"series": "x"}, ("series", "format")),
        ({"search": "\0"}, ("search", "format")),
        ({"job_type": "\0"}, ("job_type", "format")),
        ({"created_by": "\0"}, ("created_by", "format")),
    ],
)
def test_a_bad_filter_is_400_there(viewer: Caller, query: dict[str, str], problem: tuple[str, str]) -> None:
    assert refused(viewer.get(JOBS, query)) == (400, [problem])


def test_an_empty_list_is_no_error(viewer: Caller) -> None:
    assert viewer.get(JOBS, {"job_type": "no_such_job"}).json() == {
        "next": None,
        "previous": None,
        "results": [],
    }


def test_the_number_of_queries_does_not_grow_with_the_page(
    viewer: Caller, django_assert_max_num_queries: Any
) -> None:
    template()
    for _ in range(20):
        scheduled()
    with django_assert_max_num_queries(16):
        assert len(ids(viewer.get(JOBS))) == 20


def test_links_are_addresses_of_this_api(viewer: Caller) -> None:
    template()
    scheduled(), scheduled()
    link = viewer.get(JOBS, {"page_size": 1}).json()["next"]
    assert urlsplit(link).path == f"{V1}{JOBS}"
    assert Job.objects.count() == 2


def test_a_page_that_took_long_says_where_it_ended_and_goes_on_there(
    viewer: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = scheduled()
    end = lowest_from(datetime(2026, 1, 31, tzinfo=UTC))
    monkeypatch.setattr(windows, "newest_first", lambda *_, **__: windows.Found([], end))
    answer = viewer.get(JOBS, {"created_by": "ann"}).json()
    assert (answer["results"], answer["searched_until"]) == ([], "2026-01-31T00:00:00Z")
    monkeypatch.undo()
    assert f"before={end}" in answer["next"]
    assert ids(viewer.get(JOBS, {"before": str(end)})) == []
    assert ids(viewer.get(JOBS)) == [str(job_id)]
