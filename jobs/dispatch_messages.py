"""Tracks dispatch messages: the broker messages that hand queued jobs to workers by their ids.

A job's `claim_at` is when a dispatcher may claim it while it is scheduled, `publish_due` when its message is published
again while it is queued. A wrong value there delays the job by seconds, but loses none.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from foundation.prepared import fetch_by_index
from jobs import wakeup
from jobs.lanes import Lane
from jobs.transitions.capacity import (
    LATE_AFTER_SECONDS,
    LONG_RUN_SECONDS,
    MAX_LONG_RUNS,
    REPUBLISH_AFTER_SECONDS,
    ScanBounds,
    bounds_at,
)
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


class QueuedJobs(NamedTuple):
    """Describes the queued jobs of a queue: how many, and the earliest time at which a message is published again.

    `late`: no worker has taken the message of one of them in the usual time. `overdue`: one is to be published again.
    """

    queue: str
    number: int
    earliest: datetime
    late: bool
    overdue: bool


class Poll(NamedTuple):
    """Holds what a dispatcher knows after a poll.

    `now`: when it began, by Postgres's clock; `at`: the same by the dispatcher's monotonic one. `lanes`: when the first
    scheduled job of each lane is due. `long_runs`: the ids of jobs that have run for long, one more than MAX_LONG_RUNS
    at most.
    """

    now: datetime
    at: float
    lanes: dict[Lane, datetime]
    queued: list[QueuedJobs]
    long_runs: list[uuid.UUID]

    def bounds(self, queue: str) -> ScanBounds:
        """Returns from where on the next claim in this queue has to count jobs."""
        earliest = next((jobs.earliest for jobs in self.queued if jobs.queue == queue), None)
        return bounds_at(self.now, earliest=earliest, long_runs=self.long_runs)


def poll() -> Poll:
    """Reads which lanes have scheduled jobs, which queues have queued jobs, and which jobs have run for long.

    A loose index scan reads one row for each lane, so that the cost grows with the number of lanes, not of jobs.
    """
    at = time.monotonic()
    ((now,),) = fetch_by_index("SELECT now()", {})
    lanes = fetch_by_index(_LANES, {})
    queued = fetch_by_index(_QUEUED, {})
    ((long_runs,),) = fetch_by_index(_LONG_RUNS, {"limit": MAX_LONG_RUNS + 1})
    return Poll(
        now, at, {Lane(*row[:-1]): row[-1] for row in lanes}, [QueuedJobs(*row) for row in queued], long_runs
    )


_LANES = """
    WITH RECURSIVE walk AS (
        (SELECT queue, limited, priority, job_type, claim_at FROM jobs_live WHERE state = 'scheduled'
         ORDER BY queue, limited, priority, job_type, claim_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM walk CROSS JOIN LATERAL (
            SELECT queue, limited, priority, job_type, claim_at FROM jobs_live
            WHERE state = 'scheduled'
                AND (queue, limited, priority, job_type) > (walk.queue, walk.limited, walk.priority, walk.job_type)
            ORDER BY queue, limited, priority, job_type, claim_at LIMIT 1) AS following
    )
    SELECT * FROM walk"""
_QUEUED = f"""
    SELECT queue, count(*), min(publish_due),
        bool_or(publish_due <= now() + interval '{REPUBLISH_AFTER_SECONDS - LATE_AFTER_SECONDS} s'),
        bool_or({_IS_OVERDUE})
    FROM jobs_live WHERE state = 'queued' GROUP BY queue ORDER BY queue"""  # noqa: S608 - constants are put in
_LONG_RUNS = f"""
    SELECT ARRAY(SELECT id FROM jobs_live
        WHERE state = 'running' AND started_at < now() - interval '{LONG_RUN_SECONDS} s' LIMIT %(limit)s::int)"""  # noqa: S608 - a constant is put in


def _fetch(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
