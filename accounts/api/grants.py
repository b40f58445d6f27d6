"""Serves the REST routes `grants/`, for admins only: rights on job types that users and groups have beside roles."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import StoredGrant
from accounts.permissions import actor_of
from accounts.rights import matches
from accounts.roles import Right
from accounts.services.grants import (
    JOB_TYPES,
    RIGHTS,
    change_grant,
    create_grant,
    delete_grant,
    describe_grant,
    get_grant,
)
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows, page_schema

_NAME = {"type": "string", "minLength": 1, "maxLength": 150}
NEW_GRANT = {
    "type": "object",
    "properties": {
        "user": {**_NAME, "description": "Who gets the rights: a user or a group."},
        "group": _NAME,
        "job_types": JOB_TYPES,
        "rights": RIGHTS,
    },
    "required": ["job_types", "rights"],
    "additionalProperties": False,
    "examples": [{"user": "ada.lovelace", "job_types": ["billing_*"], "rights": ["read", "run"]}],
}
CHANGES = {
    "type": "object",
    "properties": {"job_types": JOB_TYPES, "rights": RIGHTS},
    "minProperties": 1,
    "additionalProperties": False,
    "examples": [{"rights": ["read"]}],
}
_OR_NULL = {"type": ["string", "null"]}
FIELDS = {
    "id": {"type": "integer"},
    "user": _OR_NULL,
    "group": _OR_NULL,
    "job_types": {"type": "array", "items": {"type": "string"}},
    "rights": RIGHTS,
    "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": "string"},
}
GRANT = {"type": "object", "properties": FIELDS, "required": list(FIELDS)}
FILTERS = [
    OpenApiParameter("user", str, description="Only grants to this user, not those to the user's groups."),
    OpenApiParameter("group", str, description="Only grants to this group."),
    OpenApiParameter("job_type", str, description="Only grants with a pattern that matches this job type."),
]


class GrantsView(APIView):
    rights = {"GET": Right.ADMINISTER, "POST": Right.ADMINISTER}

    @extend_schema(
        operation_id="grants_list", parameters=[*PAGING, *FILTERS], responses={200: page_schema(GRANT)}
    )
    def get(self, request: Request) -> Response:
        """Lists all grants, oldest first."""
        grants = StoredGrant.objects.select_related("user", "group")
        query = request.query_params
        if "user" in query:
            grants = grants.filter(user__username=query["user"])
        if "group" in query:
            grants = grants.filter(group__name=query["group"])
        if "job_type" in query:
            fitting = [grant.pk for grant in grants if matches(grant.job_types, query["job_type"])]
            grants = grants.filter(pk__in=fitting)
        return Response(page_of_rows(request, grants, "id").as_json(grant_as_json))

    @extend_schema(
        operation_id="grants_create", request={"application/json": NEW_GRANT}, responses={201: GRANT}
    )
    def post(self, request: Request) -> Response:
        """Gives a user or a group rights on the job types that match patterns: `*` stands for any text."""
        body = read_body(request, NEW_GRANT)
        return Response(grant_as_json(create_grant(**body, by=actor_of(request))), status=201)


class GrantView(APIView):
    rights = {"GET": Right.ADMINISTER, "PATCH": Right.ADMINISTER, "DELETE": Right.ADMINISTER}

    @extend_schema(operation_id="grants_show", responses={200: GRANT})
    def get(self, _request: Request, grant_id: int) -> Response:
        """Returns one grant."""
        return Response(grant_as_json(get_grant(grant_id)))

    @extend_schema(
        operation_id="grants_change", request={"application/json": CHANGES}, responses={200: GRANT}
    )
    def patch(self, request: Request, grant_id: int) -> Response:
        """Changes patterns or rights of a grant. For another user or group, create another grant."""
        body = read_body(request, CHANGES)
        return Response(grant_as_json(change_grant(grant_id=grant_id, **body, by=actor_of(request))))

    @extend_schema(operation_id="grants_delete", responses={204: None})
    def delete(self, request: Request, grant_id: int) -> Response:
        """Takes a grant back."""
        delete_grant(grant_id=grant_id, by=actor_of(request))
        return Response(status=204)


def grant_as_json(grant: StoredGrant) -> dict[str, Any]:
    """Returns a grant as the JSON object of an API response."""
    return {
        "id": grant.pk,
        **describe_grant(grant),
        "created_at": grant.created_at,
        "created_by": grant.created_by,
    }
