"""Users, groups, grants and shared secrets, where routes need some."""

from __future__ import annotations

from typing import Any

from accounts.models import Group
from accounts.roles import SYSTEM, Role
from accounts.services.grants import create_grant
from accounts.services.groups import create_group
from accounts.services.users import create_user
from templates_app.models import SharedSecret
from templates_app.shared_secrets.store import create_secret


def group_and_grant() -> dict[str, Any]:
    """What addresses need: the name of a group that has a grant, the grant's id, and a shared secret's name."""
    group = Group.objects.filter(name="ops").first() or create_group(name="ops", by=SYSTEM)
    grant = create_grant(group=group.name, job_types=["billing_*"], rights=["run"], by=SYSTEM)
    if not SharedSecret.objects.filter(name="deploy").exists():
        shared_secret()
    return {"group": group.name, "grant_id": grant.pk, "secret": "deploy"}


def shared_secret(name: str = "deploy", **fields: Any) -> SharedSecret:
    """A shared secret for all job types, whose value is in an environment variable unless `fields` say otherwise."""
    return create_secret(by=SYSTEM, name=name, **{"job_types": ["*"], "source": "env:DEPLOY_KEY"} | fields)


def many_secrets(count: int) -> list[Any]:
    return [shared_secret(f"secret{number}").name for number in range(count)]


def many_users(count: int) -> list[Any]:
    """Their names: the admin who lists them, and all others."""
    names = [f"user{number}" for number in range(count - 1)]
    for name in names:
        create_user(name=name, role=Role.VIEWER)
    return ["admin-person", *names]


def many_groups(count: int) -> list[Any]:
    return [create_group(name=f"group{number}", by=SYSTEM).name for number in range(count)]


def many_grants(count: int) -> list[Any]:
    user = "admin-person"
    return [create_grant(user=user, job_types=["*"], rights=["run"], by=SYSTEM).pk for _ in range(count)]
