"""Book-keeping of hints. Nothing here is state: wrong values cost a delay of seconds, never a job.

`claim_at`: when the dispatcher's own loop takes a waiting job. `publish_due`: when a queued job's hint goes
out again. `armed`: whether RedBeat knows of a series' waiting job.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from psycopg import generators

from foundation.prepared import fetch_by_index
from jobs.states import EventKind
from jobs.transitions.capacity import HINT_PATIENCE_SECONDS, LATE_AFTER_SECONDS
from jobs.transitions.queueing import Hint

NUDGE_CHANNEL = "restjobscheduler_nudge"
_NUDGE = f"NOTIFY {NUDGE_CHANNEL}".encode()
_HAIR = "interval '1 microsecond'"
# A time that lies further ahead than any was ever set is left from before Postgres's clock went back.
_OVERDUE = f"(publish_due <= now() OR publish_due > now() + interval '{2 * HINT_PATIENCE_SECONDS} s')"


def nudge() -> None:
    """Tell waiting dispatchers that something is to do. Call after commit; a lost nudge costs one poll."""
    connection.ensure_connection()
    raw = connection.connection
    # Without a cursor, which would cost as much again, and each new job does it.
    with connection.wrap_database_errors:
        raw.pgconn.send_query(_NUDGE)
        raw.wait(generators.execute(raw.pgconn))


def overdue_hints(*, limit: int) -> list[Hint]:
    """Queued jobs whose hint should have been taken by now, pushed back for their next turn."""
    sql = f"""
        UPDATE jobs_job SET publishes = publishes + 1, publish_due = now() + interval '{HINT_PATIENCE_SECONDS} s'
        WHERE id IN (SELECT id FROM jobs_job WHERE state = 'queued' AND {_OVERDUE}
                     ORDER BY publish_due LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING id, queue, priority, job_type"""  # noqa: S608 - constants are put in
    return [Hint(*row) for row in _fetch(sql, [limit])]


def hint_failed(job_ids: Sequence[uuid.UUID]) -> None:
    """The broker did not confirm these: publish them again at once when it can be reached.

    One that somebody has locked is about to start or to end. To wait for it, holding others, could be a deadlock.
    """
    sql = """UPDATE jobs_job SET publish_due = now() WHERE id IN (
        SELECT id FROM jobs_job WHERE state = 'queued' AND id = ANY(%s)
        ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id"""
    _fetch(sql, [list(job_ids)])


def hand_back(job_ids: Sequence[uuid.UUID]) -> None:
    """A worker will not get to these soon: their hints go out again now, for whoever has a free slot."""
    hint_failed(job_ids)
    nudge()


def release_series(series_id: uuid.UUID) -> bool:
    """RedBeat's tick: the series' waiting job is for the dispatcher's loop from its due time on, no later.

    By a hair later: so it can be told from a job that somebody made due, should nobody get to claim it.
    """
    sql = f"""UPDATE jobs_job SET claim_at = start_time + {_HAIR} WHERE id IN (
        SELECT id FROM jobs_job WHERE series_id = %s AND state = 'scheduled' AND claim_at > start_time + {_HAIR}
        FOR NO KEY UPDATE SKIP LOCKED) RETURNING id"""  # noqa: S608 - a constant is put in
    return bool(_fetch(sql, [series_id]))


class QueueNow(NamedTuple):
    """A queue with scheduled or queued jobs: how many are handed over, and in how many seconds the next comes due.

    `due`: some are due now. `with_limits`: among these are jobs whose template has maxConcurrent. `late`: a hint was
    not taken as soon as it was meant to be.
    """

    queue: str
    queued: int
    next_due_in: float | None
    due: bool
    with_limits: bool
    late: bool = False


def look() -> tuple[list[QueueNow], bool]:
    """(the queues with jobs that have not begun, whether hints are overdue), in one statement.

    A walk along the index: it costs as much as there are queues and priorities in use, not jobs. The index begins
    each of them with the job that has been due for longest.
    """
    rows = fetch_by_index(
        f"""
        WITH RECURSIVE walk AS (
            (SELECT queue, limited, priority, claim_at FROM jobs_job WHERE state = 'scheduled'
             ORDER BY queue, limited, priority, claim_at LIMIT 1)
            UNION ALL
            SELECT following.* FROM walk CROSS JOIN LATERAL (
                SELECT queue, limited, priority, claim_at FROM jobs_job
                WHERE state = 'scheduled'
                  AND (queue, limited, priority) > (walk.queue, walk.limited, walk.priority)
                ORDER BY queue, limited, priority, claim_at LIMIT 1) AS following
        ), waiting AS (
            SELECT walk.queue, bool_or(walk.claim_at <= now()) AS due,
                bool_or(walk.limited AND walk.claim_at <= now()) AS with_limits,
                extract(epoch FROM min(following.claim_at) - now())::float8 AS next_due_in
            FROM walk LEFT JOIN LATERAL (
                SELECT claim_at FROM jobs_job
                WHERE state = 'scheduled' AND queue = walk.queue AND limited = walk.limited
                  AND priority = walk.priority AND claim_at > now()
                ORDER BY claim_at LIMIT 1) AS following ON true
            GROUP BY walk.queue
        ), handed_over AS (
            SELECT queue, count(*) AS queued, bool_or({_OVERDUE}) AS overdue,
                bool_or(publish_due <= now() + interval '{HINT_PATIENCE_SECONDS - LATE_AFTER_SECONDS} s') AS late
            FROM jobs_job WHERE state = 'queued' GROUP BY queue
        )
        SELECT queue, coalesce(handed_over.queued, 0), waiting.next_due_in, coalesce(waiting.due, false),
            coalesce(waiting.with_limits, false), coalesce(handed_over.late, false),
            coalesce(handed_over.overdue, false)
        FROM waiting FULL JOIN handed_over USING (queue) ORDER BY queue""",  # noqa: S608 - a constant is put in
        {},
    )
    return [QueueNow(*row[:-1]) for row in rows], any(row[-1] for row in rows)


class Runs(NamedTuple):
    """Runs of a queue's jobs of one type that came to their end lately: how many, how long on average."""

    queue: str
    job_type: str
    number: int
    seconds: float


def recent_runs(*, after: int, limit: int) -> tuple[list[Runs], int]:
    """(by queue and type, the event up to which was read) of the newest `limit` events after that one."""
    rows = fetch_by_index(
        f"""
        SELECT job.queue, job.job_type, count(*), avg(extract(epoch FROM
            event.at - (event.snapshot ->> 'started_at')::timestamptz))::float8, max(event.id)
        FROM (SELECT id, job_id, kind, at, snapshot FROM jobs_jobevent WHERE id > %(after)s::bigint
            ORDER BY id DESC LIMIT %(limit)s::int) AS event JOIN jobs_job AS job ON job.id = event.job_id
        WHERE event.kind = '{EventKind.TERMINATED}' AND (event.snapshot ->> 'state' = 'succeeded'
            OR event.snapshot ->> 'reason' IN ('error', 'timeout'))
        GROUP BY job.queue, job.job_type""",  # noqa: S608 - constants are put in
        {"after": after, "limit": limit},
    )
    return [Runs(*row[:-1]) for row in rows], max((row[-1] for row in rows), default=after)


class Alarm(NamedTuple):
    """What RedBeat should hold for one series: when its waiting job is due (seconds since the epoch)."""

    series_id: uuid.UUID
    every_seconds: int
    due: float


_ALARM = """job.series_id, coalesce(series.every_seconds, 1), extract(epoch FROM job.start_time)::float8
    FROM jobs_job AS job JOIN jobs_series AS series ON series.id = job.series_id
    WHERE job.state = 'scheduled' AND job.series_id IS NOT NULL"""


def unarmed_alarms(*, limit: int) -> list[Alarm]:
    sql = f"SELECT {_ALARM} AND NOT job.armed LIMIT %(limit)s"
    return [Alarm(*row) for row in fetch_by_index(sql, {"limit": limit})]


def all_alarms() -> list[Alarm]:
    return [Alarm(*row) for row in _fetch(f"SELECT {_ALARM}", [])]


def active_series() -> list[uuid.UUID]:
    return [row[0] for row in _fetch("SELECT id FROM jobs_series WHERE state = 'active'", [])]


def number_of_active_series() -> int:
    return int(_fetch("SELECT count(*) FROM jobs_series WHERE state = 'active'", [])[0][0])


def mark_armed(series_ids: Sequence[uuid.UUID]) -> None:
    sql = """UPDATE jobs_job SET armed = true WHERE id IN (
        SELECT id FROM jobs_job WHERE state = 'scheduled' AND series_id = ANY(%s)
        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) RETURNING id"""
    _fetch(sql, [list(series_ids)])


def take_pulse() -> tuple[bool, datetime | None]:
    """Say that a dispatcher lives: (whether it was ours to say, when one said so last). No waiting for another."""
    taken = _fetch("SELECT at FROM jobs_pulse WHERE id = 1 FOR UPDATE SKIP LOCKED", [])
    if taken:
        _fetch("UPDATE jobs_pulse SET at = clock_timestamp() WHERE id = 1 RETURNING id", [])
        return True, taken[0][0]
    first = (
        "INSERT INTO jobs_pulse (id, at) VALUES (1, clock_timestamp()) ON CONFLICT DO NOTHING RETURNING id"
    )
    return bool(_fetch(first, [])), None


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
