"""Checks Postgres every second in one thread of a web process; `/health/ready` returns the result of the last check.

So requests for `/health/ready` cost little and do not wait for a server that hangs. Broker and Redis are not checked
here: what counts is whether a dispatcher reaches them, and dispatchers report that to Postgres.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db import Error as DatabaseError

from foundation.database_errors import is_schema_mismatch, is_timeout
from foundation.schema import find_problem
from jobs.heartbeat import HEARTBEAT_INTERVAL_SECONDS, Heartbeat
from jobs.models import Job
from jobs.problems import Code, PlatformProblem
from jobs.read.liveness import platform_problems

POLL_SECONDS = 1.0
STATEMENT_MS, LOCK_MS = 1500, 700
# An older result is stale: Postgres has not responded to the check after it.
MAX_AGE_SECONDS = 3.0
FIRST_CHECK_SECONDS = 1.5


class Health(NamedTuple):
    """Holds the result of a health check: `status` is "ready", "degraded" or "unavailable", and `problems` say why."""

    status: str
    problems: Sequence[PlatformProblem] = ()


READY = Health("ready")


class Monitor:
    """Runs the health checks in a thread, which starts at the first `read`: a server may fork after importing this."""

    def __init__(self) -> None:
        # What this process measures itself, for metrics; an ASGI process counts its websockets.
        self.read_figures: Callable[[], Mapping[str, Any]] = dict
        self._lock = threading.Lock()
        self._pid = 0
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._found, self._found_at = READY, 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread of the health checks, unless it already runs in this process."""
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
            self._stopping, self._first = threading.Event(), threading.Event()
            self._thread = threading.Thread(target=self._run, name="health", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stops the thread of the health checks and its heartbeat; the next `read` starts them again."""
        with self._lock:
            thread, self._thread, self._pid = self._thread, None, 0
        if thread is not None:
            self._stopping.set()
            thread.join(FIRST_CHECK_SECONDS)

    def read(self) -> Health:
        """Returns the last check's result, "unavailable" if it is too old; waits only for the first, with a timeout."""
        self.start()
        self._first.wait(FIRST_CHECK_SECONDS)
        silent = time.monotonic() - self._found_at if self._first.is_set() else FIRST_CHECK_SECONDS
        if self._first.is_set() and silent <= MAX_AGE_SECONDS:
            return self._found
        return _unavailable(Code.DATABASE_UNAVAILABLE, f"The database has not responded for {silent:.0f} s.")

    def _run(self) -> None:
        stopping = self._stopping
        _use_own_connection()
        heartbeat, next_heartbeat = Heartbeat("web"), 0.0
        while not stopping.is_set():
            self._found = check()
            self._found_at = time.monotonic()
            self._first.set()
            if self._found_at >= next_heartbeat and self._found.status != "unavailable":
                next_heartbeat = self._found_at + HEARTBEAT_INTERVAL_SECONDS
                _send_heartbeat(heartbeat, self.read_figures())
            stopping.wait(POLL_SECONDS)
        heartbeat.stop()
        connection.close()


def check() -> Health:
    """Returns the health: whether jobs can be created in Postgres, and the problems that processes report there."""
    try:
        with transaction.atomic():
            _bound_waits()
            if problem := find_problem():
                return _unavailable(Code.SCHEMA, problem)
            _try_to_lock_jobs()
        problems = _problems()
    except DatabaseError as exc:
        if is_timeout(exc):
            detail = "No job can be created or changed: another session has locked the table, or the database is slow."
            return _unavailable(Code.DATABASE_LOCKED, detail)
        if is_schema_mismatch(exc):
            detail = "The database lacks tables or columns of this version: run `manage.py migrate`."
            return _unavailable(Code.SCHEMA, detail)
        connection.close()
        return _unavailable(Code.DATABASE_UNAVAILABLE, "The database cannot be reached.")
    return Health("degraded", problems) if problems else READY


def _unavailable(code: Code, detail: str) -> Health:
    return Health("unavailable", [PlatformProblem(code, detail)])


def _bound_waits() -> None:
    """Sets timeouts for this transaction only, because PgBouncer may share the database session with other clients."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_MS}; SET LOCAL lock_timeout = {LOCK_MS}")


def _try_to_lock_jobs() -> None:
    """Acquires the table lock that creating a job needs. Raises DatabaseError if another session blocks it."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Job._meta.db_table} IN ROW EXCLUSIVE MODE")


def _problems() -> list[PlatformProblem]:
    try:
        with transaction.atomic():
            _bound_waits()
            return platform_problems()
    except DatabaseError as exc:
        if not is_timeout(exc):
            raise
        detail = "What the processes report cannot be read: another session has locked it, or the database is slow."
        return [PlatformProblem(Code.DATABASE_LOCKED, detail)]


def _send_heartbeat(heartbeat: Heartbeat, figures: Mapping[str, Any]) -> None:
    try:
        with transaction.atomic():
            _bound_waits()
            heartbeat.send(figures=figures)
    except DatabaseError:
        connection.close()


def _use_own_connection() -> None:
    """Gives this thread a database connection outside the pool, so that it takes none from requests."""
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in own.settings_dict["OPTIONS"].items() if name != "pool"}
    own.settings_dict = {**own.settings_dict, "CONN_MAX_AGE": None, "OPTIONS": options}
    connections[DEFAULT_DB_ALIAS] = own


monitor = Monitor()
