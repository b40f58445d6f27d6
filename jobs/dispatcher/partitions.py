"""Makes the partitions of ended jobs, events and log lines ahead of time, and drops those that are old.

Three tables are partitioned by the job's id, which begins with its creation time: jobs_ended, jobs_event and jobs_log.
Rows without a partition of their own, as those of the first day and those that outlive one, are in the table's default
partition. So a missing partition never refuses a row. A partition covers a day or more from midnight UTC.

No statement waits long: a lock that is not free within LOCK_MS is tried again in the next round.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from jobs import ids

log = logging.getLogger(__name__)

# Table -> its partition key.
TABLES = {"jobs_ended": "id", "jobs_event": "job_id", "jobs_log": "job_id"}
LOCK_MS = 200
AHEAD = timedelta(days=7)
# Rows that outlive their partition are moved while its table is locked: with more than this, the partition stays.
MAX_MOVED_JOBS = 5000
# To attach a partition, Postgres scans the default partition, which is locked meanwhile: so much takes milliseconds.
MAX_SCANNED_BYTES = 64 * 1024 * 1024
_BOUNDS = re.compile(r"FROM \('([0-9a-f-]{36})'\) TO \('([0-9a-f-]{36})'\)")
_DAY = "(created_at AT TIME ZONE 'UTC')::date"
_LIST = """SELECT child.relname, pg_get_expr(child.relpartbound, child.oid) FROM pg_inherits
    JOIN pg_class AS child ON child.oid = inhrelid WHERE inhparent = %s::regclass"""


class Partition(NamedTuple):
    """Names a partition, and the ids that it covers: from `first` up to `end`, without it."""

    name: str
    first: uuid.UUID
    end: uuid.UUID


def partition_days(retention_days: int) -> int:
    """Returns how many days a partition covers, so that a table has about sixty partitions at most.

    Every list of jobs looks into each of them. `retention_days` 0 means that jobs are kept for ever.
    """
    if not retention_days:
        return 91
    return max(1, -(-retention_days // 60))


def list_partitions(table: str) -> list[Partition]:
    """Returns the partitions of a table by their ids, without the default partition."""
    found = [
        Partition(name, uuid.UUID(bounds[1]), uuid.UUID(bounds[2]))
        for name, text in _fetch(_LIST, [table])
        if (bounds := _BOUNDS.search(text))
    ]
    return sorted(found, key=lambda partition: partition.first)


def make_partitions(*, now: datetime, days: int) -> list[str]:
    """Makes the partitions for AHEAD that are missing, each for so many `days`; returns the names of the new ones."""
    return [name for table in TABLES for name in _make_partitions_of(table, now, days)]


def _make_partitions_of(table: str, now: datetime, days: int) -> list[str]:
    # Not for today: a statement that has chosen the default partition for its row fails if another one is attached.
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # Partitions may have been made by hand, for other times: the new ones follow the last of them.
    newest = max((partition.end for partition in list_partitions(table)), default=uuid.UUID(int=0))
    first = max(midnight, ids.time_of(newest))
    made = []
    while first < now + AHEAD:
        end = first + timedelta(days=days)
        partition = Partition(f"{table}_{first:%Y%m%d}", ids.lowest_from(first), ids.lowest_from(end))
        if _make(table, partition):
            made.append(partition.name)
        first = end
    return made


def _make(table: str, partition: Partition) -> bool:
    """Makes a partition; returns False, and makes none, if its rows are in the default partition already."""
    key, default = TABLES[table], f"{table}_default"
    outside = f"{key} < '{partition.first}' OR {key} >= '{partition.end}'"
    if _fetch(f"SELECT 1 FROM {default} WHERE NOT ({outside}) LIMIT 1"):  # noqa: S608 - names and ids of ours
        return False
    if _fetch("SELECT pg_relation_size(%s::regclass) > %s", [default, MAX_SCANNED_BYTES])[0][0]:
        # With a proven constraint Postgres need not scan the default partition while it is locked.
        _run_briefly(
            f"ALTER TABLE {default} DROP CONSTRAINT IF EXISTS rows_elsewhere",
            f"ALTER TABLE {default} ADD CONSTRAINT rows_elsewhere CHECK ({outside}) NOT VALID",
        )
        _run_briefly(f"ALTER TABLE {default} VALIDATE CONSTRAINT rows_elsewhere")
    _run_briefly(
        f"CREATE TABLE {partition.name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"""ALTER TABLE {table} ATTACH PARTITION {partition.name}
            FOR VALUES FROM ('{partition.first}') TO ('{partition.end}')""",
        # Left there by a process that ended halfway, it would refuse rows of a day without a partition.
        f"ALTER TABLE {default} DROP CONSTRAINT IF EXISTS rows_elsewhere",
    )
    return True


def drop_old_partitions(*, cutoff: datetime) -> list[str]:
    """Drops the partitions with jobs created before `cutoff`; returns their names.

    Jobs that live, or ended later than `cutoff`, are moved to the default partition, with their events and log. If
    they are too many, the partition stays until they are fewer.
    """
    dropped = []
    for table in TABLES:
        for partition in list_partitions(table):
            if partition.end <= ids.lowest_from(cutoff) and _drop(table, partition, cutoff):
                dropped.append(partition.name)
    return dropped


def _drop(table: str, partition: Partition, cutoff: datetime) -> bool:
    # An event stays if its job does, live or ended. Ended jobs are dropped first, so by then those are few.
    kept = "SELECT id FROM jobs_job WHERE id >= %(first)s AND id < %(end)s"
    if table == "jobs_ended":
        kept = f"SELECT id FROM {partition.name} WHERE terminated_at >= %(cutoff)s"  # noqa: S608
    params: dict[str, Any] = {
        "cutoff": cutoff,
        "first": partition.first,
        "end": partition.end,
        "limit": MAX_MOVED_JOBS + 1,
    }
    job_ids = [row[0] for row in _fetch(f"{kept} LIMIT %(limit)s", params)]
    if len(job_ids) > MAX_MOVED_JOBS:
        log.info("%s stays: more than %s of its jobs are not old yet", partition.name, MAX_MOVED_JOBS)
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
        cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {partition.name}")
        # Asked for again: until the table was locked, jobs may have ended.
        cursor.execute(
            f"""INSERT INTO {table} SELECT * FROM {partition.name} WHERE {TABLES[table]} IN ({kept})""",  # noqa: S608
            params,
        )
        if table == "jobs_ended":
            _forget_totals(cursor, partition, kept, params)
        cursor.execute(f"DROP TABLE {partition.name}")
    return True


def _forget_totals(cursor: CursorWrapper, partition: Partition, kept: str, params: dict[str, Any]) -> None:
    """Subtracts the jobs of a detached partition that are not kept from the totals of their days."""
    days = (ids.time_of(partition.first), ids.time_of(partition.end))
    if all(day == day.replace(hour=0, minute=0, second=0, microsecond=0) for day in days):
        # Whole days, as our own partitions have: their totals need no count of all rows while the table is locked.
        cursor.execute("DELETE FROM jobs_total WHERE day >= %s AND day < %s", [day.date() for day in days])
        cursor.execute(
            f"""INSERT INTO jobs_total SELECT {_DAY}, job_type, state, count(*) FROM {partition.name}
            WHERE id IN ({kept}) GROUP BY 1, 2, 3""",  # noqa: S608
            params,
        )
    else:
        cursor.execute(
            f"""UPDATE jobs_total AS total SET number = total.number - gone.number FROM (
                SELECT {_DAY} AS day, job_type, state, count(*) AS number FROM {partition.name}
                WHERE id NOT IN ({kept}) GROUP BY 1, 2, 3) AS gone
            WHERE total.day = gone.day AND total.job_type = gone.job_type AND total.state = gone.state""",  # noqa: S608
            params,
        )


def _run_briefly(*statements: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
        for statement in statements:
            cursor.execute(statement)


def _fetch(sql: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
