"""Counts what happened to jobs, by minute and by day, from each batch of events that the relay numbers.

It runs in the transaction that numbers the batch, so each event counts once. `jobs_minute` says how many jobs were
created, started and ended, and how long they waited and ran; `jobs_count` the same of all minutes before those that
`sum_up_minutes` has not added to it yet; `jobs_total` how many ended jobs are stored.
"""

from __future__ import annotations

from django.db import transaction

from foundation.prepared import fetch, fetch_by_index
from jobs.models.counters import BUCKETS

# A minute is summed up once it is so old. Events are numbered within a second unless no dispatcher runs.
OPEN_MINUTES = 3
SUM_UP_SECONDS, RETRY_SECONDS = 60.0, 1.0
# Key of the advisory lock: one dispatcher at a time numbers and counts events. The number itself means nothing.
NUMBERING_LOCK = 1785686114


def count_batch(last_seq: int) -> None:
    """Adds the events of a numbered batch to the counters. Call it once for each batch, in the same transaction."""
    fetch_by_index(_COUNT, {"last_seq": last_seq, "buckets": list(BUCKETS)})


def sum_up_minutes() -> float:
    """Adds older minutes of `jobs_minute` to `jobs_count`; returns the seconds until the next call."""
    with transaction.atomic():
        # Not while a batch is counted: it would count into a minute that has just been added up.
        ((is_locked,),) = fetch("SELECT pg_try_advisory_xact_lock(%s::bigint)", [NUMBERING_LOCK])
        if not is_locked:
            return RETRY_SECONDS
        fetch_by_index(_SUM_UP, {"open": OPEN_MINUTES})
    return SUM_UP_SECONDS


def _histogram(bucket: str) -> str:
    """Returns SQL for an array of how many rows have each bucket's number, which counts from 0."""
    counts = (f"count(*) FILTER (WHERE {bucket} = {number})" for number in range(len(BUCKETS) + 1))
    return f"ARRAY[{', '.join(counts)}]::int[]"


def _upsert(table: str, keys: str, source: str) -> str:
    """Returns SQL that adds the counted rows of the query `source` to those of a table with the same columns."""
    return f"""
        INSERT INTO {table} AS counted ({keys}, {", ".join(_NUMBERS)}, wait_seconds, waits, run_seconds, runs)
        {source} ORDER BY {keys}
        ON CONFLICT ({keys}) DO UPDATE SET
            {", ".join(f"{name} = counted.{name} + excluded.{name}" for name in _NUMBERS)},
            wait_seconds = counted.wait_seconds + excluded.wait_seconds, waits = {_sum_of("waits")},
            run_seconds = counted.run_seconds + excluded.run_seconds, runs = {_sum_of("runs")}"""


def _count_sorted(keys: str, where: str = "TRUE") -> str:
    return f"""
        SELECT {keys}, {", ".join(f"count(*) FILTER (WHERE {what})" for what in _NUMBERS.values())},
            coalesce(sum(wait), 0), {_histogram("wait_bucket")}, coalesce(sum(run), 0), {_histogram("run_bucket")}
        FROM sorted WHERE {where} GROUP BY {keys}"""  # noqa: S608 - constants


def _sum_of(column: str) -> str:
    return f"""ARRAY(SELECT before.number + new.number
        FROM unnest(counted.{column}) WITH ORDINALITY AS before(number, bucket)
        JOIN unnest(excluded.{column}) WITH ORDINALITY AS new(number, bucket) USING (bucket) ORDER BY bucket)"""  # noqa: S608


