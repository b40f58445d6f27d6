"""Creates, changes and deletes groups, and copies to their members what the grants of their groups give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.models import Group, StoredGrant
from accounts.roles import Actor
from accounts.services.grants import describe_grant
from accounts.services.memberships import lock_members, members_of, set_members
from accounts.services.names import find_users, places_below
from accounts.services.rights import copy_grants
from foundation.errors import Conflict, NotFound, Problem
from foundation.json_schema.checker import check_against
from foundation.suggestions import MAX_NAME_LENGTH

# First key of the advisory locks; a name's hash is the second. The number itself means nothing.
_NAME_LOCK = 1785686116
NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": 150,
    "pattern": r"^[\p{L}\p{N}@.+_-]([\p{L}\p{N}@.+_ -]*[\p{L}\p{N}@.+_-])?$",
    "x-patternMessage": "A name has letters, digits, spaces and @ . + - _ only, with no space at its ends.",
}


def create_group(*, name: str, members: Sequence[str] = (), by: Actor) -> Group:
    """Creates a group with these users, by name, as its members; returns the group.

    Raises Invalid for a bad name or an unknown member, and Conflict (group_exists) if the name is taken.
    """
    check_against(NAME, name, "name")
    with transaction.atomic():
        group = _save(Group(name=name))
        set_members(group, find_users(places_below("members", members)))
        _record(by, "group_created", group, before=None, after=describe_group(group))
    return group


def change_group(
    *, name: str, new_name: str | None = None, members: Sequence[str] | None = None, by: Actor
) -> Group:
    """Changes those of name and members that are not None, and returns the group.

    Raises NotFound, Invalid for a bad name or an unknown member, and Conflict (group_exists) if the name is taken.
    """
    if new_name is not None:
        check_against(NAME, new_name, "name")
    with transaction.atomic():
        group = _lock_group(name)
        before = describe_group(group)
        if new_name not in (None, group.name):
            group.name = new_name
            _save(group)
        if members is not None:
            set_members(group, find_users(places_below("members", members)))
        after = describe_group(group)
        if after != before:
            _record(by, "group_changed", group, before=before, after=after)
    return group


def delete_group(*, name: str, by: Actor) -> None:
    """Deletes a group, and with it the grants to it. Raises NotFound."""
    with transaction.atomic():
        group = _lock_group(name)
        former_ids = lock_members(group)
        given = StoredGrant.objects.select_related("user", "group").filter(group=group)
        grants = [{"id": grant.pk, **describe_grant(grant)} for grant in given]
        _record(by, "group_deleted", group, before={**describe_group(group), "grants": grants}, after=None)
        group.delete()
        copy_grants(former_ids)


def get_group(name: str) -> Group:
    """Returns the group of a name in an address. Raises NotFound."""
    group = Group.objects.filter(name=name).first() if "\0" not in name else None
    if group is None:
        raise _not_found(name)
    return group


def describe_group(group: Group) -> dict[str, Any]:
    """Returns the name and the members of a group as a JSON object."""
    return {"name": group.name, "members": members_of(group)}


def _lock_group(name: str) -> Group:
    group = Group.objects.select_for_update().filter(pk=get_group(name).pk).first()
    if group is None:
        raise _not_found(name)  # it was deleted at this moment
    return group


def _save(group: Group) -> Group:
    """Stores the group's name. Raises Conflict (group_exists) if another group has it, in small or capital letters.

    Until the end of the transaction nobody else stores such a name here. The provider's names are stored as it spells
    them: it tells groups apart whose names differ in case.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(upper(%s)))", [_NAME_LOCK, group.name])
    taken = Group.objects.filter(name__iexact=group.name).exclude(pk=group.pk).first()
    try:
        with transaction.atomic():
            if taken is None:
                group.save()
                return group
    except IntegrityError:
        pass  # another request took the name at this moment
    detail = f"There is a group {taken.name if taken else group.name} already."
    raise Conflict(Problem("group_exists", detail, "name"))


def _not_found(name: str) -> NotFound:
    return NotFound(Problem("not_found", f"There is no group {name[:MAX_NAME_LENGTH]}."))


def _record(by: Actor, action: str, group: Group, *, before: Any, after: Any) -> None:
    audit.record(by, action, f"group:{group.name}", before=before, after=after)
