"""What is nobody's address is 404: in the API's shape for programs, else as a page of the UI."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from scheduler_project import ui
from tests.api.caller import Caller, problems, refused
from tests.api.routes import SOMEWHERE

pytestmark = pytest.mark.django_db
PAGE = b"<!doctype html><p>the UI"
FOR_PROGRAMS = [
    "/api",
    "/api/",
    "/api/nothing",
    "/api/v2/jobs/",
    "/api/v1/nothing/",
    "/api/v1/jobs/x/",
    "/health/",
    "/health/nothing",
    "/metrics/x",
    "/hooks/1",
    "/ws/",
    "/ws/jobs/",
    "/ws/other/",
]
NOBODYS = [
    "/healthz",
    "/metricsx",
    "/apis",
    "/nothing",
    "/jobs/1/2",
    "/templates/a/b",
    "/static/nothing.js",
    "/sign-in/",
    "/jobs/new/x",
    "/JOBS",
]


@pytest.fixture(autouse=True)
def _built(settings: Any, tmp_path: Path) -> None:
    settings.UI_DIST = tmp_path
    (tmp_path / "index.html").write_bytes(PAGE)


@pytest.mark.parametrize("path", FOR_PROGRAMS)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_for_programs_it_is_json(client: Client, path: str, method: str) -> None:
    answer = client.generic(method, path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    if method != "HEAD":
        assert problems(answer) == [(None, "not_found")]
        assert "remedy" not in answer.json()["errors"][0]


WITHOUT_SLASH = [
    "/api/v1",
    "/api/v1/jobs",
    f"/api/v1/jobs/{SOMEWHERE['job_id']}",
    "/api/v1/users/ann",
    "/api/docs",
]


@pytest.mark.parametrize("path", WITHOUT_SLASH)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("debug", [False, True])
def test_a_missing_slash_is_told_and_nobody_is_sent_elsewhere(
    settings: Any, path: str, method: str, debug: bool
) -> None:
    """A client makes a GET of what it is sent on with: it would list jobs, and create none."""
    settings.DEBUG = debug
    asking = Client(enforce_csrf_checks=True)
    answer = asking.generic(method, f"{path}?page_size=1", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    if method != "HEAD":
        assert problems(answer) == [(None, "not_found")]
        assert answer.json()["errors"][0]["remedy"].endswith(f" {path}/")


@pytest.mark.parametrize("path", NOBODYS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_elsewhere_it_is_a_page_of_the_ui(client: Client, path: str, method: str) -> None:
    answer = client.generic(method, path)
    assert (answer.status_code, answer.content) == (404, PAGE)
    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ui.ADDRESSES)
def test_the_addresses_of_the_ui_are_200(client: Client, address: str) -> None:
    path = "/" + re.sub(":[a-zA-Z]+", "some%20one", address)
    for asked in {path, f"{path.rstrip('/')}/", f"{path}?state=failed"}:
        answer = client.get(asked)
        assert (answer.status_code, answer.content) == (200, PAGE), asked


def test_the_server_and_the_ui_know_the_same_addresses() -> None:
    router = (Path(settings.BASE_DIR) / "frontend/src/app/router.tsx").read_text()
    routes = re.findall(r'<Route (?:path="([^"]*)"|index) ', router)
    assert sorted(routes) == sorted((*ui.ADDRESSES, "*"))


def test_browsers_find_the_icon_where_they_look_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/ui/icon.svg")


def test_without_a_build_it_is_404_all_the_same(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.UI_DIST = tmp_path / "nothing"
    assert client.get("/nothing").status_code == 404
    assert client.get("/jobs").status_code == 503


def test_a_page_is_only_read(client: Client) -> None:
    assert client.post("/jobs").status_code == 405


def test_the_admin_is_found_without_its_slash(client: Client) -> None:
    answer = client.get("/admin")
    assert (answer.status_code, answer["Location"]) == (301, "/admin/")


def test_what_django_refuses_before_any_view_is_in_the_one_shape(viewer: Caller) -> None:
    elsewhere = viewer.client.get("/api/v1/jobs/", headers={"Host": "evil.example.com"})
    assert refused(elsewhere) == (400, [(None, "bad_request")])
    many = viewer.client.get("/api/v1/jobs/?" + "&".join(f"a{number}=1" for number in range(1100)))
    assert refused(many) == (400, [(None, "bad_request")])


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_the_documents_are_refused_in_the_one_shape(nobody: Caller, viewer: Caller, path: str) -> None:
    kind = "text/html" if path == "/api/docs/" else "application/vnd.oai.openapi"
    for accept in ("*/*", kind):
        answer = nobody.client.get(path, headers={"Accept": accept})
        assert refused(answer) == (401, [(None, "not_authenticated")])
    assert refused(viewer.client.post(path)) == (405, [(None, "method_not_allowed")])
    assert refused(viewer.client.get(path, headers={"Accept": "image/png"})) == (
        406,
        [(None, "not_acceptable")],
    )
    assert refused(viewer.client.get(f"{path}?langs=de")) == (400, [("langs", "unknown_parameter")])


def test_the_documents_open(viewer: Caller) -> None:
    assert viewer.client.get("/api/schema/?format=json").json()["openapi"].startswith("3.1")
    page = viewer.client.get("/api/docs/").content.decode()
    script = re.search(r'<script src="(/api/docs/[^"]*)"', page)
    assert script
    told = viewer.client.get(script[1].replace("&amp;", "&"))
    assert (told.status_code, told["Content-Type"].split(";")[0]) == (200, "application/javascript")
