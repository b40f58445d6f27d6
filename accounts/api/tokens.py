"""Serves the REST routes `tokens/`: lists, issues and revokes API tokens. Only the response that issues one has it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.of_user import OF_USER, user_in_query
from accounts.errors import require_scope
from accounts.models import ApiToken
from accounts.permissions import actor_of, require_right, user_of
from accounts.rights import Scope
from accounts.roles import Right
from accounts.services.tokens import DEFAULT_DAYS, MAX_DAYS, issue_token, revoke_token
from accounts.token_limits import limit_new_token
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import NotFound, Problem
from foundation.paging import PAGING, page_of_rows, page_schema

_SCOPES = {
    "type": "array",
    "items": {"type": "string", "enum": [scope.value for scope in Scope]},
    "minItems": 1,
    "maxItems": len(Scope),
}
_WHICH_COUNTS = "The highest of `read`, `run` and `manage` counts. `metrics`, for admins, stands alone."
_PATTERNS = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9_*]+$"},
    "minItems": 1,
    "maxItems": 100,
}
NEW_TOKEN = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "expires_in_days": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS, "default": DEFAULT_DAYS},
        "scopes": {**_SCOPES, "default": [Scope.MANAGE.value], "description": _WHICH_COUNTS},
        "job_types": {**_PATTERNS, "description": "The token works for these only; `*` stands for any text."},
    },
    "required": ["name"],
    "additionalProperties": False,
    "examples": [{"name": "nightly import", "expires_in_days": 30, "scopes": ["run"]}],
}
_TIME = {"type": "string", "format": "date-time"}
_FIELDS = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "prefix": {"type": "string", "description": "The first characters of the token."},
    "scopes": _SCOPES,
    "job_types": {**_PATTERNS, "type": ["array", "null"], "description": "null: for all."},
    "created_at": _TIME,
    "expires_at": _TIME,
    "last_used_at": {**_TIME, "type": ["string", "null"], "description": "To the minute."},
    "last_used_ip": {"type": ["string", "null"]},
}
TOKEN = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}
ISSUED = {
    "type": "object",
    "properties": {**_FIELDS, "token": {"type": "string", "description": "No other response has it."}},
    "required": [*_FIELDS, "token"],
}


class TokensView(APIView):
    rights = {"GET": Right.SEE, "POST": Right.SEE}
    refuses = {"GET": (403, 404)}

    @extend_schema(
        operation_id="tokens_list", parameters=[OF_USER, *PAGING], responses={200: page_schema(TOKEN)}
    )
    def get(self, request: Request) -> Response:
        """Lists your tokens, newest first, including expired ones; for admins those of another user."""
        tokens = ApiToken.objects.filter(user=user_in_query(request))
        return Response(page_of_rows(request, tokens, "id", descending=True).as_json(_as_json))

    @extend_schema(
        operation_id="tokens_create", request={"application/json": NEW_TOKEN}, responses={201: ISSUED}
    )
    def post(self, request: Request) -> Response:
        """Creates a token with your rights, for `Authorization: Token ...`. Keep it: it cannot be shown again."""
        user = user_of(request)
        require_scope(user.token, Scope.MANAGE)
        body = read_body(request, NEW_TOKEN)
        if Scope.METRICS in body.get("scopes", ()):
            require_right(user.actor, Right.MEASURE)
        row, plain = issue_token(
            user=user,
            name=body["name"],
            days=body.get("expires_in_days", DEFAULT_DAYS),
            limits=limit_new_token(
                scopes=body.get("scopes"), job_types=body.get("job_types"), maker=user.token
            ),
        )
        return Response({**_as_json(row), "token": plain}, status=201)


class TokenView(APIView):
    rights = {"DELETE": Right.SEE}

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revokes a token: one of your own or, as admin, any. With a token this needs the scope `manage`."""
        actor = actor_of(request)
        require_scope(actor.token, Scope.MANAGE)
        visible = ApiToken.objects.select_related("user").filter(pk=token_id)
        if not actor.may(Right.ADMINISTER):
            visible = visible.filter(user=user_of(request))
        token = visible.first()
        if token is None:
            raise NotFound(Problem("not_found", f"You have no token {token_id}."))
        revoke_token(token=token, by=actor)
        return Response(status=204)


def _as_json(row: ApiToken) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "prefix": row.token_key,
        "scopes": [row.scope],
        "job_types": row.job_types,
        "created_at": row.created,
        "expires_at": row.expiry,
        "last_used_at": row.last_used_at,
        "last_used_ip": row.last_used_ip,
    }
