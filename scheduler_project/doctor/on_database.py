"""Checks Postgres: reachable, new enough, the schema, its clock, sessions that hold others up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from foundation import schema
from foundation.pool_guard import find_unnamed_pool
from jobs.services.unreadable_secrets import count_unreadable
from scheduler_project.doctor.findings import Outcome, ok, problem, warning

MIN_POSTGRES = 14
MAX_CLOCK_SECONDS, FAR_OFF_SECONDS = 2.0, 60.0
OLD_TRANSACTION_MINUTES = 10
MIN_FREE_SESSIONS = 10


def check_database() -> Iterator[Outcome]:
    """Checks whether Postgres answers, how fast, and its version."""
    began = time.perf_counter()
    version = int(_fetch("SELECT current_setting('server_version_num')::int")[0][0])
    took = (time.perf_counter() - began) * 1000
    if version // 10_000 < MIN_POSTGRES:
        yield problem(f"Postgres {version // 10_000} is too old.", f"Upgrade it to {MIN_POSTGRES} or newer.")
    elif pool := find_unnamed_pool():
        yield problem(pool.sentence, "See the operators' page on PgBouncer.")
    else:
        yield ok(f"Postgres {version // 10_000}.{version % 10_000} answers in {took:.0f} ms")


def check_schema() -> Iterator[Outcome]:
    """Checks whether the database has the tables of this version."""
    schema.clear_cache()
    if found := schema.check():
        remedy = (
            "Run `manage.py migrate`."
            if found.migrate_helps
            else "Install the version that the schema is of."
        )
        yield problem(found.sentence, remedy)
    else:
        yield ok(f"{len(schema.known_migrations())} migrations")


def check_clock() -> Iterator[Outcome]:
    """Checks this machine's clock against that of Postgres, which decides when jobs are due."""
    before = time.time()
    theirs = float(_fetch("SELECT extract(epoch FROM clock_timestamp())::float8")[0][0])
    off = theirs - (before + time.time()) / 2
    remedy = "Set both clocks by NTP."
    if abs(off) > FAR_OFF_SECONDS:
        yield problem(f"This machine's clock and that of Postgres differ by {abs(off):.0f} s.", remedy)
    elif abs(off) > MAX_CLOCK_SECONDS:
        yield warning(f"This machine's clock and that of Postgres differ by {abs(off):.1f} s.", remedy)
    else:
        yield ok(f"within {max(abs(off), 0.001) * 1000:.0f} ms of Postgres's")


def check_sessions() -> Iterator[Outcome]:
    """Checks for transactions that somebody keeps open, for waiting locks, and for room for further connections."""
    minutes = f"{OLD_TRANSACTION_MINUTES} minutes"
    old = _fetch(
        """SELECT pid, coalesce(nullif(application_name, ''), usename, '?'),
            extract(epoch FROM now() - xact_start)::int / 60
        FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND backend_type = 'client backend'
            AND xact_start < now() - %s::interval ORDER BY xact_start LIMIT 3""",
        [minutes],
    )
    for pid, who, since in old:
        yield warning(
            f"The session {pid} of {who} has kept a transaction open for {since} minutes.",
            f"End it, if it is not a backup: SELECT pg_terminate_backend({pid}).",
        )
    most, used = _fetch(
        """SELECT current_setting('max_connections')::int,
            (SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL)"""
    )[0]
    if most - used < MIN_FREE_SESSIONS:
        yield warning(
            f"{used} of {most} connections are in use.", "Raise max_connections, or put a PgBouncer in front."
        )
    elif not old:
        yield ok(f"{used} of {most} connections in use, no transaction open for {minutes}")


def check_secrets() -> Iterator[Outcome]:
    """Checks whether the stored secret values can be decrypted."""
    if unreadable := count_unreadable():
        yield problem(
            f"At least {unreadable} stored secret values cannot be decrypted.",
            "Add their key to SECRETS_KEYS, or give them up: `manage.py rotate_secrets --forget`.",
        )
    else:
        yield ok("the newest stored secret values can be decrypted")


def _fetch(sql: str, values: list[Any] | None = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
