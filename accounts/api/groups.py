"""Serves the REST routes `groups/`, for admins only: groups of users, to which grants can be given."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Group
from accounts.permissions import actor_of
from accounts.roles import Right
from accounts.services.groups import NAME, change_group, create_group, delete_group, describe_group, get_group
from foundation.api_bodies import read_body
from foundation.api_views import APIView
from foundation.paging import PAGING, page_of_rows, page_schema

MEMBERS = {"type": "array", "items": {"type": "string", "maxLength": 150}, "maxItems": 10_000}
NEW_GROUP = {
    "type": "object",
    "properties": {"name": NAME, "members": {**MEMBERS, "description": "Names of users."}},
    "required": ["name"],
    "additionalProperties": False,
    "examples": [{"name": "billing team", "members": ["ada.lovelace"]}],
}
CHANGES = {
    "type": "object",
    "properties": {"name": NAME, "members": {**MEMBERS, "description": "All members from now on."}},
    "minProperties": 1,
    "additionalProperties": False,
    "examples": [{"members": ["ada.lovelace"]}],
}
_FIELDS = {"name": {"type": "string"}, "members": {"type": "array", "items": {"type": "string"}}}
GROUP = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}


class GroupsView(APIView):
    rights = {"GET": Right.ADMINISTER, "POST": Right.ADMINISTER}
    refuses = {"POST": (409,)}

    @extend_schema(operation_id="groups_list", parameters=PAGING, responses={200: page_schema(GROUP)})
    def get(self, request: Request) -> Response:
        """Lists all groups with their members, by name."""
        groups = Group.objects.prefetch_related("memberships__user")
        return Response(page_of_rows(request, groups, "name").as_json(_as_json))

    @extend_schema(
        operation_id="groups_create", request={"application/json": NEW_GROUP}, responses={201: GROUP}
    )
    def post(self, request: Request) -> Response:
        """Creates a group. 409 `group_exists`."""
        body = read_body(request, NEW_GROUP)
        group = create_group(**body, by=actor_of(request))
        return Response(describe_group(group), status=201)


class GroupView(APIView):
    rights = {"GET": Right.ADMINISTER, "PATCH": Right.ADMINISTER, "DELETE": Right.ADMINISTER}
    refuses = {"PATCH": (409,)}

    @extend_schema(operation_id="groups_show", responses={200: GROUP})
    def get(self, _request: Request, group: str) -> Response:
        """Returns one group with its members."""
        return Response(describe_group(get_group(group)))

    @extend_schema(
        operation_id="groups_change", request={"application/json": CHANGES}, responses={200: GROUP}
    )
    def patch(self, request: Request, group: str) -> Response:
        """Renames a group or replaces its members, who get or lose what its grants give. 409 `group_exists`."""
        body = read_body(request, CHANGES)
        changed = change_group(
            name=group, new_name=body.get("name"), members=body.get("members"), by=actor_of(request)
        )
        return Response(describe_group(changed))

    @extend_schema(operation_id="groups_delete", responses={204: None})
    def delete(self, request: Request, group: str) -> Response:
        """Deletes a group, and with it the grants to it."""
        delete_group(name=group, by=actor_of(request))
        return Response(status=204)


def _as_json(group: Group) -> dict[str, Any]:
    members = sorted(one.user.username for one in group.memberships.all())
    return {"name": group.name, "members": members}
