"""Guesses are limited by address and by name as well, whichever way they are spread."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.errors import TooMany
from accounts.models import AuditEntry, SignInFailures, User
from accounts.origin import Origin
from accounts.roles import Role
from accounts.services import sign_in_limits
from accounts.services.sign_in import sign_in
from accounts.services.sign_in_limits import WINDOW
from accounts.services.users import create_user
from foundation.errors import Invalid

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
IP = "192.0.2.7"


@pytest.fixture(autouse=True)
def _low_limits(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGN_IN_FAILURES_PER_ADDRESS = settings.SIGN_IN_FAILURES_PER_NAME = 12


@pytest.fixture
def ann(_low_limits: None) -> User:
    return create_user(name="ann", role=Role.VIEWER, password=PASSWORD)


def fail(username: str, ip: str | None = IP) -> None:
    with pytest.raises(Invalid):
        sign_in(username=username, password="wrong", origin=Origin(address=ip))


def locked_out(username: str, ip: str | None = IP) -> str:
    with pytest.raises(TooMany) as excinfo:
        sign_in(username=username, password=PASSWORD, origin=Origin(address=ip))
    assert excinfo.value.problems[0].code == "locked_out"
    return excinfo.value.problems[0].detail


def test_an_address_that_tries_many_names_is_locked_for_all_of_them(ann: User) -> None:
    for number in range(12):
        fail(f"guess-{number}")
    assert "from this address. Try again in 15 min." in locked_out("ann")
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address="192.0.2.8")) == ann


def test_a_blank_name_counts_for_the_address() -> None:
    for _ in range(12):
        fail("")
    locked_out("ann")


def test_clients_of_a_unix_socket_share_no_limit(ann: User) -> None:
    for number in range(12):
        fail(f"guess-{number}", None)
    assert sign_in(username="ann", password=PASSWORD, origin=Origin()) == ann


def test_a_name_that_is_tried_from_many_addresses_is_locked_for_new_ones_only(ann: User) -> None:
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann
    for number in range(12):
        fail("ann", f"198.51.100.{number}")
    assert "with this name. Try again" in locked_out("ann", "198.51.100.99")
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann
    assert "with this name. Try again" in locked_out("ann", "198.51.100.99")


def test_an_address_of_long_ago_is_a_new_one(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann
    monkeypatch.setattr(sign_in_limits, "KNOWN_DAYS", 0)
    for number in range(12):
        fail("ann", f"198.51.100.{number}")
    locked_out("ann")


def test_success_takes_back_only_what_it_counted_itself(ann: User) -> None:
    for number in range(11):
        fail(f"guess-{number}")
    for _ in range(3):
        assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann
    fail("ann")
    locked_out("ann")


def test_the_locks_end_after_the_window(ann: User) -> None:
    for number in range(12):
        fail(f"guess-{number}")
        fail("ann", f"198.51.100.{number}")
    SignInFailures.objects.update(since=timezone.now() - WINDOW)
    assert sign_in(username="ann", password=PASSWORD, origin=Origin(address=IP)) == ann


def test_each_lockout_is_recorded_once() -> None:
    for number in range(12):
        fail("ann", f"198.51.100.{number}")
    for _ in range(2):
        locked_out("ann", "198.51.100.99")
    entry = AuditEntry.objects.get(action="locked_out")
    assert entry.after == {"failures": 12, "by": "name"}
