"""/health/live and /health/ready"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import ApiToken
from accounts.roles import Role
from accounts.services.tokens import issue_token
from accounts.services.users import create_user
from scheduler_project import health

LIVE, READY = "/health/live", "/health/ready"


@pytest.fixture
def token(db: None) -> str:
    return issue_token(user=create_user(name="probe", role=Role.VIEWER), name="probe")[1]


def test_live_needs_neither_login_nor_database(client: Client) -> None:
    # Without the database mark every query would fail this test.
    answer = client.get(LIVE)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_needs_no_login_and_tells_a_stranger_nothing_more(client: Client) -> None:
    answer = client.get(READY)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_ready_tells_who_is_signed_in_of_each_dependency(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_broker", "_redis"):
        monkeypatch.setattr(health, name, lambda: "ok")
    answer = client.get(READY, headers={"Authorization": f"Token {token}"})
    assert answer.json() == {
        "status": "ok",
        "dependencies": {"database": "ok", "broker": "ok", "redis": "ok"},
    }


@pytest.mark.django_db
def test_an_expired_token_costs_the_detail_and_not_the_readiness(client: Client, token: str) -> None:
    ApiToken.objects.all().delete()
    answer = client.get(READY, headers={"Authorization": f"Token {token}"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_broker_and_redis_away_leave_it_ready_and_are_told_without_passwords(
    client: Client, token: str, settings: Any
) -> None:
    settings.BROKER_URL = "amqp://guest:hunter2@127.0.0.1:9//"
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:9/0"
    answer = client.get(READY, headers={"Authorization": f"Token {token}"})
    found = answer.json()["dependencies"]
    assert (answer.status_code, found["database"]) == (200, "ok")
    assert "ok" not in (found["broker"], found["redis"])
    assert b"hunter2" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_without_the_database_it_is_503(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch, signed_in: bool
) -> None:
    def away(*_: object) -> None:
        raise OperationalError('connection to server at "10.0.0.1" failed')

    headers = {"Authorization": f"Token {token}"} if signed_in else {}
    monkeypatch.setattr(connection, "cursor", away)
    answer = client.get(READY, headers=headers)
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LIVE, READY])
def test_a_probe_may_ask_with_head(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
