"""Counts what happened to jobs, by minute and by day, from each batch of events that the relay numbers.

It runs in the transaction that numbers the batch, so each event counts once. `jobs_minute` says how many jobs were
created, started and ended, and how long they waited and ran; `jobs_total` how many ended jobs are stored.
"""

from __future__ import annotations

from foundation.prepared import fetch_by_index

# Upper bounds of the histograms' buckets, in seconds; there is one bucket more, for all above. They suit jobs of
# milliseconds as well as of hours, with a ratio of two to five from one to the next.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)


def count_batch(last_seq: int) -> None:
    """Adds the events of a numbered batch to the counters. Call it once for each batch, in the same transaction."""
    fetch_by_index(_COUNT, {"last_seq": last_seq, "buckets": list(BUCKETS)})


def _histogram(bucket: str) -> str:
    """Returns SQL for an array of how many rows have each bucket's number, which counts from 0."""
    counts = (f"count(*) FILTER (WHERE {bucket} = {number})" for number in range(len(BUCKETS) + 1))
    return f"ARRAY[{', '.join(counts)}]::int[]"


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
    ), minutes AS (
        INSERT INTO jobs_minute AS counted (minute, job_type, queue, {", ".join(_NUMBERS)}, wait_seconds, waits,
            run_seconds, runs)
        SELECT minute, job_type, queue, {", ".join(f"count(*) FILTER (WHERE {what})" for what in _NUMBERS.values())},
            coalesce(sum(wait), 0), {_histogram("wait_bucket")}, coalesce(sum(run), 0), {_histogram("run_bucket")}
        FROM sorted GROUP BY minute, job_type, queue ORDER BY minute, job_type, queue
        ON CONFLICT (minute, job_type, queue) DO UPDATE SET
            {", ".join(f"{name} = counted.{name} + excluded.{name}" for name in _NUMBERS)},
            wait_seconds = counted.wait_seconds + excluded.wait_seconds, waits = {_sum_of("waits")},
            run_seconds = counted.run_seconds + excluded.run_seconds, runs = {_sum_of("runs")}
    )
    INSERT INTO jobs_total AS counted (day, job_type, state, number)
    SELECT day, job_type, state, count(*) FROM facts WHERE kind = 'job_terminated'
    GROUP BY day, job_type, state ORDER BY day, job_type, state
    ON CONFLICT (day, job_type, state) DO UPDATE SET number = counted.number + excluded.number
    RETURNING 1"""  # noqa: S608 - constants
