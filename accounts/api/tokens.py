"""Serves the REST routes `tokens/`: lists, issues and revokes API tokens. Only the response that issues one has it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken
from accounts.permissions import actor_of, user_of
from accounts.roles import Right
from accounts.services.tokens import DEFAULT_DAYS, MAX_DAYS, issue_token, revoke_token
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import NotFound, Problem
from foundation.paging import PAGING, page_of_rows, page_schema

NEW_TOKEN = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "days": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS, "default": DEFAULT_DAYS},
    },
    "required": ["name"],
    "additionalProperties": False,
    "examples": [{"name": "nightly import", "days": 30}],
}
_FIELDS = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
    "expires_at": {"type": "string", "format": "date-time"},
}
TOKEN = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}
ISSUED = {
    "type": "object",
    "properties": {**_FIELDS, "token": {"type": "string", "description": "No other response has it."}},
    "required": [*_FIELDS, "token"],
}


class TokensView(APIView):
    rights = {"GET": Right.SEE, "POST": Right.SEE}

    @extend_schema(operation_id="tokens_list", parameters=PAGING, responses={200: page_schema(TOKEN)})
    def get(self, request: Request) -> Response:
        """Lists your tokens, newest first, including expired ones."""
        own = ApiToken.objects.filter(user=user_of(request))
        return Response(page_of_rows(request, own, "id", descending=True).as_json(_as_json))

    @extend_schema(
        operation_id="tokens_create", request={"application/json": NEW_TOKEN}, responses={201: ISSUED}
    )
    def post(self, request: Request) -> Response:
        """Creates a token with your rights, for `Authorization: Token ...`. Keep it: it cannot be shown again."""
        body = read_body(request, NEW_TOKEN)
        row, plain = issue_token(
            user=user_of(request), name=body["name"], days=body.get("days", DEFAULT_DAYS)
        )
        return Response({**_as_json(row), "token": plain}, status=201)


class TokenView(APIView):
    rights = {"DELETE": Right.SEE}

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revokes a token: one of your own or, as admin, any."""
        actor = actor_of(request)
        visible = ApiToken.objects.select_related("user").filter(pk=token_id)
        if not actor.may(Right.ADMINISTER):
            visible = visible.filter(user=user_of(request))
        token = visible.first()
        if token is None:
            raise NotFound(Problem("not_found", f"You have no token {token_id}."))
        revoke_token(token=token, by=actor)
        return Response(status=204)


def _as_json(row: ApiToken) -> dict[str, Any]:
    return {"id": row.pk, "name": row.name, "created_at": row.created, "expires_at": row.expiry}
