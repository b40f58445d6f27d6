"""Statements that run with nearly every request: Postgres parses and plans them once a connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


def fetch(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows. Only for plans that are right for tables of any size: one outlives the day it was made."""
    connection.validate_no_broken_transaction()
    connection.ensure_connection()
    # Django's own cursors put the values into the text, which would be another statement each time.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(sql, values, prepare=True).fetchall()
