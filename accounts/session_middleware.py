"""Loads and saves sessions as Django does, limits their requests, and notes when and from where each was used."""

from __future__ import annotations

import math
from typing import cast

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangosMiddleware
from django.http import HttpRequest, HttpResponse, JsonResponse

from accounts.models import User
from accounts.request_rate import RequestRate
from accounts.services.last_seen import last_seen
from accounts.session_store import SessionStore
from foundation.api_errors import error_body
from foundation.errors import AppError, Problem

BURST_SECONDS = 5
session_rate = RequestRate(
    settings.SESSION_REQUESTS_PER_SECOND, burst=settings.SESSION_REQUESTS_PER_SECOND * BURST_SECONDS
)


class SessionMiddleware(DjangosMiddleware):
    """Takes the place of Django's own middleware."""

    def process_request(  # type: ignore[override]  # Django sends what it returns
        self, request: HttpRequest
    ) -> HttpResponse | None:
        """Sets `request.session`; returns a response (429) to a session that sends too many requests."""
        super().process_request(request)
        cast(SessionStore, request.session).meta = request.META
        key = request.session.session_key
        if key is None or _has_token(request):
            return None
        wait = session_rate.count(key)
        return None if wait is None else _too_many(math.ceil(wait))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Saves a changed session, and remembers the use of one whose user this request has looked up."""
        try:
            answer = super().process_response(request, response)
        except SessionInterrupted:
            return response  # it was ended meanwhile, perhaps by this request; what the request did is done
        user = getattr(request, "_cached_user", None)  # set when Django looked the session's user up
        key = request.session.session_key
        if isinstance(user, User) and key is not None:
            last_seen.note_session(key, user.pk, request.META.get("REMOTE_ADDR", ""))
        return answer


def _has_token(request: HttpRequest) -> bool:
    """Returns whether the request is judged by an API token and not by the session that it has, too."""
    scheme = request.META.get("HTTP_AUTHORIZATION", "")[:6].lower()
    return bool(scheme == "token " and request.path_info.startswith("/api/"))


def _too_many(seconds: int) -> HttpResponse:
    detail = f"Too many requests with this session: wait {seconds} s. API tokens have no such limit."
    body = error_body(AppError.type, (Problem("too_many_requests", detail),))
    return JsonResponse(body, status=429, headers={"Retry-After": str(seconds)})
