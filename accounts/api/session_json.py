"""Describes the session in answers of the REST API: who is signed in, and what a page needs for its next request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from rest_framework.request import Request

from accounts.factor_sessions import missing_factor
from accounts.models import User
from accounts.roles import Right
from accounts.sign_in_oidc.settings import list_providers

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
                "has_password": {
                    "type": "boolean",
                    "description": "Whether the user can sign in by name and password, and have second factors.",
                },
                "viewer": {
                    "type": ["string", "null"],
                    "description": "The admin who looks at the platform as this user, by `session/view-as/`.",
                },
            },
            "required": ["username", "role", "service", "may", "has_password", "viewer"],
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
        "second_factor_due": {
            "type": "boolean",
            "description": "Whether this session may do nothing else before it has a second factor: the user sets one "
            "up below `session/factors/`, or signs in again with the one that was set up elsewhere.",
        },
    },
    "required": ["user", "version", "csrf_token", "sign_in", "local_sign_in", "second_factor_due"],
}


def session_as_json(request: Request, user: object) -> dict[str, Any]:
    """Returns the session of a user as JSON; anybody else but a User counts as not signed in."""
    return {
        "user": _user_as_json(user) if isinstance(user, User) else None,
        "version": settings.VERSION,
        "csrf_token": get_token(request._request),
        "sign_in": list_providers(),
        "local_sign_in": settings.LOCAL_SIGN_IN,
        "second_factor_due": isinstance(user, User) and _is_factor_due(request, user),
    }


def _is_factor_due(request: Request, user: User) -> bool:
    # Not `factor_problem`: the request that signs in came without a session. Programs with a token are not asked.
    return user.token_id is None and missing_factor(request._request.session, user) is not None


def _user_as_json(user: User) -> dict[str, Any]:
    may = [right.name.lower() for right in Right if user.actor.may(right)]
    return {
        "username": user.username,
        "role": user.role,
        "service": user.is_service,
        "may": may,
        "has_password": user.has_usable_password(),
        "viewer": user.viewer,
    }
