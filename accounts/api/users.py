"""Serves the REST routes `users/`, for admins only: lists, creates and changes users."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import actor_of
from accounts.roles import Right, Role
from accounts.services.users import change_user, create_user
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import NotFound, Problem
from foundation.paging import PAGING, page_of_rows, page_schema

_ROLE = {"type": "string", "enum": [role.value for role in Role]}
_PASSWORD = {"type": "string", "maxLength": 4096}
NEW_USER = {
    "type": "object",
    "properties": {
        "username": {"type": "string", "maxLength": 150},
        "role": {**_ROLE, "default": Role.VIEWER.value},
        "password": {**_PASSWORD, "description": "Without one, the user can sign in by token or link only."},
    },
    "required": ["username"],
    "additionalProperties": False,
    "examples": [{"username": "grace.hopper", "role": "operator"}],
}
CHANGES = {
    "type": "object",
    "properties": {"role": _ROLE, "active": {"type": "boolean"}, "password": _PASSWORD},
    "minProperties": 1,
    "additionalProperties": False,
    "examples": [{"active": True}],
}
_TIME = {"type": "string", "format": "date-time"}
_FIELDS = {
    "username": {"type": "string"},
    "role": _ROLE,
    "active": {"type": "boolean"},
    "created_at": _TIME,
    "last_sign_in": {**_TIME, "type": ["string", "null"]},
}
USER = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}


class UsersView(APIView):
    rights = {"GET": Right.ADMINISTER, "POST": Right.ADMINISTER}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="users_list", parameters=PAGING, responses={200: page_schema(USER)})
    def get(self, request: Request) -> Response:
        """Lists all users, by name."""
        return Response(page_of_rows(request, User.objects.all(), "username").as_json(_as_json))

    @extend_schema(operation_id="users_create", request={"application/json": NEW_USER}, responses={201: USER})
    def post(self, request: Request) -> Response:
        """Creates a user. 409 `user_exists`."""
        body = read_body(request, NEW_USER)
        user = create_user(
            name=body["username"],
            role=Role(body.get("role", Role.VIEWER)),
            password=body.get("password"),
            by=actor_of(request),
        )
        return Response(_as_json(user), status=201)


class UserView(APIView):
    rights = {"GET": Right.ADMINISTER, "PATCH": Right.ADMINISTER}
    refuses = {"PATCH": (409,)}

    @extend_schema(operation_id="users_show", responses={200: USER})
    def get(self, _request: Request, username: str) -> Response:
        """Returns one user."""
        return Response(_as_json(_get_user(username)))

    @extend_schema(operation_id="users_change", request={"application/json": CHANGES}, responses={200: USER})
    def patch(self, request: Request, username: str) -> Response:
        """Changes a user's role or password, or whether the user is active. 409 `last_admin`."""
        body = read_body(request, CHANGES)
        user = change_user(
            user=_get_user(username),
            by=actor_of(request),
            role=Role(body["role"]) if "role" in body else None,
            active=body.get("active"),
            password=body.get("password"),
            keep_session=request._request.session.session_key,
        )
        if user == request.user and "password" in body:
            # Otherwise the new password would end the session that set it.
            update_session_auth_hash(request._request, user)
        return Response(_as_json(user))


def _get_user(username: str) -> User:
    user = User.objects.filter(username=username).first() if "\0" not in username else None
    if user is None:
        raise NotFound(Problem("not_found", f"There is no user {username}."))
    return user


def _as_json(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "role": user.role,
        "active": user.is_active,
        "created_at": user.created_at,
        "last_sign_in": user.last_login,
    }
