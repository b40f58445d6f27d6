"""Tracks dispatch messages: the broker messages that hand queued jobs to workers by their ids.

A job's `claim_at` is when a dispatcher may claim it while it is scheduled, `publish_due` when its message is published
again while it is queued. A wrong value there delays the job by seconds, but loses none.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection

from foundation.prepared import fetch_by_index
from jobs import wakeup
from jobs.transitions.capacity import LATE_AFTER_SECONDS, REPUBLISH_AFTER_SECONDS
from jobs.transitions.queueing import QueuedJob

# A time further ahead than any that is ever set was stored before Postgres's clock was set back.
_IS_OVERDUE = f"(publish_due <= now() OR publish_due > now() + interval '{2 * REPUBLISH_AFTER_SECONDS} s')"


def take_overdue(*, limit: int) -> list[QueuedJob]:
    """Returns up to `limit` queued jobs whose message is due to be published again, and sets when it is due next."""
    sql = f"""
        UPDATE jobs_live SET publishes = publishes + 1, publish_due = now() + interval '{REPUBLISH_AFTER_SECONDS} s'
        WHERE id IN (SELECT id FROM jobs_live WHERE state = 'queued' AND {_IS_OVERDUE}
                     ORDER BY publish_due LIMIT %s FOR UPDATE SKIP LOCKED)
        RETURNING id, queue, priority, job_type"""  # noqa: S608 - constants are put in
    return [QueuedJob(*row) for row in _fetch(sql, [limit])]


def mark_unconfirmed(job_ids: Sequence[uuid.UUID]) -> None:
    """Marks these jobs' messages as overdue, as the broker did not confirm them: they will be published again.

    Skips locked job rows: such a job is about to start or to end, and waiting for it while other rows are locked could
    be a deadlock.
    """
    sql = """UPDATE jobs_live SET publish_due = now() WHERE id IN (
        SELECT id FROM jobs_live WHERE state = 'queued' AND id = ANY(%s)
        ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id"""
    _fetch(sql, [list(job_ids)])


def hand_back(job_ids: Sequence[uuid.UUID]) -> None:
    """Makes a dispatcher publish these jobs' messages again at once: a worker took them, but cannot start the jobs."""
    mark_unconfirmed(job_ids)
    wakeup.wake_dispatchers()


class QueueStatus(NamedTuple):
    """Describes a job queue that has scheduled or queued jobs.

    `queued`: how many queued jobs. `next_due_in`: the seconds until the next scheduled job is due (None: none will be).
    `due`: scheduled jobs are due now. `with_limits`: some of these are of a template that has maxConcurrent. `late`: no
    worker has taken the message of a queued job in the usual time.
    """

    queue: str
    queued: int
    next_due_in: float | None
    due: bool
    with_limits: bool
    late: bool = False


def poll_queues() -> tuple[list[QueueStatus], bool]:
    """Returns the queues that have scheduled or queued jobs, and whether the message of any job is overdue.

    A loose index scan reads one row for each queue and priority, the job that has been due for longest. So the cost
    grows with the number of queues and priorities in use, not with the number of jobs.
    """
    rows = fetch_by_index(
        f"""
        WITH RECURSIVE walk AS (
            (SELECT queue, limited, priority, claim_at FROM jobs_live WHERE state = 'scheduled'
             ORDER BY queue, limited, priority, claim_at LIMIT 1)
            UNION ALL
            SELECT following.* FROM walk CROSS JOIN LATERAL (
                SELECT queue, limited, priority, claim_at FROM jobs_live
                WHERE state = 'scheduled'
                  AND (queue, limited, priority) > (walk.queue, walk.limited, walk.priority)
                ORDER BY queue, limited, priority, claim_at LIMIT 1) AS following
        ), waiting AS (
            SELECT walk.queue, bool_or(walk.claim_at <= now()) AS due,
                bool_or(walk.limited AND walk.claim_at <= now()) AS with_limits,
                extract(epoch FROM min(following.claim_at) - now())::float8 AS next_due_in
            FROM walk LEFT JOIN LATERAL (
                SELECT claim_at FROM jobs_live
                WHERE state = 'scheduled' AND queue = walk.queue AND limited = walk.limited
                  AND priority = walk.priority AND claim_at > now()
                ORDER BY claim_at LIMIT 1) AS following ON true
            GROUP BY walk.queue
        ), handed_over AS (
            SELECT queue, count(*) AS queued, bool_or({_IS_OVERDUE}) AS overdue,
                bool_or(publish_due <= now() + interval '{REPUBLISH_AFTER_SECONDS - LATE_AFTER_SECONDS} s') AS late
            FROM jobs_live WHERE state = 'queued' GROUP BY queue
        )
        SELECT queue, coalesce(handed_over.queued, 0), waiting.next_due_in, coalesce(waiting.due, false),
            coalesce(waiting.with_limits, false), coalesce(handed_over.late, false),
            coalesce(handed_over.overdue, false)
        FROM waiting FULL JOIN handed_over USING (queue) ORDER BY queue""",  # noqa: S608 - a constant is put in
        {},
    )
    return [QueueStatus(*row[:-1]) for row in rows], any(row[-1] for row in rows)


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
