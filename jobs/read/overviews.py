"""Reads overviews: numbers of jobs by state, and lists of series, queues and workers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from foundation.errors import NotFound, Problem
from jobs.models import EndedJob, Job, LiveJob, Series
from jobs.read.filters import JobFilter
from jobs.read.liveness import live_worker_nodes
from jobs.read.visibility import EVERYTHING, Visibility
from jobs.read.windows import newest_first, searched_since
from jobs.states import State
from templates_app.access import Types

MAX_COUNT = 10_000
# What a series shows of its last and its live job.
_RUN_COLUMNS = ("state", "reason", "start_time", "started_at", "terminated_at", "terminate_requested_at")


def count_by_state(job_filter: JobFilter, visibility: Visibility = EVERYTHING) -> tuple[dict[str, int], bool]:
    """Counts the jobs that match and are seen; returns (number of jobs by state, whether some may not be counted).

    Only the newest MAX_COUNT matching jobs are counted, of a search only among the jobs that it looks at; but all jobs
    under a filter by state and type alone.
    """
    if job_filter.is_by_state_and_type_only:
        found = _count_exactly(list(job_filter.states), list(job_filter.job_types), visibility.seen)
        return {state.value: found.get(state, 0) for state in State}, False
    since = searched_since() if job_filter.search else None
    jobs = visibility.seen_of(job_filter.apply(Job.objects.all(), since=since))
    rows, end = newest_first(jobs, ("state",), before=None, limit=MAX_COUNT + 1, ended=job_filter.ended)
    matched = [row["state"] for row in rows[:MAX_COUNT]]
    is_capped = since is not None or end is not None or len(rows) > MAX_COUNT
    return {state.value: matched.count(state) for state in State}, is_capped


def _count_exactly(states: list[str], job_types: list[str], seen: Types) -> dict[str, int]:
    """Counts jobs by state; an empty list means all states, or all seen types. Reads totals instead of ended jobs.

    The relay counts an ended job when it numbers its last event, so the jobs without that number are counted here.
    """
    with connection.cursor() as cursor:
        values = {"states": states, "types": job_types, **_as_values(seen)}
        cursor.execute(_COUNT_EXACTLY, values)
        return {state: int(number) for state, number in cursor.fetchall()}


_COUNT_EXACTLY = """
    WITH relay AS (
        (SELECT read_up_to, missing + missing_before AS missing FROM jobs_relaystate ORDER BY last_seq DESC LIMIT 1)
        UNION ALL SELECT 0, '{}' LIMIT 1
    ), unnumbered AS (
        SELECT event.job_id FROM relay CROSS JOIN jobs_event_id_seq AS given
            CROSS JOIN unnest(relay.missing + int8multirange(
                int8range(relay.read_up_to, greatest(relay.read_up_to, given.last_value), '(]'))) AS gap
            -- Each gap and each job is read from an index: how many there are, the planner would overestimate.
            CROSS JOIN LATERAL (
                SELECT job_id, kind FROM jobs_event WHERE id >= lower(gap) AND id < upper(gap) OFFSET 0) AS event
        WHERE event.kind = 'job_terminated'
    )
    SELECT state, sum(number) FROM (
        SELECT job_type, state, number FROM jobs_total
        UNION ALL SELECT job_type, state, count(*) FROM jobs_live GROUP BY job_type, state
        UNION ALL SELECT job.job_type, job.state, count(*) FROM unnumbered CROSS JOIN LATERAL (
            SELECT job_type, state FROM jobs_ended WHERE id = unnumbered.job_id OFFSET 0) AS job
            GROUP BY job.job_type, job.state
    ) AS counted
    WHERE (%(states)s::text[] = '{}' OR state = ANY(%(states)s))
        AND (%(types)s::text[] = '{}' OR job_type = ANY(%(types)s))
        AND (job_type = ANY(%(seen)s::text[])) IS DISTINCT FROM %(are_excluded)s
    GROUP BY state"""


def _as_values(seen: Types) -> dict[str, Any]:
    return {"seen": list(seen.names), "are_excluded": seen.are_excluded}


def all_series(*, archived: bool | None = False) -> QuerySet[Series]:
    """Returns the query of series for `series_list_as_json`; with `archived=None`, it includes deleted series."""
    live, ended = (model.objects.filter(series=OuterRef("pk")) for model in (LiveJob, EndedJob))
    found = Series.objects.all() if archived is None else Series.objects.filter(archived=archived)
    return found.annotate(
        next_start_time=Subquery(live.filter(state=State.SCHEDULED).values("start_time")[:1]),
        last_job=Subquery(ended.order_by("-series_number").values("pk")[:1]),
        live_job=Subquery(live.values("pk")[:1]),
    )


def series_as_json(series_id: uuid.UUID, visibility: Visibility = EVERYTHING) -> dict[str, Any]:
    """Returns a series as the API sends it. Raises NotFound, also if the series is deleted or not seen."""
    found = series_list_as_json(visibility.seen_of(all_series().filter(pk=series_id)), visibility)
    if not found:
        raise NotFound(Problem("not_found", f"There is no series {series_id}.", "series"))
    return found[0]


def series_list_as_json(found: Iterable[Series], visibility: Visibility = EVERYTHING) -> list[dict[str, Any]]:
    """Returns series, from the query `all_series`, as the API sends them to this reader."""
    all_found: list[Any] = list(found)
    job_ids = {job_id for series in all_found for job_id in (series.last_job, series.live_job) if job_id}
    jobs = Job.objects.filter(pk__in=job_ids).values(*_RUN_COLUMNS, job_id=F("pk"))
    runs = {job["job_id"]: {**job, "job_id": str(job["job_id"])} for job in jobs}
    return [
        _series_fields(series, visibility)
        | {"last_run": runs.get(series.last_job), "live_run": runs.get(series.live_job)}
        for series in all_found
    ]


def _series_fields(series: Any, visibility: Visibility) -> dict[str, Any]:
    is_hidden = visibility.hides(series.template_id, series.created_by)
    return {
        "id": str(series.pk),
        "job_type": series.template_id,
        "payload": None if is_hidden else series.payload,
        "hidden": is_hidden,
        "pinned_version": series.pinned_version,
        "every_seconds": series.every_seconds,
        "crontab": series.crontab,
        "time_zone": series.time_zone,
        "on_missed": series.on_missed,
        "max_runs": series.max_runs,
        "owned_by_template": series.owned_by_template,
        "created_by": series.created_by,
        "state": series.state,
        "paused_reason": series.paused_reason,
        "paused_until": series.paused_until,
        "failures_in_row": series.failures_in_row,
        "next_start_time": series.next_start_time,
        "run_count": series.run_count,
        "last_job": series.last_job and str(series.last_job),
    }


def live_workers(visibility: Visibility = EVERYTHING) -> list[dict[str, Any]]:
    """Returns the live workers, by name, each with the number of seen jobs that it is running (`busy`)."""
    running = visibility.seen_of(LiveJob.objects.filter(state=State.RUNNING))
    busy = dict(running.values_list("worker").annotate(n=Count("*")))
    columns = ("name", "host", "pid", "queues", "slots", "started_at", "seen_at")
    return [{**row, "busy": busy.get(row["name"], 0)} for row in live_worker_nodes().values(*columns)]


def list_queues(visibility: Visibility = EVERYTHING) -> list[dict[str, Any]]:
    """Returns for each queue how many seen jobs wait, the oldest one's age in seconds, and how many live workers.

    A job waits if it is due and has not started.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT queue, count(*), extract(epoch FROM now() - min(start_time))::float8 FROM jobs_live
            WHERE state IN ('scheduled', 'queued') AND start_time <= now()
                AND (job_type = ANY(%(seen)s::text[])) IS DISTINCT FROM %(are_excluded)s GROUP BY queue""",
            _as_values(visibility.seen),
        )
        waiting = {queue: (count, age) for queue, count, age in cursor.fetchall()}
    serving: dict[str, int] = {}
    for names in live_worker_nodes().values_list("queues", flat=True):
        for name in names:
            serving[name] = serving.get(name, 0) + 1
    return [
        {
            "queue": queue,
            "waiting": waiting.get(queue, (0, None))[0],
            "oldest_seconds": waiting.get(queue, (0, None))[1],
            "workers": serving.get(queue, 0),
        }
        for queue in sorted(waiting.keys() | serving.keys())
    ]
