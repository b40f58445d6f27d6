"""When and from where tokens and sessions were used is remembered at once and stored later, once a minute."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SessionData
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, Session, User
from accounts.roles import Role
from accounts.services import last_seen as module
from accounts.services.last_seen import LastSeen, last_seen
from accounts.services.sessions import delete_old_sessions, end_sessions
from accounts.services.tokens import issue_token
from accounts.services.users import create_user

pytestmark = pytest.mark.django_db
IP = "192.0.2.7"
HOUR = timedelta(hours=1)


@pytest.fixture
def ann() -> User:
    return create_user(name="ann", role=Role.VIEWER)


@pytest.fixture
def browser(ann: User) -> Client:
    browser = Client()
    browser.force_login(ann)
    return browser


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    last_seen._tokens, last_seen._sessions = {}, {}


def age(moment: Any) -> timedelta:
    assert isinstance(moment, datetime)
    return timezone.now() - moment


def test_a_request_with_a_token_is_stored_with_time_and_address(ann: User) -> None:
    row, plain = issue_token(user=ann, name="ci")
    Client().get("/api/v1/tokens/", headers={"Authorization": f"Token {plain}"}, REMOTE_ADDR=f"{IP}%eth0")
    row.refresh_from_db()
    assert row.last_used_at is None
    last_seen.write()
    row.refresh_from_db()
    ann.refresh_from_db()
    assert age(row.last_used_at) < timedelta(minutes=1)
    assert row.last_used_ip == IP
    assert age(ann.last_seen_at) < timedelta(minutes=1)


def test_a_refused_token_is_not_noted(ann: User) -> None:
    row, plain = issue_token(user=ann, name="ci")
    ApiToken.objects.update(expiry=timezone.now() - HOUR)
    Client().get("/api/v1/tokens/", headers={"Authorization": f"Token {plain}"})
    last_seen.write()
    row.refresh_from_db()
    assert row.last_used_at is None


def test_a_request_with_a_session_is_stored_and_prolongs_it(browser: Client, ann: User) -> None:
    Session.objects.update(last_seen_at=timezone.now() - HOUR)
    SessionData.objects.update(expire_date=timezone.now() + HOUR)
    browser.get("/api/v1/session/", REMOTE_ADDR=IP)
    last_seen.write()
    row = Session.objects.get()
    ann.refresh_from_db()
    assert age(row.last_seen_at) < timedelta(minutes=1)
    assert row.ip == IP
    assert age(ann.last_seen_at) < timedelta(minutes=1)
    assert SessionData.objects.get().expire_date - timezone.now() > timedelta(days=6)


def test_a_session_is_not_prolonged_beyond_its_end(browser: Client) -> None:
    Session.objects.update(created_at=timezone.now() - timedelta(days=29), last_seen_at=timezone.now() - HOUR)
    browser.get("/api/v1/session/")
    last_seen.write()
    assert SessionData.objects.get().expire_date - timezone.now() <= timedelta(days=1)


def test_a_row_is_changed_at_most_once_a_minute(ann: User, browser: Client) -> None:
    row, _ = issue_token(user=ann, name="ci")
    moment = timezone.now() - timedelta(seconds=30)
    for rows, column in ((ApiToken, "last_used_at"), (Session, "last_seen_at"), (User, "last_seen_at")):
        rows._default_manager.update(**{column: moment})
    ann.token_id = row.pk
    last_seen.note_token(ann, IP)
    browser.get("/api/v1/session/", REMOTE_ADDR=IP)
    last_seen.write()
    row.refresh_from_db()
    ann.refresh_from_db()
    assert [row.last_used_at, Session.objects.get().last_seen_at, ann.last_seen_at] == [moment] * 3


def test_a_session_that_older_code_began_gets_its_row(browser: Client, ann: User) -> None:
    Session.objects.all().delete()
    browser.get("/api/v1/session/", REMOTE_ADDR=IP)
    last_seen.write()
    row = Session.objects.get()
    assert (row.user, row.ip, row.agent) == (ann, IP, "")


def test_a_session_that_was_ended_meanwhile_gets_no_row(browser: Client, ann: User) -> None:
    browser.get("/api/v1/session/")
    end_sessions(ann)
    last_seen.write()
    assert not Session.objects.exists()


def test_a_unix_socket_has_no_address(ann: User) -> None:
    row, _ = issue_token(user=ann, name="ci")
    ann.token_id = row.pk
    last_seen.note_token(ann, "")
    last_seen.write()
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert row.last_used_ip is None


def test_an_error_of_the_database_is_logged_and_fails_nothing(
    ann: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(module, "_write", fail)
    with caplog.at_level(logging.WARNING):
        last_seen.write()
    assert "no room" in caplog.text


def test_no_more_are_remembered_than_there_is_room_for(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REMEMBERED", 2)
    seen = LastSeen()
    for key in ("a", "b", "c", "a"):
        seen.note_session(key, ann.pk, IP)
    assert list(seen._sessions) == ["a", "b"]


def test_the_thread_writes_a_last_time_when_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "_write", lambda _tokens, sessions: written.append(sessions))
    seen = LastSeen()
    seen.start()
    seen.note_session("key", 1, IP)
    seen.stop()
    assert [list(sessions) for sessions in written] == [["key"]]


def test_sessions_that_ended_by_themselves_are_deleted(browser: Client, ann: User) -> None:
    Client().force_login(ann)
    old = Session.objects.earliest("pk")
    Session.objects.filter(pk=old.pk).update(last_seen_at=timezone.now() - timedelta(days=8))
    first = SessionData.objects.order_by("expire_date").first()
    assert first is not None
    SessionData.objects.filter(pk=first.pk).update(expire_date=timezone.now() - HOUR)
    delete_old_sessions()
    assert (Session.objects.count(), SessionData.objects.count()) == (1, 1)
