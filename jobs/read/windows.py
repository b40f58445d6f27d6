"""Reads jobs newest first, or oldest first, window by window of their creation time.

A list of all jobs would look into every partition of ended jobs, and Postgres would plan for each. Most pages are full
after the first window, which has a day or two.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from jobs import ids
from jobs.models import Job

# How many days each window has; the last one has all that is left.
_DAYS = (1, 10)
_DAY = timedelta(days=1)
LOWEST, _HIGHEST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)
# What no index serves is searched in the newest jobs: in whole days, until these are so many.
MIN_SEARCHED = 1_000_000


def newest_first(
    jobs: QuerySet[Job],
    columns: tuple[str, ...],
    *,
    before: uuid.UUID | None,
    limit: int,
    since: uuid.UUID = LOWEST,
) -> list[dict[str, Any]]:
    """Returns up to `limit` rows of these jobs, newest first, with ids below `before` and from `since` on."""
    rows: list[dict[str, Any]] = []
    for first, end in _windows_back(before or _HIGHEST, since):
        window = jobs.filter(pk__gte=first, pk__lt=end).order_by("-pk")
        rows += window.values(*columns)[: limit - len(rows)]
        if len(rows) == limit:
            break
    return rows


def oldest_first(
    jobs: QuerySet[Job], columns: tuple[str, ...], *, after: uuid.UUID, limit: int
) -> list[dict[str, Any]]:
    """Returns up to `limit` rows of these jobs, oldest first, with ids above `after`."""
    rows: list[dict[str, Any]] = []
    for first, end in _windows_forth(after):
        window = jobs.filter(pk__gt=first, pk__lte=end).order_by("pk")
        rows += window.values(*columns)[: limit - len(rows)]
        if len(rows) == limit:
            break
    return rows


def _windows_back(before: uuid.UUID, since: uuid.UUID) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    end = before
    midnight = _midnight(min(ids.time_of(before), datetime.now(UTC)))
    for days in _DAYS:
        first = max(ids.lowest_from(midnight - days * _DAY), since)
        if first < end:
            yield first, end
            end = first
    if since < end:
        yield since, end


def _windows_forth(after: uuid.UUID) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    first, began = after, ids.time_of(after)
    if began < datetime.now(UTC):
        for days in _DAYS:
            end = ids.lowest_from(_midnight(began) + (days + 1) * _DAY)
            yield first, end
            first = end
    yield first, _HIGHEST


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def searched_since() -> datetime | None:
    """Returns the time from which on a search looks at jobs: the newest whole days with MIN_SEARCHED; None for all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT day FROM (
                SELECT day, sum(sum(number)) OVER (ORDER BY day DESC) AS number FROM jobs_total GROUP BY day
            ) AS counted WHERE number >= %s ORDER BY day DESC LIMIT 1""",
            [MIN_SEARCHED],
        )
        row = cursor.fetchone()
    return datetime(row[0].year, row[0].month, row[0].day, tzinfo=UTC) if row else None
