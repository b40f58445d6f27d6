"""Every answer says that nobody may store it, and what a page of it may load."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services.users import create_user
from tests.api.routes import PREFIX, api_routes, readable

pytestmark = pytest.mark.django_db
READABLE = sorted({route for method, route in api_routes() if method == "GET"})
PAGES = (
    "/", "/jobs", "/nowhere", "/admin/", "/admin/login/", "/admin/restjob_jobs/job/", "/admin/nowhere/",
    "/api/docs/", "/api/schema/", "/sign-in/nonsense/", "/reset-password/nonsense/", "/sign-in/oidc/",
)  # fmt: skip
FOR_PROGRAMS = ("/health/live", "/api/v1/nowhere/", "/api/v1/jobs", "/metrics", "/ws/jobs/")


@pytest.fixture(params=["nobody", "an admin"])
def client_of(request: pytest.FixtureRequest) -> Client:
    client = Client(raise_request_exception=False)
    if request.param == "an admin":
        client.force_login(User.objects.get(pk=create_user(name="ann", role=Role.ADMIN).pk))
    return client


@pytest.mark.parametrize("route", READABLE)
def test_no_answer_of_the_api_may_be_stored(client_of: Client, route: str) -> None:
    answer = client_of.get(f"/{PREFIX}{readable(route)}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", [*PAGES, *FOR_PROGRAMS])
def test_every_page_has_a_policy_and_is_not_stored(client_of: Client, path: str) -> None:
    answer = client_of.get(path, headers={"accept": "text/html"})
    assert "no-store" in answer.headers["Cache-Control"]
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    assert ("script-src 'self'" if is_page else "default-src") in policy


def test_static_files_have_a_policy_and_may_be_kept(client_of: Client) -> None:
    answer = client_of.get("/static/ui/index.html")
    assert answer.getvalue().startswith(b"<!doctype html>")
    answer.close()
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "public" in answer.headers["Cache-Control"]
