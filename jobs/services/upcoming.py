"""When a series runs next: one that is there, or one that somebody thinks of."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from accounts.roles import Actor, Right
from jobs.models import Job, Series
from jobs.read import queries
from jobs.services.series import get_series, need
from jobs.services.series_editing import sketch_series
from jobs.states import LIVE, SeriesState, State
from jobs.timing import next_starts
from templates_app.crontabs import Firing
from templates_app.documents import TemplateSpec

MOST_RUNS = 100
_TIME = {"type": "string", "format": "date-time"}
_NEXT_START = {
    "start_time": _TIME,
    "local": {**_TIME, "description": "The same moment by the clock of its time zone."},
    "note": {
        "type": ["string", "null"],
        "description": "What is special about it, such as a change of clocks.",
    },
}
# How they look from outside, as a JSON Schema.
NEXT_STARTS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object", "properties": _NEXT_START, "required": list(_NEXT_START)},
}
_A_HAIR = timedelta(microseconds=1)


def upcoming(*, series_id: uuid.UUID, count: int) -> list[dict[str, Any]]:
    """The waiting job first. None where nobody knows: paused without an end, or ended."""
    series = get_series(series_id)
    live = Job.objects.filter(series=series, state__in=LIVE).values("state", "start_time").first()
    now = queries.now()
    if series.state == SeriesState.ACTIVE and live and live["state"] == State.SCHEDULED:
        starts = _from_waiting(series, live["start_time"], now)
    elif series.state == SeriesState.ACTIVE:
        starts = _after(series, now)
    elif series.state == SeriesState.PAUSED and series.paused_until:
        until = max(series.paused_until, now)
        starts = _after(series, until - _A_HAIR if series.crontab else until)
    else:
        return []
    under_way = live is not None and live["state"] != State.SCHEDULED
    return _shown(series, starts, count, under_way=under_way)


def preview(*, wish: Mapping[str, Any], count: int, actor: Actor) -> list[dict[str, Any]]:
    """Of a series that is made of `wish` now. Raises what `create_series` would, and stores nothing."""
    need(actor, Right.EDIT)
    series = sketch_series(wish=wish, actor=actor)
    return _shown(series, _after(series, queries.now()), count)


def next_runs_of(spec: TemplateSpec, *, count: int) -> list[dict[str, Any]]:
    """Of a series that a template makes, were it stored now; none if it does not recur."""
    if not spec.reschedule_after_termination or spec.is_endless_user_job:
        return []
    series = Series(max_runs=spec.max_runs, crontab=spec.crontab, time_zone=spec.time_zone)
    series.every_seconds = None if spec.crontab else spec.start_in_seconds
    return _shown(series, _after(series, queries.now()), count)


def _from_waiting(series: Series, start_time: datetime, now: datetime) -> Iterator[Firing]:
    """The waiting job may have been moved: it starts when it says, and only then does the timing count."""
    planned = next(_after(series, start_time - _A_HAIR)) if series.crontab else None
    yield planned if planned and planned.at == start_time else Firing(start_time)
    yield from _after(series, max(start_time, now))


def _after(series: Series, after: datetime) -> Iterator[Firing]:
    return next_starts(
        every_seconds=series.every_seconds, crontab=series.crontab, time_zone=series.time_zone, after=after
    )


def _shown(
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
