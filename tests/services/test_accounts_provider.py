"""Signing in who comes from a provider: what two sign-ins at the same moment do, and who gets which name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Membership, ProviderAccount, User
from accounts.origin import Origin
from accounts.roles import Actor, Role
from accounts.services import provider_sign_in
from accounts.services.provider_sign_in import sign_in_from_provider
from accounts.services.sign_in import check_password
from accounts.sign_in_oidc.claims import Identity
from foundation.errors import Forbidden

ANN = Identity("https://login.example.org", "sub-ann", "ann", Role.OPERATOR, ("ops", "dev"), "")


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_are_one_user(monkeypatch: pytest.MonkeyPatch) -> None:
    together = Barrier(2)
    make_account = provider_sign_in._make_account

    def wait_and_make(platform: Actor, identity: Identity, role: Role) -> ProviderAccount:
        together.wait(10)
        return make_account(platform, identity, role)

    def sign_in(_number: int) -> str:
        try:
            return sign_in_from_provider(identity=ANN, origin=Origin()).username
        finally:
            connection.close()

    monkeypatch.setattr(provider_sign_in, "_make_account", wait_and_make)
    with ThreadPoolExecutor(2) as both:
        names = list(both.map(sign_in, range(2)))
    assert names == ["ann", "ann"]
    assert [user.username for user in User.objects.all()] == ["ann"]
    assert Membership.objects.count() == 2


@pytest.mark.django_db
def test_the_same_subject_of_another_issuer_is_another_user() -> None:
    first = sign_in_from_provider(identity=ANN, origin=Origin())
    second = sign_in_from_provider(identity=replace(ANN, issuer="https://other.example"), origin=Origin())
    assert (first.username, second.username) == ("ann", "ann-2")


@pytest.mark.django_db
def test_nobody_is_called_as_the_platform_itself() -> None:
    assert sign_in_from_provider(identity=replace(ANN, name="System"), origin=Origin()).username == "System-2"


@pytest.mark.django_db
def test_a_number_fits_behind_the_longest_name() -> None:
    longest = replace(ANN, name="a" * 150)
    sign_in_from_provider(identity=longest, origin=Origin())
    second = sign_in_from_provider(identity=replace(longest, subject="sub-other"), origin=Origin())
    assert second.username == "a" * 148 + "-2"


@pytest.mark.django_db
def test_a_local_password_of_the_account_ends_with_its_role() -> None:
    user = sign_in_from_provider(identity=ANN, origin=Origin())
    user.set_password("correct-horse-battery")
    user.save()
    with pytest.raises(Forbidden):
        sign_in_from_provider(identity=replace(ANN, role=None), origin=Origin())
    user.refresh_from_db()
    assert (user.has_usable_password(), user.role, user.is_active) == (False, "viewer", True)
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_a_password_of_before_signs_nobody_in() -> None:
    user = sign_in_from_provider(identity=ANN, origin=Origin())
    user.set_password("correct-horse-battery")
    user.save()
    assert check_password(user.username, "correct-horse-battery", Origin()) is None
