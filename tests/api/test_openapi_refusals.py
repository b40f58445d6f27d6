"""The OpenAPI document tells of each refusal, and its examples are accepted as they stand there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings

from accounts.roles import SYSTEM, Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from catalogue import importing
from jobs.services import series_editing
from scheduler_project.api_schema import MEANINGS
from templates_app.documents import parse_file
from tests.api.caller import Caller
from tests.api.people import group_and_grant
from tests.api.routes import api_routes, declared, filled
from tests.api.test_openapi import UNDOCUMENTED
from tests.api.test_openapi import schema as schema
from tests.factories import OTP, running

pytestmark = pytest.mark.django_db
EXAMPLES = Path(settings.BASE_DIR) / "templates_app/examples/job_templates.json"
# Nobody's password or second factor stands in a public document.
WITHOUT_AN_EXAMPLE = {
    "session_sign_in",
    "session_password",
    "session_second_factor",
    "factors_totp_begin",
    "factors_totp_confirm",
    "factors_passkeys_begin",
    "factors_passkeys_add",
    "factors_recovery_codes",
}
# Read no body: what is sent to them does not matter.
BODIES = [(method, route) for method, route in api_routes() if method in {"POST", "PUT", "PATCH"}]


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


def operations(schema: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1/"), operation


def address(route: str) -> str:
    """Where the things of the shipped templates exist, so that it is the example that is judged."""
    importing.import_templates(specs=parse_file(json.loads(EXAMPLES.read_text())), actor=SYSTEM)
    further = series_editing.create_series(job_type=OTP, fields={"every_seconds": 60}, actor=SYSTEM)
    create_user(name="ada.lovelace", role=Role.VIEWER)
    ids = {"job_id": running().job_id, "series_id": further, "job_type": OTP}
    return filled(route, **ids, **group_and_grant(), username="admin-person")


@pytest.mark.parametrize(("method", "route"), BODIES)
def test_every_example_is_accepted(schema: Any, admin: Caller, method: str, route: str) -> None:
    operation = schema["paths"][f"/api/v1/{route}"][method.lower()]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        examples = media.get("examples", {})
        assert examples or operation["operationId"] in WITHOUT_AN_EXAMPLE
        path = address(route)
        for name, example in examples.items():
            answer = admin.send(method, path, example["value"])
            assert answer.status_code < 300, (name, answer.content)


def test_every_operation_tells_how_it_refuses(schema: Any) -> None:
    for method, route, operation in operations(schema):
        told = set(operation["responses"])
        assert {"400", "401", "406"} <= told, route
        assert ("404" in told) >= ("{" in route), route
        assert ("415" in told) == (method in {"POST", "PUT", "PATCH"}), route
        assert ("403" in told) >= (method != "GET"), route
        for status in told & {str(status) for status in MEANINGS}:
            described = schema["components"]["responses"][status]
            assert operation["responses"][status] == {"$ref": f"#/components/responses/{status}"}
            assert described["content"]["application/json"]["schema"] == {
                "$ref": "#/components/schemas/Errors"
            }


def test_refusals_look_as_documented(schema: Any, admin: Caller, nobody: Caller) -> None:
    judge = jsonschema_rs.Draft202012Validator(schema["components"]["schemas"]["Errors"])
    refusals = [
        nobody.get("jobs/"),
        admin.get("jobs/?status=x"),
        admin.post("jobs/", {"job_type": "no_such_job"}),
        admin.post("templates/", {"type": OTP, "startInSeconds": -1}),
        admin.get("jobs/", Accept="image/png"),
    ]
    assert [answer.status_code for answer in refusals] == [401, 400, 404, 400, 406]
    assert all(judge.is_valid(answer.json()) for answer in refusals)


def test_the_parameters_that_are_documented_are_those_that_are_taken(schema: Any) -> None:
    for method, route in set(api_routes()) - UNDOCUMENTED:
        operation = schema["paths"][f"/api/v1/{route}"][method.lower()]
        documented = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        assert documented == set(declared(method, route)), route


def test_a_token_that_is_none_is_refused_at_open_routes_too(
    schema: Any, nobody: Caller, admin: Caller
) -> None:
    assert nobody.get("session/", Authorization="Token nonsense").status_code == 401
    assert admin.user is not None
    assert issue_token(user=admin.user, name="t")
    assert "401" in schema["paths"]["/api/v1/session/"]["get"]["responses"]
