"""A route refuses query parameters that it does not declare, and those without a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import ApiToken
from accounts.roles import Role
from accounts.services.tokens import issue_token
from foundation.api_views import APIView
from jobs.models import Job, Series
from jobs.read.filters import REPEATABLE
from tests.api.caller import Caller, problems, refused
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, declared, filled, view_of
from tests.api.test_browsable import HTML
from tests.factories import OTP, document, recurring, running, scheduled, store

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]
ROUTES = api_routes()
every_route = pytest.mark.parametrize(("method", "route"), ROUTES)


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


@pytest.fixture
def send(admin: Caller) -> Send:
    """Sends to addresses of existing things, so that the answer depends on the query."""
    store(document(OTP), recurring("forgot_password_job"))
    ids = {"job_id": running().job_id, "username": "admin-person", "series_id": Series.objects.get().pk}
    ids |= group_and_grant()

    def send_to(method: str, route: str, query: str, **headers: str) -> Any:
        return admin.send_raw(method, f"{filled(route, **ids)}?{query}", b"{}", **headers)

    return send_to


@every_route
def test_every_view_checks_its_query(method: str, route: str) -> None:
    assert issubclass(view_of(route), APIView)


@every_route
def test_an_unknown_parameter_is_refused_and_nothing_is_done(send: Send, method: str, route: str) -> None:
    before = Job.objects.count(), ApiToken.objects.count()
    answer = send(method, route, "no_such_thing=1&format=json")
    assert refused(answer) == (400, [("no_such_thing", "unknown_parameter")])
    assert (Job.objects.count(), ApiToken.objects.count()) == before


@every_route
def test_a_parameter_that_is_misspelt_or_blank_or_given_twice_is_refused(
    send: Send, method: str, route: str
) -> None:
    for name, parameter in declared(method, route).items():
        (error,) = send(method, route, f"{name}s=1").json()["errors"]
        assert (error["code"], error["attr"]) == ("unknown_parameter", f"{name}s")
        assert f"Did you mean {name}?" in error["detail"]
        for blank in ("", "%20") if parameter.type is not bool else ():
            assert refused(send(method, route, f"{name}={blank}")) == (400, [(name, "blank")])
        if name not in REPEATABLE:
            twice = send(method, route, f"{name}=1&{name}=2")
            assert refused(twice) == (400, [(name, "duplicate_parameter")])


def test_a_filter_of_another_name_lists_no_jobs(viewer: Caller) -> None:
    scheduled()
    answer = viewer.get("jobs/?status=failed")
    assert refused(answer) == (400, [("status", "unknown_parameter")])
    assert "Did you mean state?" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("query", ["state=", "state=failed&state=", "job_type=", "created_by=", "search=%20"])
def test_a_filter_without_a_value_lists_and_counts_no_jobs(viewer: Caller, query: str) -> None:
    for route in ("jobs/", "jobs/counts/"):
        assert [code for _, code in problems(viewer.get(f"{route}?{query}"))] == ["blank"]


def test_a_text_that_cannot_be_stored_is_not_looked_for(viewer: Caller) -> None:
    for address in ("jobs/?search=%00", "templates/?search=a%00", "jobs/?state=%00"):
        assert [code for _, code in problems(viewer.get(address))] == ["format"]


def test_a_flag_without_a_value_is_no_filter(viewer: Caller) -> None:
    assert refused(viewer.get("templates/?user_triggered=")) == (400, [("user_triggered", "enum")])


def test_of_many_unknown_parameters_each_is_reported(viewer: Caller) -> None:
    query = "&".join(f"{'x' * 300}{number}=1" for number in range(100))
    answer = viewer.get(f"jobs/?{query}&%00=1&%ff=1")
    assert answer.status_code == 400
    assert {code for _, code in problems(answer)} == {"unknown_parameter"}


def test_a_page_in_the_browser_is_asked_for_by_format(viewer: Caller) -> None:
    store()
    assert viewer.get("jobs/?format=json&page_size=2", Accept=HTML)["Content-Type"] == "application/json"
    page = viewer.get("jobs/?format=api")
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (200, "text/html")
    assert refused(viewer.get("jobs/?format=xml")) == (406, [(None, "not_acceptable")])


def test_missing_rights_are_refused_first(nobody: Caller, viewer: Caller) -> None:
    assert nobody.get("jobs/?status=failed").status_code == 401
    assert viewer.get("users/?status=failed").status_code == 403


def test_a_program_that_creates_jobs_is_held_to_it_too(operator: Caller) -> None:
    store()
    assert operator.user is not None
    _, plain = issue_token(user=operator.user, name="program")
    operator.client.logout()
    for _ in range(2):  # the second time the token is cached
        answer = operator.send("POST", "jobs/?prority=3", {"job_type": OTP}, Authorization=f"Token {plain}")
        assert refused(answer) == (400, [("prority", "unknown_parameter")])
    assert not Job.objects.exists()
