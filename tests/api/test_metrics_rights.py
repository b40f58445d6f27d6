"""Who reads `/metrics`: admins, and tokens that admins made for that alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.rights import Scope, TokenLimits
from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from tests.api.caller import Caller, problems

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Caller:
    return Caller(Role.ADMIN)


def with_token(scope: Scope, role: Role = Role.ADMIN, job_types: tuple[str, ...] | None = None) -> Any:
    user = create_user(name=f"{role}-{scope}", role=role)
    _, token = issue_token(user=user, name="scraper", limits=TokenLimits(scope, job_types))
    return Client(raise_request_exception=False, headers={"authorization": f"Token {token}"})


@pytest.mark.parametrize(
    ("scope", "status"), [(Scope.METRICS, 200), (Scope.MANAGE, 200), (Scope.READ, 403), (Scope.RUN, 403)]
)
def test_which_tokens_of_an_admin_read_it(scope: Scope, status: int) -> None:
    assert with_token(scope).get("/metrics").status_code == status


@pytest.mark.parametrize("role", [None, *(role for role in Role if role is not Role.ADMIN)])
def test_nobody_else_reads_it(role: Role | None) -> None:
    caller = Caller(role)
    answer = caller.client.get("/metrics")
    assert answer.status_code == (403 if role else 401)
    assert b"restjobscheduler_" not in answer.content
    if role:
        assert with_token(Scope.METRICS, role).get("/metrics").status_code == 403


@pytest.mark.parametrize("scope", [Scope.METRICS, Scope.MANAGE])
def test_a_token_for_some_job_types_reads_none_of_all(scope: Scope) -> None:
    answer = with_token(scope, job_types=("billing_*",)).get("/metrics")
    assert (answer.status_code, problems(answer)) == (403, [(None, "scope")])


def test_a_token_for_metrics_opens_nothing_else() -> None:
    scraper = with_token(Scope.METRICS)
    for route in ("jobs/", "templates/", "users/", "tokens/", "workers/"):
        answer = scraper.get(f"/api/v1/{route}")
        assert (answer.status_code, problems(answer)) == (403, [(None, "scope")]), route


def test_an_admin_makes_such_a_token_and_nobody_else_does(admin: Caller) -> None:
    made = admin.post("tokens/", {"name": "prometheus", "scopes": ["metrics"]})
    assert (made.status_code, made.json()["scopes"]) == (201, ["metrics"])
    refused = Caller(Role.EDITOR).post("tokens/", {"name": "prometheus", "scopes": ["metrics"]})
    assert (refused.status_code, problems(refused)) == (403, [(None, "permission_denied")])
    beside = admin.post("tokens/", {"name": "prometheus", "scopes": ["metrics", "read"]})
    assert (beside.status_code, problems(beside)) == (400, [("scopes", "conflict")])
