"""Computes the next start times of a series that exists, or of one that is about to be created."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from accounts.rights import JobRight
from accounts.roles import Actor
from jobs.models import Job, Series
from jobs.read import queries
from jobs.services.rights import get_series
from jobs.services.series_editing import build_series
from jobs.states import LIVE, SeriesState, State
from jobs.timing import next_starts
from templates_app.access import require_right
from templates_app.crontabs import Firing
from templates_app.documents import TemplateSpec

MAX_RUNS = 100
_TIME = {"type": "string", "format": "date-time"}
_NEXT_START = {
    "start_time": _TIME,
    "local": {**_TIME, "description": "The same moment by the clock of its time zone."},
    "note": {
        "type": ["string", "null"],
        "description": "What is special about it, such as a change of clocks.",
    },
}
# JSON Schema of the start times that are returned here.
NEXT_STARTS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": _NEXT_START, "required": list(_NEXT_START)},
}
_MICROSECOND = timedelta(microseconds=1)


def upcoming_runs(*, series_id: uuid.UUID, count: int, actor: Actor) -> list[dict[str, Any]]:
    """Returns the next `count` start times of a series, that of its waiting job first (shape: NEXT_STARTS).

    The list is empty if the series has ended, or is paused until somebody resumes it. Raises NotFound.
    """
    series = get_series(series_id, actor, JobRight.SEE)
    live = Job.objects.filter(series=series, state__in=LIVE).values("state", "start_time").first()
    now = queries.now()
    if series.state == SeriesState.ACTIVE and live and live["state"] == State.SCHEDULED:
        starts = _starts_from_waiting(series, live["start_time"], now)
    elif series.state == SeriesState.ACTIVE:
        starts = _starts_after(series, now)
    elif series.state == SeriesState.PAUSED and series.paused_until:
        until = max(series.paused_until, now)
        starts = _starts_after(series, until - _MICROSECOND if series.crontab else until)
    else:
        return []
    under_way = live is not None and live["state"] != State.SCHEDULED
    return _describe(series, starts, count, under_way=under_way)


def preview_runs(*, fields: Mapping[str, Any], count: int, actor: Actor) -> list[dict[str, Any]]:
    """Returns the start times of a series with these fields, were it created now. Raises what `create_series` does."""
    if "job_type" in fields:
        require_right(actor, JobRight.EDIT, fields["job_type"])
    series = build_series(fields=fields, actor=actor)
    return _describe(series, _starts_after(series, queries.now()), count)


def next_runs_of_template(spec: TemplateSpec, *, count: int) -> list[dict[str, Any]]:
    """Returns the start times of a template's own series, were it created now; empty if it would have no series."""
    if not spec.reschedule_after_termination or spec.is_endless_user_job:
        return []
    series = Series(max_runs=spec.max_runs, crontab=spec.crontab, time_zone=spec.time_zone)
    series.every_seconds = None if spec.crontab else spec.start_in_seconds
    return _describe(series, _starts_after(series, queries.now()), count)


def _starts_from_waiting(series: Series, start_time: datetime, now: datetime) -> Iterator[Firing]:
    """Yields the waiting job's start, which may differ from the series' timing, then the start times by that timing."""
    planned = next(_starts_after(series, start_time - _MICROSECOND)) if series.crontab else None
    yield planned if planned and planned.at == start_time else Firing(start_time)
    yield from _starts_after(series, max(start_time, now))


def _starts_after(series: Series, after: datetime) -> Iterator[Firing]:
    return next_starts(
        every_seconds=series.every_seconds, crontab=series.crontab, time_zone=series.time_zone, after=after
    )


def _describe(
    series: Series, starts: Iterator[Firing], count: int, *, under_way: bool = False
) -> list[dict[str, Any]]:
    if series.max_runs is not None:
        count = min(count, max(series.max_runs - series.run_count - under_way, 0))
    zone = ZoneInfo(series.time_zone)
    return [
        {
            "start_time": start.at.astimezone(UTC),
            "local": start.at.astimezone(zone).isoformat(timespec="seconds"),
            "note": start.note,
        }
        for start in islice(starts, count)
    ]
