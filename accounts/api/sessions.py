"""Serves the REST routes `sessions/`: lists and ends the sessions of browsers that are signed in."""

from __future__ import annotations

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.of_user import OF_USER, user_in_query
from accounts.errors import require_scope
from accounts.models import Session
from accounts.models.sessions import digest_of_session
from accounts.permissions import actor_of, user_of
from accounts.rights import Scope
from accounts.roles import Right
from accounts.services.sessions import end_all_sessions, end_session, live_sessions
from foundation.api_views import APIView
from foundation.errors import NotFound, Problem
from foundation.paging import PAGING, page_of_rows, page_schema

_TIME = {"type": "string", "format": "date-time"}
_FIELDS = {
    "id": {"type": "integer"},
    "user": {"type": "string"},
    "created_at": _TIME,
    "last_seen_at": {**_TIME, "description": "To the minute."},
    "ip": {"type": ["string", "null"], "description": "The address of the latest request."},
    "agent": {"type": "string", "description": "What the browser called itself at sign-in."},
    "current": {"type": "boolean", "description": "Whether it is the session of this request."},
}
SESSION = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}


class SessionsView(APIView):
    rights = {"GET": Right.SEE, "DELETE": Right.SEE}
    refuses = {"GET": (403, 404), "DELETE": (404,)}

    @extend_schema(
        operation_id="sessions_list", parameters=[OF_USER, *PAGING], responses={200: page_schema(SESSION)}
    )
    def get(self, request: Request) -> Response:
        """Lists your sessions, newest first; for admins those of another user."""
        sessions = live_sessions().filter(user=user_in_query(request))
        page = page_of_rows(request, sessions.select_related("user"), "id", descending=True)
        current = _current_key(request)
        return Response(page.as_json(partial(_as_json, current=current and digest_of_session(current))))

    @extend_schema(operation_id="sessions_end_all", parameters=[OF_USER], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Ends all your sessions but the one of this request; for admins all those of another user."""
        actor = actor_of(request)
        require_scope(actor.token, Scope.MANAGE)
        user = user_in_query(request)
        end_all_sessions(user=user, by=actor, except_key=_current_key(request))
        return Response(status=204)


class OneSessionView(APIView):
    rights = {"DELETE": Right.SEE}

    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request, session_id: int) -> Response:
        """Ends a session: one of your own or, as admin, any. With a token this needs the scope `manage`."""
        actor = actor_of(request)
        require_scope(actor.token, Scope.MANAGE)
        visible = live_sessions().select_related("user").filter(pk=session_id)
        if not actor.may(Right.ADMINISTER):
            visible = visible.filter(user=user_of(request))
        session = visible.first()
        if session is None:
            raise NotFound(Problem("not_found", f"You have no session {session_id}."))
        end_session(session=session, by=actor)
        if session.digest == digest_of_session(_current_key(request) or ""):
            request._request.session.flush()  # else saving it at the end of this request would fail
        return Response(status=204)


def _current_key(request: Request) -> str | None:
    """Returns the key of the request's session; None for a request with an API token."""
    if user_of(request).token is not None:
        return None
    key: str | None = request._request.session.session_key
    return key


def _as_json(row: Session, *, current: str | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user": row.user.username,
        "created_at": row.created_at,
        "last_seen_at": row.last_seen_at,
        "ip": row.ip,
        "agent": row.agent,
        "current": row.digest == current,
    }
