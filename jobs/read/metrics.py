"""Reads the figures of the platform's metrics from Postgres: counts since ever, and what waits and runs now.

None of the statements reads ended jobs, so how many of those are stored does not matter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.functions import Now

from jobs.models import Process
from jobs.models.counters import BUCKETS
from jobs.read.liveness import SILENCE_SECONDS
from jobs.states import Reason, State

_ENDS = {
    "succeeded": (State.SUCCEEDED, ""),
    "failed_by_error": (State.FAILED, Reason.ERROR),
    "failed_by_timeout": (State.FAILED, Reason.TIMEOUT),
    "failed_by_loss": (State.FAILED, Reason.WORKER_LOST),
    "failed_without_handler": (State.FAILED, Reason.HANDLER_NOT_FOUND),
    "terminated": (State.TERMINATED, ""),
}


class Histogram(NamedTuple):
    """Holds how many durations fell into each of BUCKETS and above them, and their sum in seconds."""

    numbers: list[int]
    seconds: float


class Counts(NamedTuple):
    """Holds what happened since ever: jobs created by type, ended by (type, state, reason), waits and runs."""

    created: dict[str, int]
    ended: dict[tuple[str, str, str], int]
    waits: Histogram
    runs: Histogram


def read_counts() -> Counts:
    """Returns the counts since the first job. Jobs count once their events are numbered, which takes milliseconds."""
    created: dict[str, int] = {}
    ended: dict[tuple[str, str, str], int] = {}
    for job_type, number, *numbers in _fetch(_BY_TYPE):
        created[job_type] = number
        # Zeros, too: of a counter that appears with its first failure, Prometheus would not see that one.
        for (state, reason), of_end in zip(_ENDS.values(), numbers, strict=True):
            ended[job_type, str(state), str(reason)] = of_end
    return Counts(created, ended, _read_histogram("wait"), _read_histogram("run"))


def count_live_jobs() -> list[tuple[str, str, str, int]]:
    """Returns how many jobs have not ended: (state, queue, job type, number)."""
    return _fetch("SELECT state, queue, job_type, count(*) FROM jobs_live GROUP BY state, queue, job_type")


def oldest_due_seconds() -> list[tuple[str, float]]:
    """Returns for each queue with due jobs that have not started how long the first of them has been due."""
    return _fetch(
        """SELECT queue, extract(epoch FROM now() - min(start_time))::float8 FROM jobs_live
        WHERE state IN ('scheduled', 'queued') AND start_time <= now() GROUP BY queue"""
    )


def count_worker_slots() -> list[tuple[str, int, int]]:
    """Returns the live workers: (name, worker slots, slots with a running job)."""
    return _fetch(
        f"""SELECT worker.name, worker.slots, count(job.id)
        FROM jobs_workernode AS worker LEFT JOIN jobs_live AS job ON job.state = 'running' AND job.worker = worker.name
        WHERE worker.seen_at > now() - interval '{SILENCE_SECONDS} s'
        GROUP BY worker.name, worker.slots ORDER BY worker.name"""  # noqa: S608 - a constant
    )


def count_jobs_without_heartbeat() -> int:
    """Returns how many jobs count as running although their lease has expired: their worker has been silent."""
    return int(_fetch("SELECT count(*) FROM jobs_live WHERE state = 'running' AND lease_until < now()")[0][0])


def count_dispatches() -> dict[str, int]:
    """Returns how many jobs were in dispatch messages, by the values of DispatchResult."""
    return dict(_fetch("SELECT result, number FROM jobs_dispatchcount"))


def count_unpublished_events() -> int:
    """Returns how many committed events the relay has not numbered yet, so that no browser has seen them."""
    return int(_fetch(_UNPUBLISHED)[0][0])


def count_missing_redbeat_entries() -> int:
    """Returns how many recurring jobs wait whose RedBeat entry has not been stored in Redis."""
    return int(
        _fetch(
            """SELECT count(*) FROM jobs_series AS series JOIN jobs_live AS job ON job.series_id = series.id
            WHERE series.state = 'active' AND job.state = 'scheduled' AND NOT job.armed"""
        )[0][0]
    )


def read_process_figures() -> list[tuple[str, dict[str, Any]]]:
    """Returns what the live processes measure themselves: (kind, figures as in the model Process)."""
    alive = Process.objects.filter(seen_at__gte=Now() - timedelta(seconds=SILENCE_SECONDS), stopped_at=None)
    return [(kind, figures or {}) for kind, figures in alive.values_list("kind", "figures")]


def _fetch(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _read_histogram(name: str) -> Histogram:
    rows = _fetch(_HISTOGRAM.format(name=name))
    numbers = [int(number) for number, _ in rows] or [0] * (len(BUCKETS) + 1)
    return Histogram(numbers, float(rows[0][1]) if rows else 0.0)


# Minutes that jobs_count does not contain yet, and all before these.
_SINCE_EVER = """
    WITH counted AS MATERIALIZED (
        SELECT job_type, {columns} FROM jobs_count
        UNION ALL SELECT job_type, {columns} FROM jobs_minute
        WHERE minute >= coalesce((SELECT minute FROM jobs_countmark), '-infinity')
    )"""
_BY_TYPE = f"""{_SINCE_EVER.format(columns=", ".join(("created", *_ENDS)))}
    SELECT job_type, sum(created)::bigint, {", ".join(f"sum({name})::bigint" for name in _ENDS)}
    FROM counted GROUP BY job_type ORDER BY job_type"""  # noqa: S608 - constants
_HISTOGRAM = f"""{_SINCE_EVER.format(columns="{name}_seconds AS seconds, {name}s AS numbers")}
    SELECT sum(number)::bigint, (SELECT sum(seconds) FROM counted)
    FROM counted CROSS JOIN unnest(numbers) WITH ORDINALITY AS one(number, bucket) GROUP BY bucket ORDER BY bucket"""  # noqa: S608
_UNPUBLISHED = """
    WITH relay AS (
        (SELECT read_up_to, missing + missing_before AS missing FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1)
        UNION ALL SELECT 0, '{}' LIMIT 1
    )
    SELECT count(event.id) FROM relay CROSS JOIN jobs_event_id_seq AS given
        CROSS JOIN unnest(relay.missing + int8multirange(
            int8range(relay.read_up_to, greatest(relay.read_up_to, given.last_value), '(]'))) AS gap
        CROSS JOIN LATERAL (
            SELECT id FROM jobs_event WHERE id >= lower(gap) AND id < upper(gap) OFFSET 0) AS event"""
