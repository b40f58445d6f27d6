"""Makes the partitions that a platform of some age has, and empties all tables of jobs."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

from bench.ledger import connect_to_fill
from bench.stage import Stage
from jobs import ids

TABLES = ("jobs_ended", "jobs_event", "jobs_log")


def forget(stage: Stage) -> None:
    """Leaves no job, no event and no partition behind; no dispatcher may run."""
    with connect_to_fill(stage) as connection:
        for table in TABLES:
            found = connection.execute(
                """SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass
                AND inhrelid::regclass::text <> %s""",
                [table, f"{table}_default"],
            ).fetchall()
            for (partition,) in found:
                connection.execute(f"DROP TABLE {partition}")
        connection.execute(
            """TRUNCATE jobs_live, jobs_ended, jobs_event, jobs_log, jobs_idempotencykey, jobs_series, jobs_feed,
                jobs_relaystate, jobs_minute, jobs_total, jobs_operation, jobs_operationpart"""
        )
        connection.execute("ALTER SEQUENCE jobs_event_id_seq RESTART")


def attach_partitions(connection: psycopg.Connection, day: datetime) -> None:
    """Makes a day's partition of each table as the dispatcher does."""
    first, end = ids.lowest_from(day), ids.lowest_from(day + timedelta(days=1))
    for table in TABLES:
        name = f"{table}_{day:%Y%m%d}"
        connection.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        connection.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{end}')"
        )
