"""Serves the REST route `session/view-as/`, with which an admin looks at the platform as somebody else."""

from __future__ import annotations

from django.contrib.auth import get_user
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.origin import Via, origin_of
from accounts.roles import Right, Role
from accounts.services.view_as import begin_view, end_view
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.errors import Forbidden, Invalid, Problem

VIEW_AS = {
    "type": "object",
    "properties": {
        "user": {"type": "string", "description": "The name of a user."},
        "role": {"type": "string", "enum": [role.value for role in Role]},
    },
    "additionalProperties": False,
    "examples": [{"role": "viewer"}],
}


class ViewAsView(APIView):
    rights = {"POST": Right.SEE, "DELETE": Right.SEE}
    refuses = {"POST": (404,)}
    is_open_to_views = True

    @extend_schema(
        operation_id="session_view_as", request={"application/json": VIEW_AS}, responses={204: None}
    )
    def post(self, request: Request) -> Response:
        """Shows what another user, or anybody with a role, sees, until DELETE. Nothing can be changed meanwhile."""
        admin = _session_user(request)
        if not admin.actor.may(Right.ADMINISTER):
            raise Forbidden(
                Problem("permission_denied", "Only admins look at the platform as somebody else.")
            )
        body = read_body(request, VIEW_AS)
        if len(body) != 1:
            raise Invalid(Problem("required", "Give `user` or `role`, one of them.", "user"))
        role = Role(body["role"]) if "role" in body else None
        begin_view(session=request._request.session, admin=admin, name=body.get("user"), role=role)
        return Response(status=204)

    @extend_schema(operation_id="session_view_as_end", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Ends this: you see again what you may see."""
        admin = _session_user(request)
        end_view(session=request._request.session, admin=admin)
        return Response(status=204)


def _session_user(request: Request) -> User:
    """Returns who is signed in with the session, whoever is being looked as. Raises Forbidden for a token."""
    # `request.user` is who the admin looks as.
    user = get_user(request._request)
    if not isinstance(user, User) or not isinstance(request.successful_authenticator, SessionAuthentication):
        raise Forbidden(Problem("permission_denied", "This is for browsers: sign in with a session."))
    return user.coming_from(origin_of(request, Via.UI))
