"""Fills the jobs' tables with a history as the platform would have left it, day by day."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg

from bench.ledger import connect_to_fill
from bench.many_jobs.history import JOB_TYPES, History
from bench.many_jobs.partitions import TABLES, attach_partitions
from bench.many_jobs.rows import EVENTS_PER_JOB, fill_jobs
from bench.stage import Stage
from foundation.discover import CHECKOUT

CONNECTIONS = 2


def fill(stage: Stage, history: History, *, kept_since: datetime) -> None:
    """Fills empty tables, two days at the same time, and leaves them as autovacuum would.

    There is a partition for each day from `kept_since` on, whether or not it has jobs.
    """
    days = _days(kept_since, history.until)
    with connect_to_fill(stage) as connection:
        for day in days:
            attach_partitions(connection, day)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda day: _fill_day(stage, history, day), days))
    with connect_to_fill(stage) as connection:
        fill_counters(connection, history)
        connection.execute("ANALYZE jobs_ended, jobs_event, jobs_log")


def fill_counters(connection: psycopg.Connection, history: History) -> None:
    """Counts the ended jobs, and says that the relay has numbered all events of the history."""
    connection.execute(
        """INSERT INTO jobs_total SELECT (created_at AT TIME ZONE 'UTC')::date, job_type, state, count(*)
        FROM jobs_ended GROUP BY 1, 2, 3"""
    )
    last = history.jobs * EVENTS_PER_JOB
    connection.execute("INSERT INTO jobs_relaystate VALUES (%s, %s, '{}', '{}', '0', now())", [last, last])
    connection.execute("SELECT setval('jobs_event_id_seq', %s)", [last])
    connection.execute("VACUUM (ANALYZE) jobs_feed, jobs_minute, jobs_total")


def _days(first: datetime, last: datetime) -> list[datetime]:
    midnight = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [midnight + timedelta(days=number) for number in range((last - midnight) // timedelta(days=1) + 1)]


def _fill_day(stage: Stage, history: History, day: datetime) -> None:
    first, end = history.first_from(day), history.first_from(day + timedelta(days=1))
    with connect_to_fill(stage) as connection:
        fill_jobs(connection, history, first, end)
        for table in TABLES:
            connection.execute(f"VACUUM (ANALYZE) {table}_{day:%Y%m%d}")


def import_templates(stage: Stage) -> None:
    """Makes a template of each type; all but the first have no handler, and none is needed: nothing of them is due."""
    first = json.loads((CHECKOUT / "bench/templates.json").read_text())[JOB_TYPES[0]]
    file = stage.folder / "many.json"
    file.write_text(json.dumps({name: {**first, "type": name} for name in JOB_TYPES}))
    stage.run("manage.py", "import_templates", str(file))
