"""Sessions are listed and ended, by their users and by admins; an ended one signs nobody in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SessionData
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Session
from accounts.rights import Scope, TokenLimits
from accounts.roles import SYSTEM, Role
from accounts.services.rights import count_changes
from accounts.services.tokens import issue_token
from accounts.services.users import change_user, create_user
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin

pytestmark = pytest.mark.django_db
URL = "/api/v1/session/"
PASSWORD = "correct-horse-battery"
Browsers = Callable[..., Client]


@pytest.fixture(autouse=True)
def ann(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return create_user(name="ann", role=Role.VIEWER, password=PASSWORD)


def sign_in(password: str = PASSWORD, **headers: str) -> Client:
    browser = Client()
    body = {"username": "ann", "password": password}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    assert browser.post(URL, body, content_type="application/json", headers=named).status_code == 200
    return browser


def is_signed_in(browser: Client) -> bool:
    return browser.get(URL).json()["user"] is not None


def sessions(browser: Client, query: str = "") -> list[dict[str, Any]]:
    answer = browser.get(f"/api/v1/sessions/{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_the_list_tells_whence_and_when_and_which_is_this_one() -> None:
    first = sign_in(User_Agent="Lynx/2.9")
    second = sign_in()
    newest, oldest = sessions(first)
    assert set(newest) == {"id", "user", "created_at", "last_seen_at", "ip", "agent", "current"}
    assert (oldest["user"], oldest["ip"], oldest["agent"], oldest["current"]) == (
        "ann",
        "127.0.0.1",
        "Lynx/2.9",
        True,
    )
    assert (newest["agent"], newest["current"]) == ("", False)
    assert [row["current"] for row in sessions(second)] == [True, False]


def test_no_key_is_stored_beside_the_user() -> None:
    key = sign_in().cookies["sessionid"].value
    assert key not in str(list(Session.objects.values()))


def test_signing_out_ends_it() -> None:
    sign_in().delete(URL)
    assert not Session.objects.exists()
    assert not SessionData.objects.exists()


def test_one_ends_a_session_of_ones_own() -> None:
    here, lost = sign_in(), sign_in()
    before = count_changes()
    newest, _ = sessions(here)
    assert here.delete(f"/api/v1/sessions/{newest['id']}/").status_code == 204
    assert (is_signed_in(here), is_signed_in(lost)) == (True, False)
    assert count_changes() > before
    assert SessionData.objects.count() == 1
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.actor, entry.action, entry.object) == ("ann", "session_ended", f"session:{newest['id']}")


def test_one_may_end_the_present_session() -> None:
    here = sign_in()
    (present,) = sessions(here)
    assert here.delete(f"/api/v1/sessions/{present['id']}/").status_code == 204
    assert not is_signed_in(here)


def test_signing_out_everywhere_keeps_this_one() -> None:
    here, *others = [sign_in() for _ in range(3)]
    assert here.delete("/api/v1/sessions/").status_code == 204
    assert is_signed_in(here)
    assert not any(map(is_signed_in, others))
    assert [row["current"] for row in sessions(here)] == [True]


def test_others_sessions_are_for_admins_only(admin: Caller, viewer: Caller) -> None:
    browser = sign_in()
    (one,) = sessions(browser)
    assert refused(viewer.get("sessions/?user=ann")) == (403, [(None, "permission_denied")])
    assert refused(viewer.send("DELETE", "sessions/?user=ann")) == (403, [(None, "permission_denied")])
    assert refused(viewer.send("DELETE", f"sessions/{one['id']}/")) == (404, [(None, "not_found")])
    assert [row["user"] for row in admin.get("sessions/?user=ann").json()["results"]] == ["ann"]
    assert admin.send("DELETE", f"sessions/{one['id']}/").status_code == 204
    assert not is_signed_in(browser)
    again = sign_in()
    assert admin.send("DELETE", "sessions/?user=ann").status_code == 204
    assert not is_signed_in(again)
    assert is_signed_in(admin.client)
    assert refused(admin.get("sessions/?user=nobody")) == (404, [("user", "not_found")])


def test_a_token_ends_sessions_with_the_scope_manage_only(ann: Any) -> None:
    browser, program = sign_in(), Client()
    for scope, status in ((Scope.RUN, 403), (Scope.MANAGE, 204)):
        plain = issue_token(user=ann, name="ci", limits=TokenLimits(scope))[1]
        answer = program.delete("/api/v1/sessions/", headers={"Authorization": f"Token {plain}"})
        assert answer.status_code == status
        assert is_signed_in(browser) == (status == 403)


@pytest.mark.parametrize(
    "change", [{"role": Role.EDITOR}, {"active": False}, {"password": "another-fine-one"}]
)
def test_a_change_of_role_password_or_active_flag_ends_all(ann: Any, change: dict[str, Any]) -> None:
    browsers = [sign_in(), sign_in()]
    before = count_changes()
    change_user(user=ann, by=SYSTEM, **change)
    assert not any(map(is_signed_in, browsers))
    assert not Session.objects.exists()
    assert not SessionData.objects.exists()
    assert count_changes() > before


def test_who_is_switched_on_again_has_no_session_of_before(ann: Any) -> None:
    browser = sign_in()
    change_user(user=ann, by=SYSTEM, active=False)
    change_user(user=ann, by=SYSTEM, active=True)
    assert not is_signed_in(browser)


def test_an_admin_who_changes_the_own_role_or_password_stays_signed_in(admin: Caller) -> None:
    create_user(name="other", role=Role.ADMIN)
    body = {"role": "editor", "password": "another-fine-one"}
    assert admin.send("PATCH", "users/admin-person/", body).status_code == 200
    assert is_signed_in(admin.client)


def test_a_session_ends_after_a_time_without_requests_and_after_a_time_in_any_case(settings: Any) -> None:
    settings.SESSION_IDLE_MINUTES, settings.SESSION_MAX_DAYS = 60, 2
    browser = sign_in()
    left = SessionData.objects.get().expire_date - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(minutes=60)
    settings.SESSION_IDLE_MINUTES = 10_000
    browser = sign_in()
    left = SessionData.objects.latest("expire_date").expire_date - timezone.now()
    assert timedelta(hours=47) < left <= timedelta(hours=48)
    SessionData.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(browser)


def test_an_ended_session_is_not_listed() -> None:
    here = sign_in()
    sign_in()
    for column, age in (("last_seen_at", timedelta(days=8)), ("created_at", timedelta(days=31))):
        newest = Session.objects.latest("pk")
        Session.objects.filter(pk=newest.pk).update(**{column: timezone.now() - age})
        assert len(sessions(here)) == 1
        Session.objects.filter(pk=newest.pk).update(**{column: timezone.now()})
        assert len(sessions(here)) == 2


def test_the_admin_pages_begin_sessions_that_are_listed_as_well() -> None:
    root = create_user(name="root", role=Role.ADMIN, password=PASSWORD)
    browser = Client()
    browser.post("/admin/login/", {"username": "root", "password": PASSWORD}, headers={"User-Agent": "w3m"})
    assert [row.agent for row in Session.objects.filter(user=root)] == ["w3m"]
    assert [row["current"] for row in sessions(browser)] == [True]


def test_a_request_whose_session_is_ended_meanwhile_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = sign_in()

    def end_all(_request: Any) -> str:
        Session.objects.all().delete()
        SessionData.objects.all().delete()
        return "token"

    monkeypatch.setattr("accounts.api.session_json.get_token", end_all)
    monkeypatch.setattr("accounts.api.session.login", lambda request, _user: request.session.update({"x": 1}))
    body = {"username": "ann", "password": PASSWORD}
    assert browser.post(URL, body, content_type="application/json").status_code == 200
    monkeypatch.undo()
    assert not is_signed_in(browser)
    assert not Session.objects.exists()
