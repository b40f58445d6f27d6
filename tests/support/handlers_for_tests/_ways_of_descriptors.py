"""Ways for the spoiler to keep or break connections, ports, the platform's own descriptors and late destructors."""

from __future__ import annotations

import gc
import os
import socket
import stat
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg

_kept: list[Any] = []
own_job: list[str] = []


def connect() -> psycopg.Connection[Any]:
    """Opens a connection to Django's database that Django does not know of."""
    from django.db import connection

    given = connection.settings_dict
    named = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return psycopg.connect(**{name: given[key] for name, key in named.items() if given[key]})


def _own_row_locked_for_good() -> None:
    kept = connect()
    kept.execute("SELECT id FROM jobs_live WHERE id = ANY(%s::uuid[]) FOR UPDATE SKIP LOCKED", [own_job])
    _kept.append(kept)


def _own_row_locked_for_long() -> None:
    _own_row_locked_for_good()
    time.sleep(3600)


def _lock_of_a_thread() -> None:
    from django.db import connection

    def lock() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_try_advisory_lock(8)")
        _kept.append(connection.connection)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(lock).result()


def _listen() -> None:
    _kept.append(socket.create_server(("127.0.0.1", 0)))


class _Late:
    """Calls `act` when the garbage collector deletes it: its cycle keeps it alive until then."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.act, self.me = act, self

    def __del__(self) -> None:
        self.act()


def _write_to_all_sockets() -> None:
    for number in range(3, 100):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, b"x")
                os.write(number, b"D\0" + bytes(8) + b"no report")


WAYS: dict[str, Callable[[], Any]] = {
    "own_row_locked": _own_row_locked_for_good,
    "lock_of_a_thread": _lock_of_a_thread,
    "listening": _listen,
    "collects": gc.collect,
    "late_words": lambda: _Late(lambda: print("said late")),
    "written_everywhere": _write_to_all_sockets,
}
FATAL: dict[str, Callable[[], Any]] = {
    "late_exit": lambda: _Late(lambda: os._exit(7)),
    "own_row_locked_for_long": _own_row_locked_for_long,
    "sleeps": lambda: time.sleep(3600),
    "closes_everything": lambda: os.closerange(3, 1024),
}
