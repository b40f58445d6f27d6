"""Computes how many more jobs the live workers of a queue can take."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

# A dispatch message that no worker took for this long is published again.
REPUBLISH_AFTER_SECONDS = 15
# A message should be taken at once, or within a second of run times. After this long it is late.
LATE_AFTER_SECONDS = 2
# After this long a message that no idle slot took counts as lost, and its slot is free for another job.
LOST_AFTER_SECONDS = 5
NO_LIMIT = 2**31 - 1


class ScanBounds(NamedTuple):
    """Says from where on the queued and running jobs of a queue are to be counted; None means from the first on.

    An open transaction elsewhere keeps the rows of jobs that are queued or run no longer. A scan that began at the
    first would read more of them with every job. No job of the queue is queued whose message is published again before
    `queued_since`; of the jobs that started before `running_since`, only `long_runs` still run.
    """

    queued_since: datetime | None = None
    running_since: datetime | None = None
    long_runs: Sequence[uuid.UUID] = ()


ALL_ROWS = ScanBounds()
# A run that began this long ago counts as long; its start is committed and seen by then.
LONG_RUN_SECONDS = 2
# A job that is queued now is published again this much later, or a little less, if the queueing took a while.
COMMIT_MARGIN = timedelta(seconds=1)
MAX_LONG_RUNS = 1000


def bounds_at(now: datetime, *, earliest: datetime | None, long_runs: Sequence[uuid.UUID]) -> ScanBounds:
    """Returns the bounds after a scan at time `now` of Postgres's clock.

    `earliest`: when the first message of a queued job is published again. `long_runs`: what has run for longer than
    LONG_RUN_SECONDS.
    """
    of_new_jobs = now + timedelta(seconds=REPUBLISH_AFTER_SECONDS) - COMMIT_MARGIN
    queued_since = of_new_jobs if earliest is None else min(earliest, of_new_jobs)
    if len(long_runs) > MAX_LONG_RUNS:
        return ScanBounds(queued_since)
    return ScanBounds(queued_since, now - timedelta(seconds=LONG_RUN_SECONDS), long_runs)


@dataclass(frozen=True, slots=True)
class Capacity:
    """Describes how many jobs the live workers of a queue can take now; the defaults mean no limit.

    `slots`: the number of worker slots of all `workers`. `quick`: the usual seconds of each job type that runs for less
    than a second; of these, as many jobs are queued as the slots can run within a second, of other types one per free
    slot. `quickest`: the shortest usual run time in this queue. `max_queued`: the most jobs that may be queued.

    `bounds` keeps the scans short that count queued and running jobs.
    """

    slots: int = NO_LIMIT
    workers: Sequence[str] = ()
    quick: Mapping[str, float] = field(default_factory=dict)
    quickest: float = 1.0
    max_queued: int = NO_LIMIT
    bounds: ScanBounds = ALL_ROWS


UNBOUNDED = Capacity()


def capacity_params(queue: str, capacity: Capacity) -> dict[str, Any]:
    """Returns the SQL parameters that the fragments QUICK and FREE_CAPACITY need."""
    return {
        "queue": queue,
        "slots": capacity.slots,
        "max_queued": capacity.max_queued,
        "workers": list(capacity.workers),
        "quick": json.dumps(dict(capacity.quick)),
        "queued_since": _as_bound(capacity.bounds.queued_since),
        "running_since": _as_bound(capacity.bounds.running_since),
        "long_runs": list(capacity.bounds.long_runs),
    }


def _as_bound(since: datetime | None) -> str:
    return "-infinity" if since is None else since.isoformat()


QUICK = "quick AS (SELECT key AS job_type, value::float8 AS seconds FROM jsonb_each_text(%(quick)s::jsonb))"
# Back pressure. `seconds`: how many slot-seconds of the next second have no work yet. A queued job counts with its
# usual seconds; a slot counts as taken for the whole second by a run that is not quick, or has lasted for a second.
# `jobs`: how many more jobs may be queued.
FREE_CAPACITY = f"""
    free_capacity AS MATERIALIZED (
        SELECT %(slots)s::int - running.slow - queued.fresh - greatest(
                queued.stale - greatest(%(slots)s::int - running.number, 0), 0) AS seconds,
            %(max_queued)s::int - queued.number AS jobs, queued.number::int AS queued, queued.earliest,
            running.long_runs
        FROM (
            SELECT count(*) AS number, count(*) FILTER (
                WHERE quick.seconds IS NULL OR job.started_at < now() - interval '1 s') AS slow,
                array_agg(job.id) FILTER (
                    WHERE job.started_at < now() - interval '{LONG_RUN_SECONDS} s') AS long_runs
            FROM (
                SELECT id, job_type, started_at FROM jobs_live WHERE state = 'running'
                    AND worker = ANY(%(workers)s::text[]) AND started_at >= %(running_since)s::timestamptz
                -- `state || ''` keeps Postgres from the index of all that run: dead rows may have piled up in it.
                UNION ALL SELECT id, job_type, started_at FROM jobs_live WHERE id = ANY(%(long_runs)s::uuid[])
                    AND state || '' = 'running' AND worker = ANY(%(workers)s::text[])
                    AND started_at < %(running_since)s::timestamptz
            ) AS job LEFT JOIN quick USING (job_type)
        ) AS running CROSS JOIN (
            SELECT count(*) AS number, min(job.publish_due) AS earliest,
                coalesce(sum(coalesce(quick.seconds, 1)) FILTER (WHERE NOT is_stale), 0) AS fresh,
                coalesce(sum(coalesce(quick.seconds, 1)) FILTER (WHERE is_stale), 0) AS stale
            FROM jobs_live AS job LEFT JOIN quick USING (job_type) CROSS JOIN LATERAL (
                SELECT job.publish_due <= now() + interval '{REPUBLISH_AFTER_SECONDS - LOST_AFTER_SECONDS} s'
            ) AS age(is_stale)
            WHERE job.state = 'queued' AND job.queue = %(queue)s::text
                AND job.publish_due >= %(queued_since)s::timestamptz
        ) AS queued
    )"""  # noqa: S608 - constants are put in
