"""Hostile tokens, cookies, names and patterns: each row names the layer that refuses it, and the answer."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.test import Client

from accounts.models import ApiToken, StoredGrant, User
from accounts.roles import Role
from accounts.services.tokens import issue_token
from tests.api.caller import V1, Caller
from tests.api.caller import admin as admin

pytestmark = pytest.mark.django_db
MANY = "x" * 5000


class Row(NamedTuple):
    """`layer` says where it ends: the header's parser, the token's form, the database, Django's session."""

    layer: str
    header: str
    sent: str
    status: int
    code: str | None


GOOD = "GOOD"  # replaced by a valid token
TOKENS = [
    Row("parser", "Authorization", "Token", 401, "authentication_failed"),
    Row("parser", "Authorization", "Token ", 401, "authentication_failed"),
    Row("parser", "Authorization", f"Token {GOOD} {GOOD}", 401, "authentication_failed"),
    Row("parser", "Authorization", f"Token\t{GOOD}", 200, None),
    Row("parser", "Authorization", f"token {GOOD}", 200, None),
    Row("parser", "Authorization", f"Bearer {GOOD}", 401, "not_authenticated"),
    Row("parser", "Authorization", f"Basic {GOOD}", 401, "not_authenticated"),
    Row("parser", "Authorization", GOOD, 401, "not_authenticated"),
    Row("parser", "Authorization", "", 401, "not_authenticated"),
    Row("form", "Authorization", f"Token {GOOD}x", 401, "invalid_token"),
    Row("form", "Authorization", f"Token rjs_{MANY}", 401, "invalid_token"),
    Row("form", "Authorization", "Token rjs_", 401, "invalid_token"),
    Row("form", "Authorization", "Token rjs_' OR 1=1 --", 401, "authentication_failed"),
    Row("form", "Authorization", "Token rjs_\xff\xfe", 401, "invalid_token"),
    Row("form", "Authorization", "Token rjs_\x00", 401, "invalid_token"),
    Row("database", "Authorization", "Token " + "0" * 64, 401, "invalid_token"),
    Row("database", "Authorization", f"Token {MANY}", 401, "invalid_token"),
    Row("database", "Authorization", "Token %00", 401, "invalid_token"),
    Row("database", "Authorization", "Token ../../etc/passwd", 401, "invalid_token"),
    Row("database", "Authorization", "Token null", 401, "invalid_token"),
    Row("session", "Cookie", "sessionid=", 401, "not_authenticated"),
    Row("session", "Cookie", "sessionid=made-up", 401, "not_authenticated"),
    Row("session", "Cookie", f"sessionid={MANY}", 401, "not_authenticated"),
    Row("session", "Cookie", "sessionid=\x00", 401, "not_authenticated"),
    Row("session", "Cookie", "sessionid='; DROP TABLE django_session; --", 401, "not_authenticated"),
    Row("session", "Cookie", "sessionid=a; sessionid=b", 401, "not_authenticated"),
    Row("session", "Cookie", "=; ; ;=;", 401, "not_authenticated"),
    Row("session", "Cookie", "csrftoken=x", 401, "not_authenticated"),
]


@pytest.fixture
def plain(db: None) -> str:
    person = Caller(Role.VIEWER)
    assert person.user is not None
    return issue_token(user=person.user, name="ci")[1]


@pytest.mark.parametrize("row", TOKENS, ids=lambda row: f"{row.layer}: {row.sent[:40]!r}")
def test_credentials(plain: str, row: Row) -> None:
    client = Client(raise_request_exception=False)
    sent = row.sent.replace(GOOD, plain)
    name = "HTTP_" + row.header.upper()
    answer = client.get(f"{V1}jobs/", **{name: sent})  # type: ignore[arg-type]  # headers as WSGI has them
    found = answer.json()["errors"][0]["code"] if answer.status_code != 200 else None
    assert (answer.status_code, found) == (row.status, row.code)


NAMES: list[tuple[str, Any]] = [
    ("rule", ""), ("rule", " "), ("rule", "a b"), ("rule", "a:b"), ("rule", "cli:root"), ("rule", "hook:x"),
    ("rule", "<script>"), ("rule", "a/b"), ("rule", "ann\n"), ("rule", "x" * 151), ("reserved", "system"),
    ("body", "a\x00b"), ("body", None), ("body", 7), ("body", ["ann"]), ("body", {"$ne": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "name"), NAMES, ids=repr)
def test_names_of_users(admin: Caller, layer: str, name: Any) -> None:
    body = {"name": name, "role": "viewer"}
    answer = admin.post("users/", body)
    assert answer.status_code == 400, layer
    assert User.objects.count() == 1


PATTERNS: list[tuple[str, Any]] = [
    ("rule", ""), ("rule", " "), ("rule", "a b"), ("rule", "Billing*"), ("rule", "billing-*"), ("rule", "[a-z]*"),
    ("rule", "bill?ng"), ("rule", "(a|b)*"), ("rule", "a*\n"), ("rule", "../*"), ("rule", "%"), ("rule", "x" * 64),
    ("rule", "ä*"), ("body", "a\x00*"), ("body", None), ("body", 7), ("body", ["*"]), ("body", {"type": "*"}),
]  # fmt: skip


@pytest.mark.parametrize("door", ["grants/", "tokens/"])
@pytest.mark.parametrize(("layer", "pattern"), PATTERNS, ids=repr)
def test_patterns_of_job_types(admin: Caller, door: str, layer: str, pattern: Any) -> None:
    body = {"job_types": [pattern]}
    further = {"user": "admin-person", "rights": ["see"]} if door == "grants/" else {"name": "ci"}
    answer = admin.post(door, body | further)
    assert answer.status_code == 400, layer
    assert (StoredGrant.objects.count(), ApiToken.objects.count()) == (0, 0)
