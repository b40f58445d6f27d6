"""Tells which users have a right on a job type, and by what: by their role, their own grants, or those of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import Membership, StoredGrant, User
from accounts.rights import Grant, JobRight
from accounts.roles import Actor, Role
from templates_app.models import JobTemplate


@dataclass(frozen=True, slots=True)
class Holder:
    """Holds a user who has a right, also one who is not active, and sentences that say by what."""

    name: str
    role: Role
    active: bool
    by: tuple[str, ...]


def list_holders(template: JobTemplate, right: JobRight) -> list[Holder]:
    """Returns the users who have the right on the template's job type, each with all that gives it."""
    by_grants = _grants_by_user(template.type, right)
    found = []
    for user in User.objects.only("username", "role", "is_active"):
        role = Role(user.role)
        by = [*_by_role(role, template, right), *by_grants.get(user.pk, ())]
        if by:
            found.append(Holder(user.username, role, user.is_active, tuple(by)))
    return found


def _by_role(role: Role, template: JobTemplate, right: JobRight) -> Iterator[str]:
    if Actor("", role).may_on(right, template.type, is_restricted=template.restricted):
        yield f"role {role}"


def _grants_by_user(job_type: str, right: JobRight) -> dict[int, list[str]]:
    """Returns user's id -> what gives the right on the job type, of the user's own grants and those of groups."""
    grants = StoredGrant.objects.select_related("group")
    giving = [one for one in grants if Grant.from_json(one.job_types, one.rights).gives(right, job_type)]
    members: dict[int | None, list[int]] = {}
    groups = {grant.group_id for grant in giving}
    for group_id, user_id in Membership.objects.filter(group__in=groups).values_list("group_id", "user_id"):
        members.setdefault(group_id, []).append(user_id)
    found: dict[int, list[str]] = {}
    for grant in giving:
        through = f" to group {grant.group.name}" if grant.group else ""
        for user_id in members.get(grant.group_id, []) if grant.user_id is None else [grant.user_id]:
            found.setdefault(user_id, []).append(f"grant {grant.pk}{through}")
    return found
