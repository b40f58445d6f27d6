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

from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from jobs import ids
from jobs.dispatcher.counting import NUMBERING_LOCK

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
# The relay counts a job when it numbers its last event.
_IS_COUNTED = """EXISTS (SELECT FROM jobs_event AS event, jobs_relaystate AS relay WHERE event.job_id = job.id
    AND event.kind = 'job_terminated' AND relay.last_seq = (SELECT max(last_seq) FROM jobs_relaystate)
    AND event.id <= relay.read_up_to AND NOT (relay.missing + relay.missing_before) @> event.id)"""
_COLUMNS = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum"""
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
    """Makes the partitions for AHEAD that are missing, each for so many `days`; returns the names of the new ones.

    Those of one time are made for all tables or for none. None is made for times of which a default partition has rows.
    """
    for table in TABLES:
        _drop_left_constraint(table)
    # Not for today: a statement that has chosen the default partition for its row fails if another one is attached.
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # Partitions may have been made by hand, for other times: the new ones follow the last of them.
    ends = [partition.end for table in TABLES for partition in list_partitions(table)]
    first = max(midnight, ids.time_of(max(ends, default=uuid.UUID(int=0))))
    made = []
    while first < now + AHEAD:
        end = first + timedelta(days=days)
        new = {
            table: Partition(f"{table}_{first:%Y%m%d}", ids.lowest_from(first), ids.lowest_from(end))
            for table in TABLES
        }
        if not any(_default_has_rows(table, partition) for table, partition in new.items()):
            for table, partition in new.items():
                _prove_no_rows(table, partition)
            _run_briefly(*(statement for one in new.items() for statement in _attach(*one)))
            made += [partition.name for partition in new.values()]
        first = end
    return made


def _default_has_rows(table: str, partition: Partition) -> bool:
    sql = f"SELECT 1 FROM {table}_default WHERE NOT ({_outside(table, partition)}) LIMIT 1"  # noqa: S608
    return bool(_fetch(sql))


def _outside(table: str, partition: Partition) -> str:
    key = TABLES[table]
    return f"{key} < '{partition.first}' OR {key} >= '{partition.end}'"


def _prove_no_rows(table: str, partition: Partition) -> None:
    """Validates, where the default partition is large, a constraint that spares ATTACH a scan of it under its lock."""
    default = f"{table}_default"
    if not _fetch("SELECT pg_relation_size(%s::regclass) > %s", [default, MAX_SCANNED_BYTES])[0][0]:
        return
    constraint = f"ADD CONSTRAINT rows_elsewhere CHECK ({_outside(table, partition)}) NOT VALID"
    _run_briefly(f"ALTER TABLE {default} {constraint}")
    try:
        _run_briefly(f"ALTER TABLE {default} VALIDATE CONSTRAINT rows_elsewhere")
    except DatabaseError:
        _drop_left_constraint(table)
        raise


def _drop_left_constraint(table: str) -> None:
    """Removes a constraint that was left: it would refuse the rows of a time for which no partition was made."""
    left = "SELECT 1 FROM pg_constraint WHERE conname = 'rows_elsewhere' AND conrelid = %s::regclass"
    if _fetch(left, [f"{table}_default"]):
        _run_briefly(f"ALTER TABLE {table}_default DROP CONSTRAINT IF EXISTS rows_elsewhere")


def _attach(table: str, partition: Partition) -> list[str]:
    return [
        f"CREATE TABLE {partition.name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"""ALTER TABLE {table} ATTACH PARTITION {partition.name}
            FOR VALUES FROM ('{partition.first}') TO ('{partition.end}')""",
        f"ALTER TABLE {table}_default DROP CONSTRAINT IF EXISTS rows_elsewhere",
    ]


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
        # Meanwhile no events are numbered, so that the totals of jobs do not change.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
        cursor.execute(f"ALTER TABLE {table} DETACH PARTITION {partition.name}")
        columns = ", ".join(name for (name,) in _fetch(_COLUMNS, [table]))
        # Asked for again: until the table was locked, jobs may have ended.
        cursor.execute(
            f"""INSERT INTO {table} ({columns})
            SELECT {columns} FROM {partition.name} WHERE {TABLES[table]} IN ({kept})""",  # noqa: S608
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
            f"""INSERT INTO jobs_total SELECT {_DAY}, job_type, state, count(*) FROM {partition.name} AS job
            WHERE id IN ({kept}) AND {_IS_COUNTED} GROUP BY 1, 2, 3""",  # noqa: S608
            params,
        )
    else:
        cursor.execute(
            f"""UPDATE jobs_total AS total SET number = total.number - gone.number FROM (
                SELECT {_DAY} AS day, job_type, state, count(*) AS number FROM {partition.name} AS job
                WHERE id NOT IN ({kept}) AND {_IS_COUNTED} GROUP BY 1, 2, 3) AS gone
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
