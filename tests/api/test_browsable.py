"""Every route can be opened in a browser."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from jobs.models import Series
from tests.api.caller import Caller
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, readable
from tests.factories import OTP, number_events, operation, recurring, store, succeeded

pytestmark = pytest.mark.django_db
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
READABLE = sorted({route for method, route in api_routes() if method == "GET"})
WRITABLE = sorted({route for method, route in api_routes() if method == "POST"} - set(READABLE))


def address(route: str) -> str:
    store(recurring("forgot_password_job"))
    job_id = succeeded(payload={"user_id": 2**70})
    number_events()
    ids = {"job_id": job_id, "series_id": Series.objects.get().pk, "operation_id": operation()}
    return readable(route, **ids, **group_and_grant(), username="admin-person", job_type=OTP)


@pytest.mark.parametrize("route", READABLE)
def test_a_route_that_can_be_read_shows_a_page(route: str) -> None:
    page = Caller(Role.ADMIN).get(address(route), Accept=HTML)
    assert page.status_code == 200
    assert page["Content-Type"].startswith("text/html")
    assert "200 OK" in page.content.decode()


@pytest.mark.parametrize("route", READABLE)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN])
def test_a_program_with_a_token_gets_a_page_or_its_refusal(role: Role, route: str) -> None:
    user = create_user(name="admin-person", role=role)
    _, token = issue_token(user=user, name="ci")
    page = Client(raise_request_exception=False).get(
        f"/api/v1/{address(route)}", headers={"accept": HTML, "authorization": f"Token {token}"}
    )
    assert page.status_code in {200, 403, 404}
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("route", WRITABLE)
def test_a_route_that_is_for_writing_says_so_on_a_page(route: str) -> None:
    page = Caller(Role.ADMIN).get(address(route), Accept=HTML)
    assert page.status_code == 405
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("role", list(Role))
def test_every_role_sees_the_pages_of_jobs_and_templates(role: Role) -> None:
    caller = Caller(role)
    for route in ("", "jobs/", "templates/", "jobs/{job_id}/", "templates/{job_type}/"):
        assert caller.get(address(route), Accept=HTML).status_code == 200


def test_a_refusal_is_a_page_too(viewer: Caller, nobody: Caller) -> None:
    missing = viewer.get("templates/no_such_job/", Accept=HTML)
    assert missing.status_code == 404
    assert "not_found" in missing.content.decode()
    assert nobody.get("jobs/", Accept=HTML).status_code == 401


def test_a_program_gets_json_without_asking(viewer: Caller) -> None:
    for accept in ("*/*", "application/json", "application/json, */*"):
        assert viewer.get("jobs/", Accept=accept)["Content-Type"] == "application/json"
