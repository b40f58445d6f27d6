"""Serves the REST route `audit/`: who changed what, from where, in pages or as one stream of lines."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import UTC, datetime

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.origin import Via
from accounts.permissions import actor_of
from accounts.roles import Actor, Right
from foundation.api_renderers import BrowsableRenderer, OrjsonRenderer
from foundation.api_views import APIView
from foundation.errors import Forbidden, Invalid, Problem
from foundation.paging import CURSOR, PAGING, page_size
from foundation.strict_json import dump_json, parse_json
from jobs.api.audit_lines import NDJSON, LinesRenderer, stream
from jobs.api.audit_shapes import ENTRY, FILTERS, PAGE, VIA
from jobs.read.audit import LAST, Place, read_page
from jobs.read.audit_filter import AuditFilter
from jobs.read.filters import read_time

DEFAULT_PAGE = 50
FIRST_TIME, LAST_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


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
            return stream(request, choice)
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
    if via and via not in VIA["enum"]:
        raise Invalid(Problem("enum", f"There is no door {via[:50]!r}. Doors are: {', '.join(Via)}.", "via"))
    return AuditFilter(
        actor=query.get("actor", ""),
        action=query.get("action", ""),
        object=query.get("object", ""),
        via=via,
        after=_read_time(request, "after"),
        before=_read_time(request, "before"),
    )


def _read_time(request: Request, name: str) -> datetime | None:
    """Returns the time of this parameter, moved to where every entry's time is: readers reckon with it."""
    at = read_time(request.query_params.get(name), name)
    return None if at is None else min(max(at, FIRST_TIME), LAST_TIME)


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
