"""Sealed secret values get under the newest key, so that an older one may go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from foundation.encryption import (
    UNREADABLE,
    SecretsUnreadable,
    is_sealed_with_newest_key,
    require_key,
    seal,
    unseal,
)

BATCH = 500
TABLES = ("templates_app_templateversion", "jobs_series", "jobs_job")


@dataclass(slots=True)
class Rotation:
    """What became of the sealed values, in rows."""

    sealed_anew: int = 0
    newest_already: int = 0
    unreadable: int = 0


def rotate_secrets() -> Rotation:
    """Every row by itself, and only if it is still as it was read: nobody waits, and no change is undone.

    Doing it again does what is left. Raises NoSecretsKey.
    """
    require_key()
    rotation = Rotation()
    for table in TABLES:
        for key, sealed in _sealed_rows(table):
            if sealed == UNREADABLE:
                continue
            if is_sealed_with_newest_key(sealed):
                rotation.newest_already += 1
                continue
            try:
                anew = seal(unseal(sealed))
            except SecretsUnreadable:
                rotation.unreadable += 1
                continue
            rotation.sealed_anew += _replace(table, key, sealed, anew)
    return rotation


def _sealed_rows(table: str) -> Iterator[tuple[Any, str]]:
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT id, secrets FROM {table} WHERE secrets IS NOT NULL AND (%(last)s IS NULL OR id > %(last)s)
                ORDER BY id LIMIT {BATCH}""",  # noqa: S608 - constants
                {"last": last},
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def _replace(table: str, key: Any, sealed: str, anew: str | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET secrets = %s WHERE id = %s AND secrets = %s",  # noqa: S608 - a constant
            [anew, key, sealed],
        )
        return int(cursor.rowcount)
