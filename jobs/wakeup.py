"""Wakes the dispatchers with Postgres's NOTIFY when there may be jobs to dispatch or events to send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from psycopg import generators

from jobs.lanes import Lane, encode_wakeup

# The value stays: dispatchers of the release before listen on the same channel.
WAKEUP_CHANNEL = "restjobscheduler_nudge"
ROOM: Mapping[Lane, datetime] = {}


def wake_dispatchers(due: Mapping[Lane, datetime] | None = None) -> None:
    """Wakes all sleeping dispatchers; call it after the commit. A lost wake-up delays jobs by one poll interval.

    `due`: the lanes of new jobs, and from when on each has one; the dispatchers then need not look for them. ROOM:
    workers can take further jobs. None: anything may have changed.
    """
    connection.ensure_connection()
    raw = connection.connection
    text = encode_wakeup(due).replace("'", "''")
    # Without a cursor, which would double the cost, and every new job comes this way.
    with connection.wrap_database_errors:
        raw.pgconn.send_query(f"NOTIFY {WAKEUP_CHANNEL}, '{text}'".encode())
        raw.wait(generators.execute(raw.pgconn))
