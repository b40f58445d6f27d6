"""Adds users to groups and removes them, with copies of the grants that they get or lose by that."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Group, Membership, User
from accounts.services.rights import copy_grants, lock_users


def members_of(group: Group) -> list[str]:
    """Returns the names of a group's members, in order."""
    return sorted(one.user.username for one in group.memberships.select_related("user"))


def groups_of(user: User) -> list[str]:
    """Returns the names of the groups that a user is in, in order."""
    return sorted(one.group.name for one in user.memberships.select_related("group"))


def set_members(group: Group, users: Collection[User]) -> None:
    """Makes these users, and no others, the members of a group that this transaction has locked."""
    wanted = {user.pk for user in users}
    # Whoever adds a member locks the group as well, so none is added meanwhile.
    changed = wanted ^ member_ids(group)
    lock_users(changed)
    Membership.objects.filter(group=group, user__in=changed).delete()
    Membership.objects.bulk_create(Membership(group=group, user_id=pk) for pk in sorted(changed & wanted))
    if changed:
        copy_grants(changed)


def set_groups(user: User, groups: Collection[Group]) -> None:
    """Makes a user the member of these groups and of no others; this transaction has locked the groups, then the user.

    Groups that the user leaves need no lock: who changes their grants copies them to the user before or after this.
    """
    wanted = {group.pk for group in groups}
    had = set(user.memberships.values_list("group_id", flat=True))
    user.memberships.filter(group__in=had - wanted).delete()
    Membership.objects.bulk_create(Membership(group_id=pk, user=user) for pk in sorted(wanted - had))
    if wanted != had:
        copy_grants([user.pk])
        user.refresh_from_db(fields=["granted", "rights_version"])


def lock_members(group: Group) -> set[int]:
    """Locks the users who are members of a group that this transaction has locked; returns their ids."""
    found = member_ids(group)
    lock_users(found)
    return found


def member_ids(group: Group) -> set[int]:
    """Returns the ids of a group's members."""
    return set(Membership.objects.filter(group=group).values_list("user_id", flat=True))
