"""Moves Postgres's clock as SQL statements see it, with functions that shadow `now()` and its relatives."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

_OWN = ("now", "transaction_timestamp", "statement_timestamp", "clock_timestamp")
_INSTALL = [
    "CREATE SCHEMA moved",
    "CREATE TABLE moved.clock AS SELECT interval '0' AS ahead",
    *[
        f"""CREATE FUNCTION moved.{name}() RETURNS timestamptz LANGUAGE plpgsql
        {"VOLATILE" if name == "clock_timestamp" else "STABLE"}
        AS 'BEGIN RETURN pg_catalog.{name}() + (SELECT ahead FROM moved.clock); END'"""
        for name in _OWN
    ],
    "SET LOCAL search_path = public, moved, pg_catalog",
]


class PostgresClock:
    """A clock for the transaction of one test. CURRENT_TIMESTAMP is not moved; the platform does not use it."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            for statement in _INSTALL:
                cursor.execute(statement)

    def jump(self, by: timedelta) -> None:
        """Moves the clock forward, or backward for a negative difference."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE moved.clock SET ahead = ahead + %s * interval '1 s'", [by.total_seconds()])
