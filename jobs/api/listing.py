"""Pages lists of jobs, newest first, by keyset pagination: a page begins next to the job whose id the request names."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from foundation.errors import Invalid, Problem
from foundation.paging import page_size
from jobs import ids
from jobs.models import Job
from jobs.read import windows
from jobs.read.filters import JobFilter, read_id
from jobs.read.shapes import LIST_COLUMNS
from jobs.read.visibility import Visibility

DEFAULT_PAGE = 50
_ID = {"type": "string", "format": "uuid"}
BEFORE = OpenApiParameter(
    "before", _ID, description="Only jobs older than the one with this id; `next` contains it."
)
AFTER = OpenApiParameter(
    "after", _ID, description="Only jobs newer than the one with this id; `previous` contains it."
)


class Page(NamedTuple):
    """Holds rows of LIST_COLUMNS, and the addresses of the pages with older and with newer jobs, None for no page.

    `searched_until`: the next page begins there although this one is not full, because that took too long.
    """

    rows: list[dict[str, Any]]
    older: str | None
    newer: str | None
    searched_until: datetime | None = None


def page(
    request: Request, job_filter: JobFilter, visibility: Visibility, *, since: datetime | None = None
) -> Page:
    """Returns the page of jobs that the request's `before`, `after` and `page_size` choose of those that pass a filter.

    Jobs that the reader does not see are left out.

    Ids sort by creation time, so that late pages cost no more than the first.
    Raises Invalid for a malformed id or page size, and if both `before` and `after` are given.
    """
    size = page_size(request, default=DEFAULT_PAGE)
    before = read_id(request.query_params.get("before"), "before")
    after = read_id(request.query_params.get("after"), "after")
    if after and before:
        raise Invalid(Problem("conflict", "Give `after` or `before`, one of them.", "after"))
    jobs, end = visibility.seen_of(job_filter.apply(Job.objects.all(), since=since)), None
    if after:
        newer = windows.oldest_first(jobs, LIST_COLUMNS, after=after, limit=size + 1)
        rows = newer[:size][::-1]
        more_newer, more_older = len(newer) > size, True
    else:
        rows, end = windows.newest_first(
            jobs, LIST_COLUMNS, before=before, limit=size + 1, ended=job_filter.ended
        )
        more_newer, more_older = before is not None, len(rows) > size or end is not None
        rows = rows[:size]
    # The links of an empty page lead back to the cursor, shifted by one so that they include its job.
    oldest = end or (rows[-1]["id"] if rows else after and _shift_id(after, 1))
    newest = rows[0]["id"] if rows else before and _shift_id(before, -1)
    older_link = _page_address(request, before=oldest) if oldest and more_older else None
    newer_link = _page_address(request, after=newest) if newest and more_newer else None
    return Page(rows, older_link, newer_link, ids.time_of(end) if end else None)


def _shift_id(job_id: uuid.UUID, step: int) -> uuid.UUID:
    return uuid.UUID(int=min(max(job_id.int + step, 0), 2**128 - 1))


def _page_address(request: Request, **cursor: uuid.UUID) -> str:
    query = request.query_params.copy()
    query.pop("before", None)
    query.pop("after", None)
    for name, value in cursor.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
