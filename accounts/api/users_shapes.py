"""Describes users in the REST API: as rows and whole, the bodies that create and change them, filters of the list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter

from accounts.api.grants import FIELDS as GRANT_FIELDS
from accounts.api.grants import grant_as_json
from accounts.models import StoredGrant, User
from accounts.roles import Role
from accounts.services.grants import grants_of
from foundation.errors import Invalid, Problem

ROLES = [role.value for role in Role]
_ROLE = {"type": "string", "enum": ROLES}
_PASSWORD = {"type": "string", "maxLength": 4096}
_GROUPS = {"type": "array", "items": {"type": "string", "maxLength": 150}, "maxItems": 1000}
_SERVICE = {
    "type": "boolean",
    "description": "A service account uses API tokens: it has no password, links and sessions.",
}
NEW_USER = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 150},
        "role": {**_ROLE, "default": Role.VIEWER.value},
        "password": {**_PASSWORD, "description": "Without one, the user can sign in by token or link only."},
        "groups": _GROUPS,
        "service": {**_SERVICE, "default": False},
    },
    "required": ["name"],
    "additionalProperties": False,
    "examples": [{"name": "grace.hopper", "role": "operator"}],
}
CHANGES = {
    "type": "object",
    "properties": {
        "role": _ROLE,
        "active": {"type": "boolean"},
        "password": _PASSWORD,
        "groups": {**_GROUPS, "description": "All groups of the user from now on."},
        "service": _SERVICE,
        "revoke_tokens": {"type": "boolean", "description": "Also revokes all API tokens of the user."},
    },
    "minProperties": 1,
    "additionalProperties": False,
    "examples": [{"active": True}],
}
_TIME = {"type": "string", "format": "date-time"}
_LISTED_FIELDS = {
    "name": {"type": "string"},
    "role": _ROLE,
    "active": {"type": "boolean"},
    "groups": {"type": "array", "items": {"type": "string"}},
    "service": _SERVICE,
    "last_seen_at": {**_TIME, "type": ["string", "null"]},
    "created_at": _TIME,
    "last_sign_in": {**_TIME, "type": ["string", "null"]},
}
LISTED = {"type": "object", "properties": _LISTED_FIELDS, "required": list(_LISTED_FIELDS)}
_GRANT_FIELDS = {**GRANT_FIELDS, "from": {"type": "string", "description": "`own`, or `group NAME`."}}
_GRANT = {"type": "object", "properties": _GRANT_FIELDS, "required": list(_GRANT_FIELDS)}
_FIELDS = {**_LISTED_FIELDS, "grants": {"type": "array", "items": _GRANT}}
USER = {"type": "object", "properties": _FIELDS, "required": list(_FIELDS)}
RESET_LINK = {
    "type": "object",
    "properties": {"url": {"type": "string"}, "expires_at": _TIME},
    "required": ["url", "expires_at"],
}
FILTERS = [
    OpenApiParameter("search", str, description="Only users with this text in their name."),
    OpenApiParameter("role", _ROLE, description="Only users with this role."),
    OpenApiParameter("active", {"type": "boolean"}, description="Only users who are active, or are not."),
    OpenApiParameter("group", str, description="Only members of this group."),
]


def filter_users(query: QueryDict) -> QuerySet[User]:
    """Returns the users that the query parameters FILTERS select. Raises Invalid for an unknown role or flag."""
    users = User.objects.all()
    if search := query.get("search"):
        users = users.filter(username__icontains=search)
    if "role" in query:
        users = users.filter(role=_one_of(query, "role", ROLES))
    if "active" in query:
        is_active = _one_of(query, "active", ["true", "false", "1", "0"]) in {"true", "1"}
        users = users.filter(is_active=is_active)
    if group := query.get("group"):
        users = users.filter(memberships__group__name=group)
    return users


def listed_as_json(user: User) -> dict[str, Any]:
    """Returns a user as a row of the list."""
    seen = [at for at in (user.last_seen_at, user.last_login) if at is not None]
    return {
        "name": user.username,
        "role": user.role,
        "active": user.is_active,
        "groups": sorted(one.group.name for one in user.memberships.all()),
        "service": user.is_service,
        "last_seen_at": max(seen, default=None),
        "created_at": user.created_at,
        "last_sign_in": user.last_login,
    }


def user_as_json(user: User) -> dict[str, Any]:
    """Returns a user with all grants that give the user rights."""
    grants = [{**grant_as_json(grant), "from": _origin(grant)} for grant in grants_of(user)]
    return {**listed_as_json(user), "grants": grants}


def _origin(grant: StoredGrant) -> str:
    return f"group {grant.group.name}" if grant.group else "own"


def _one_of(query: QueryDict, name: str, known: list[str]) -> str:
    value = str(query[name]).lower()
    if value not in known:
        raise Invalid(Problem("enum", f"Write one of: {', '.join(known)}.", name))
    return value
