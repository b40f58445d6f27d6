"""Serves the REST route `session/`, for browsers: shows who is signed in, signs in and out. Programs use API tokens."""

from __future__ import annotations

from django.contrib.auth import login
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.second_factor import answer_factor_due
from accounts.api.session_json import SESSION, session_as_json
from accounts.errors import SecondFactorDue
from accounts.origin import Via, origin_of
from accounts.services.sign_in import sign_in
from accounts.sign_out import sign_out
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


class SessionView(APIView):
    public_methods = {"GET", "POST", "DELETE"}

    @extend_schema(operation_id="session_show", auth=[], responses={200: SESSION})
    def get(self, request: Request) -> Response:
        """Returns who is signed in, or null. Sets the `csrftoken` cookie that signing in needs."""
        return Response(session_as_json(request, request.user))

    @extend_schema(
        operation_id="session_sign_in",
        auth=[],
        request={"application/json": CREDENTIALS},
        responses={200: SESSION},
    )
    def post(self, request: Request) -> Response:
        """Signs in. Needs `X-CSRFToken`; 400 `invalid_credentials`, 403 `local_sign_in_off`, 429 `locked_out`.

        401 `second_factor` if the account has one: go on at `session/second-factor/`. The body also has `methods`, a
        list of `totp`, `passkey` and `recovery_code`, and, with a passkey, `passkey_options` for
        `PublicKeyCredential.parseRequestOptionsFromJSON()`.
        """
        # DRF checks CSRF only for signed-in users; without this check another site could sign a visitor in.
        SessionAuthentication().enforce_csrf(request)
        body = read_body(request, CREDENTIALS)
        try:
            user = sign_in(
                username=body["username"], password=body["password"], origin=origin_of(request, Via.UI)
            )
        except SecondFactorDue as due:
            return answer_factor_due(request, due)
        login(request._request, user)
        return Response(session_as_json(request, user))

    @extend_schema(operation_id="session_sign_out", auth=[], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Signs out."""
        sign_out(request._request, Via.UI)
        return Response(status=204)
