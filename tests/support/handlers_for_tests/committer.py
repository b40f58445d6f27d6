"""Does nothing but begin and end transactions of Django's, so that a stop mostly comes in the midst of one."""

from typing import Any


def committer(data: dict[str, Any]) -> None:
    from django.db import connection, transaction

    while True:
        with transaction.atomic(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [data["number"]])
