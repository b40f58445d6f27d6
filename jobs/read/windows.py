"""Reads jobs newest first, or oldest first, window by window of their creation time.

A list of all jobs would look into every partition of ended jobs, and Postgres would plan for each. Most pages are full
after the first window, which has a day or two. Where no index serves a filter, a window that takes too long ends the
list early: the answer says where.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from foundation.database_errors import is_timeout
from foundation.database_limits import limit_statements
from jobs import ids
from jobs.models import Job

# How many days each window has; the last one has all that is left.
_DAYS = (1, 10)
_DAY = timedelta(days=1)
# Few jobs ended long after their creation, or before it: sorted by this, they are not looked for in the order of ids.
_UNINDEXED_ID = Greatest("pk", Value(ids.LOWEST)).desc()
# How long a window may take, after the first: a list always gets on by a day.
WINDOW_SECONDS = 1.0
# What no index serves is searched in the newest jobs: in whole days, until these are so many.
MIN_SEARCHED = 1_000_000


class Found(NamedTuple):
    """Holds rows of jobs, newest first. `end`: jobs with lower ids were not looked at, because that took too long."""

    rows: list[dict[str, Any]]
    end: uuid.UUID | None = None


class Ended(NamedTuple):
    """Holds the times after and before which the jobs of a list ended, None for any."""

    after: datetime | None = None
    before: datetime | None = None


_ANY_TIME = Ended()


def newest_first(
    jobs: QuerySet[Job],
    columns: tuple[str, ...],
    *,
    before: uuid.UUID | None,
    limit: int,
    ended: Ended = _ANY_TIME,
) -> Found:
    """Returns up to `limit` rows of these jobs, newest first, with ids below `before`.

    `ended` repeats a condition of the query `jobs`, so that few rows are read where few of them pass it.
    """
    dense_from = ids.lowest_from(ended.after) if ended.after else ids.LOWEST
    dense_until = ids.lowest_from(ended.before) if ended.before else ids.HIGHEST
    newest, *older = _split(_windows_back(before or ids.HIGHEST), (dense_from, dense_until))
    selected = jobs.values(*columns)

    def read(first: uuid.UUID, end: uuid.UUID, number: int) -> list[dict[str, Any]]:
        is_dense = end > dense_from and first < dense_until
        window = selected.filter(pk__gte=first, pk__lt=end).order_by("-pk" if is_dense else _UNINDEXED_ID)
        return list(window[:number])

    rows = read(*newest, limit)
    if len(rows) == limit or not older:
        return Found(rows)
    with limit_statements(WINDOW_SECONDS):
        for first, end in older:
            try:
                rows += read(first, end, limit - len(rows))
            except DatabaseError as exc:
                if not is_timeout(exc):
                    raise
                return Found(rows, end)
            if len(rows) == limit:
                break
    return Found(rows)


def _split(
    windows: Iterable[tuple[uuid.UUID, uuid.UUID]], at: Iterable[uuid.UUID]
) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    """Yields the windows, newest first, each cut where one of these ids lies in it."""
    for first, end in windows:
        for cut in sorted((one for one in at if first < one < end), reverse=True):
            yield cut, end
            end = cut
        yield first, end


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


def _windows_back(before: uuid.UUID) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    end = before
    midnight = _midnight(min(ids.time_of(before), datetime.now(UTC)))
    for days in _DAYS:
        first = ids.lowest_from(midnight - days * _DAY)
        if first < end:
            yield first, end
            end = first
    yield ids.LOWEST, end


def _windows_forth(after: uuid.UUID) -> Iterator[tuple[uuid.UUID, uuid.UUID]]:
    first, began = after, ids.time_of(after)
    if began < datetime.now(UTC):
        for days in _DAYS:
            end = ids.lowest_from(_midnight(began) + (days + 1) * _DAY)
            yield first, end
            first = end
    yield first, ids.HIGHEST


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
