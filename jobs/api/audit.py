"""Serves the REST route `audit/`: who changed what, from where, in pages or as one stream of lines."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.origin import Via
from accounts.permissions import actor_of
from accounts.roles import Actor, Right
from foundation.api_renderers import BrowsableRenderer, OrjsonRenderer
from foundation.api_views import APIView
from foundation.connections import release_connection
from foundation.errors import Forbidden, Invalid, Problem
from foundation.paging import CURSOR, PAGING, page_schema, page_size
from foundation.strict_json import dump_json, parse_json
from jobs.api.answers import TEXT, TIME, Schema, nullable, object_of
from jobs.read.audit import LAST, Place, read_page
from jobs.read.audit_filter import AuditFilter, AuditRow
from jobs.read.filters import read_time

DEFAULT_PAGE = 50
ROWS_A_CHUNK = 500
NDJSON = "application/x-ndjson"
_VIA: Schema = {"type": "string", "enum": [via.value for via in Via]}
_CHANGE: Schema = {"type": ["object", "null"], "additionalProperties": True}
ENTRY: Schema = object_of(
    id=TEXT,
    at=TIME,
    actor=TEXT,
    on_behalf_of={
        **nullable(TEXT),
        "description": "Who or what stands behind the actor: the API token, or who typed `--as`.",
    },
    address=nullable(TEXT),
    via={
        "type": ["string", "null"],
        "enum": [*_VIA["enum"], None],
        "description": "The door; null for entries of a version that did not know it.",
    },
    action=TEXT,
    object={**TEXT, "description": "Such as `job:UUID`, `template:TYPE`, `series:ID` or `user:NAME`."},
    before={**_CHANGE, "description": "Only what changed."},
    after=_CHANGE,
)
PAGE: Schema = page_schema(ENTRY)
PAGE["properties"]["searched_until"] = {
    **TIME,
    "description": "The page ended early, because reading took long: what is older was not looked at yet.",
}
FILTERS = [
    OpenApiParameter("actor", str, description="The name of who acted."),
    OpenApiParameter("action", str, description="Such as `template_updated`, `signed_in` or `job_created`."),
    OpenApiParameter("object", str, description="Such as `user:ada.lovelace`."),
    OpenApiParameter("via", _VIA),
    OpenApiParameter("after", TIME, description="Only entries of this time or later."),
    OpenApiParameter("before", TIME, description="Only entries of before this time."),
]


class LinesRenderer(BaseRenderer):
    """Stands for NDJSON in the negotiation; the view itself writes the lines."""

    media_type = NDJSON
    format = OrjsonRenderer.format  # of another one, the OpenAPI document would tell that `?format=` chooses

    def render(self, data: Any, *_args: Any, **_named: Any) -> bytes:
        return dump_json(data)


class AuditView(APIView):
    rights = {"GET": Right.ADMINISTER}
    renderer_classes = [OrjsonRenderer, BrowsableRenderer, LinesRenderer]

    @extend_schema(
        operation_id="audit_list",
        parameters=[*FILTERS, *PAGING],
        responses={(200, "application/json"): PAGE, (200, NDJSON): ENTRY},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Who changed what, newest first; with `Accept: application/x-ndjson` all that matches, one entry a line.

        What people and programs did to jobs is among it.
        """
        _refuse_limited(actor_of(request))
        choice = _read_filter(request)
        if isinstance(request.accepted_renderer, LinesRenderer):
            return _stream(request, choice)
        size, (place, forth) = page_size(request, default=DEFAULT_PAGE), _read_cursor(request)
        page = read_page(choice, place, limit=size, forth=forth)
        rows = page.rows[::-1] if forth else page.rows
        older, newer = (place, page.end) if forth else (page.end, place)
        answer = {
            "next": _link(request, older, forth=False) if forth or not page.is_end else None,
            "previous": _link(request, newer, forth=True)
            if (not page.is_end if forth else place != LAST)
            else None,
            "results": [row.values for row in rows],
        }
        until = {"searched_until": page.searched_until} if page.searched_until else {}
        return Response(answer | until)


def _refuse_limited(actor: Actor) -> None:
    if actor.is_limited_by_type:
        detail = (
            "This token is limited to some job types, and the audit trail tells of all: use another token."
        )
        raise Forbidden(Problem("scope", detail))


def _read_filter(request: Request) -> AuditFilter:
    query = request.query_params
    via = query.get("via", "")
    if via and via not in _VIA["enum"]:
        raise Invalid(Problem("enum", f"There is no door {via[:50]!r}. Doors are: {', '.join(Via)}.", "via"))
    return AuditFilter(
        actor=query.get("actor", ""),
        action=query.get("action", ""),
        object=query.get("object", ""),
        via=via,
        after=read_time(query.get("after"), "after"),
        before=read_time(query.get("before"), "before"),
    )


def _stream(request: Request, choice: AuditFilter) -> StreamingHttpResponse:
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


def _read_cursor(request: Request) -> tuple[Place, bool]:
    text = request.query_params.get(CURSOR.name)
    if text is None:
        return LAST, False
    try:
        forth, at, entry_id, event_id = parse_json(base64.urlsafe_b64decode(text.encode()))
        place = Place(datetime.fromisoformat(at), uuid.UUID(entry_id), event_id)
        is_one = (
            isinstance(forth, bool) and type(event_id) is int and 0 <= event_id < 2**63 and place.at.tzinfo
        )
    except (Invalid, binascii.Error, ValueError, TypeError, AttributeError):
        is_one = False
    if not is_one:
        detail = "The cursor is not valid in this list: follow `next` and `previous` of its pages."
        raise Invalid(Problem("format", detail, CURSOR.name))
    return place, forth


def _link(request: Request, place: Place, *, forth: bool) -> str:
    query = request.query_params.copy()
    cursor = [forth, place.at.isoformat(), str(place.entry_id), place.event_id]
    query[CURSOR.name] = base64.urlsafe_b64encode(dump_json(cursor)).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
