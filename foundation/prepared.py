"""Runs SQL as prepared statements, which Postgres parses and plans only once for each connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

_tuned: WeakSet[psycopg.Connection[Any]] = WeakSet()


def fetch(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs the SQL as a prepared statement and returns the rows.

    Postgres uses the plan as long as the connection lives, so the plan must suit tables of any size.
    """
    # Django's `connection` proxy would look up this thread's connection at each access.
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    database.ensure_connection()
    # Django's cursors interpolate the values on the client, which makes a different statement each time.
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchall()


def fetch_by_index(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs the SQL as `fetch` does, but first turns off sequential scans and JIT for the rest of the connection's life.

    Otherwise a plan that was made while a table was small would read the whole table after the table has grown.
    """
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    raw: psycopg.Connection[Any] = database.connection
    if raw not in _tuned:
        with database.wrap_database_errors:
            raw.execute("SET enable_seqscan = off")
            raw.execute("SET jit = off")
        _tuned.add(raw)
    return fetch(sql, values)
