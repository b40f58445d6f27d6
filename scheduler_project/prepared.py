"""Statements that run with nearly every request: Postgres parses and plans them once a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import connection

_tuned: WeakSet[psycopg.Connection[Any]] = WeakSet()


def fetch(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows. Only for plans that are right for tables of any size: one outlives the day it was made."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    # Django's own cursors put the values into the text, which would be another statement each time.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchall()


def fetch_by_index(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """Likewise, on a connection for such statements alone: no plan made while a table was small reads it whole."""
    connection.ensure_connection()
    raw: psycopg.Connection[Any] = connection.connection
    if raw not in _tuned:
        with connection.wrap_database_errors:
            raw.execute("SET enable_seqscan = off")
            raw.execute("SET jit = off")
        _tuned.add(raw)
    return fetch(sql, values)
