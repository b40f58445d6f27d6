"""Password hashing: as slow as it has to be, without a database connection, and only so many at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from foundation.connections import release_connection
from foundation.errors import Problem, Unavailable

# A hash keeps one core busy for about half a second. `serve --wsgi` is up to four processes, each with this bound.
MAX_AT_ONCE = max(1, (os.cpu_count() or 1) // 4)
# Those behind them keep a thread each; more would find no answer in time anyway.
MAX_WAITING = 16
MAX_WAIT_SECONDS = 5.0


class Bounded(PBKDF2PasswordHasher):
    """Django's own hasher and format. Signing in, new passwords and every other door come through `encode`."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        with hashing_turn():
            release_connection()
            return super().encode(password, salt, iterations)


class _Turns(threading.local):
    """`held` says that this thread has its turn already."""

    held = False


_turns = _Turns()
_running = threading.Semaphore(MAX_AT_ONCE)
_waiting = threading.Semaphore(MAX_WAITING)


@contextmanager
def hashing_turn() -> Iterator[None]:
    """One of MAX_AT_ONCE; within it, hashing waits for nobody. Raises Unavailable if none becomes free in time."""
    if _turns.held:
        yield
        return
    release_connection()
    _take_turn()
    _turns.held = True
    try:
        yield
    finally:
        _turns.held = False
        _running.release()


def _take_turn() -> None:
    if _running.acquire(blocking=False):
        return
    if not _waiting.acquire(blocking=False):
        raise _too_many()
    try:
        if not _running.acquire(timeout=MAX_WAIT_SECONDS):
            raise _too_many()
    finally:
        _waiting.release()


def _too_many() -> Unavailable:
    detail = "Too many passwords are being checked at this moment. Try again in a few seconds."
    return Unavailable(Problem("busy", detail))
