"""Encrypts stored secret values again with the newest key, so that an older key can be removed."""

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
    reseal,
)

BATCH_SIZE = 500
TABLES = (
    "templates_app_templateversion",
    "templates_app_sharedsecret",
    "jobs_series",
    "jobs_live",
    "accounts_totpsecret",
)


@dataclass(slots=True)
class Rotation:
    """Counts the rows with secret values: encrypted again, encrypted with the newest key already, or unreadable."""

    resealed: int = 0
    already_newest: int = 0
    unreadable: int = 0


def rotate_secrets() -> Rotation:
    """Encrypts the stored secret values of templates, series, jobs and users with the newest key; returns counts.

    Each row is a compare-and-set of its own: concurrent changes are not lost. May be repeated. Raises NoSecretsKey.
    """
    require_key()
    rotation = Rotation()
    for table in TABLES:
        for key, sealed in read_sealed(table):
            if sealed == UNREADABLE:
                continue
            if is_sealed_with_newest_key(sealed):
                rotation.already_newest += 1
                continue
            try:
                resealed = reseal(sealed)
            except SecretsUnreadable:
                rotation.unreadable += 1
                continue
            rotation.resealed += replace_sealed(table, key, sealed, resealed)
    return rotation


def read_sealed(table: str) -> Iterator[tuple[Any, str]]:
    """Yields the id and the sealed values of each row of the table that has any; reads BATCH_SIZE rows at once."""
    last: Any = None
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT id, secrets FROM {table} WHERE secrets IS NOT NULL AND (%(last)s IS NULL OR id > %(last)s)
                ORDER BY id LIMIT {BATCH_SIZE}""",  # noqa: S608 - constants
                {"last": last},
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < BATCH_SIZE:
            return
        last = rows[-1][0]


def replace_sealed(table: str, key: Any, sealed: str, resealed: str | None) -> int:
    """Replaces the sealed values of the row `key` unless they have changed since; returns 1 if it did, else 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET secrets = %s WHERE id = %s AND secrets = %s",  # noqa: S608 - a constant
            [resealed, key, sealed],
        )
        return int(cursor.rowcount)
