"""Serves the REST routes `session/factors/`: a signed-in person sees, adds and removes second factors of their own."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView as RestView

from accounts.factor_sessions import is_proof_fresh, keep_challenge, note_proof, take_challenge
from accounts.models import Passkey, TotpSecret, User
from accounts.permissions import RoleAllows, user_of
from accounts.relying_party import require_site
from accounts.roles import Right
from accounts.services.factors import remove_passkey, remove_totp, require_password
from accounts.services.passkeys import add_passkey, begin_passkey
from accounts.services.recovery_codes import replace_recovery_codes
from accounts.services.second_factor import PASSKEY, TOTP, count_recovery_codes
from accounts.services.totp import begin_totp, confirm_totp
from foundation.api_bodies import read_body
from foundation.api_views import APIView

_PASSWORD = {
    "type": "string",
    "maxLength": 4096,
    "description": "Your current one; not needed within ten minutes of a second factor in this session.",
}
PROOF = {"type": "object", "properties": {"password": _PASSWORD}, "additionalProperties": False}
FIRST_CODE = {
    "type": "object",
    "properties": {"code": {"type": "string", "maxLength": 20}},
    "required": ["code"],
    "additionalProperties": False,
}
MADE_PASSKEY = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 100},
        "passkey": {
            "type": "object",
            "description": "What `navigator.credentials.create()` returned, as its `toJSON()` writes it.",
        },
    },
    "required": ["name", "passkey"],
    "additionalProperties": False,
}
_TIME = {"type": "string", "format": "date-time"}
_PASSKEY_FIELDS = {
    "id": {"type": "integer"},
    "name": {"type": "string"},
    "host": {"type": "string", "description": "The only host on which it works."},
    "created_at": _TIME,
    "last_used_at": {**_TIME, "type": ["string", "null"]},
}
PASSKEY_ROW = {"type": "object", "properties": _PASSKEY_FIELDS, "required": list(_PASSKEY_FIELDS)}
FACTORS = {
    "type": "object",
    "properties": {
        "totp": {"enum": ["confirmed", "begun", None], "description": "Whether an app is set up."},
        "passkeys": {"type": "array", "items": PASSKEY_ROW},
        "recovery_codes_left": {"type": "integer"},
    },
    "required": ["totp", "passkeys", "recovery_codes_left"],
}
NEW_TOTP = {
    "type": "object",
    "properties": {"secret": {"type": "string"}, "url": {"type": "string"}},
    "required": ["secret", "url"],
}
_CODES = {"type": "array", "items": {"type": "string"}, "description": "No other response has them."}
CODES = {"type": "object", "properties": {"recovery_codes": _CODES}, "required": ["recovery_codes"]}
_FIRST_CODES = {"recovery_codes": {**_CODES, "type": ["array", "null"]}}
FIRST_CODES = {"type": "object", "properties": _FIRST_CODES, "required": ["recovery_codes"]}
ADDED_PASSKEY = {
    "type": "object",
    "properties": {**_PASSKEY_FIELDS, **_FIRST_CODES},
    "required": [*_PASSKEY_FIELDS, "recovery_codes"],
}
OPTIONS = {
    "type": "object",
    "properties": {
        "passkey_options": {
            "type": "object",
            "description": "For `PublicKeyCredential.parseCreationOptionsFromJSON()`.",
        }
    },
    "required": ["passkey_options"],
}


class SignedInOnly(BasePermission):
    """Permits requests with a session: programs with a token are refused."""

    code = "session_only"
    message = "Second factors are for people who sign in: programs with a token cannot change them."

    def has_permission(self, request: Request, _view: RestView) -> bool:
        """Returns whether the request comes with a session."""
        return isinstance(request.successful_authenticator, SessionAuthentication)


class OwnFactorsView(APIView):
    """Is the base class of these routes, which are also open to sessions that still have to set up a factor."""

    permission_classes = (RoleAllows, SignedInOnly)
    is_open_without_factor = True

    def _require_proof(self, request: Request) -> User:
        """Returns the user who proved in the session or by the body's password who they are. Raises as services do."""
        password: str | None = read_body(request, PROOF).get("password")
        user = user_of(request)
        if not is_proof_fresh(request._request.session):
            require_password(user, password)
        return user


