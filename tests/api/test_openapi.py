"""The OpenAPI document: whole, valid, without warnings, and true to what the routes answer."""

from __future__ import annotations

import io
import json
import re
import threading
from typing import Any

import jsonschema_rs
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.test import Client, RequestFactory
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import force_authenticate

from accounts.roles import Role
from jobs.models import Series
from scheduler_project import api_documents
from tests.api.caller import Caller
from tests.api.openapi_judge import closed
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, filled, readable
from tests.factories import (
    OTP,
    document,
    finish,
    number_events,
    operation,
    recurring,
    running,
    scheduled,
    store,
    succeeded,
)

pytestmark = pytest.mark.django_db
# Pages for people and the root, which lists the others: not part of the document.
UNDOCUMENTED = {("GET", "")}


@pytest.fixture(scope="module")
def schema() -> Any:
    out = io.StringIO()
    call_command("spectacular", "--format", "openapi-json", "--fail-on-warn", "--validate", stdout=out)
    return json.loads(out.getvalue())


def answers(schema: Any, method: str, route: str, status: int) -> dict[str, Any]:
    """What the document says about the body of an answer, as a JSON Schema that takes nothing beyond it."""
    responses = schema["paths"][f"/api/v1/{route}"][method.lower()]["responses"]
    described: dict[str, Any] = responses[str(status)]["content"]["application/json"]["schema"]
    return {**closed(described), "components": schema["components"]}


def test_it_is_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"].startswith("3.1")
    assert schema["info"]["title"] == "RestJobScheduler"


def test_one_request_at_a_time_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask() -> int:
        request = RequestFactory().get("/api/schema/")
        force_authenticate(request, AnonymousUser())
        return view(request).status_code

    view = api_documents.SchemaView.as_view(permission_classes=[])
    others: list[threading.Thread] = []

    def get_schema(*_args: Any, **_named: Any) -> dict[str, Any]:
        if not others:
            others.append(threading.Thread(target=ask))
            others[0].start()
            others[0].join(timeout=0.5)
            assert others[0].is_alive(), "a second request was answered while the first was under way"
        return {}

    monkeypatch.setattr(SchemaGenerator, "get_schema", get_schema)
    assert ask() == 200
    others[0].join(timeout=30)
    assert not others[0].is_alive()


def test_it_has_every_route_and_no_other(schema: Any) -> None:
    documented = {
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, methods in schema["paths"].items()
        for method in methods
    }
    assert documented == set(api_routes()) - UNDOCUMENTED


def test_each_operation_has_a_name_of_its_own_and_says_what_it_does(schema: Any) -> None:
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names)
    assert [one["operationId"] for one in operations if not one.get("description")] == []


def test_the_ways_to_sign_in_are_documented(schema: Any) -> None:
    kinds = {one["type"] for one in schema["components"]["securitySchemes"].values()}
    assert kinds == {"apiKey"}
    assert len(schema["components"]["securitySchemes"]) == 2


@pytest.mark.parametrize(
    "route",
    [
        "jobs/",
        "jobs/counts/",
        "jobs/{job_id}/",
        "jobs/{job_id}/events/",
        "jobs/{job_id}/log/",
        "templates/",
        "templates/export/",
        "templates/{job_type}/",
        "templates/{job_type}/versions/",
        "templates/{job_type}/form/",
        "operations/",
        "operations/{operation_id}/",
        "series/",
        "series/{series_id}/",
        "events/",
        "workers/",
        "queues/",
        "stats/",
        "stats/types/",
        "session/",
        "tokens/",
        "users/",
        "users/{username}/",
        "groups/",
        "groups/{group}/",
        "grants/",
        "grants/who/",
        "grants/{grant_id}/",
        "secrets/",
        "secrets/{secret}/",
    ],
)
def test_what_is_answered_is_what_is_documented(schema: Any, route: str) -> None:
    admin = Caller(Role.ADMIN)
    store(document(), recurring("forgot_password_job"))
    finish(running())
    job_id = succeeded()
    scheduled(start_in_seconds=60)
    scheduled()
    number_events()
    ids: dict[str, Any] = {
        "job_id": job_id,
        "series_id": Series.objects.get().pk,
        "operation_id": operation(),
    }
    ids |= {"username": "admin-person", "job_type": OTP, **group_and_grant()}
    answer = admin.get(readable(route, **ids))
    assert answer.status_code == 200
    described = answers(schema, "GET", route, 200)
    found = list(jsonschema_rs.Draft202012Validator(described).iter_errors(answer.json()))
    assert [(list(error.instance_path), error.message) for error in found] == []


@pytest.mark.parametrize(
    ("method", "route", "body", "status"),
    [
        ("POST", "jobs/", {"job_type": OTP}, 201),
        ("POST", "jobs/bulk/", {"jobs": [{"job_type": OTP}]}, 201),
        ("POST", "jobs/terminate/", {"all": True}, 200),
        ("POST", "jobs/rerun/", {"all": True}, 200),
        ("POST", "operations/{operation_id}/cancel/", None, 200),
        ("POST", "templates/{job_type}/rollback/", {"version": 1}, 200),
        ("POST", "jobs/{job_id}/terminate/", None, 202),
        ("POST", "jobs/{job_id}/rerun/", {}, 201),
        ("POST", "jobs/{job_id}/progress/", {"completion_percentage": 1}, 200),
        ("POST", "templates/{job_type}/validate/", {"payload": {}}, 200),
        ("PATCH", "templates/{job_type}/", {"label": "x"}, 200),
        ("POST", "templates/import/", {OTP: document()}, 200),
        ("POST", "template-preview/", {"document": document(startInSeconds=-1)}, 200),
        ("POST", "series/{series_id}/run_now/", None, 200),
        ("POST", "series/{series_id}/pause/", None, 200),
        ("POST", "ws-tickets/", None, 201),
        ("POST", "users/", {"name": "ann"}, 201),
        ("PATCH", "users/{username}/", {"groups": ["ops"]}, 200),
        ("POST", "users/{username}/reset/", None, 201),
        ("POST", "groups/", {"name": "dev"}, 201),
        ("PATCH", "groups/{group}/", {"members": []}, 200),
        ("POST", "secrets/", {"name": "mail", "job_types": ["*"], "source": "value", "value": "x"}, 201),
        ("PATCH", "secrets/{secret}/", {"hosts": ["api.example.org"]}, 200),
        ("POST", "grants/", {"group": "ops", "job_types": ["*"], "rights": ["run"]}, 201),
    ],
)
def test_what_a_change_answers_is_what_is_documented(
    schema: Any, method: str, route: str, body: Any, status: int
) -> None:
    admin = Caller(Role.ADMIN)
    store(document(), recurring("forgot_password_job"))
    ids = {"job_id": running().job_id, "series_id": Series.objects.get().pk, "operation_id": operation()}
    group_and_grant()
    path = filled(route, **ids, username="admin-person", job_type=OTP)
    answer = admin.send(method, path, body)
    assert answer.status_code == status
    described = answers(schema, method, route, status)
    assert jsonschema_rs.Draft202012Validator(described).is_valid(answer.json())


def test_it_is_for_those_who_are_signed_in(client: Client, viewer: Caller) -> None:
    assert client.get("/api/schema/").status_code == 401
    assert viewer.client.get("/api/schema/").status_code == 200


def test_the_documents_for_people_open(viewer: Caller) -> None:
    page = viewer.client.get("/api/docs/")
    assert page.status_code == 200
    assert page["Content-Type"].startswith("text/html")
