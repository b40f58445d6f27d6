"""Serves the REST route `session/password/`: whoever is signed in changes the own password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import require_scope
from accounts.permissions import user_of
from accounts.rights import Scope
from accounts.roles import Right
from accounts.services.sign_in import change_own_password
from foundation.api_bodies import read_body
from foundation.api_views import APIView

_PASSWORD = {"type": "string", "maxLength": 4096}
PASSWORDS = {
    "type": "object",
    "properties": {"current_password": _PASSWORD, "new_password": _PASSWORD},
    "required": ["current_password", "new_password"],
    "additionalProperties": False,
}


class OwnPasswordView(APIView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="session_password",
        request={"application/json": PASSWORDS},
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Changes your password and ends your other sessions. 400 `invalid_credentials`, 429 `locked_out`.

        409 `provider_account` if you sign in by the provider, since you have no password here.
        """
        user = user_of(request)
        require_scope(user.token, Scope.MANAGE)
        body = read_body(request, PASSWORDS)
        session = request._request.session
        changed = change_own_password(
            user=user,
            current=body["current_password"],
            new=body["new_password"],
            keep_session=session.session_key,
        )
        if user.token is None:
            # Otherwise the new password would end the session that set it.
            update_session_auth_hash(request._request, changed)
        return Response(status=204)
