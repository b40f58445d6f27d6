"""Reads statistics from the counters by minute: what was created and ended, how long jobs waited and ran."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from jobs.models.counters import BUCKETS
from jobs.read.durations import describe_durations
from jobs.read.visibility import Visibility
from templates_app.access import Types

STEPS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_ENDS = {
    "succeeded": "succeeded",
    "error": "failed_by_error",
    "timeout": "failed_by_timeout",
    "worker_lost": "failed_by_loss",
    "handler_not_found": "failed_without_handler",
    "terminated": "terminated",
}
REASONS = tuple(name for name in _ENDS if name not in {"succeeded", "terminated"})


class Span(NamedTuple):
    """Holds the times of a statistic: `lower` is included, `upper` is not; both are whole minutes."""

    lower: datetime
    upper: datetime


def read_steps(
    span: Span, step: str, *, job_types: Sequence[str], queues: Sequence[str], visibility: Visibility
) -> list[dict[str, Any]]:
    """Returns what happened in each step of the span (see STEPS), oldest first, also where nothing did.

    Steps begin at whole minutes, hours or days of UTC. Empty `job_types` or `queues` mean all that are seen.
    """
    values = {
        "step": step, "interval": STEPS[step], "types": list(job_types), "queues": list(queues),
        **span._asdict(), **_as_values(visibility.seen),
    }  # fmt: skip
    return [{"at": at, **_describe(figures)} for at, *figures in _fetch(_BY_STEP, values)]


def read_types(span: Span, *, visibility: Visibility) -> list[dict[str, Any]]:
    """Returns what happened to the jobs of each seen type within the span, by type; types without jobs are left out.

    `usual_seconds` is the median time of a run; `last_error` is of the type's newest failed job, whenever that was.
    """
    rows = _fetch(_BY_TYPE, {**span._asdict(), **_as_values(visibility.seen)})
    errors = _last_errors([job_type for job_type, *_ in rows])
    found = []
    for job_type, *figures in rows:
        described = _describe(figures)
        error = errors.get(job_type)
        if error and visibility.hides(job_type, error.pop("created_by")):
            error = None
        usual = described["run"]["p50"]
        found.append({"job_type": job_type, **described, "usual_seconds": usual, "last_error": error})
    return found


def _describe(figures: list[Any]) -> dict[str, Any]:
    buckets = len(BUCKETS) + 1
    created, *ends = figures[: 1 + len(_ENDS)]
    wait_seconds, run_seconds = figures[1 + len(_ENDS) : 3 + len(_ENDS)]
    waits, runs = figures[-2 * buckets : -buckets], figures[-buckets:]
    by_end = dict(zip(_ENDS, ends, strict=True))
    failed = {reason: by_end[reason] for reason in REASONS}
    return {
        "created": created,
        "ended": {
            "succeeded": by_end["succeeded"],
            "failed": sum(failed.values()),
            "terminated": by_end["terminated"],
        },
        "failed": failed,
        "wait": describe_durations(waits, wait_seconds),
        "run": describe_durations(runs, run_seconds),
    }


def _last_errors(job_types: list[str]) -> dict[str, dict[str, Any]]:
    """Returns the error of the newest failed job of each type: `{job_id, at, type, message, created_by}`."""
    return {
        job_type: {
            "job_id": str(job_id),
            "at": at,
            "type": kind,
            "message": message,
            "created_by": created_by,
        }
        for job_type, job_id, at, kind, message, created_by in _fetch(_LAST_ERRORS, {"types": job_types})
    }


def _as_values(seen: Types) -> dict[str, Any]:
    return {"seen": list(seen.names), "are_excluded": seen.are_excluded}


def _fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _sum(column: str) -> str:
    return f"coalesce(sum(counted.{column}), 0)"


_SUMS = ", ".join(
    [
        *(f"{_sum(name)}::bigint" for name in ("created", *_ENDS.values())),
        *(f"{_sum(name)}::float8" for name in ("wait_seconds", "run_seconds")),
        *(
            f"{_sum(f'{name}[{bucket + 1}]')}::bigint"
            for name in ("waits", "runs")
            for bucket in range(len(BUCKETS) + 1)
        ),
    ]
)
_IS_SEEN = "(counted.job_type = ANY(%(seen)s::text[])) IS DISTINCT FROM %(are_excluded)s"
_BY_STEP = f"""
    SELECT step.at, {_SUMS}
    FROM generate_series(date_trunc(%(step)s, %(lower)s::timestamptz, 'UTC'), %(upper)s::timestamptz - interval '1 us',
            %(interval)s::interval) AS step(at)
        LEFT JOIN (
            SELECT date_trunc(%(step)s, counted.minute, 'UTC') AS at, counted.* FROM jobs_minute AS counted
            WHERE counted.minute >= %(lower)s AND counted.minute < %(upper)s AND {_IS_SEEN}
                AND (%(types)s::text[] = '{{}}' OR counted.job_type = ANY(%(types)s))
                AND (%(queues)s::text[] = '{{}}' OR counted.queue = ANY(%(queues)s))
        ) AS counted ON counted.at = step.at
    GROUP BY step.at ORDER BY step.at"""  # noqa: S608 - constants
_BY_TYPE = f"""
    SELECT counted.job_type, {_SUMS} FROM jobs_minute AS counted
    WHERE counted.minute >= %(lower)s AND counted.minute < %(upper)s AND {_IS_SEEN}
    GROUP BY counted.job_type ORDER BY counted.job_type"""  # noqa: S608 - constants
_LAST_ERRORS = """
    SELECT asked.job_type, failed.id, failed.terminated_at, failed.error ->> 'type', failed.error ->> 'message',
        failed.created_by
    FROM unnest(%(types)s::text[]) AS asked(job_type) CROSS JOIN LATERAL (
        SELECT * FROM jobs_ended AS job
        WHERE job.job_type = asked.job_type AND NOT (job.state = 'succeeded') AND job.state = 'failed'
        ORDER BY job.id DESC LIMIT 1
    ) AS failed"""
