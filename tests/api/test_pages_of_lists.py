"""Every list is paged: a client that follows `next` gets each row once, and no list is cut silently."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from accounts.roles import Role
from jobs.models import Job, JobEvent
from tests.api.caller import V1, Caller, refused
from tests.api.many_rows import (
    N,
    many_events,
    many_jobs,
    many_processes,
    many_series,
    many_sessions,
    many_templates,
    many_tokens,
    many_types_with_jobs,
    many_versions,
    many_workers,
)
from tests.api.people import many_grants, many_groups, many_secrets, many_users
from tests.api.routes import api_routes, declared, filled
from tests.factories import (
    OTP,
    document,
    number_events,
    scheduled,
    store,
)

pytestmark = pytest.mark.django_db


LISTS: dict[str, tuple[Callable[[Caller], list[Any]], str]] = {
    "templates/": (many_templates, "type"),
    "templates/otp_send_job/versions/": (many_versions, "version"),
    "tokens/": (many_tokens, "id"),
    "sessions/": (many_sessions, "id"),
    "users/": (lambda _: many_users(N), "name"),
    "groups/": (lambda _: many_groups(N), "name"),
    "grants/": (lambda _: many_grants(N), "id"),
    "secrets/": (lambda _: many_secrets(N), "name"),
    "series/": (many_series, "id"),
    "workers/": (many_workers, "name"),
    "queues/": (many_workers, "queue"),
    "processes/": (many_processes, "name"),
    "stats/types/": (many_types_with_jobs, "job_type"),
    "jobs/": (many_jobs, "job_id"),
    "jobs/{job_id}/events/": (many_events, "kind"),
}
every_list = pytest.mark.parametrize("route", LISTS)


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


def made(route: str, admin: Caller) -> tuple[str, list[Any]]:
    """The address, and the names of what it lists, in order; of processes the kind goes before the name."""
    expected = LISTS[route][0](admin)
    job = Job.objects.values_list("pk", flat=True).first()
    return route.format(job_id=job), expected


def walk(admin: Caller, route: str, first: str, link: str) -> list[list[Any]]:
    """The names on each page from there on."""
    pages: list[list[Any]] = []
    address = first
    while address and len(pages) < 2 * N:
        page = admin.client.get(address).json()
        assert set(page) == {"next", "previous", "results"}
        pages.append([row[LISTS[route][1]] for row in page["results"]])
        address = page[link]
    return pages


@every_list
@pytest.mark.parametrize("size", [1, 3])
def test_who_follows_the_links_sees_each_once_there_and_back(admin: Caller, route: str, size: int) -> None:
    path, expected = made(route, admin)
    pages = walk(admin, route, f"{V1}{path}?page_size={size}", "next")
    assert [name for page in pages for name in page] == expected
    assert {len(page) for page in pages[:-1]} == {size}
    last = f"{V1}{path}?page_size={size}"
    while following := admin.client.get(last).json()["next"]:
        last = following
    assert walk(admin, route, last, "previous")[::-1] == pages


@every_list
def test_a_page_that_has_all_leads_nowhere(admin: Caller, route: str) -> None:
    path, expected = made(route, admin)
    page = admin.get(path).json()
    assert (page["next"], page["previous"], len(page["results"])) == (None, None, len(expected))


@every_list
def test_a_page_size_that_is_none_is_refused(admin: Caller, route: str) -> None:
    path, _ = made(route, admin)
    for sizes, code in (
        (("0", "-1", "-0", "-" + "9" * 5000), "minimum"),
        (("201", "9" * 30, "9" * 5000), "maximum"),
        (("1.5", "x", "1e2", " 1", "%2B1", "--1", "\u0661", "0x1"), "type"),
    ):
        for size in sizes:
            assert refused(admin.get(f"{path}?page_size={size}")) == (400, [("page_size", code)]), size


@every_list
@pytest.mark.parametrize("size", [1, 3])
def test_an_empty_page_leads_back_to_where_it_was_asked_for(admin: Caller, route: str, size: int) -> None:
    path, expected = made(route, admin)
    first = last = admin.get(f"{path}?page_size=1").json()
    before_all = admin.client.get(turned(first["next"], size)).json()
    assert (before_all["results"], before_all["previous"]) == ([], None)
    pages = walk(admin, route, before_all["next"], "next")
    assert [name for page in pages for name in page] == expected
    while last["next"]:
        last = admin.client.get(last["next"]).json()
    after_all = admin.client.get(turned(last["previous"], size)).json()
    assert (after_all["results"], after_all["next"]) == ([], None)
    pages = walk(admin, route, after_all["previous"], "previous")
    assert [name for page in pages[::-1] for name in page] == expected


def test_who_asked_for_newer_jobs_in_vain_finds_those_that_come_and_none_twice(admin: Caller) -> None:
    old = many_jobs(admin)
    empty = admin.get(f"jobs/?after={old[0]}&page_size=3").json()
    new = many_jobs(admin)
    older = admin.client.get(empty["next"]).json()
    assert [row["job_id"] for row in older["results"]] == old[:3]
    pages = walk(admin, "jobs/", older["previous"], "previous")
    assert [name for page in pages[::-1] for name in page] == new


@pytest.mark.parametrize("end", ["-".join(digit * n for n in (8, 4, 4, 4, 12)) for digit in "0f"])
def test_an_empty_page_at_the_end_of_all_ids_is_no_fault_of_the_server(admin: Caller, end: str) -> None:
    for side in ("after", "before"):
        page = admin.get(f"jobs/?{side}={end}").json()
        assert page["results"] == []
        assert admin.client.get(page["next"] or page["previous"]).status_code == 200


def turned(link: str, size: int) -> str:
    """From the same row into the other direction, with so many on a page."""
    address, _, query = link.partition("?")
    asked = dict(parse_qsl(query)) | {"page_size": str(size)}
    if "cursor" in asked:
        backwards, *more = json.loads(base64.urlsafe_b64decode(asked["cursor"]))
        asked["cursor"] = cursor(not backwards, *more)
    other = {"before": "after", "after": "before"}
    return f"{address}?{urlencode({other.get(name, name): value for name, value in asked.items()})}"


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


CURSORS = {
    "no base64": "x",
    "no json": "eHh4",
    "no list": "Nw==",
    "an empty list": cursor(),
    "no direction": cursor("a", "b"),
    "no text": cursor(False, False, 7),
    "too many keys": cursor(False, False, *"abcdef"),
    "a nul": cursor(False, False, "\0"),
    "half a pair": cursor(False, False, "\ud800"),
    "not ascii": "%C3%BC",
}


@pytest.mark.parametrize("route", sorted(LISTS.keys() - {"jobs/"}))
def test_a_cursor_that_is_none_is_refused(admin: Caller, route: str) -> None:
    path, _ = made(route, admin)
    for what, text in CURSORS.items():
        answer = admin.get(f"{path}?cursor={text}")
        in_memory = route in {"workers/", "queues/", "processes/", "stats/types/"}
        if what != "too many keys" or not in_memory:
            assert refused(answer) == (400, [("cursor", "format")]), what


@pytest.mark.parametrize("number", ["9" * 30, "-" + "9" * 30, "0", "1.5", "NaN", "9" * 5000])
def test_a_cursor_of_a_number_that_no_row_has_is_no_fault_of_the_server(admin: Caller, number: str) -> None:
    store()
    for path in ("tokens/", f"templates/{OTP}/versions/"):
        for backwards, with_key in product((False, True), repeat=2):
            answer = admin.get(f"{path}?cursor={cursor(backwards, with_key, number)}")
            assert answer.status_code in {200, 400}


def test_filters_go_along_with_the_links(admin: Caller) -> None:
    store(*(document(f"job_{number}", userTriggered=number % 2 == 0) for number in range(N)))
    path = f"{V1}templates/?user_triggered=true&search=job&page_size=2"
    assert walk(admin, "templates/", path, "next") == [["job_0", "job_2"], ["job_4", "job_6"]]


def test_what_comes_meanwhile_moves_nothing(admin: Caller) -> None:
    store(document("b_job"), document("d_job"))
    first = admin.get("templates/?page_size=1").json()
    store(document("a_job"), document("c_job"))
    assert [row["type"] for row in first["results"]] == ["b_job"]
    assert walk(admin, "templates/", first["next"], "next") == [["c_job"], ["d_job"]]


def test_the_feed_takes_a_page_size(admin: Caller) -> None:
    many_jobs(admin)
    number_events()
    seen: list[int] = []
    after = 0
    while page := admin.get(f"events/?after={after}&page_size=3").json():
        seen += [event["seq"] for event in page["results"]]
        if not page["results"]:
            break
        assert len(page["results"]) <= 3
        after = page["next"]
    assert seen == list(range(1, JobEvent.objects.count() + 1))


def test_both_ends_of_a_page_of_jobs_at_once_are_refused(admin: Caller) -> None:
    job_id = scheduled()
    answer = admin.get(f"jobs/?after={job_id}&before={job_id}")
    assert refused(answer) == (400, [("after", "conflict")])


def test_no_list_is_answered_in_another_shape(admin: Caller) -> None:
    """A new route that answers `results` is tested as well."""
    for method, route in api_routes():
        if method != "GET":
            continue
        answer = admin.get(filled(route, username="admin-person"))
        if answer.status_code == 200 and "results" in answer.json():
            assert "page_size" in declared(method, route), route
            # The feed of events only goes on: nothing is before its beginning.
            assert {"next", "previous"} <= set(answer.json()) or route == "events/", route
