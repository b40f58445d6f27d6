"""Defines the tables of groups, of grants to users and groups, and of the counter of changes to anybody's rights."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.users import User


class Group(models.Model):
    """Stores a named group of users, to which grants can be given."""

    name = models.CharField(max_length=150, unique=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "accounts_group"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Stores that a user is in a group. `from_provider`: the sign-in provider said so, and may take it back."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    from_provider = models.BooleanField(db_default=False, default=False)

    class Meta:
        db_table = "accounts_membership"
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.group}"


class StoredGrant(models.Model):
    """Stores rights on the job types that match patterns, given to one user or to one group.

    What the grants of a user amount to is copied to `User.granted` by accounts/services/grants.py with each change.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    job_types = ArrayField(models.CharField(max_length=63))
    rights = ArrayField(models.CharField(max_length=10))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.CharField(max_length=200)

    class Meta:
        db_table = "accounts_grant"
        ordering: ClassVar = ["id"]
        verbose_name = "grant"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, group__isnull=False)
                | Q(user__isnull=False, group__isnull=True),
                name="grant_to_user_or_group",
            )
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.rights)} on {', '.join(self.job_types)} to {self.user or self.group}"


class RightsChange(models.Model):
    """Stores in its only row how often anybody's rights changed, so that open websockets are checked again."""

    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "accounts_rightschange"

    def __str__(self) -> str:
        return str(self.number)
