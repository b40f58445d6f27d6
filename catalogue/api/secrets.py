"""Serves the REST routes `secrets/`, for admins only: secrets that templates share. No answer has a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import actor_of
from accounts.roles import Right
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows, page_schema
from templates_app.models import SharedSecret
from templates_app.shared_secrets.references import list_uses
from templates_app.shared_secrets.store import (
    FIELDS,
    change_secret,
    create_secret,
    delete_secret,
    describe_secret,
    get_secret,
)

_CHANGEABLE = {name: rule for name, rule in FIELDS.items() if name != "name"}
NEW_SECRET = {
    "type": "object",
    "properties": FIELDS,
    "required": ["name", "job_types", "source"],
    "additionalProperties": False,
    "examples": [
        {
            "name": "stripe",
            "job_types": ["billing_*"],
            "hosts": ["api.stripe.com"],
            "source": "env:STRIPE_KEY",
        },
        {"name": "mail", "job_types": ["mail_job"], "source": "value", "value": "a password"},
    ],
}
CHANGES = {
    "type": "object",
    "properties": _CHANGEABLE,
    "minProperties": 1,
    "additionalProperties": False,
    "examples": [{"job_types": ["billing_*", "refund_job"]}],
}
_TEXTS = {"type": "array", "items": {"type": "string"}}
_ANSWERED = {
    "name": {"type": "string"},
    "job_types": _TEXTS,
    "hosts": {"type": ["array", "null"], "items": {"type": "string"}},
    "source": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": "string"},
    "updated_at": {"type": "string", "format": "date-time"},
    "updated_by": {"type": "string"},
    "used_by": {**_TEXTS, "description": "The job types whose templates refer to it."},
}
SECRET = {"type": "object", "properties": _ANSWERED, "required": list(_ANSWERED)}


class SecretsView(APIView):
    rights = {"GET": Right.ADMINISTER, "POST": Right.ADMINISTER}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="secrets_list", parameters=PAGING, responses={200: page_schema(SECRET)})
    def get(self, request: Request) -> Response:
        """Lists all shared secrets by name, without their values."""
        uses = list_uses()
        page = page_of_rows(request, SharedSecret.objects.all(), "name")
        return Response(page.as_json(lambda secret: _as_json(secret, uses)))

    @extend_schema(
        operation_id="secrets_create", request={"application/json": NEW_SECRET}, responses={201: SECRET}
    )
    def post(self, request: Request) -> Response:
        """Creates a secret that templates may name by `secretRef`. 409 `secret_exists`."""
        body = read_body(request, NEW_SECRET)
        return Response(_as_json(create_secret(by=actor_of(request), **body), {}), status=201)


class SecretView(APIView):
    rights = {"GET": Right.ADMINISTER, "PATCH": Right.ADMINISTER, "DELETE": Right.ADMINISTER}
    refuses = {"PATCH": (409,), "DELETE": (409,)}

    @extend_schema(operation_id="secrets_show", responses={200: SECRET})
    def get(self, _request: Request, secret: str) -> Response:
        """Returns one shared secret, without its value."""
        return Response(_as_json(get_secret(secret), list_uses()))

    @extend_schema(
        operation_id="secrets_change", request={"application/json": CHANGES}, responses={200: SECRET}
    )
    def patch(self, request: Request, secret: str) -> Response:
        """Changes it for all runs that begin from now on. 409 `in_use` if a template that uses it matches no more."""
        body = read_body(request, CHANGES)
        changed = change_secret(by=actor_of(request), name=secret, **body)
        return Response(_as_json(changed, list_uses()))

    @extend_schema(operation_id="secrets_delete", responses={204: None})
    def delete(self, request: Request, secret: str) -> Response:
        """Deletes it. 409 `in_use` while templates refer to it."""
        delete_secret(by=actor_of(request), name=secret)
        return Response(status=204)


def _as_json(secret: SharedSecret, uses: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {
        **describe_secret(secret),
        "created_at": secret.created_at,
        "created_by": secret.created_by,
        "updated_at": secret.updated_at,
        "updated_by": secret.updated_by,
        "used_by": list(uses.get(secret.name, ())),
    }
