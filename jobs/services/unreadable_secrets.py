"""Finds stored secret values that no key of the setting SECRETS_KEYS decrypts, and gives them up on request.

A process that began without the key would fail jobs that a process with the key could run, so it must not begin.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from django.db import Error as DatabaseError
from django.db import connection

from foundation.database_errors import is_temporary
from foundation.encryption import UNREADABLE, SecretsUnreadable, unseal
from jobs.services.rotation import TABLES, read_sealed, replace_sealed

# Read at the start of each process: enough to notice a missing key, and few enough to take milliseconds.
MAX_ROWS, MAX_DECRYPTED = 10_000, 200


def refuse_to_start() -> None:
    """Exits with one sentence if newer stored secret values cannot be decrypted; returns if Postgres is unavailable.

    Must be called before the process forks or serves; closes the database connection that it opens.
    """
    try:
        unreadable = count_unreadable()
    except DatabaseError as exc:
        if is_temporary(exc):
            return
        raise
    finally:
        connection.close()
    if unreadable:
        sys.exit(
            f"SECRETS_KEYS lacks a key: at least {unreadable} stored secret values cannot be decrypted. "
            "Add the key that encrypted them; if it is lost, give these values up with "
            "`manage.py rotate_secrets --forget`."
        )


def count_unreadable() -> int:
    """Returns how many rows have secret values that cannot be decrypted, among the newest of each table."""
    return sum(not _is_readable(sealed) for table in TABLES for sealed in _read_newest(table))


def forget_unreadable() -> int:
    """Replaces all stored secret values that cannot be decrypted by a mark; returns in how many rows.

    Templates and series then ask for the values again; jobs that wait with such a value fail and say why.
    """
    return sum(
        replace_sealed(table, key, sealed, UNREADABLE)
        for table in TABLES
        for key, sealed in read_sealed(table)
        if not _is_readable(sealed)
    )


def _is_readable(sealed: str) -> bool:
    """Returns whether a key decrypts the sealed values, or they have been given up already."""
    try:
        return sealed == UNREADABLE or unseal(sealed) is not None
    except SecretsUnreadable:
        return False


def _read_newest(table: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT secrets FROM (SELECT secrets FROM {table} ORDER BY id DESC LIMIT {MAX_ROWS}) AS newest
            WHERE secrets IS NOT NULL LIMIT {MAX_DECRYPTED}"""  # noqa: S608 - constants
        )
        yield from (sealed for (sealed,) in cursor.fetchall())
