"""Finds a pool by transaction behind DATABASE_URL that the settings do not mention, before it does harm."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from foundation.bounded_connection import BoundedConnection
from foundation.schema import Problem

# Another client of the pool may take the server connection in between, but hardly each time.
ROUNDS = 5
UNNAMED_POOL = Problem(
    "DATABASE_URL leads to a pool by transaction (PgBouncer with pool_mode = transaction), which keeps no LISTEN, "
    "prepared statements or time limits: set DATABASE_DIRECT_URL to the address of Postgres itself, for all processes, "
    "or let the pool work by session."
)


def find_unnamed_pool() -> Problem | None:
    """Returns the problem if DATABASE_URL pools by transaction and DATABASE_DIRECT_URL is not set; None otherwise.

    Two sessions that are open at once have the same server process only there. Without any pool this costs one
    statement, because then the server process is the one that the connection began with. Raises django.db.Error.
    """
    if settings.POOLS_TRANSACTIONS:
        return None
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    with connection.wrap_database_errors:
        if _read_pid(raw) == raw.info.backend_pid:
            return None
        with BoundedConnection.connect(**{**connection.get_connection_params(), "autocommit": True}) as other:
            return UNNAMED_POOL if _share_a_server(raw, other) else None


def _share_a_server(one: psycopg.Connection[Any], other: psycopg.Connection[Any]) -> bool:
    seen = set[int]()
    for _ in range(ROUNDS):
        seen.add(_read_pid(one))
        try:
            if len(seen) > 1 or _read_pid(other) in seen:
                return True
        except psycopg.OperationalError:
            return False  # a full pool by session: the second client waits until the first one leaves
    return False


def _read_pid(raw: psycopg.Connection[Any]) -> int:
    ((pid,),) = raw.execute("SELECT pg_backend_pid()").fetchall()
    return int(pid)
