"""Asks Postgres what only tables tell. All SQL of the part is here, and reads jobs as the view `jobs_job`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.stage import Stage

OWN_NAME = "bench"  # of our connections in pg_stat_activity
_SIZES = """
    SELECT root.relname, sum(pg_total_relation_size(part.oid))
    FROM pg_class AS part JOIN pg_class AS root ON root.oid = coalesce(pg_partition_root(part.oid), part.oid)
    WHERE part.relkind IN ('r', 'm') AND root.relname LIKE 'jobs\\_%'
        AND root.relnamespace = current_schema()::regnamespace GROUP BY 1"""
_TABLES = """
    SELECT part.oid::regclass::text
    FROM pg_class AS part JOIN pg_class AS root ON root.oid = coalesce(pg_partition_root(part.oid), part.oid)
    WHERE part.relkind = 'r' AND root.relname LIKE 'jobs\\_%'
        AND root.relnamespace = current_schema()::regnamespace"""
_END_BACKEND = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> %s
    ORDER BY random() LIMIT 1"""


@contextmanager
def open_connection(stage: Stage) -> Iterator[psycopg.Connection]:
    """Yields a connection in autocommit that `end_backend` does not end."""
    with psycopg.connect(stage.database_url, autocommit=True, application_name=OWN_NAME) as connection:
        yield connection


def read_sizes(stage: Stage) -> dict[str, int]:
    """Returns the bytes of each table of jobs with its partitions, indexes and TOAST, after VACUUM."""
    with open_connection(stage) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            connection.execute(f"VACUUM {table}")
        return {table: int(size) for table, size in connection.execute(_SIZES)}


def has_live_jobs(connection: psycopg.Connection, *, created_before: float | None = None) -> bool:
    """Returns whether a job has not ended that was created before that second since the epoch, or at any time."""
    live = "SELECT FROM jobs_live WHERE created_at < to_timestamp(%s) LIMIT 1"
    return connection.execute(live, [created_before or 1e11]).fetchone() is not None


def read_ends(connection: psycopg.Connection) -> dict[str, tuple[str, int]]:
    """Returns the state of each job, and how many events say that it ended."""
    return {
        job: (state, ends)
        for job, state, ends in connection.execute(
            """SELECT id::text, state, coalesce(ends, 0) FROM jobs_job LEFT JOIN (
                SELECT job_id AS id, count(*) AS ends FROM jobs_event WHERE kind = 'job_terminated' GROUP BY 1
            ) AS ended USING (id)"""
        )
    }


@contextmanager
def hold_transaction(stage: Stage) -> Iterator[None]:
    """Holds a REPEATABLE READ transaction that has an id and a snapshot. Raises an error if it did not last."""
    with open_connection(stage) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        began = connection.execute("SELECT pg_current_xact_id(), count(*) FROM jobs_job").fetchone()
        yield
        ended = connection.execute("SELECT pg_current_xact_id(), count(*) FROM jobs_job").fetchone()
        if began != ended:
            raise RuntimeError(f"the held transaction was {began} and became {ended}")
        connection.execute("COMMIT")


def scan_once(connection: psycopg.Connection) -> None:
    """Reads all jobs and all events in one REPEATABLE READ transaction, and keeps nothing."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    connection.execute("SELECT count(*), max(length(payload::text)) FROM jobs_job")
    connection.execute("SELECT count(*), max(length(snapshot::text)) FROM jobs_event")
    connection.execute("COMMIT")


def end_backend(connection: psycopg.Connection) -> bool:
    """Ends one of the platform's backends, and returns whether there was one."""
    return connection.execute(_END_BACKEND, [OWN_NAME]).fetchone() is not None


def read_max_connections(stage: Stage) -> int:
    """Returns how many connections this Postgres allows."""
    with open_connection(stage) as connection:
        row = connection.execute("SELECT current_setting('max_connections')::int").fetchone()
    assert row is not None
    return int(row[0])
