"""Every route of the API, from the URLconf: what tests that must forget none walk through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, get_resolver, resolve
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from foundation.api_views import APIView, declaration, query_parameters

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PREFIX = "api/v1/"
# Stand for an id in an address where it need not exist.
SOMEWHERE = {
    "job_id": "0199d6a0-0000-7000-8000-000000000001",
    "series_id": "0199d6a0-0000-7000-8000-000000000002",
    "operation_id": "0199d6a0-0000-7000-8000-000000000003",
    "job_type": "otp_send_job",
    "token_id": "1",
    "session_id": "1",
    "passkey_id": "1",
    "version": "1",
    "username": "ann",
    "group": "ops",
    "grant_id": "1",
    "secret": "deploy",
}
NEEDED_QUERY = {"grants/who/": "?job_type={job_type}"}


def api_routes() -> list[tuple[str, str]]:
    """(method, route), the route relative to /api/v1/ with its parameters in braces."""
    found = []
    for path, pattern in list_patterns(list(get_resolver().url_patterns)):
        if path.startswith(PREFIX):
            view = getattr(pattern.callback, "view_class", None)
            assert view is not None, f"{path} is no APIView: its rights and its document would be unknown"
            route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path.removeprefix(PREFIX))
            found += [(method, route) for method in METHODS if hasattr(view, method.lower())]
    return sorted(found, key=lambda one: (one[1], one[0]))


def filled(route: str, **ids: Any) -> str:
    return route.format(**SOMEWHERE | ids)


def readable(route: str, **ids: Any) -> str:
    """The address, with the query without which the route answers 400."""
    return filled(route, **ids) + NEEDED_QUERY.get(route, "").format(**SOMEWHERE | ids)


def view_of(route: str) -> type[APIView]:
    found: type[APIView] = resolve(f"/{PREFIX}{filled(route)}").func.view_class  # type: ignore[attr-defined]  # as_view sets it
    return found


def declared(method: str, route: str) -> dict[str, OpenApiParameter]:
    """The query parameters that the route says it takes."""
    return query_parameters(_unasked(route), method)


def documented_body(method: str, route: str) -> dict[str, Any]:
    """The JSON Schema of the body that the route says it takes."""
    taken = declaration(_unasked(route), method).get_request_serializer()
    schema: dict[str, Any] = taken["application/json"]
    return schema


def _unasked(route: str) -> APIView:
    view = view_of(route)()
    view.request, view.kwargs = Request(HttpRequest()), {}
    return view


def list_patterns(found: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        path = f"{prefix}{one.pattern}"
        if isinstance(one, URLPattern):
            yield path, one
        else:
            yield from list_patterns(one.url_patterns, path)
