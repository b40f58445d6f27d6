"""Runs SQL as prepared statements, which Postgres parses and plans only once for each connection.

A pool by transaction keeps no prepared statements: there the same functions run the SQL without preparing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

_tuned: WeakSet[psycopg.Connection[Any]] = WeakSet()
_TUNE_TRANSACTION = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"


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

    Otherwise a plan that was made while a table was small would read the whole table after the table has grown. Also
    makes Postgres keep one plan: where a table looks empty, it tends to plan each execution again. In a pool by
    transaction, sequential scans and JIT are off for this transaction.
    """
    if settings.POOLS_TRANSACTIONS:
        return _fetch_in_pool(sql, values)
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    raw: psycopg.Connection[Any] = database.connection
    if raw not in _tuned:
        with database.wrap_database_errors:
            raw.execute("SET enable_seqscan = off")
            raw.execute("SET jit = off")
            raw.execute("SET plan_cache_mode = force_generic_plan")
        _tuned.add(raw)
    return fetch(sql, values)


def _fetch_in_pool(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    database.ensure_connection()
    raw: psycopg.Connection[Any] = database.connection
    with database.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        # A pipeline is one transaction, also in autocommit mode, and costs one round trip.
        with raw.pipeline():
            raw.execute(_TUNE_TRANSACTION)
            cursor.execute(sql, values)
        return cursor.fetchall()
