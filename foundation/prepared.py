"""Statements that run with nearly every request: Postgres parses and plans them once a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

_tuned: WeakSet[psycopg.Connection[Any]] = WeakSet()


def fetch(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows. Only for plans that are right for tables of any size: one outlives the day it was made."""
    # Not Django's proxy: it looks for this thread's connection at each access.
    database = connections[DEFAULT_DB_ALIAS]
    database.validate_no_broken_transaction()
    database.ensure_connection()
    # Django's own cursors put the values into the text, which would be another statement each time.
    with database.wrap_database_errors, psycopg.Cursor(database.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchall()


def fetch_by_index(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Likewise, on a connection for such statements alone: no plan made while a table was small reads it whole."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    raw: psycopg.Connection[Any] = database.connection
    if raw not in _tuned:
        with database.wrap_database_errors:
            raw.execute("SET enable_seqscan = off")
            raw.execute("SET jit = off")
        _tuned.add(raw)
    return fetch(sql, values)
