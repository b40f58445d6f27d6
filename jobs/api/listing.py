"""Pages of a newest-first list by a cursor: the id after which the next page begins."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from jobs.filters import read_id
from jobs.models import Job
from jobs.shapes import LIST_COLUMNS
from scheduler_project.errors import Invalid, Problem

DEFAULT_PAGE = 50
LARGEST_PAGE = 200


def page_size(request: Request) -> int:
    text = request.query_params.get("page_size", str(DEFAULT_PAGE))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= LARGEST_PAGE:
        raise Invalid(Problem("maximum", f"Must be between 1 and {LARGEST_PAGE}.", "page_size"))
    return int(text)


def page(request: Request, jobs: QuerySet[Job]) -> tuple[list[dict[str, Any]], str | None, str | None]:
    """(rows of LIST_COLUMNS, next, previous). Ids sort by creation, so a page costs the same at any depth."""
    size = page_size(request)
    before = read_id(request.query_params.get("before"), "before")
    after = read_id(request.query_params.get("after"), "after")
    if after:
        newer = list(jobs.filter(pk__gt=after).order_by("pk").values(*LIST_COLUMNS)[: size + 1])
        rows = newer[:size][::-1]
        more_newer, more_older = len(newer) > size, True
    else:
        older = jobs.filter(pk__lt=before) if before else jobs
        rows = list(older.order_by("-pk").values(*LIST_COLUMNS)[: size + 1])
        more_newer, more_older = before is not None, len(rows) > size
        rows = rows[:size]
    older_link = _link(request, before=rows[-1]["id"]) if rows and more_older else None
    newer_link = _link(request, after=rows[0]["id"]) if rows and more_newer else None
    return rows, older_link, newer_link


def _link(request: Request, **cursor: uuid.UUID) -> str:
    query = request.query_params.copy()
    query.pop("before", None)
    query.pop("after", None)
    for name, value in cursor.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
