"""The jobs' tables as a measure needs them: empty, or full of jobs that ended long ago or are not due for long."""

from __future__ import annotations

import psycopg

from bench.stage import Stage
from jobs.ids import prefix_sql


def _id(salt: str) -> str:
    """As the platform makes them."""
    return f"({prefix_sql('made.at')} || '8' || substr(md5({salt}), 1, 15))::uuid"


_JOBS = """
    INSERT INTO jobs_job (id, job_type, template_version, state, reason, payload, start_time, claim_at, created_at,
        created_by, started_at, terminated_at, completion_percentage, progress_message, priority, queue, series_id,
        series_number, terminate_requested_by, version, attempt, failures, losses, withdrawals, max_attempts, max_lost,
        retry_backoff_seconds, beat, publishes, armed, log_lines, limited)
    SELECT {id}, 'bench_noop', 1, {state}, NULL, '{{"user_id": 7, "filter": "likes", "note": "a note"}}',
        {start}, {start}, made.at, 'bench', {ended}, {ended}, {percent}, '', 0, 'default', {series}, {number},
        '', 4, 1, 0, 0, 0, 1, 3, 10, 0, 1, false, 0, false
    FROM {source}"""
_MADE = "generate_series(1, %s) AS n, LATERAL (SELECT now() - interval '2 hours' + n * interval '1 ms' AS at) AS made"
_ENDED = _JOBS.format(
    id=_id("n::text"), state="CASE WHEN n %% 50 = 0 THEN 'failed' ELSE 'succeeded' END", start="made.at",
    ended="made.at", percent=100, series="NULL", number="NULL", source=_MADE,
)  # fmt: skip
_EVENTS = """
    INSERT INTO jobs_jobevent (job_id, kind, at, actor, snapshot, seq)
    SELECT id, kind, created_at, 'bench', jsonb_build_object('state', state, 'version', version),
        (SELECT last_seq FROM jobs_relay) + row_number() OVER (ORDER BY id, kind)
    FROM jobs_job, unnest(ARRAY['job_created', 'job_terminated']) AS kind WHERE terminated_at IS NOT NULL"""
_WAITING = _JOBS.format(
    id=_id("n::text"), state="'scheduled'", start="now() + interval '30 days' + n * interval '1 s'", ended="NULL",
    percent=0, series="NULL", number="NULL", source=_MADE,
)  # fmt: skip
_SERIES = """
    INSERT INTO jobs_series (id, job_type, owned_by_template, every_seconds, time_zone, state, run_count, last_number,
        created_at, created_by, on_missed, paused_by_template, archived)
    SELECT gen_random_uuid(), 'bench_noop', false, 86400, 'UTC', 'active', 0, 1, now(), 'bench', 'skip', false, false
    FROM generate_series(1, %s)"""
_OF_SERIES = _JOBS.format(
    id=_id("one.id::text"), state="'scheduled'", start="now() + interval '30 days'", ended="NULL", percent=0,
    series="one.id", number="1", source="jobs_series AS one, LATERAL (SELECT now() AS at) AS made",
)  # fmt: skip


def forget_jobs(stage: Stage) -> None:
    """Each measure begins with an empty ledger."""
    with _connected(stage) as connection:
        connection.execute(
            "TRUNCATE jobs_job, jobs_jobevent, jobs_logchunk, jobs_idempotencykey, jobs_series"
        )


def fill_with_ended(stage: Stage, number: int) -> None:
    """That many ended jobs, each with the first and the last of its events, where none were before."""
    with _connected(stage) as connection:
        connection.execute(_ENDED, [number])
        connection.execute(_EVENTS)
        connection.execute(
            "UPDATE jobs_relay SET last_seq = last_seq + %s, sent_seq = last_seq + %s", [2 * number] * 2
        )
        connection.execute("VACUUM (ANALYZE) jobs_job, jobs_jobevent")


def fill_with_waiting(stage: Stage, jobs: int, series: int) -> None:
    """Jobs and series that are due in a month."""
    with _connected(stage) as connection:
        connection.execute(_WAITING, [jobs])
        connection.execute(_SERIES, [series])
        connection.execute(_OF_SERIES)
        connection.execute("VACUUM (ANALYZE) jobs_job, jobs_series")


def _connected(stage: Stage) -> psycopg.Connection:
    """Quick to fill: no look at foreign keys, no wait for the disk."""
    connection = psycopg.connect(stage.database_url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    return connection
