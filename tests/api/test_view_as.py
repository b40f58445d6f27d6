"""POST and DELETE /api/v1/session/view-as/: an admin looks at the platform as somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import ApiToken, AuditEntry
from accounts.roles import Role
from accounts.services.tokens import issue_token
from tests import factories
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.api.rights import OPEN, RESTRICTED, Granted, store_both
from tests.api.routes import api_routes, filled

pytestmark = pytest.mark.django_db
VIEW = "session/view-as/"


@pytest.fixture(autouse=True)
def _both_types(db: None) -> None:
    store_both()


def types_seen(caller: Caller) -> set[str]:
    return {row["type"] for row in caller.get("templates/").json()["results"]}


def test_an_admin_sees_what_another_user_sees_until_the_end(admin: Caller) -> None:
    seer = Granted("see")
    assert seer.user is not None
    job_id = factories.succeeded(RESTRICTED)
    assert admin.post(VIEW, {"user": seer.user.username}).status_code == 204
    assert admin.get(f"jobs/{job_id}/").json()["hidden"] is True
    assert admin.send("DELETE", VIEW).status_code == 204
    assert admin.get(f"jobs/{job_id}/").json()["hidden"] is False


@pytest.mark.parametrize("role", list(Role))
def test_an_admin_sees_what_a_role_without_grants_sees(admin: Caller, role: Role) -> None:
    assert admin.post(VIEW, {"role": role}).status_code == 204
    assert types_seen(admin) == ({OPEN, RESTRICTED} if role is Role.ADMIN else {OPEN})
    shown = admin.get("session/").json()["user"]
    assert (shown["role"], shown["viewer"]) == (role, "admin-person")


def test_an_admin_goes_from_one_view_to_another(admin: Caller) -> None:
    for role in (Role.VIEWER, Role.EDITOR):
        assert admin.post(VIEW, {"role": role}).status_code == 204
        assert admin.get("session/").json()["user"]["role"] == role


def test_nothing_can_be_changed_meanwhile(admin: Caller) -> None:
    editor = Caller(Role.EDITOR)
    assert editor.user is not None
    token, _ = issue_token(user=editor.user, name="theirs")
    admin.post(VIEW, {"user": editor.user.username})
    for method, route in api_routes():
        if method == "GET" or route.startswith("session/"):
            continue
        answer = admin.send(method, filled(route, token_id=token.pk), {})
        assert refused(answer) == (403, [(None, "viewing_as")]), route
    assert ApiToken.objects.filter(pk=token.pk).exists()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({}, "required"),
        ({"user": "ann", "role": "viewer"}, "required"),
        ({"role": "emperor"}, "enum"),
    ],
)
def test_a_bad_wish_is_refused(admin: Caller, body: dict[str, Any], problem: str) -> None:
    status, problems = refused(admin.post(VIEW, body))
    assert (status, [code for _, code in problems]) == (400, [problem])


def test_a_user_who_does_not_exist_is_not_found(admin: Caller) -> None:
    assert refused(admin.post(VIEW, {"user": "nobody-here"})) == (404, [("user", "not_found")])


def test_only_admins_may(editor: Caller) -> None:
    assert refused(editor.post(VIEW, {"role": "viewer"})) == (403, [(None, "permission_denied")])


def test_a_token_cannot(admin: Caller, nobody: Caller) -> None:
    assert admin.user is not None
    _, plain = issue_token(user=admin.user, name="ci")
    answer = nobody.post(VIEW, {"role": "viewer"}, Authorization=f"Token {plain}")
    assert refused(answer) == (403, [(None, "permission_denied")])


def test_the_audit_trail_has_it(admin: Caller) -> None:
    admin.post(VIEW, {"role": "viewer"})
    entry = AuditEntry.objects.get(action="view_begun")
    assert (entry.actor, entry.object) == ("admin-person", "role:viewer")


def test_an_admin_who_is_none_any_more_is_seen_as_oneself(admin: Caller) -> None:
    admin.post(VIEW, {"role": "editor"})
    assert admin.user is not None
    admin.user.role = Role.VIEWER
    admin.user.save()
    assert admin.get("session/").json()["user"]["role"] == "viewer"
    assert refused(admin.post("template-preview/", {"document": {}}))[1] != [(None, "viewing_as")]
