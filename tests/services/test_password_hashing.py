"""A password is hashed without a database connection and outside of transactions, and few at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection, connections
from django.test import Client

from accounts import hashers
from accounts.hashers import MAX_AT_ONCE, MAX_WAITING, hashing_slot
from accounts.models import SignInFailures, User
from accounts.origin import Origin
from accounts.roles import SYSTEM, Role
from accounts.services.sign_in import sign_in
from accounts.services.users import change_user, create_user
from foundation.errors import Invalid, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD, ANOTHER = "correct-horse-battery", "staple-horse-battery"
SESSION = "/api/v1/session/"


@pytest.fixture
def ann(monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 1)
    return create_user(name="ann", role=Role.ADMIN, password=PASSWORD)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, bool]]:
    """Of each hash that is computed: whether this thread had a connection, and whether it was in a transaction."""
    found: list[tuple[bool, bool]] = []
    real = PBKDF2PasswordHasher.encode

    def encode(self: Any, *args: Any) -> str:
        found.append((connection.connection is not None, connection.in_atomic_block))
        return real(self, *args)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    return found


def browser(user: User | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def refused_sign_in() -> None:
    for name in ("ann", "nobody"):
        with pytest.raises(Invalid):
            sign_in(username=name, password="wrong", origin=Origin())


NEW = {"username": "bob", "role": "viewer", "is_active": "on", "new_password": PASSWORD}
CHANGED = {"role": "admin", "is_active": "on", "new_password": ANOTHER}
DOORS: dict[str, Callable[[User], object]] = {
    "signing in": lambda _: sign_in(username="ann", password=PASSWORD, origin=Origin()),
    "failing to": lambda _: refused_sign_in(),
    "the API's sign-in": lambda _: browser().post(
        SESSION, {"username": "ann", "password": PASSWORD}, content_type="application/json"
    ),
    "the admin's sign-in": lambda _: browser().post(
        "/admin/login/", {"username": "ann", "password": PASSWORD}
    ),
    "a new user": lambda _: create_user(name="bob", role=Role.VIEWER, password=PASSWORD),
    "another password": lambda ann: change_user(user=ann, by=SYSTEM, password=ANOTHER),
    "a new user in the admin": lambda ann: browser(ann).post("/admin/restjob_accounts/user/add/", NEW),
    "another password in the admin": lambda ann: browser(ann).post(
        f"/admin/restjob_accounts/user/{ann.pk}/change/", CHANGED
    ),
    "a new user by the API": lambda ann: browser(ann).post(
        "/api/v1/users/", {"name": "bob", "password": PASSWORD}, content_type="application/json"
    ),
}


@pytest.mark.usefixtures("pooled")
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS.keys())
def test_no_door_holds_a_connection_meanwhile(door, ann, seen) -> None:
    ann.refresh_from_db()
    door(ann)
    assert seen
    assert set(seen) == {(False, False)}


def test_only_so_many_are_hashed_at_once(ann, monkeypatch) -> None:
    at_once, most, lock = 0, 0, threading.Lock()
    going_on = threading.Event()
    real = PBKDF2PasswordHasher.encode

    def encode(self: Any, *args: Any) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        going_on.wait(0.05)
        with lock:
            at_once -= 1
        return real(self, *args)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", encode)
    with ThreadPoolExecutor(MAX_AT_ONCE + 5) as threads:
        list(threads.map(make_password, ["x"] * (MAX_AT_ONCE + 5)))
    assert most == MAX_AT_ONCE


def test_those_beyond_are_told_when_to_come_again(ann) -> None:
    end, turns = threading.Event(), threading.Barrier(MAX_AT_ONCE + 1)

    def hold() -> None:
        with hashing_slot():
            turns.wait(60)
            end.wait(60)

    with ThreadPoolExecutor(MAX_AT_ONCE + MAX_WAITING) as threads:
        for _ in range(MAX_AT_ONCE):
            threads.submit(hold)
        turns.wait(60)
        waiting = [threads.submit(make_password, "x") for _ in range(MAX_WAITING)]
        try:
            while hashers._waiting._value:  # those that wait take their places one by one
                end.wait(0.01)
            answer = browser().post(
                SESSION, {"username": "ann", "password": PASSWORD}, content_type="application/json"
            )
            page = browser().post("/admin/login/", {"username": "ann", "password": PASSWORD})
        finally:
            end.set()
        assert all(one.result(60) for one in waiting)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert not SignInFailures.objects.exists()


def test_a_turn_that_does_not_come_in_time_is_told(ann, monkeypatch) -> None:
    monkeypatch.setattr(hashers, "MAX_WAIT_SECONDS", 0.05)

    def try_it() -> None:
        try:
            with pytest.raises(Unavailable):
                sign_in(username="ann", password=PASSWORD, origin=Origin())
        finally:
            connections.close_all()

    with hashing_slot(), ThreadPoolExecutor(1) as threads:
        for _ in range(MAX_AT_ONCE - 1):
            hashers._running.acquire()
        try:
            threads.submit(try_it).result(60)
        finally:
            for _ in range(MAX_AT_ONCE - 1):
                hashers._running.release()
    assert not SignInFailures.objects.exists()
