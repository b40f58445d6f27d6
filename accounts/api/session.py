"""Serves the REST route `session/`, for browsers: shows who is signed in, signs in and out. Programs use API tokens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import audit
from accounts.models import User
from accounts.roles import Right
from accounts.services.sign_in import sign_in
from accounts.sign_in_oidc.settings import list_providers
from foundation.api_bodies import read_body
from foundation.api_views import APIView

CREDENTIALS = {
    "type": "object",
    "properties": {
        "username": {"type": "string", "maxLength": 150},
        "password": {"type": "string", "maxLength": 4096},
    },
    "required": ["username", "password"],
    "additionalProperties": False,
}
SESSION = {
    "type": "object",
    "properties": {
        "user": {
            "type": ["object", "null"],
            "properties": {
                "username": {"type": "string"},
                "role": {"type": "string"},
                "service": {"type": "boolean"},
                "may": {
                    "type": "array",
                    "items": {"type": "string", "enum": [right.name.lower() for right in Right]},
                    "description": "What the role allows, within the scope of the request's token.",
                },
            },
            "required": ["username", "role", "service", "may"],
        },
        "version": {"type": "string"},
        "csrf_token": {
            "type": "string",
            "description": "For the header X-CSRFToken, if a page cannot read the cookie.",
        },
        "sign_in": {
            "type": "array",
            "description": "The providers that sign users in: what to call them, and the page where that begins.",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
                "required": ["name", "url"],
            },
        },
        "local_sign_in": {"type": "boolean", "description": "Whether users sign in by name and password."},
    },
    "required": ["user", "version", "csrf_token", "sign_in", "local_sign_in"],
}


class SessionView(APIView):
    public_methods = {"GET", "POST", "DELETE"}

    @extend_schema(operation_id="session_show", auth=[], responses={200: SESSION})
    def get(self, request: Request) -> Response:
        """Returns who is signed in, or null. Sets the `csrftoken` cookie that signing in needs."""
        return Response(_session_as_json(request, request.user))

    @extend_schema(
        operation_id="session_sign_in",
        auth=[],
        request={"application/json": CREDENTIALS},
        responses={200: SESSION},
    )
    def post(self, request: Request) -> Response:
        """Signs in. Needs `X-CSRFToken`; 400 `invalid_credentials`, 403 `local_sign_in_off`, 429 `locked_out`."""
        # DRF checks CSRF only for signed-in users; without this check another site could sign a visitor in.
        SessionAuthentication().enforce_csrf(request)
        body = read_body(request, CREDENTIALS)
        user = sign_in(username=body["username"], password=body["password"], ip=audit.client_ip(request))
        login(request._request, user)
        return Response(_session_as_json(request, user))

    @extend_schema(operation_id="session_sign_out", auth=[], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Signs out."""
        logout(request._request)
        return Response(status=204)


def _session_as_json(request: Request, user: object) -> dict[str, Any]:
    return {
        "user": _user_as_json(user) if isinstance(user, User) else None,
        "version": settings.VERSION,
        "csrf_token": get_token(request._request),
        "sign_in": list_providers(),
        "local_sign_in": settings.LOCAL_SIGN_IN,
    }


def _user_as_json(user: User) -> dict[str, Any]:
    may = [right.name.lower() for right in Right if user.actor.may(right)]
    return {"username": user.username, "role": user.role, "service": user.is_service, "may": may}