class FactorsView(OwnFactorsView):
    rights = {"GET": Right.SEE}

    @extend_schema(operation_id="factors_show", responses={200: FACTORS})
    def get(self, request: Request) -> Response:
        """Returns your second factors, and how many recovery codes you have left."""
        user = user_of(request)
        row = TotpSecret.objects.filter(user=user).first()
        return Response(
            {
                "totp": None if row is None else "confirmed" if row.confirmed_at else "begun",
                "passkeys": [_as_json(row) for row in Passkey.objects.filter(user=user)],
                "recovery_codes_left": count_recovery_codes(user),
            }
        )


class TotpView(OwnFactorsView):
    rights = {"POST": Right.SEE, "DELETE": Right.SEE}
    refuses = {"POST": (409, 429), "DELETE": (404, 409, 429)}

    @extend_schema(
        operation_id="factors_totp_begin", request={"application/json": PROOF}, responses={201: NEW_TOTP}
    )
    def post(self, request: Request) -> Response:
        """Begins to set up an authenticator app: returns a new secret, which no other response has."""
        new = begin_totp(self._require_proof(request))
        return Response({"secret": new.secret, "url": new.url}, status=201)

    @extend_schema(operation_id="factors_totp_remove", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Removes the authenticator app. The body is as for adding one: `{password?}`."""
        remove_totp(self._require_proof(request))
        return Response(status=204)


class TotpConfirmView(OwnFactorsView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="factors_totp_confirm",
        request={"application/json": FIRST_CODE},
        responses={200: FIRST_CODES},
    )
    def post(self, request: Request) -> Response:
        """Confirms the app with its first code. Returns recovery codes if it is your first factor. 400 `wrong_code`."""
        body = read_body(request, FIRST_CODE)
        session = request._request.session
        codes = confirm_totp(user_of(request), body["code"], keep_session=session.session_key)
        note_proof(session, TOTP)
        return Response({"recovery_codes": codes})


class PasskeysBeginView(OwnFactorsView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409, 429)}

    @extend_schema(
        operation_id="factors_passkeys_begin", request={"application/json": PROOF}, responses={200: OPTIONS}
    )
    def post(self, request: Request) -> Response:
        """Begins to make a passkey, within five minutes. 409 `passkeys_need_a_name` on an IP address."""
        user = self._require_proof(request)
        options, challenge = begin_passkey(user, require_site(request._request))
        keep_challenge(request._request.session, challenge)
        return Response({"passkey_options": options})


class PasskeysView(OwnFactorsView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409,)}

    @extend_schema(
        operation_id="factors_passkeys_add",
        request={"application/json": MADE_PASSKEY},
        responses={201: ADDED_PASSKEY},
    )
    def post(self, request: Request) -> Response:
        """Stores the passkey that the browser made. Returns recovery codes if it is your first factor."""
        body = read_body(request, MADE_PASSKEY)
        session = request._request.session
        row, codes = add_passkey(
            user_of(request),
            require_site(request._request),
            challenge=take_challenge(session),
            credential=body["passkey"],
            name=body["name"],
            keep_session=session.session_key,
        )
        note_proof(session, PASSKEY)
        return Response({**_as_json(row), "recovery_codes": codes}, status=201)


class PasskeyView(OwnFactorsView):
    rights = {"DELETE": Right.SEE}
    refuses = {"DELETE": (409, 429)}

    @extend_schema(operation_id="factors_passkeys_remove", responses={204: None})
    def delete(self, request: Request, passkey_id: int) -> Response:
        """Removes one of your passkeys. The body is as for adding one: `{password?}`."""
        remove_passkey(self._require_proof(request), passkey_id)
        return Response(status=204)


class RecoveryCodesView(OwnFactorsView):
    rights = {"POST": Right.SEE}
    refuses = {"POST": (409, 429)}

    @extend_schema(
        operation_id="factors_recovery_codes", request={"application/json": PROOF}, responses={201: CODES}
    )
    def post(self, request: Request) -> Response:
        """Makes ten new recovery codes; the old ones do not work any more."""
        codes = replace_recovery_codes(self._require_proof(request))
        return Response({"recovery_codes": codes}, status=201)


def _as_json(row: Passkey) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "host": row.rp_id,
        "created_at": row.created_at,
        "last_used_at": row.last_used_at,
    }
