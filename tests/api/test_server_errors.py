"""What goes wrong on the server's side: 503 or 500 in the one error shape, and nothing of its inside is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django.db
import psycopg
import psycopg.errors
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError

from foundation import schema_guard
from jobs.api import creating
from jobs.api.jobs import JobsView
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.factories import OTP, template

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("failure", [OperationalError("connection refused"), InterfaceError("closed")])
def test_without_its_database_it_answers_503_and_when_to_try_again(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    def away(*_: object, **__: object) -> None:
        raise failure

    template()
    with monkeypatch.context() as patch:
        patch.setattr(creating, "submit_job", away)
        created = admin.post("jobs/", {"job_type": OTP})
    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "load", away)
        signed_in = admin.get("jobs/")
    for answer in (created, signed_in):
        assert refused(answer) == (503, [(None, "database_unavailable")])
        assert answer.json()["type"] == "server_error"
        assert int(answer["Retry-After"]) > 0


def failing_with(code: str, words: str = "the server's words") -> Callable[..., Any]:
    """What the database refuses, as Django raises it."""

    def fail(*_: object, **__: object) -> None:
        cause = psycopg.errors.lookup(code)(words)
        raise getattr(django.db, django_class(cause))(words) from cause

    return fail


def both_ways(admin: Caller, monkeypatch: pytest.MonkeyPatch, fail: Callable[..., Any]) -> list[Any]:
    """Returns the answers of the API and of an admin page, which reads its session outside of API views."""
    with monkeypatch.context() as patch:
        patch.setattr(JobsView, "get", fail)
        answers = [admin.get("jobs/")]
    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "load", fail)
        return [*answers, admin.client.get("/admin/")]


def django_class(cause: psycopg.Error) -> str:
    names = ("IntegrityError", "DataError", "OperationalError", "InternalError", "ProgrammingError")
    return next(name for name in names if isinstance(cause, getattr(psycopg, name)))


@pytest.mark.parametrize(
    ("code", "answered"),
    [
        ("57P01", "database_unavailable"),
        ("25P03", "database_unavailable"),
        ("53300", "database_unavailable"),
        ("57014", "database_busy"),
        ("55P03", "database_busy"),
        ("40P01", "database_busy"),
    ],
)
def test_what_another_try_may_get_through_is_503_in_the_api_and_on_pages(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, code: str, answered: str
) -> None:
    for answer in both_ways(admin, monkeypatch, failing_with(code)):
        assert refused(answer) == (503, [(None, answered)])
        assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("code", ["42703", "42P01", "42601", "23505", "22P02", "42501"])
def test_what_no_other_try_gets_through_is_500_and_is_not_called_away(
    admin: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    doubts: list[None] = []
    monkeypatch.setattr(schema_guard, "check_soon", lambda: doubts.append(None))
    words = 'column "x" of relation "y" does not exist'
    for answer in both_ways(admin, monkeypatch, failing_with(code, words)):
        assert refused(answer) == (500, [(None, "internal_error")])
        assert b"column" not in answer.content
    lines = [record.getMessage() for record in caplog.records if record.name == "foundation.api_errors"]
    assert len(lines) == 2
    assert all(words in line for line in lines)
    assert not [line for line in lines if "away" in line]
    assert len(doubts) == (2 if code in {"42703", "42P01"} else 0)


def test_a_fault_of_ours_is_500_in_the_same_shape_and_shows_nothing(
    admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(JobsView, "get", broken)
    answer = admin.get("jobs/")
    assert refused(answer) == (500, [(None, "internal_error")])
    assert b"secret" not in answer.content
