"""Hashes passwords. As a hash is slow on purpose, only a few run at once, and none holds a database connection."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from foundation.connections import release_connection
from foundation.errors import Problem, Unavailable

# A hash keeps one core busy for about half a second. `serve --wsgi` runs up to four processes, each with this limit.
MAX_AT_ONCE = max(1, (os.cpu_count() or 1) // 4)
# Each waiting request occupies a thread; more than these would not be served in time anyway.
MAX_WAITING = 16
MAX_WAIT_SECONDS = 5.0


class Bounded(PBKDF2PasswordHasher):
    """Runs Django's own hasher, at most MAX_AT_ONCE at a time; hashing and checking a password both call `encode`."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """Returns the password's hash. Raises Unavailable if no password-hashing slot becomes free in time."""
        with hashing_slot():
            release_connection()
            return super().encode(password, salt, iterations)


class _HeldSlots(threading.local):
    """Remembers per thread whether it has a password-hashing slot already, so that nested hashes take no second one."""

    is_held = False


_held_slots = _HeldSlots()
_running = threading.Semaphore(MAX_AT_ONCE)
_waiting = threading.Semaphore(MAX_WAITING)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """Reserves one of MAX_AT_ONCE password-hashing slots for the block. Raises Unavailable if none is free in time."""
    if _held_slots.is_held:
        yield
        return
    release_connection()
    _take_slot()
    _held_slots.is_held = True
    try:
        yield
    finally:
        _held_slots.is_held = False
        _running.release()


def _take_slot() -> None:
    if _running.acquire(blocking=False):
        return
    if not _waiting.acquire(blocking=False):
        raise _busy_error()
    try:
        if not _running.acquire(timeout=MAX_WAIT_SECONDS):
            raise _busy_error()
    finally:
        _waiting.release()


def _busy_error() -> Unavailable:
    detail = "Too many passwords are being checked at this moment. Try again in a few seconds."
    return Unavailable(Problem("busy", detail))
