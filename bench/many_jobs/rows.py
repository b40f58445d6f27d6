"""Inserts ended jobs with their events, their places in the feed and in the counters, and log lines of some.

The numbers of events about log lines are in the feed, as in production, but the events are not: retention deletes them
after an hour.
"""

from __future__ import annotations

import psycopg

from bench.many_jobs.history import (
    AUTHOR,
    JOB_TYPE,
    JOB_TYPES,
    QUEUE,
    REASON,
    SERIES,
    STATE,
    History,
    draw,
    series_id,
)

EVENTS_PER_JOB = 4  # created, started, log lines, ended
BATCH = 1000  # events that the relay numbers at once
_HAS_LOG = "n %% 100 = 0"
_LINES = 5


def fill_jobs(connection: psycopg.Connection, history: History, first: int, end: int) -> None:
    """Inserts the jobs of a history from `first` up to `end`, with all that belongs to them, into their partitions."""
    numbers = {"first": first, "last": end - 1, "types": list(JOB_TYPES)}
    made = f"""FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
        LATERAL (SELECT {history.time_of("n")} AS at, {history.id_of("n")} AS id) AS made"""
    connection.execute(_ended(history, made), numbers)
    connection.execute(_events(made), numbers)
    connection.execute(_log(made), numbers)
    connection.execute(_feed(history), {"first": first * EVENTS_PER_JOB + 1, "last": end * EVENTS_PER_JOB})
    if end > first:
        bounds = connection.execute(
            f"SELECT {history.id_of(str(first))}, {history.id_of(str(end - 1))}"
        ).fetchone()
        assert bounds is not None
        connection.execute(_MINUTES, bounds)


def _ended(history: History, made: str) -> str:
    origin = history.id_of("(n - n %% 1000)")
    return f"""
        INSERT INTO jobs_ended (id, job_type, template_version, state, reason, payload, start_time, created_at,
            created_by, started_at, terminated_at, completion_percentage, progress_message, error, result, priority,
            queue, series_id, series_number, rerun_of, terminate_requested_by, version, attempt, failures, losses,
            interruptions, max_attempts, max_lost, log_lines, worker)
        SELECT made.id, {JOB_TYPE}, 1, kind.state, kind.reason,
            jsonb_build_object('user_id', n %% 100000, 'filter', 'likes', 'note', 'number ' || n),
            made.at, made.at, {AUTHOR}, made.at + interval '20 ms', made.at + interval '20 ms' + run.took,
            100, '', CASE WHEN kind.reason = 'error' THEN
                jsonb_build_object('type', 'ValueError', 'message', 'no user', 'traceback', repeat('line ', 60)) END,
            CASE WHEN n %% 4 = 0 THEN jsonb_build_object('sent', n) END, 0, {QUEUE},
            CASE WHEN kind.series IS NOT NULL THEN {series_id("kind.series")} END,
            CASE WHEN kind.series IS NOT NULL THEN n + 1 END,
            CASE WHEN n %% 100 = 50 THEN {origin} END, '', 4, 1, 0, 0, 0, 1, 3,
            CASE WHEN {_HAS_LOG} THEN {_LINES} ELSE 0 END, 'celery-00000' || n %% 8 || '@host'
        {made},
            LATERAL (SELECT {draw(8)} ^ 6 * interval '30 minutes' AS took) AS run,
            LATERAL (SELECT state, {SERIES.format(series=history.series)} AS series,
                CASE state WHEN 'failed' THEN {REASON} END AS reason
                FROM (SELECT {STATE} AS state) AS drawn) AS kind"""


def _events(made: str) -> str:
    return f"""
        INSERT INTO jobs_event (id, job_id, at, version, attempt, kind, actor)
        SELECT n * {EVENTS_PER_JOB} + place, made.id, made.at + place * interval '10 ms', place,
            (place > 1)::int, kind, 'celery-000001@host'
        {made}, (VALUES (1, 'job_created'), (2, 'job_started'), (4, 'job_terminated')) AS each(place, kind)"""


def _log(made: str) -> str:
    line = """jsonb_build_object('n', line, 'time', made.at, 'level', 'info', 'attempt', 1,
        'text', 'step ' || line || ' reads its part of the input')"""
    return f"""
        INSERT INTO jobs_log (id, job_id, first, count, lines)
        SELECT nextval('jobs_log_id_seq'), made.id, 1, {_LINES},
            (SELECT jsonb_agg({line}) FROM generate_series(1, {_LINES}) AS line)
        {made} WHERE {_HAS_LOG}"""


def _feed(history: History) -> str:
    job_id = history.id_of(f"((id - 1) / {EVENTS_PER_JOB})")
    return f"""
        INSERT INTO jobs_feed (last_seq, event_ids, job_ids, at)
        SELECT max(id), array_agg(id ORDER BY id), array_agg({job_id} ORDER BY id),
            {history.time_of(f"(max(id) / {EVENTS_PER_JOB})")}
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS id GROUP BY (id - 1) / {BATCH}"""


_MINUTES = """
    INSERT INTO jobs_minute SELECT date_trunc('minute', created_at), job_type, queue, count(*), count(*),
        count(*) FILTER (WHERE state = 'succeeded'), count(*) FILTER (WHERE reason = 'error'),
        count(*) FILTER (WHERE reason = 'timeout'), count(*) FILTER (WHERE reason = 'worker_lost'),
        count(*) FILTER (WHERE reason = 'handler_not_found'), count(*) FILTER (WHERE state = 'terminated'),
        count(*) * 0.02, array_fill(0, ARRAY[17]), count(*), array_fill(0, ARRAY[17])
    FROM jobs_ended WHERE id >= %s AND id <= %s GROUP BY 1, 2, 3"""
