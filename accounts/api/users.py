"""Serves the REST routes `users/`, for admins only: lists, creates and changes users, and makes links for passwords."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import users_shapes as shapes
from accounts.permissions import actor_of
from accounts.roles import Right, Role
from accounts.services.names import get_user
from accounts.services.reset_links import make_reset_link
from accounts.services.users import change_user, create_user
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows, page_schema


class UsersView(APIView):
    rights = {"GET": Right.ADMINISTER, "POST": Right.ADMINISTER}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="users_list",
        parameters=[*PAGING, *shapes.FILTERS],
        responses={200: page_schema(shapes.LISTED)},
    )
    def get(self, request: Request) -> Response:
        """Lists users, by name."""
        users = shapes.filter_users(request.query_params).prefetch_related("memberships__group")
        page = page_of_rows(request, users, "username")
        return Response(page.as_json(shapes.listed_as_json))

    @extend_schema(
        operation_id="users_create",
        request={"application/json": shapes.NEW_USER},
        responses={201: shapes.USER},
    )
    def post(self, request: Request) -> Response:
        """Creates a user. 409 `user_exists`."""
        body = read_body(request, shapes.NEW_USER)
        role = Role(body.pop("role", Role.VIEWER))
        user = create_user(**body, role=role, by=actor_of(request))
        return Response(shapes.user_as_json(user), status=201)


class UserView(APIView):
    rights = {"GET": Right.ADMINISTER, "PATCH": Right.ADMINISTER}
    refuses = {"PATCH": (409,)}

    @extend_schema(operation_id="users_show", responses={200: shapes.USER})
    def get(self, _request: Request, username: str) -> Response:
        """Returns one user, with all grants that give the user rights."""
        return Response(shapes.user_as_json(get_user(username)))

    @extend_schema(
        operation_id="users_change",
        request={"application/json": shapes.CHANGES},
        responses={200: shapes.USER},
    )
    def patch(self, request: Request, username: str) -> Response:
        """Changes a user, whose sessions end if it is more than the groups. 409 `last_admin`, `provider_account`."""
        body = read_body(request, shapes.CHANGES)
        role = Role(body.pop("role")) if "role" in body else None
        keep = request._request.session.session_key
        user = change_user(
            user=get_user(username), **body, role=role, by=actor_of(request), keep_session=keep
        )
        if user == request.user and "password" in body:
            # Otherwise the new password would end the session that set it.
            update_session_auth_hash(request._request, user)
        return Response(shapes.user_as_json(user))


class ResetView(APIView):
    rights = {"POST": Right.ADMINISTER}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="users_reset", request=None, responses={201: shapes.RESET_LINK})
    def post(self, request: Request, username: str) -> Response:
        """Makes a link with which the user sets a new password, once, within 24 hours. Send it to that user only.

        409 `provider_account` for somebody who signs in by the provider.
        """
        token, expires_at = make_reset_link(user=get_user(username), by=actor_of(request))
        url = request.build_absolute_uri(f"/reset-password/{token}/")
        return Response({"url": url, "expires_at": expires_at}, status=201)
