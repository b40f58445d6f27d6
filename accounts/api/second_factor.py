"""Serves the REST route `session/second-factor/`, the second step of a sign-in whose account has a second factor."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.auth import login
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.session_json import SESSION, session_as_json
from accounts.errors import SecondFactorDue
from accounts.factor_sessions import (
    begin_second_step,
    count_second_step,
    end_second_step,
    keep_challenge,
    note_proof,
    take_challenge,
)
from accounts.models import User
from accounts.origin import Via, origin_of
from accounts.relying_party import find_site
from accounts.services.passkeys import accept_signature, begin_signature
from accounts.services.second_factor import PASSKEY, list_methods
from accounts.services.second_step import complete_sign_in, prove_by_code
from foundation.api_bodies import read_body
from foundation.api_views import APIView

SIGNED = {
    "type": "object",
    "description": "What `navigator.credentials.get()` returned, as its `toJSON()` writes it.",
}
FACTOR = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "maxLength": 100, "description": "Of an app, or a recovery code."},
        "passkey": SIGNED,
    },
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}


class SecondFactorView(APIView):
    public_methods = {"POST"}
    refuses = {"POST": (409, 429)}

    @extend_schema(
        operation_id="session_second_factor",
        auth=[],
        request={"application/json": FACTOR},
        responses={200: SESSION},
    )
    def post(self, request: Request) -> Response:
        """Completes a sign-in, in five minutes and five attempts. 400 `wrong_second_factor`, 401 `sign_in_first`."""
        SessionAuthentication().enforce_csrf(request)
        body = read_body(request, FACTOR)
        session = request._request.session
        user = count_second_step(session)
        is_code = "code" in body
        prove = (
            partial(prove_by_code, user, body["code"])
            if is_code
            else partial(_prove_by_passkey, request, user, body["passkey"])
        )
        by = complete_sign_in(
            user=user, origin=origin_of(request, Via.UI), prove=prove, attr="code" if is_code else "passkey"
        )
        end_second_step(session)
        login(request._request, user)
        note_proof(session, by)
        return Response(session_as_json(request, user))


def answer_factor_due(request: Request, due: SecondFactorDue) -> Response:
    """Returns the 401 that asks for the second factor, and notes in the session whose sign-in waits for it."""
    session = request._request.session
    begin_second_step(session, due.user)
    site = find_site(request._request)
    body: dict[str, Any] = {
        **due.as_json(),
        "methods": list_methods(due.user, site.rp_id if site else None),
    }
    if site and (begun := begin_signature(due.user, site)):
        body["passkey_options"], challenge = begun
        keep_challenge(session, challenge)
    return Response(body, status=due.status)


def _prove_by_passkey(request: Request, user: User, credential: dict[str, Any]) -> str | None:
    site = find_site(request._request)
    challenge = take_challenge(request._request.session)
    is_right = site is not None and accept_signature(user, site, challenge=challenge, credential=credential)
    return PASSKEY if is_right else None
