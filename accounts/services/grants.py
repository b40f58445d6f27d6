"""Gives rights on job types to users and groups, changes and takes them back, with copies for all who have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import audit
from accounts.models import Group, StoredGrant, User
from accounts.rights import JobRight
from accounts.roles import Actor
from accounts.services.memberships import lock_members
from accounts.services.names import find_users, lock_groups
from accounts.services.rights import copy_grants, lock_users
from foundation.errors import Invalid, NotFound, Problem
from foundation.json_schema.checker import check_against

JOB_TYPES = {
    "type": "array",
    "items": {
        "type": "string",
        "minLength": 1,
        "maxLength": 63,
        "pattern": "^[a-z0-9_*]+$",
        "x-patternMessage": "Write a job type, or a pattern like billing_*, where * stands for any text.",
    },
    "minItems": 1,
    "maxItems": 50,
}
RIGHTS = {
    "type": "array",
    "items": {"type": "string", "enum": [right.value for right in JobRight]},
    "minItems": 1,
    "maxItems": 50,
    "description": "Each includes `see`.",
}
_GIVEN = {"type": "object", "properties": {"job_types": JOB_TYPES, "rights": RIGHTS}}


def create_grant(
    *,
    job_types: Sequence[str],
    rights: Sequence[str],
    user: str | None = None,
    group: str | None = None,
    by: Actor,
) -> StoredGrant:
    """Gives a user or a group, by name, rights on the job types that match the patterns; returns the grant.

    Raises Invalid unless exactly one of user and group is given, and for unknown names, patterns and rights.
    """
    given = _check(job_types, rights)
    with transaction.atomic():
        to_user, to_group, holder_ids = _lock_holder(user, group)
        grant = StoredGrant.objects.create(user=to_user, group=to_group, created_by=by.name, **given)
        grant.refresh_from_db(fields=["created_at"])
        _record(by, "grant_created", grant, before=None, after=describe_grant(grant))
        copy_grants(holder_ids)
    return grant


def change_grant(
    *,
    grant_id: int,
    job_types: Sequence[str] | None = None,
    rights: Sequence[str] | None = None,
    by: Actor,
) -> StoredGrant:
    """Changes those of patterns and rights that are not None, and returns the grant.

    Raises NotFound, and Invalid for a bad pattern or an unknown right.
    """
    with transaction.atomic():
        grant, holder_ids = _lock_grant(grant_id)
        before = describe_grant(grant)
        given = _check(
            grant.job_types if job_types is None else job_types, grant.rights if rights is None else rights
        )
        grant.job_types, grant.rights = given["job_types"], given["rights"]
        after = describe_grant(grant)
        if after != before:
            grant.save(update_fields=["job_types", "rights"])
            _record(by, "grant_changed", grant, before=before, after=after)
            copy_grants(holder_ids)
    return grant


def delete_grant(*, grant_id: int, by: Actor) -> None:
    """Takes a grant back. Raises NotFound."""
    with transaction.atomic():
        grant, holder_ids = _lock_grant(grant_id)
        _record(by, "grant_deleted", grant, before=describe_grant(grant), after=None)
        grant.delete()
        copy_grants(holder_ids)


def get_grant(grant_id: int) -> StoredGrant:
    """Returns a grant with its user or group. Raises NotFound."""
    grant = StoredGrant.objects.select_related("user", "group").filter(pk=grant_id).first()
    if grant is None:
        raise NotFound(Problem("not_found", f"There is no grant {grant_id}."))
    return grant


def grants_of(user: User) -> QuerySet[StoredGrant]:
    """Returns the grants that give a user rights: the user's own, and those of the user's groups."""
    is_theirs = Q(user=user) | Q(group__memberships__user=user)
    return StoredGrant.objects.select_related("user", "group").filter(is_theirs).order_by("pk")


def describe_grant(grant: StoredGrant) -> dict[str, Any]:
    """Returns to whom a grant gives which rights, as a JSON object."""
    return {
        "user": grant.user.username if grant.user else None,
        "group": grant.group.name if grant.group else None,
        "job_types": grant.job_types,
        "rights": grant.rights,
    }


def _check(job_types: Sequence[str], rights: Sequence[str]) -> dict[str, Any]:
    """Returns patterns and rights, each once. Raises Invalid for a bad pattern, and for an unknown right."""
    check_against(_GIVEN, {"job_types": list(job_types), "rights": list(rights)})
    given = frozenset(rights)
    return {
        "job_types": list(dict.fromkeys(job_types)),
        "rights": [right.value for right in JobRight if right in given],
    }


def _lock_holder(user: str | None, group: str | None) -> tuple[User | None, Group | None, set[int]]:
    """Locks the user or the group of a new grant; returns it, and the ids of all users to whom the grant applies."""
    if user is not None and group is not None:
        detail = "A grant is for a user or for a group: leave one of them out."
        raise Invalid(Problem("conflict", detail, "group"))
    if user is not None:
        (to_user,) = find_users({"user": user})
        lock_users([to_user.pk])
        return to_user, None, {to_user.pk}
    if group is None:
        raise Invalid(Problem("required", "Say who gets the rights: a user or a group.", "user"))
    (to_group,) = lock_groups({"group": group})
    return None, to_group, lock_members(to_group)


def _lock_grant(grant_id: int) -> tuple[StoredGrant, set[int]]:
    """Locks the user or the group of a grant; returns the grant, and the ids of all users to whom it applies."""
    grant = get_grant(grant_id)
    holder_ids: set[int] = set()
    if grant.user_id is not None:
        holder_ids = {grant.user_id}
        lock_users(holder_ids)
    # None is found if the group is being deleted, and the grant with it.
    for group in Group.objects.select_for_update().filter(pk__in=[grant.group_id]):
        holder_ids = lock_members(group)
    # Whose grant it is never changes, so that nobody else changes it from here on.
    return get_grant(grant_id), holder_ids


def _record(by: Actor, action: str, grant: StoredGrant, *, before: Any, after: Any) -> None:
    audit.record(by, action, f"grant:{grant.pk}", before=before, after=after)
