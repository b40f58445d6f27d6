"""Begins and ends Django transactions without a pause, so that a stop most likely arrives inside one."""

from typing import Any


def committer(data: dict[str, Any]) -> None:
    from django.db import connection, transaction

    while True:
        with transaction.atomic(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [data["number"]])
