"""What somebody with certain rights on a restricted job type is answered, at every route about a job type.

A route that is missing from NEEDED fails the test.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from accounts.roles import SYSTEM, Role
from jobs.services.series_editing import create_series
from tests import factories
from tests.api.caller import Caller, problems
from tests.api.rights import RESTRICTED, Granted, Program, store_both
from tests.api.routes import api_routes, filled

pytestmark = pytest.mark.django_db
RIGHTS = ("see", "read", "run", "stop", "edit")
ANY = set(RIGHTS)
FORM = {"read", "run", "edit"}
# Which rights open a route about a job, series or template; each alone must do. With another right it is 403 (log and
# what is not seen: 404), without any it is 404.
NEEDED = {
    "GET jobs/{job_id}/": ANY,
    "GET jobs/{job_id}/events/": ANY,
    "GET jobs/{job_id}/log/": {"read"},
    "POST jobs/{job_id}/terminate/": {"stop"},
    "POST jobs/{job_id}/progress/": {"run"},
    # Needs `run`, too: `read` alone is refused, which test_rerunning tells.
    "POST jobs/{job_id}/rerun/": set(),
    "GET series/{series_id}/": ANY,
    "GET series/{series_id}/upcoming/": ANY,
    "PATCH series/{series_id}/": {"edit"},
    "DELETE series/{series_id}/": {"edit"},
    "POST series/{series_id}/pause/": {"edit"},
    "POST series/{series_id}/resume/": {"edit"},
    "POST series/{series_id}/run_now/": {"run"},
    "GET templates/{job_type}/": ANY,
    "GET templates/{job_type}/form/": FORM,
    "GET templates/{job_type}/versions/": FORM,
    "GET templates/{job_type}/versions/{version}/": FORM,
    "POST templates/{job_type}/validate/": FORM,
    "PUT templates/{job_type}/": {"edit"},
    "PATCH templates/{job_type}/": {"edit"},
    "DELETE templates/{job_type}/": {"edit"},
    "POST templates/{job_type}/rollback/": {"edit"},
}
BODIES: dict[str, Any] = {
    "POST jobs/{job_id}/progress/": {"completion_percentage": 10},
    "PATCH series/{series_id}/": {"every_seconds": 99},
    "POST templates/{job_type}/validate/": {"payload": {"user_id": 1}},
    "PUT templates/{job_type}/": factories.document(RESTRICTED, access="restricted", label="New"),
    "PATCH templates/{job_type}/": {"label": "New"},
    "POST templates/{job_type}/rollback/": {"version": 1},
}


class Things(NamedTuple):
    """A job and a series of the restricted type."""

    job_id: uuid.UUID
    series_id: uuid.UUID

    def path(self, route: str) -> str:
        return filled(route, job_id=self.job_id, series_id=self.series_id, job_type=RESTRICTED, version=1)


@pytest.fixture
def things(db: None) -> Things:
    store_both()
    series_id = create_series(job_type=RESTRICTED, fields={"every_seconds": 3600}, actor=SYSTEM)
    attempt = factories.running(RESTRICTED)
    return Things(attempt.job_id, series_id)


def send(caller: Caller, things: Things, route: str) -> int:
    method, _, path = route.partition(" ")
    body = None if method == "GET" else BODIES.get(route, {})
    answer = caller.send(method, things.path(path), body)
    assert answer.status_code < 400 or problems(answer), route
    return int(answer.status_code)


def routes_of_types() -> Iterator[str]:
    for method, route in api_routes():
        if any(name in route for name in ("{job_id}", "{series_id}", "{job_type}")):
            yield f"{method} {route}"


def test_every_route_about_a_job_type_has_an_entry() -> None:
    assert sorted(NEEDED) == sorted(routes_of_types())


def test_without_a_grant_everything_is_not_found(things: Things) -> None:
    stranger = Caller(Role.EDITOR)
    assert {route for route in NEEDED if send(stranger, things, route) != 404} == set()


@pytest.mark.parametrize("route", NEEDED)
def test_a_grant_opens_what_it_is_for(things: Things, route: str) -> None:
    # Those who lack the right first: the others may change what there is.
    for right in sorted(RIGHTS, key=lambda one: one in NEEDED[route]):
        status = send(Granted(right), things, route)
        if right in NEEDED[route]:
            assert status not in {403, 404}, right
        else:
            assert status == (404 if route.endswith("/log/") else 403), right


def test_a_token_for_other_job_types_finds_nothing(things: Things) -> None:
    program = Program(Role.ADMIN, job_types=["mail_*"])
    assert {route for route in NEEDED if send(program, things, route) != 404} == set()


def test_a_token_for_reading_changes_nothing(things: Things) -> None:
    reader = Program(Role.ADMIN, scope="read")
    refused = {route for route in NEEDED if send(reader, things, route) == 403}
    reading = {"POST templates/{job_type}/validate/", *(one for one in NEEDED if one.startswith("GET "))}
    assert refused == NEEDED.keys() - reading


def test_rerunning_needs_to_read_and_to_run(things: Things) -> None:
    route = "POST jobs/{job_id}/rerun/"
    assert send(Granted("read", "run"), things, route) == 201
