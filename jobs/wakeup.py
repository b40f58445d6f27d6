"""Wakes the dispatchers with Postgres's NOTIFY when there may be jobs to dispatch or events to send."""

from __future__ import annotations

from django.db import connection
from psycopg import generators

# The value stays: dispatchers of the release before listen on the same channel.
WAKEUP_CHANNEL = "restjobscheduler_nudge"
_NOTIFY = f"NOTIFY {WAKEUP_CHANNEL}".encode()


def wake_dispatchers() -> None:
    """Wakes all sleeping dispatchers; call it after the commit. A lost wake-up delays jobs by one poll interval."""
    connection.ensure_connection()
    raw = connection.connection
    # Without a cursor, which would double the cost, and every new job comes this way.
    with connection.wrap_database_errors:
        raw.pgconn.send_query(_NOTIFY)
        raw.wait(generators.execute(raw.pgconn))
