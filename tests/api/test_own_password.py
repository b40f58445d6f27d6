"""Whoever is signed in changes the own password, and has to know the one of before."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Session
from accounts.rights import Scope, TokenLimits
from accounts.roles import SYSTEM, Role
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.services.tokens import issue_token
from accounts.services.users import change_user, create_user
from tests.api.caller import problems

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "correct-horse-battery", "staple-correct-horse"


@pytest.fixture(autouse=True)
def ann(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return create_user(name="ann", role=Role.VIEWER, password=PASSWORD)


def post(browser: Client, path: str, body: dict[str, str], **headers: str) -> Any:
    return browser.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def sign_in(password: str = PASSWORD) -> Client:
    browser = Client()
    assert post(browser, "session/", {"username": "ann", "password": password}).status_code == 200
    return browser


def change(browser: Client, current: str = PASSWORD, new: str = NEW, **headers: str) -> Any:
    body = {"current_password": current, "new_password": new}
    return post(browser, "session/password/", body, **headers)


def test_a_viewer_changes_it_and_stays_signed_in_here_and_nowhere_else() -> None:
    here, elsewhere = sign_in(), sign_in()
    began = Session.objects.earliest("pk").created_at
    answer = change(here)
    assert (answer.status_code, answer.content) == (204, b"")
    assert here.get("/api/v1/session/").json()["user"]["username"] == "ann"
    assert elsewhere.get("/api/v1/session/").json()["user"] is None
    sign_in(NEW)
    # This one has another key now, and ends when it would have ended.
    assert Session.objects.earliest("pk").created_at == began
    entry = AuditEntry.objects.filter(action="user_changed").get()
    assert (entry.actor, entry.object, entry.after) == ("ann", "user:ann", {"password": "changed"})


def test_the_old_one_signs_in_no_more() -> None:
    change(sign_in())
    answer = post(Client(), "session/", {"username": "ann", "password": PASSWORD})
    assert problems(answer) == [(None, "invalid_credentials")]


def test_a_wrong_current_password_is_refused_and_counts_as_a_failed_sign_in() -> None:
    browser = sign_in()
    for _ in range(MAX_FAILURES):
        answer = change(browser, current="wrong")
        assert answer.status_code == 400
        assert problems(answer) == [("current_password", "invalid_credentials")]
    locked = change(browser)
    assert (locked.status_code, problems(locked)) == (429, [(None, "locked_out")])
    assert int(locked["Retry-After"]) > 0
    assert post(Client(), "session/", {"username": "ann", "password": PASSWORD}).status_code == 429


def test_a_weak_new_one_is_refused_there() -> None:
    browser = sign_in()
    answer = change(browser, new="short")
    assert answer.status_code == 400
    assert ("new_password", "password_too_short") in problems(answer)
    sign_in()


def test_who_has_no_password_cannot_change_it() -> None:
    browser = Client()
    browser.force_login(create_user(name="ben", role=Role.VIEWER))
    assert problems(change(browser, current="")) == [("current_password", "invalid_credentials")]


def test_a_token_needs_the_scope_manage(ann: Any) -> None:
    for scope, status in ((Scope.RUN, 403), (Scope.MANAGE, 204)):
        plain = issue_token(user=ann, name="ci", limits=TokenLimits(scope))[1]
        assert change(Client(), Authorization=f"Token {plain}").status_code == status
    assert not Session.objects.exists()


def test_it_is_for_who_is_signed_in() -> None:
    assert change(Client()).status_code == 401


def change_in_admin(browser: Client, current: str = PASSWORD, new: str = NEW) -> Any:
    form = {"old_password": current, "new_password1": new, "new_password2": new}
    return browser.post("/admin/password_change/", form)


def test_the_admin_page_does_the_same(ann: Any) -> None:
    change_user(user=ann, by=SYSTEM, role=Role.OPERATOR)
    here, elsewhere = sign_in(), sign_in()
    assert "current password" in change_in_admin(here, current="wrong").content.decode()
    assert "too short" in change_in_admin(here, new="short").content.decode()
    answer = change_in_admin(here)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    assert here.get("/api/v1/session/").json()["user"]["username"] == "ann"
    assert elsewhere.get("/api/v1/session/").json()["user"] is None
    assert AuditEntry.objects.filter(action="user_changed", actor="ann").count() == 1
    sign_in(NEW)


def test_the_admin_page_counts_wrong_passwords(ann: Any) -> None:
    change_user(user=ann, by=SYSTEM, role=Role.OPERATOR)
    browser = sign_in()
    for _ in range(MAX_FAILURES):
        change_in_admin(browser, current="wrong")
    assert "Try again in 15 min." in change_in_admin(browser).content.decode()