_NUMBERS = {
    "created": "kind = 'job_created'",
    "started": "kind = 'job_started'",
    "succeeded": "kind = 'job_terminated' AND state = 'succeeded'",
    "failed_by_error": "kind = 'job_terminated' AND reason = 'error'",
    "failed_by_timeout": "kind = 'job_terminated' AND reason = 'timeout'",
    "failed_by_loss": "kind = 'job_terminated' AND reason = 'worker_lost'",
    "failed_without_handler": "kind = 'job_terminated' AND reason = 'handler_not_found'",
    "terminated": "kind = 'job_terminated' AND state = 'terminated'",
}
# Of an event that is numbered long after it happened, the minute may have been summed up before.
_IS_SUMMED_UP = "minute < (SELECT minute FROM jobs_countmark)"
_COUNT = f"""
    WITH facts AS MATERIALIZED (
        SELECT event.kind, date_trunc('minute', event.at) AS minute, job.job_type, job.queue, job.state, job.reason,
            (job.created_at AT TIME ZONE 'UTC')::date AS day,
            CASE event.kind WHEN 'job_started' THEN greatest(extract(epoch FROM event.at
                - coalesce((event.snapshot ->> 'start_time')::timestamptz, job.created_at)), 0)::float8 END AS wait,
            -- A job that ended while it waited for a retry started before it was due.
            CASE WHEN event.kind = 'job_terminated' AND job.started_at >= job.start_time THEN
                extract(epoch FROM job.terminated_at - job.started_at)::float8 END AS run
        FROM jobs_feed AS batch
            CROSS JOIN LATERAL unnest(batch.event_ids, batch.job_ids) AS entry(event_id, job_id)
            JOIN jobs_event AS event ON event.job_id = entry.job_id AND event.id = entry.event_id
            JOIN jobs_job AS job ON job.id = entry.job_id
        WHERE batch.last_seq = %(last_seq)s::bigint AND event.kind IN ('job_created', 'job_started', 'job_terminated')
    ), sorted AS MATERIALIZED (
        SELECT *, width_bucket(wait, %(buckets)s::float8[]) AS wait_bucket,
            width_bucket(run, %(buckets)s::float8[]) AS run_bucket FROM facts
    ), minutes AS ({_upsert("jobs_minute", "minute, job_type, queue", _count_sorted("minute, job_type, queue"))}
    ), late AS ({_upsert("jobs_count", "job_type, queue", _count_sorted("job_type, queue", _IS_SUMMED_UP))}
    )
    INSERT INTO jobs_total AS counted (day, job_type, state, number)
    SELECT day, job_type, state, count(*) FROM facts WHERE kind = 'job_terminated'
    GROUP BY day, job_type, state ORDER BY day, job_type, state
    ON CONFLICT (day, job_type, state) DO UPDATE SET number = counted.number + excluded.number
    RETURNING 1"""  # noqa: S608 - constants
_SUMMED = ", ".join(f"sum({name})" for name in _NUMBERS)


def _summed_histogram(column: str) -> str:
    return f"""(SELECT array_agg(number ORDER BY bucket) FROM (
        SELECT bucket, sum(number) AS number FROM added AS one CROSS JOIN unnest(one.{column}) WITH ORDINALITY
            AS counted(number, bucket)
        WHERE one.job_type = added.job_type AND one.queue = added.queue GROUP BY bucket) AS buckets)"""  # noqa: S608


_SUMS = f"""
        SELECT job_type, queue, {_SUMMED}, sum(wait_seconds), {_summed_histogram("waits")},
            sum(run_seconds), {_summed_histogram("runs")} FROM added GROUP BY job_type, queue"""  # noqa: S608 - constants
_SUM_UP = f"""
    WITH span AS MATERIALIZED (
        SELECT coalesce((SELECT minute FROM jobs_countmark), '-infinity') AS lower,
            date_trunc('minute', now()) - %(open)s::int * interval '1 minute' AS upper
    ), added AS MATERIALIZED (
        SELECT counted.* FROM jobs_minute AS counted JOIN span ON minute >= span.lower AND minute < span.upper
    ), moved AS (
        INSERT INTO jobs_countmark (id, minute) SELECT 1, upper FROM span WHERE upper > lower
        ON CONFLICT (id) DO UPDATE SET minute = excluded.minute
    ), summed AS ({_upsert("jobs_count", "job_type, queue", _SUMS)}
    )
    SELECT 1"""  # noqa: S608 - constants
