"""Failed sign-ins are recorded one by one, and a flood of them is only counted."""

from __future__ import annotations

import hashlib

import pytest

from accounts.models import AuditEntry, User
from accounts.origin import Origin, Via
from accounts.roles import Role
from accounts.services import sign_in_limits
from accounts.services.sign_in import sign_in
from foundation.errors import AppError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(sign_in_limits, "MAX_RECORDED", 8)


def fail(times, *, start=0):
    """Each with another name from another address, so that no limit of these is reached."""
    for number in range(start, start + times):
        with pytest.raises(AppError):
            sign_in(username=f"u{number}", password="wrong", origin=Origin(Via.UI, f"198.51.100.{number}"))


def actions():
    return list(AuditEntry.objects.order_by("at").values_list("action", "object"))


@pytest.fixture
def _users(_quick):
    for number in range(40):
        User.objects.create(username=f"u{number}", role=Role.VIEWER)


def unknown(name):
    sign_in_limits.SignInFailures.objects.all().delete()
    with pytest.raises(AppError):
        sign_in(username=name, password="wrong", origin=Origin(Via.UI, "192.0.2.7"))
    return actions()[-1][1]


def test_a_name_that_is_no_users_is_not_stored_as_it_might_be_a_password():
    first, again, other = (unknown(name) for name in ("hunter2-typed", "hunter2-typed", "hunter3-typed"))
    assert first == again != other
    assert first.startswith("unknown_name:")
    assert "hunter" not in str(list(AuditEntry.objects.values()))
    assert hashlib.sha256(b"hunter2-typed").hexdigest()[:8] not in first


def test_a_lockout_of_a_name_that_is_no_users_does_not_store_it():
    for _ in range(11):
        with pytest.raises(AppError):
            sign_in(username="hunter2", password="wrong", origin=Origin(Via.UI, "192.0.2.7"))
    assert actions()[-1][0] == "locked_out"
    assert "hunter2" not in str(list(AuditEntry.objects.values()))


@pytest.mark.usefixtures("_users")
def test_each_failure_says_with_which_name_from_where():
    fail(1)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.via, entry.address) == ("system", "ui", "198.51.100.0")
    assert (entry.action, entry.object, entry.after) == ("sign_in_failed", "user:u0", {"by": "password"})


@pytest.mark.usefixtures("_users")
def test_beyond_the_limit_only_each_doubling_is_recorded():
    fail(40)
    assert actions()[:8] == [("sign_in_failed", f"user:u{number}") for number in range(8)]
    assert actions()[8:] == [("sign_ins_failed", "session:all")] * 2
    counted = AuditEntry.objects.filter(action="sign_ins_failed").order_by("at")
    assert [entry.after["failures"] for entry in counted] == [16, 32]


def test_a_lockout_is_recorded_in_a_flood_too():
    User.objects.create(username="ann", role=Role.VIEWER)
    fail(8)
    for _ in range(12):
        with pytest.raises(AppError):
            sign_in(username="ann", password="wrong", origin=Origin(Via.UI, "192.0.2.7"))
    assert ("locked_out", "user:ann") in actions()


@pytest.mark.usefixtures("_users")
def test_after_the_window_failures_are_recorded_again():
    fail(20)
    sign_in_limits.SignInFailures.objects.update(since="2020-01-01T00:00:00Z")
    fail(1, start=30)
    assert actions()[-1] == ("sign_in_failed", "user:u30")


@pytest.mark.parametrize("name", ["ann\nroot", "x" * 150, "*", ""])
def test_odd_names_fail_as_others_do(name):
    with pytest.raises(AppError):
        sign_in(username=name, password="wrong", origin=Origin(Via.UI, "192.0.2.7"))
    assert len(AuditEntry.objects.get(action="sign_in_failed").object) <= 300
