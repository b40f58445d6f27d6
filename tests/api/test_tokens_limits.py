"""What a token is limited to is listed, and no token makes a wider one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import ApiToken
from accounts.rights import Scope, TokenLimits
from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin

pytestmark = pytest.mark.django_db


def bearer(caller: Caller, scope: Scope = Scope.MANAGE, *job_types: str) -> dict[str, str]:
    assert caller.user is not None
    limits = TokenLimits(scope, job_types or None)
    return {"Authorization": f"Token {issue_token(user=caller.user, name='maker', limits=limits)[1]}"}


def made(answer: Any) -> tuple[list[str], list[str] | None]:
    assert answer.status_code == 201, answer.content
    return answer.json()["scopes"], answer.json()["job_types"]


@pytest.mark.parametrize(
    ("asked", "scopes"),
    [
        ({}, ["manage"]),
        ({"scopes": ["read"]}, ["read"]),
        ({"scopes": ["run", "read"]}, ["run"]),
        ({"scopes": ["read", "manage", "run"]}, ["manage"]),
    ],
)
def test_the_highest_scope_counts(viewer: Caller, asked: dict[str, Any], scopes: list[str]) -> None:
    assert made(viewer.post("tokens/", {"name": "ci", **asked})) == (scopes, None)


def test_the_list_tells_prefix_scopes_and_job_types(viewer: Caller) -> None:
    answer = viewer.post(
        "tokens/", {"name": "ci", "scopes": ["run"], "job_types": ["billing_*", "mail"]}
    ).json()
    (listed,) = viewer.get("tokens/").json()["results"]
    assert listed["prefix"] == answer["token"][:12]
    assert listed["prefix"].startswith("rjs_")
    assert (listed["scopes"], listed["job_types"]) == (["run"], ["billing_*", "mail"])
    assert (listed["last_used_at"], listed["last_used_ip"]) == (None, None)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"scopes": []}, ("scopes", "minItems")),
        ({"scopes": ["admin"]}, ("scopes.0", "enum")),
        ({"scopes": "read"}, ("scopes", "type")),
        ({"job_types": []}, ("job_types", "minItems")),
        ({"job_types": ["a b"]}, ("job_types.0", "pattern")),
        ({"job_types": [""]}, ("job_types.0", "minLength")),
    ],
)
def test_a_wrong_limit_is_400_there(viewer: Caller, body: dict[str, Any], problem: tuple[str, str]) -> None:
    status, found = refused(viewer.post("tokens/", {"name": "ci", **body}))
    assert (status, found[0]) == (400, problem)


@pytest.mark.parametrize("scope", [Scope.READ, Scope.RUN])
def test_a_token_below_manage_makes_and_revokes_no_token(viewer: Caller, scope: Scope) -> None:
    header = bearer(viewer, scope)
    token = ApiToken.objects.get()
    assert viewer.get("tokens/", **header).status_code == 200
    assert refused(viewer.post("tokens/", {"name": "ci"}, **header)) == (403, [(None, "scope")])
    assert refused(viewer.send("DELETE", f"tokens/{token.pk}/", **header)) == (403, [(None, "scope")])
    assert ApiToken.objects.count() == 1


def test_a_token_for_some_job_types_makes_none_for_others(viewer: Caller) -> None:
    header = bearer(viewer, Scope.MANAGE, "billing_*", "mail_job")
    for inner in (["billing_*"], ["billing_monthly", "mail_job"], ["billing_mail_*"]):
        answer = viewer.post("tokens/", {"name": "ci", "job_types": inner}, **header)
        assert made(answer) == (["manage"], inner)
    body = {"name": "ci", "job_types": ["mail_job", "*", "mail_*"]}
    wider = [("job_types.1", "wider"), ("job_types.2", "wider")]
    assert refused(viewer.post("tokens/", body, **header)) == (400, wider)


def test_a_token_for_some_job_types_makes_one_for_the_same_if_none_are_named(viewer: Caller) -> None:
    header = bearer(viewer, Scope.MANAGE, "billing_*")
    answer = viewer.post("tokens/", {"name": "ci", "scopes": ["read"]}, **header)
    assert made(answer) == (["read"], ["billing_*"])


def test_an_admin_lists_the_tokens_of_others_and_nobody_else_does(viewer: Caller, admin: Caller) -> None:
    issue_token(user=create_user(name="ben", role=Role.VIEWER), name="bens")
    names = [row["name"] for row in admin.get("tokens/?user=ben").json()["results"]]
    assert names == ["bens"]
    assert refused(viewer.get("tokens/?user=ben")) == (403, [(None, "permission_denied")])
    assert refused(admin.get("tokens/?user=nobody")) == (404, [("user", "not_found")])
    assert viewer.get("tokens/?user=viewer-person").json()["results"] == []
    assert refused(admin.get("tokens/?user=ben", **bearer(admin, Scope.READ))) == (403, [(None, "scope")])


def test_a_token_with_a_wrong_checksum_is_refused_without_a_query(
    viewer: Caller, django_assert_num_queries: Any
) -> None:
    plain = bearer(viewer)["Authorization"]
    wrong = plain[:-1] + ("0" if plain[-1] != "0" else "1")
    client = Client()
    with django_assert_num_queries(0):
        assert client.get("/api/v1/jobs/", headers={"Authorization": wrong}).status_code == 401


def test_a_token_from_before_there_were_prefixes_still_works(viewer: Caller) -> None:
    row, plain = ApiToken.objects.create(user=viewer.user, name="old")
    assert not plain.startswith("rjs_")
    client = Client()
    answer = client.get("/api/v1/tokens/", headers={"Authorization": f"Token {plain}"})
    assert [token["prefix"] for token in answer.json()["results"]] == [row.token_key]
