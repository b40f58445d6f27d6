"""The jobs' tables as a measure needs them: empty, or full of jobs that ended long ago or are not due for long."""

from __future__ import annotations

import psycopg

from bench.stage import Stage
from jobs.ids import prefix_sql
from tests.support.waiting import wait_for


def _id(salt: str) -> str:
    """As the platform makes them."""
    return f"({prefix_sql('made.at')} || '8' || substr(md5({salt}), 1, 15))::uuid"


_SAME = """id, job_type, template_version, state, payload, start_time, created_at, created_by, started_at,
    completion_percentage, progress_message, priority, queue, series_id, series_number, terminate_requested_by, version,
    attempt, failures, losses, interruptions, max_attempts, max_lost, log_lines"""
_VALUES = """{id}, 'bench_noop', 1, {state}, '{{"user_id": 7, "filter": "likes", "note": "a note"}}', {start}, made.at,
    'bench', {ended}, {percent}, '', 0, 'default', {series}, {number}, '', {version}, {attempt}, 0, 0, 0, 1, 3, 0"""
_MADE = "generate_series(1, %s) AS n, LATERAL (SELECT now() - interval '2 hours' + n * interval '1 ms' AS at) AS made"
_ENDED = (
    f"INSERT INTO jobs_ended ({_SAME}, terminated_at) SELECT "
    + _VALUES.format(
        id=_id("n::text"), state="CASE WHEN n %% 50 = 0 THEN 'failed' ELSE 'succeeded' END", start="made.at",
        ended="made.at", percent=100, series="NULL", number="NULL", version=4, attempt=1,
    )
    + f", made.at FROM {_MADE}"
)  # fmt: skip
_EVENTS = """
    INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor)
    SELECT id, created_at, 1, 0, kind, 'bench'
    FROM jobs_ended, unnest(ARRAY['job_created', 'job_terminated']) AS kind ORDER BY id, kind"""
_LIVE = f"""
    INSERT INTO jobs_live ({_SAME}, claim_at, withdrawals, retry_backoff_seconds, beat, publishes, armed, limited,
        fresh_process)
    SELECT {{values}}, {{start}}, 0, 10, 0, 0, false, false, false FROM {{source}}"""


def _live(source: str, **values: str) -> str:
    columns = _VALUES.format(**values, state="'scheduled'", ended="NULL", percent=0, version=1, attempt=0)
    return _LIVE.format(values=columns, start=values["start"], source=source)


_WAITING = _live(
    _MADE,
    id=_id("n::text"),
    start="now() + interval '30 days' + n * interval '1 s'",
    series="NULL",
    number="NULL",
)
_SERIES = """
    INSERT INTO jobs_series (id, job_type, owned_by_template, every_seconds, time_zone, state, run_count, last_number,
        created_at, created_by, on_missed, paused_by_template, archived)
    SELECT gen_random_uuid(), 'bench_noop', false, 86400, 'UTC', 'active', 0, 1, now(), 'bench', 'skip', false, false
    FROM generate_series(1, %s)"""
_OF_SERIES = _live(
    "jobs_series AS one, LATERAL (SELECT now() AS at) AS made",
    id=_id("one.id::text"), start="now() + interval '30 days'", series="one.id", number="1",
)  # fmt: skip


def forget_jobs(stage: Stage) -> None:
    """Each measure begins with an empty ledger."""
    with connect_to_fill(stage) as connection:
        connection.execute(
            "TRUNCATE jobs_live, jobs_ended, jobs_event, jobs_log, jobs_idempotencykey, jobs_series"
        )


def fill_with_ended(stage: Stage, number: int) -> None:
    """That many ended jobs, each with the first and the last of its events, where none were before."""
    with connect_to_fill(stage) as connection:
        connection.execute(_ENDED, [number])
        connection.execute(_EVENTS)
        connection.execute("VACUUM (ANALYZE) jobs_ended, jobs_event")
        wait_for("events have numbers", lambda: not has_unnumbered_events(connection), within=600)


def has_unnumbered_events(connection: psycopg.Connection) -> bool:
    """Returns whether the relay has still to number an event."""
    unnumbered = """SELECT FROM jobs_event WHERE id > (
        SELECT coalesce(max(read_up_to), 0) FROM jobs_relaystate) LIMIT 1"""
    return connection.execute(unnumbered).fetchone() is not None


def fill_with_waiting(stage: Stage, jobs: int, series: int) -> None:
    """Jobs and series that are due in a month."""
    with connect_to_fill(stage) as connection:
        connection.execute(_WAITING, [jobs])
        connection.execute(_SERIES, [series])
        connection.execute(_OF_SERIES)
        connection.execute("VACUUM (ANALYZE) jobs_live, jobs_series")


def connect_to_fill(stage: Stage) -> psycopg.Connection:
    """Returns a connection that fills tables quickly: no look at foreign keys, no wait for the disk."""
    connection = psycopg.connect(stage.database_url, autocommit=True)
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    return connection
