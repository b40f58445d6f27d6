"""Writes the audit trail as a stream of lines (NDJSON), one JSON object each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from foundation.api_renderers import OrjsonRenderer
from foundation.connections import release_connection
from foundation.strict_json import dump_json
from jobs.read.audit import LAST, Place, read_page
from jobs.read.audit_filter import AuditFilter, AuditRow

ROWS_A_CHUNK = 500
NDJSON = "application/x-ndjson"


class LinesRenderer(BaseRenderer):
    """Stands for NDJSON in the negotiation; the view itself writes the lines."""

    media_type = NDJSON
    format = OrjsonRenderer.format  # of another one, the OpenAPI document would tell that `?format=` chooses

    def render(self, data: Any, *_args: Any, **_named: Any) -> bytes:
        return dump_json(data)


def stream(request: Request, choice: AuditFilter) -> StreamingHttpResponse:
    """Returns all that is selected, one row a line. Of a large answer only some rows are in memory at a time."""
    if isinstance(request._request, ASGIRequest):
        content: Iterator[bytes] | AsyncIterator[bytes] = _lines_async(_chunks(choice))
    else:
        content = _lines(_chunks(choice))
    return StreamingHttpResponse(content, content_type=NDJSON)


def _chunks(choice: AuditFilter) -> Callable[[], list[AuditRow] | None]:
    """Returns a function that reads the next rows each time it is called, and returns None after the last."""
    place: Place | None = LAST

    def read_next() -> list[AuditRow] | None:
        nonlocal place
        if place is None:
            return None
        page = read_page(choice, place, limit=ROWS_A_CHUNK)
        place = None if page.is_end else page.end
        release_connection()  # the client may be slow
        return page.rows

    return read_next


def _lines(read_next: Callable[[], list[AuditRow] | None]) -> Iterator[bytes]:
    while (rows := read_next()) is not None:
        yield _as_lines(rows)


async def _lines_async(read_next: Callable[[], list[AuditRow] | None]) -> AsyncIterator[bytes]:
    while (rows := await sync_to_async(read_next)()) is not None:
        yield _as_lines(rows)


def _as_lines(rows: list[AuditRow]) -> bytes:
    return b"".join(dump_json(row.values) + b"\n" for row in rows)
