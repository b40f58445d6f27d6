"""Fills the live table with jobs and series that are due in a month, of all types, authors and queues."""

from __future__ import annotations

import psycopg

from bench.ledger import connect_to_fill, has_unnumbered_events
from bench.many_jobs.history import AUTHOR, JOB_TYPE, JOB_TYPES, QUEUE, History, series_id
from bench.stage import Stage
from tests.support.waiting import wait_for

_COLUMNS = """id, job_type, template_version, state, payload, start_time, created_at, created_by,
    completion_percentage, progress_message, priority, queue, series_id, series_number, terminate_requested_by, version,
    attempt, failures, losses, interruptions, max_attempts, max_lost, log_lines, claim_at, withdrawals,
    retry_backoff_seconds, beat, publishes, armed, limited, fresh_process"""


def fill_with_waiting(stage: Stage, history: History, jobs: int) -> None:
    """Adds waiting jobs that were created after the history, a tenth of them of its series, and their first events."""
    first, values = history.jobs, {"jobs": jobs, "series": history.series, "types": list(JOB_TYPES)}
    with connect_to_fill(stage) as connection:
        connection.execute(
            f"""INSERT INTO jobs_series (id, job_type, owned_by_template, every_seconds, time_zone, state, run_count,
                last_number, created_at, created_by, on_missed, paused_by_template, archived)
            SELECT {series_id("n")}, {JOB_TYPE}, false, 86400, 'UTC', 'active', 100, {first + jobs}, now(), {AUTHOR},
                'skip', false, false FROM generate_series(0, %(series)s - 1) AS n""",
            values,
        )
        connection.execute(
            f"""INSERT INTO jobs_live ({_COLUMNS})
            SELECT {history.id_of("made.number")}, {JOB_TYPE}, 1, 'scheduled',
                '{{"user_id": 7, "filter": "likes", "note": "a note"}}', due.at, {history.time_of("made.number")},
                {AUTHOR}, 0, '', 0, {QUEUE}, CASE WHEN n < %(series)s THEN {series_id("n")} END,
                CASE WHEN n < %(series)s THEN {first + jobs} END, '', 1, 0, 0, 0, 0, 1, 3, 0, due.at, 0, 10, 0, 0,
                false, false, false
            FROM generate_series(0, %(jobs)s + %(series)s - 1) AS n, LATERAL (SELECT {first} + n AS number) AS made,
                LATERAL (SELECT now() + interval '30 days' + n * interval '1 s' AS at) AS due""",
            values,
        )
        connection.execute(
            """INSERT INTO jobs_event (job_id, at, version, attempt, kind, actor)
            SELECT id, created_at, 1, 0, 'job_created', created_by FROM jobs_live ORDER BY id"""
        )
        connection.execute("VACUUM (ANALYZE) jobs_live, jobs_series")


def keep_some(connection: psycopg.Connection, *, live: int, ended_lately: int) -> None:
    """Makes some ended jobs live again, which wait, and lets some have ended only yesterday."""
    same = _COLUMNS.partition(", claim_at")[0].replace("start_time", "{start}")
    connection.execute(
        f"""WITH chosen AS (
            DELETE FROM jobs_ended WHERE id IN (
                SELECT id FROM jobs_ended WHERE series_id IS NULL ORDER BY id LIMIT %s) RETURNING *),
        without AS (DELETE FROM jobs_event WHERE kind = 'job_terminated' AND job_id IN (SELECT id FROM chosen))
        INSERT INTO jobs_live ({_COLUMNS})
        SELECT {same.format(start="now() + interval '30 days'").replace(" state,", " 'scheduled',")},
            now() + interval '30 days', 0, 10, 0, 0, false, false, false FROM chosen""",
        [live],
    )
    connection.execute(
        """UPDATE jobs_ended SET terminated_at = now() - interval '1 day'
        WHERE id IN (SELECT id FROM jobs_ended ORDER BY id LIMIT %s)""",
        [ended_lately],
    )


def await_numbers(stage: Stage) -> None:
    """Returns when the relay has numbered all events, and RedBeat knows all series."""
    unarmed = (
        "SELECT FROM jobs_live WHERE NOT armed AND series_id IS NOT NULL AND state = 'scheduled' LIMIT 1"
    )
    with connect_to_fill(stage) as connection:
        wait_for("events have numbers", lambda: not has_unnumbered_events(connection), within=600)
        wait_for("series have entries", lambda: connection.execute(unarmed).fetchone() is None, within=300)
        connection.execute("VACUUM (ANALYZE) jobs_live, jobs_feed, jobs_relaystate")
