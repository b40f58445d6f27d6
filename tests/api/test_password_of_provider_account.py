"""Who signs in by a provider has no password here, and gets none: not from an admin, by a link, or by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import ResetLink, User
from accounts.origin import Origin
from accounts.roles import Role
from accounts.services.one_time import LINK_MINUTES, issue_secret, make_sign_in_link
from accounts.services.provider_sign_in import sign_in_from_provider
from accounts.services.sign_in_limits import MAX_FAILURES
from accounts.sign_in_oidc.claims import Identity
from tests.api.caller import Caller, refused
from tests.api.caller import admin as admin
from tests.api.factor_steps import quick_hashes

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
PAGE = "/admin/restjob_accounts/user/"


@pytest.fixture(autouse=True)
def ann(settings: Any) -> User:
    quick_hashes(settings)
    who = Identity("https://login.example.org", "sub-ann", "ann", Role.OPERATOR, (), "")
    return sign_in_from_provider(identity=who, origin=Origin())


@pytest.fixture(autouse=True)
def _has_none_in_the_end(ann: User) -> Any:
    yield
    assert not User.objects.get(pk=ann.pk).has_usable_password()


def test_an_admin_cannot_set_one(admin: Caller) -> None:
    answer = admin.send("PATCH", "users/ann/", {"role": "viewer", "password": PASSWORD})
    assert refused(answer) == (409, [("password", "provider_account")])
    assert "signs in by the provider" in answer.json()["errors"][0]["detail"]
    assert User.objects.get(username="ann").role == Role.OPERATOR
    assert admin.send("PATCH", "users/ann/", {"role": "viewer"}).status_code == 200


def test_nor_make_a_link_for_one(admin: Caller) -> None:
    assert refused(admin.post("users/ann/reset/")) == (409, [(None, "provider_account")])
    assert not ResetLink.objects.exists()


def test_nor_does_the_page_of_djangos_admin_set_one(admin: Caller, ann: User) -> None:
    form = {"username": "ann", "role": "viewer", "is_active": "on", "new_password": PASSWORD}
    answer = admin.client.post(f"{PAGE}{ann.pk}/change/", form, follow=True)
    assert "signs in by the provider" in answer.content.decode()


def test_a_link_of_earlier_times_opens_nothing(ann: User) -> None:
    token = issue_secret(ResetLink, ann, timedelta(minutes=LINK_MINUTES))
    form = {"password": PASSWORD, "repeated": PASSWORD}
    answer = Caller(None).client.post(f"/reset-password/{token}/", form)
    assert answer.status_code == 410


def test_they_are_told_so_and_not_that_a_password_was_wrong(ann: User) -> None:
    caller = Caller(None)
    caller.client.force_login(ann)
    body = {"current_password": "guessed", "new_password": PASSWORD}
    for _ in range(MAX_FAILURES + 1):
        assert refused(caller.post("session/password/", body)) == (409, [(None, "provider_account")])


def test_their_page_in_djangos_admin_tells_so_too(ann: User) -> None:
    caller = Caller(None)
    caller.client.force_login(ann)
    form = {"old_password": "guessed", "new_password1": PASSWORD, "new_password2": PASSWORD}
    answer = caller.client.post("/admin/password_change/", form)
    assert "signs in by the provider" in answer.content.decode()


def test_a_sign_in_link_still_opens_the_door(ann: User) -> None:
    caller = Caller(None)
    caller.client.post(f"/sign-in/{make_sign_in_link(user=ann)}/")
    assert caller.get("session/").json()["user"]["username"] == "ann"
