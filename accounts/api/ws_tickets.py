"""Serves the REST route `ws-tickets/`: issues tickets, each of which opens one websocket."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import user_of
from accounts.roles import Right
from accounts.services.one_time import TICKET_SECONDS, issue_ticket
from foundation.api_views import APIView

TICKET = {
    "type": "object",
    "properties": {
        "ticket": {"type": "string"},
        "expires_in": {"type": "integer", "description": "Seconds."},
    },
    "required": ["ticket", "expires_in"],
}


class WsTicketsView(APIView):
    rights = {"POST": Right.SEE}

    @extend_schema(operation_id="ws_tickets_create", request=None, responses={201: TICKET})
    def post(self, request: Request) -> Response:
        """Issues a ticket: open `/ws/jobs/?ticket=...` with it, once, within 30 seconds."""
        user = user_of(request)
        key = request._request.session.session_key if user.token is None else None
        ticket = issue_ticket(user=user, session_key=key)
        return Response({"ticket": ticket, "expires_in": TICKET_SECONDS}, status=201)
