"""Grants and limited tokens for the tests of rights, and two job types: one that is open, one that is restricted."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import Group, Membership, StoredGrant, User
from accounts.roles import Role
from accounts.services.rights import copy_grants
from accounts.services.tokens import issue_token
from tests import factories
from tests.api.caller import Caller

OPEN, RESTRICTED = factories.OTP, factories.PASSWORD


def store_both(**keys: Any) -> None:
    """Stores an open template and a restricted one."""
    factories.template(OPEN, **keys)
    factories.template(RESTRICTED, access="restricted", **keys)


@transaction.atomic
def grant(user: User | None, *rights: str, job_types: tuple[str, ...] = (RESTRICTED,)) -> StoredGrant:
    """Gives the user rights on the job types that match these patterns."""
    assert user is not None
    made = StoredGrant.objects.create(
        user=user, job_types=list(job_types), rights=list(rights), created_by="system"
    )
    copy_grants([user.pk])
    return made


@transaction.atomic
def grant_to_group(user: User | None, *rights: str) -> Membership:
    """Gives the right to a group in which only this user is."""
    assert user is not None
    group = Group.objects.create(name="ops")
    StoredGrant.objects.create(group=group, job_types=[RESTRICTED], rights=list(rights), created_by="system")
    member = Membership.objects.create(group=group, user=user)
    copy_grants([user.pk])
    return member


@transaction.atomic
def take_back(given: StoredGrant) -> None:
    """Takes a user's grant back."""
    assert given.user_id is not None
    given.delete()
    copy_grants([given.user_id])


class Granted(Caller):
    """A viewer with these rights on the restricted job type."""

    def __init__(self, *rights: str, role: Role = Role.VIEWER) -> None:
        super().__init__(role, name=f"{role}-{'-'.join(rights)}")
        self.given = grant(self.user, *rights) if rights else None


class Program(Caller):
    """A program whose token is limited: up to a scope, and to job types."""

    def __init__(self, role: Role, *, scope: str = "manage", job_types: list[str] | None = None) -> None:
        super().__init__(role)
        self.client.logout()
        assert self.user is not None
        row, plain = issue_token(user=self.user, name="limited")
        row.scope, row.job_types = scope, job_types
        row.save()
        self.plain = plain

    def send_raw(self, method: str, path: str, raw: bytes, *how: Any, **headers: str) -> Any:
        return super().send_raw(method, path, raw, *how, **headers, Authorization=f"Token {self.plain}")

    def get(self, path: str, query: Any = (), **headers: str) -> Any:
        return super().get(path, query, **headers, Authorization=f"Token {self.plain}")
